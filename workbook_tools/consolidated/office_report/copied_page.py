"""The page setup of a copied sheet: paper, margins, print area, titles, headers and footers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils.cell import range_boundaries
from xlsxwriter.worksheet import Worksheet as TargetSheet

from workbook_tools.excel import A4_PAPER
from workbook_tools.forms.page_setup import print_areas
from workbook_tools.sheetwriter.page_starts import A4_POINTS
from workbook_tools.spec.markers import fill_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.worksheet import Worksheet

_PICTURE = re.compile(r"(&&)|&G")


class PrintedSheet(TargetSheet):  # type: ignore[misc, unused-ignore]
    """A worksheet whose first page can have a header and footer of its own, which xlsxwriter does not offer.

    Official documents are numbered from the second page on (Decree 30/2020).
    """

    first_page: tuple[str, str] | None = None
    """Header and footer of the first page; None if it has those of all pages."""

    def _write_header_footer(self) -> None:
        if self.first_page is None:
            super()._write_header_footer()
            return
        flags = {
            "differentFirst": 1,
            "scaleWithDoc": int(self.header_footer_scales),
            "alignWithMargins": int(self.header_footer_aligns),
        }
        self._xml_start_tag("headerFooter", list(flags.items()))
        parts = {
            "oddHeader": self.header,
            "oddFooter": self.footer,
            "firstHeader": self.first_page[0],
            "firstFooter": self.first_page[1],
        }
        for tag, text in parts.items():
            if text:
                self._xml_data_element(tag, text)
        self._xml_end_tag("headerFooter")


def copy_page(source: Worksheet, target: PrintedSheet, fill: Callable[[str], str]) -> None:
    """Give ``target`` the page of ``source``; ``fill`` replaces the markers in headers and footers.

    Paper is A4 unless the template says otherwise.
    """
    setup, margins, options = source.page_setup, source.page_margins, source.print_options
    target.set_paper(setup.paperSize or A4_PAPER)
    if setup.orientation == "landscape":
        target.set_landscape()
    target.set_margins(margins.left, margins.right, margins.top, margins.bottom)
    if options.horizontalCentered:
        target.center_horizontally()
    if options.verticalCentered:
        target.center_vertically()
    # Pages are numbered from 1 even if the whole workbook is printed.
    chosen = setup.firstPageNumber if setup.useFirstPageNumber else None
    target.set_start_page(chosen or 1)
    _copy_scale(source, target)
    _copy_area(source, target)
    _copy_headers(source, target, fill)
    target.set_v_pagebreaks([entry.id for entry in source.col_breaks.brk])
    # 1 hides them on paper, 2 on the screen, too.
    hidden = 1 if source.sheet_view.showGridLines else 2
    target.hide_gridlines(hidden)


def page_room(source: Worksheet, width: float) -> float:
    """Points of rows that a page of the template holds; ``width`` is the printed width in points."""
    setup, margins, fit = source.page_setup, source.page_margins, source.sheet_properties.pageSetUpPr
    across, down = A4_POINTS[::-1] if setup.orientation == "landscape" else A4_POINTS
    scale = (setup.scale or 100) / 100
    if fit is not None and fit.fitToPage:
        scale = min(1.0, (across - 72 * (margins.left + margins.right)) / max(width, 1.0))
    return float((down - 72 * (margins.top + margins.bottom)) / scale)


def repeated_rows(source: Worksheet) -> range:
    """The rows that are printed again on each page."""
    if not source.print_title_rows:
        return range(0)
    first, last = source.print_title_rows.replace("$", "").split(":")
    return range(int(first), int(last) + 1)


def print_area(source: Worksheet) -> tuple[int, int, int, int] | None:
    """First row, first column, last row and last column of the print area; None if everything prints.

    Several areas count as the one that holds them all, because xlsxwriter supports only one.
    """
    areas = [range_boundaries(area) for area in print_areas(source)]
    if not areas:
        return None
    columns, rows = source.max_column, source.max_row
    return (
        min(first or 1 for _, first, _, _ in areas),
        min(first or 1 for first, _, _, _ in areas),
        max(last or rows for _, _, _, last in areas),
        max(last or columns for _, _, last, _ in areas),
    )


def _copy_scale(source: Worksheet, target: PrintedSheet) -> None:
    fit = source.sheet_properties.pageSetUpPr
    if fit is not None and fit.fitToPage:
        # A missing count means one page, 0 means as many as needed.
        counts = (source.page_setup.fitToWidth, source.page_setup.fitToHeight)
        target.fit_to_pages(*(1 if count is None else int(count) for count in counts))
    elif source.page_setup.scale:
        target.set_print_scale(int(source.page_setup.scale))


def _copy_area(source: Worksheet, target: PrintedSheet) -> None:
    area = print_area(source)
    if area:
        first_row, first_column, last_row, last_column = area
        target.print_area(first_row - 1, first_column - 1, last_row - 1, last_column - 1)
    titles = repeated_rows(source)
    if titles:
        target.repeat_rows(titles.start - 1, titles.stop - 2)
    if source.print_title_cols:
        target.repeat_columns(source.print_title_cols)


def _copy_headers(source: Worksheet, target: PrintedSheet, fill: Callable[[str], str]) -> None:
    """Headers and footers of all pages; the template's first page may have its own."""
    kept = source.HeaderFooter
    options = {
        "scale_with_doc": kept.scaleWithDoc is not False,
        "align_with_margins": kept.alignWithMargins is not False,
    }
    # xlsxwriter would take the letters of “GDNN&&GDTX” for the code of a picture.
    target.set_header("", {**options, "margin": source.page_margins.header})
    target.set_footer("", {**options, "margin": source.page_margins.footer})
    target.header, target.footer = _text(kept.oddHeader, fill), _text(kept.oddFooter, fill)
    if kept.differentFirst:
        target.first_page = (_text(kept.firstHeader, fill), _text(kept.firstFooter, fill))


def _text(item: HeaderFooterItem | None, fill: Callable[[str], str]) -> str:
    """A header in Excel's own codes, without pictures."""
    codes = str(item) if item else ""
    # A doubled ampersand is a letter, so what follows it is no code.
    return fill_header(_PICTURE.sub(lambda match: match[1] or "", codes), fill)
