"""How a form sheet is seen and printed: frozen rows, print area, size, page numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.properties import PageSetupProperties

from workbook_tools.excel import A4_PAPER, DEFAULT_ROW_HEIGHT, column_letters
from workbook_tools.spec.markers import marker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.excel import Cell
    from workbook_tools.forms.sheet_layout import SheetLayout
    from workbook_tools.model import ReportTemplate

_MOST_FROZEN = 150.0
"""In points, a third of a small laptop's screen: below frozen rows that fill it nothing can be reached."""
_FIRST_SCREEN, _ROWS_ABOVE = 25, 8
"""Rows seen of a sheet that opens at its top; those above the first input of one that does not."""


def print_areas(sheet: Worksheet) -> list[str]:
    """The ranges of a sheet's print area, as ``$A$1:$D$20``; none if everything prints."""
    text = str(sheet.print_area or "")
    # A sheet's name may hold the comma that separates ranges.
    for title in (quote_sheetname(sheet.title), sheet.title):
        text = text.replace(f"{title}!", "")
    return [area for area in text.split(",") if area]


def freeze_panel(sheet: Any, template: ReportTemplate, layout: SheetLayout, first_input: Cell) -> None:
    """Keep the progress panel in sight, if it stands above the inputs and near the top."""
    panels = [
        cell.row
        for cell, text in template.texts.items()
        if cell.sheet == layout.name and marker("tien_do") in text
    ]
    last = min(panels, default=1)
    heights = (sheet.row_dimensions[row].height or DEFAULT_ROW_HEIGHT for row in range(1, last + 1))
    # The officer's own panes are kept.
    if not sheet.freeze_panes and last < first_input.row and sum(heights) <= _MOST_FROZEN:
        sheet.freeze_panes = f"A{last + 1}"


def open_where_asked(workbook: Workbook, layouts: Sequence[SheetLayout]) -> None:
    """Let the form open on the first sheet that asks something: another would look like a wrong form."""
    opened = next((number for number, layout in enumerate(layouts) if layout.needs), 0)
    workbook.active = opened
    for number, layout in enumerate(layouts):
        workbook[layout.name].sheet_view.tabSelected = number == opened


def show_first_input(sheet: Any, first_input: Cell) -> None:
    """Let the sheet open where the cursor is, if that is below the first screen."""
    if first_input.row <= _FIRST_SCREEN:
        return
    row = first_input.row - _ROWS_ABOVE
    view = sheet.sheet_view
    shown = view.pane or view
    column, top = "A", 1
    if view.pane:
        _, column, digits = re.split("([A-Z]+)", view.pane.topLeftCell)
        top = int(digits)
    shown.topLeftCell = f"{column}{max(row, top)}"


def set_up_page(sheet: Any, layout: SheetLayout) -> None:
    """Page setup: A4, one page wide, numbered, without the checks; the officer's own settings stay."""
    # Without a print area, the checks beside the form would be printed, too.
    if not sheet.print_area:
        sheet.print_area = f"A1:{column_letters(layout.last_column)}{layout.last_row}"
    sheet.page_setup.paperSize = sheet.page_setup.paperSize or A4_PAPER
    _set_size(sheet, layout)
    pages = (sheet.oddHeader, sheet.oddFooter, sheet.firstHeader, sheet.firstFooter)
    if not any((*pages, sheet.evenHeader, sheet.evenFooter)):
        # Decree 30/2020: the page number is centred in the top margin, but not on the first page.
        sheet.HeaderFooter.differentFirst = True
        sheet.oddHeader.center.text = "&P"


def _set_size(sheet: Any, layout: SheetLayout) -> None:
    """Fit the form to the width of a page, unless the officer has chosen its size or its breaks."""
    sheet.sheet_properties.pageSetUpPr = sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
    fitted = bool(sheet.sheet_properties.pageSetUpPr.fitToPage)
    scaled = sheet.page_setup.scale not in (None, 100)
    # Excel ignores breaks and scale where pages are fitted.
    if not fitted and (scaled or sheet.row_breaks.brk or sheet.col_breaks.brk):
        return
    if not fitted or layout.lists:
        # 0: as many pages as it takes; on one page, a long form would be unreadably small.
        sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
