"""A sheet of the consolidated workbook: text stays text, and every write is checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from workbook_tools.excel import A4_PAPER, ROW_HEIGHT_LIMIT, ROW_LIMIT, quote_sheet
from workbook_tools.pivots import as_moment
from workbook_tools.sheetwriter.cell_text import excel_text, excel_value, line_count, shown_share
from workbook_tools.sheetwriter.column_sheet import CellColumn
from workbook_tools.sheetwriter.columns import pick
from workbook_tools.sheetwriter.overflow import LongList
from workbook_tools.sheetwriter.page_starts import A4_POINTS, find_page_starts
from workbook_tools.sheetwriter.style import FONT, FULL, PIVOT_LOOK, RULE, SHORT, UNLINKED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots import Pivot, PlacedPivot, Slicer
    from workbook_tools.sheetwriter.columns import Column, Links
    from workbook_tools.sheetwriter.fast_workbook import FastWorkbook
    from workbook_tools.sheetwriter.style import Formats

# Excel's limit on links per sheet.
_LINK_LIMIT = 65_530
# Excel refuses addresses of more than 2,079 characters.
_LONGEST_LINK = 2000
_BAR_END = 1.3
"""The share at which a bar would fill its cells, so that the figure beside a full bar has room."""
# Left and right margin by whether a page is landscape, and those above and below, in inches.
_SIDES, _ENDS = {True: (0.5, 0.4), False: (0.8, 0.6)}, 0.8
# Excel's limit on page breaks per sheet.
_MOST_BREAKS = 1023


def room_below(row: int) -> int:
    """Rows available to a list below its headings; the last row of a sheet is reserved for a note on what is
    left out.
    """
    return ROW_LIMIT - row - 2


def sheet_link(name: str) -> str:
    """The link to the first cell of another sheet."""
    return f"internal:{quote_sheet(name)}!A1"


class Sheet:
    """A sheet of the book; rows and columns are 0-based, as in xlsxwriter."""

    def __init__(self, workbook: FastWorkbook, formats: Formats, worksheet: Worksheet, title: str) -> None:
        """``title`` is the workbook's, for the header of its pages."""
        self.workbook, self._formats, self._title = workbook, formats, title
        self.raw = worksheet
        self.name: str = worksheet.get_name()
        self.long_list: LongList | None = None
        self._links = 0
        self._heads: dict[int, Sequence[str]] = {}
        self._widths: Sequence[float] = ()
        self._landscape = False

    def text(self, row: int, column: int, text: str, style: str | Mapping[str, Any] = "text") -> None:
        """Write text, whatever it begins with; "" as a blank cell."""
        cleaned = excel_text(text)
        if cleaned:
            _checked(self.raw.write_string(row, column, cleaned, self._formats.of(style)))
        else:
            _checked(self.raw.write_blank(row, column, None, self._formats.of(style)))

    def number(
        self, row: int, column: int, number: float | None, style: str | Mapping[str, Any] = "number"
    ) -> None:
        """Write a number; None and NaN as a blank cell, infinity is refused."""
        if number is None or math.isnan(number):
            _checked(self.raw.write_blank(row, column, None, self._formats.of(style)))
        else:
            _checked(self.raw.write_number(row, column, float(number), self._formats.of(style)))

    def date(
        self, row: int, column: int, value: date | None, style: str | Mapping[str, Any] = "date"
    ) -> None:
        """Write a date or datetime; None as a blank cell."""
        if value is None:
            _checked(self.raw.write_blank(row, column, None, self._formats.of(style)))
        else:
            _checked(self.raw.write_datetime(row, column, as_moment(value), self._formats.of(style)))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        style: str | Mapping[str, Any] = "number",
    ) -> None:
        """Write one of our own formulas, or one from the template, with its result."""
        _checked(self.raw.write_formula(row, column, formula, self._formats.of(style), value))

    def link(self, row: int, column: int, url: str, text: str, style: str = "link") -> None:
        """Write a link (``internal:…`` or ``external:…``); plain text beyond Excel's limit on links."""
        if self._takes_link(url):
            _checked(self.raw.write_url(row, column, url, self._formats.of(style), excel_text(text)))
        else:
            self.text(row, column, text, UNLINKED[style])

    def point(self, row: int, column: int, url: str) -> None:
        """Link a cell that is written later; does nothing beyond Excel's limit on links."""
        if self._takes_link(url):
            _checked(self.raw.write_url(row, column, url, self._formats.of("text"), ""))

    def note(self, row: int, column: int, text: str) -> None:
        """Attach a note to a cell, shown on hover."""
        _checked(self.raw.write_comment(row, column, excel_text(text), {"font_name": FONT, "x_scale": 2}))

    def merge(self, row: int, first: int, last: int, text: str, style: str | Mapping[str, Any]) -> None:
        """Write text over several cells of a row."""
        if last > first:
            _checked(self.raw.merge_range(row, first, row, last, "", self._formats.of(style)))
        self.text(row, first, text, style)

    def bar(self, row: int, first: int, last: int, share: float) -> None:
        """Write a share over several cells of a row, with a proportional bar; coloured unless it is 100 %."""
        self.merge(row, first, last, "", "bar")
        self.number(row, first, shown_share(share), "bar")
        bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": _BAR_END}
        colour = SHORT if share < 1 else FULL
        colours = {"bar_color": colour, "bar_border_color": RULE}
        _checked(self.raw.conditional_format(row, first, row, last, {**bar, **ends, **colours}))

    def columns(
        self, row: int, columns: Sequence[Column | None], heights: npt.ArrayLike | None = None
    ) -> int:
        """Write columns side by side from this row on, with row heights, once per sheet; return the number of
        rows.

        Cells are built once for each distinct value of a column. None leaves a column free. A list below a
        row of headings may have any length: the rows that fit are written, and the sheet records the rest as
        its long list.
        """
        shown = room_below(row - 1)
        given = [column for column in columns if column is not None]
        if row - 1 in self._heads and len(given[0]) > shown:
            self.long_list = LongList(self.name, self._heads[row - 1], given, row, shown)
            columns = [column and column.head(shown) for column in columns]
        laid = {place: self._lay(column) for place, column in enumerate(columns) if column is not None}
        points = None
        if heights is not None:
            points = np.minimum(np.asarray(heights)[:shown], ROW_HEIGHT_LIMIT)
        _checked(self.raw.lay_columns(row, laid, self.workbook.compressed, points))
        return min(len(given[0]), shown)

    def _takes_link(self, url: str) -> bool:
        self._links += 1
        return self._links <= _LINK_LIMIT and len(url) <= _LONGEST_LINK

    def _limit(self, links: Links) -> Links:
        """As many of the links as Excel allows."""
        there = links.there
        numbers = self._links + np.cumsum(there)
        self._links += int(there.sum())
        return links.only(there & (numbers <= _LINK_LIMIT) & (links.lengths <= _LONGEST_LINK))

    def _lay(self, column: Column) -> CellColumn:
        """The column's cells, with as many links as Excel allows; a cell without its link is not styled as
        one.
        """
        links = column.links and self._limit(column.links)
        if links and isinstance(column.style, str) and column.style in UNLINKED:
            styles = pick((UNLINKED[column.style], column.style), links.there.astype(np.int8))
            column = replace(column, style=styles)
        pairs, places = column.distinct()
        formats = {style: self._formats.of(style) for style in dict.fromkeys(style for _, style in pairs)}
        cells = [(formats[style], excel_value(value)) for value, style in pairs]
        return CellColumn(cells, places, links)

    def table(self, name: str, heads: Sequence[str]) -> None:
        """Make the columns an Excel Table of that name, with these headings above them."""
        columns = [{"header": head, "header_format": self._formats.of("head")} for head in heads]
        _checked(self.raw.lay_table({"name": name, "columns": columns, "style": "Table Style Light 1"}))

    def chart(self, row: int, column: int, chart: Any, description: str, x_offset: int = 8) -> None:
        """Place a chart over the cells from this one on; ``description`` is its alternative text."""
        # Move with the cells, but keep the size.
        place = {"x_offset": x_offset, "y_offset": 2, "object_position": 2}
        _checked(self.raw.insert_chart(row, column, chart, {**place, "description": description}))

    def pivot(self, row: int, column: int, pivot: Pivot) -> PlacedPivot:
        """Place a pivot with its filters first; keep the area below and to the right free."""
        return self.workbook.add_pivot(self.raw, row, column, pivot, PIVOT_LOOK)

    def slicer(self, row: int, column: int, slicer: Slicer) -> None:
        """Place a slicer over the cells from this one on; does nothing if pivots are not native."""
        self.workbook.add_slicer(self.raw, row, column, slicer)

    def head(self, row: int, titles: Sequence[str], height: float = 32) -> None:
        """Write a row of column headings."""
        self.height(row, height)
        self._heads[row] = titles
        for column, title in enumerate(titles):
            self.text(row, column, title, "head")

    def band(self, row: int, last: int, text: str) -> float:
        """Write a heading over the rows below it, from the first column to the last; its height in points."""
        self.merge(row, 0, last, text, "band")
        height = 15.5 * line_count(text, sum(self._widths[: last + 1])) + 3
        self.height(row, height)
        return height

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in characters."""
        self._widths = widths
        for column, width in enumerate(widths):
            self.raw.set_column(column, column, width)

    def height(self, row: int, points: float) -> None:
        """Set a row's height; Excel's maximum is 409 points."""
        _checked(self.raw.set_row(row, min(points, ROW_HEIGHT_LIMIT)))

    def page(self, *, landscape: bool, repeat: tuple[int, int] | None = None) -> None:
        """Page setup: A4, one page wide, headings repeated, page numbers in the footer."""
        self._landscape = landscape
        self.raw.set_paper(A4_PAPER)
        if landscape:
            self.raw.set_landscape()
        # Binding takes the left edge of a portrait page; wide tables need every bit of theirs.
        left, right = _SIDES[landscape]
        self.raw.set_margins(left=left, right=right, top=_ENDS, bottom=_ENDS)
        self.raw.fit_to_pages(1, 0)
        # The space ends the font size: otherwise a title that begins with a digit would continue it.
        self.raw.set_header(
            '&R&"Times New Roman,Italic"&9 '
            + excel_text(self._title)[:120].replace("\n", " ").replace("&", "&&")
        )
        self.raw.set_footer('&C&"Times New Roman,Regular"&10&A – trang &P/&N')
        if repeat is not None:
            self.raw.repeat_rows(*repeat)

    def end_pages(self, heights: Sequence[float], bands: Collection[int], repeated: float) -> None:
        """End pages so that none ends with a band, which is a heading; after the widths and the page setup.

        ``heights`` are the points of all printed rows, ``bands`` the rows of bands, ``repeated`` the points
        of the headings on each page.
        """
        across, down = A4_POINTS[::-1] if self._landscape else A4_POINTS
        width = sum(7 * letters + 5 for letters in self._widths) * 0.75
        scale = min(1.0, (across - 72 * sum(_SIDES[self._landscape])) / width)
        starts = find_page_starts(heights, bands.__contains__, (down - 2 * 72 * _ENDS) / scale, repeated)
        _checked(self.raw.set_h_pagebreaks(starts[:_MOST_BREAKS]))


def _checked(code: int | None) -> None:
    """xlsxwriter reports a refused write only by a negative number."""
    if code:
        raise RuntimeError(f"xlsxwriter refused a cell ({code})")
