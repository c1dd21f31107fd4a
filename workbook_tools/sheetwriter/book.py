"""A wrapper of xlsxwriter: text stays text, every write is checked, equal input gives equal bytes."""

from __future__ import annotations

import errno
import math
import re
import warnings
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from xlsxwriter.exceptions import FileCreateError, FileSizeError

from workbook_tools.excel import ROW_LIMIT, SHEET_NAME_LIMIT
from workbook_tools.sheetwriter.cell_text import cut_name, excel_text, shown_share
from workbook_tools.sheetwriter.column_sheet import CellColumn, ColumnSheet
from workbook_tools.sheetwriter.fast_workbook import FastWorkbook
from workbook_tools.sheetwriter.overflow import LongList
from workbook_tools.sheetwriter.style import FONT, FULL, PIVOT_LOOK, RULE, SHORT, STYLES, UNLINKED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots import Pivot, PlacedPivot, Slicer
    from workbook_tools.sheetwriter.columns import Column
    from workbook_tools.sheetwriter.whole_table import WholeTable
    from workbook_tools.storage.location import Location

# Excel's limit on links per sheet.
_LINK_LIMIT = 65_530
_BAR_END = 1.3
"""The share at which a bar would fill its cells, so that the figure beside a full bar has room."""
# Excel's limit, in points.
_HIGHEST_ROW = 409.0
SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def room_below(row: int) -> int:
    """Rows available to a list below its headings; the last row of a sheet is reserved for a note on what is
    left out.
    """
    return ROW_LIMIT - row - 2


class Book:
    """The consolidated workbook being written; a context manager that closes it.

    Formats are names (:data:`workbook_tools.sheetwriter.style.STYLES`), optionally with a number format
    (``number|0.0%``), or xlsxwriter properties.
    """

    def __init__(
        self, path: Path, created: date, properties: Mapping[str, str], *, native_pivots: bool = True
    ) -> None:
        options = {
            # What units wrote is text: an =HYPERLINK of theirs must never run here.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.workbook = FastWorkbook(str(path), options, native=native_pivots)
        # Otherwise xlsxwriter takes the time of day, and no two files would be equal.
        self.workbook.set_properties(
            {**properties, "created": datetime(created.year, created.month, created.day)}
        )
        self.workbook.formats[0].set_font_name(FONT)
        self.workbook.formats[0].set_font_size(11)
        self.title = properties.get("title", "")
        self.native_pivots = native_pivots
        self._sheets: list[Sheet] = []
        self._last: list[Sheet] = []
        self._formats: dict[str, Format] = {}
        self._named: dict[str, Format] = {}
        self._names: set[str] = set()
        self._warnings = warnings.catch_warnings()

    def __enter__(self) -> Self:
        self._warnings.__enter__()
        # xlsxwriter only warns when it drops content.
        warnings.filterwarnings("error", module=r"xlsxwriter\.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._close()
        finally:
            self._warnings.__exit__(kind, error, trace)

    @property
    def sheets(self) -> Sequence[Sheet]:
        """All sheets so far, in order."""
        return [*self._sheets, *self._last]

    @property
    def long_lists(self) -> Sequence[LongList]:
        """Lists longer than their sheet, in the order of sheets."""
        return [sheet.long_list for sheet in self.sheets if sheet.long_list is not None]

    def note_long_lists(self, path: Location) -> list[WholeTable]:
        """Note on each sheet with a truncated list what is left out, beside the headings and below the last
        row.

        ``path`` is the workbook's destination. Returns the lists, which the caller writes whole beside it.
        """
        tables = []
        for sheet in self.sheets:
            if (long_list := sheet.long_list) is not None:
                table = long_list.describe(path)
                sheet.text(long_list.first - 1, len(long_list.heads) + 1, table.note(), "plain")
                sheet.text(long_list.first + long_list.shown, 0, table.note(), "plain")
                tables.append(table)
        return tables

    def _close(self) -> None:
        """Write the file; turn xlsxwriter's file errors back into OSError."""
        self.workbook.arrange([sheet.raw for sheet in self.sheets])
        try:
            self.workbook.close()
        except FileCreateError as error:
            raise error.args[0] from error
        except FileSizeError as error:
            raise OSError(errno.EFBIG, "the workbook would be larger than the format allows") from error

    def format(self, style: str | Mapping[str, Any]) -> Format:
        """The format of a named style or of properties; each is created once."""
        if isinstance(style, str):
            if style not in self._named:
                name, _, number_format = style.partition("|")
                given = {"num_format": number_format} if number_format else {}
                self._named[style] = self.format({**STYLES[name], **given})
            return self._named[style]
        properties = {"font_name": FONT, "font_size": 11} | dict(style)
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def sheet(self, name: str, tab: str, kind: type[Worksheet] = ColumnSheet, *, last: bool = False) -> Sheet:
        """Add a sheet under a legal and unique name. ``kind`` may be another worksheet class.

        With ``last`` it is placed after all others, including those added later.
        """
        base = cut_name(SHEET_FORBIDDEN.sub(" ", name), SHEET_NAME_LIMIT) or "Trang"
        unique, number = base, 2
        while unique.casefold() in self._names:
            unique = f"{cut_name(base, SHEET_NAME_LIMIT - len(str(number)) - 1)} {number}"
            number += 1
        self._names.add(unique.casefold())
        worksheet = self.workbook.add_worksheet(unique, kind)
        worksheet.set_tab_color(tab)
        sheet = Sheet(self, worksheet)
        (self._last if last else self._sheets).append(sheet)
        return sheet


class Sheet:
    """A sheet of the book; rows and columns are 0-based, as in xlsxwriter."""

    def __init__(self, book: Book, worksheet: Worksheet) -> None:
        self.book = book
        self.raw = worksheet
        self.name: str = worksheet.get_name()
        self.long_list: LongList | None = None
        self._links = 0
        self._heads: dict[int, Sequence[str]] = {}

    def text(self, row: int, column: int, text: str, style: str | Mapping[str, Any] = "text") -> None:
        """Write text, whatever it begins with; "" as a blank cell."""
        cleaned = excel_text(text)
        if cleaned:
            _checked(self.raw.write_string(row, column, cleaned, self.book.format(style)))
        else:
            _checked(self.raw.write_blank(row, column, None, self.book.format(style)))

    def number(
        self, row: int, column: int, number: float | None, style: str | Mapping[str, Any] = "number"
    ) -> None:
        """Write a number; None and NaN as a blank cell, infinity is refused."""
        if number is None or math.isnan(number):
            _checked(self.raw.write_blank(row, column, None, self.book.format(style)))
        else:
            _checked(self.raw.write_number(row, column, float(number), self.book.format(style)))

    def date(
        self, row: int, column: int, value: date | None, style: str | Mapping[str, Any] = "date"
    ) -> None:
        """Write a date or datetime; None as a blank cell."""
        if value is None:
            _checked(self.raw.write_blank(row, column, None, self.book.format(style)))
        else:
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            _checked(self.raw.write_datetime(row, column, moment, self.book.format(style)))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        style: str | Mapping[str, Any] = "number",
    ) -> None:
        """Write one of our own formulas, or one from the template, with its result."""
        _checked(self.raw.write_formula(row, column, formula, self.book.format(style), value))

    def link(self, row: int, column: int, url: str, text: str, style: str = "link") -> None:
        """Write a link (``internal:…`` or ``external:…``); plain text beyond Excel's limit on links."""
        if self._takes_link(url):
            _checked(self.raw.write_url(row, column, url, self.book.format(style), excel_text(text)))
        else:
            self.text(row, column, text, UNLINKED[style])

    def point(self, row: int, column: int, url: str) -> None:
        """Link a cell that is written later; does nothing beyond Excel's limit on links."""
        if self._takes_link(url):
            _checked(self.raw.write_url(row, column, url, self.book.format("text"), ""))

    def note(self, row: int, column: int, text: str) -> None:
        """Attach a note to a cell, shown on hover."""
        _checked(self.raw.write_comment(row, column, excel_text(text), {"font_name": FONT, "x_scale": 2}))

    def merge(self, row: int, first: int, last: int, text: str, style: str | Mapping[str, Any]) -> None:
        """Write text over several cells of a row."""
        if last > first:
            _checked(self.raw.merge_range(row, first, row, last, "", self.book.format(style)))
        self.text(row, first, text, style)

    def bar(self, row: int, first: int, last: int, share: float) -> None:
        """Write a share over several cells of a row, with a proportional bar; coloured unless it is 100 %."""
        self.merge(row, first, last, "", "bar")
        self.number(row, first, shown_share(share), "bar")
        bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": _BAR_END}
        colour = {"bar_color": SHORT if share < 1 else FULL, "bar_border_color": RULE}
        _checked(self.raw.conditional_format(row, first, row, last, {**bar, **ends, **colour}))

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
            heights = None if heights is None else np.asarray(heights)[:shown]
        laid = {place: self._lay(column) for place, column in enumerate(columns) if column is not None}
        points = None if heights is None else np.minimum(heights, _HIGHEST_ROW)
        _checked(self.raw.lay_columns(row, laid, self.book.workbook.compressed(), points))
        return min(len(given[0]), shown)

    def _takes_link(self, url: str) -> bool:
        self._links += 1
        # Excel refuses addresses of more than 2,079 characters.
        return self._links <= _LINK_LIMIT and len(url) <= 2000

    def _lay(self, column: Column) -> CellColumn:
        """The column's cells, with as many links as Excel allows; a cell without its link is not styled as
        one.
        """
        links = [url if url is not None and self._takes_link(url) else None for url in column.links or ()]
        if links and isinstance(column.style, str) and column.style in UNLINKED:
            column = replace(
                column, style=[UNLINKED[column.style] if url is None else column.style for url in links]
            )
        pairs, places = column.distinct()
        formats = {style: self.book.format(style) for style in dict.fromkeys(style for _, style in pairs)}
        cells = [
            (formats[style], excel_text(value) if isinstance(value, str) else value) for value, style in pairs
        ]
        return CellColumn(cells, places, links)

    def table(self, name: str, heads: Sequence[str]) -> None:
        """Make the columns an Excel Table of that name, with these headings above them."""
        columns = [{"header": head, "header_format": self.book.format("head")} for head in heads]
        _checked(self.raw.lay_table({"name": name, "columns": columns, "style": "Table Style Light 1"}))

    def chart(self, row: int, column: int, chart: Any, description: str, x_offset: int = 8) -> None:
        """Place a chart over the cells from this one on; ``description`` is its alternative text."""
        # Move with the cells, but keep the size.
        place = {"x_offset": x_offset, "y_offset": 2, "object_position": 2}
        _checked(self.raw.insert_chart(row, column, chart, {**place, "description": description}))

    def pivot(self, row: int, column: int, pivot: Pivot) -> PlacedPivot:
        """Place a pivot with its filters first; keep the area below and to the right free."""
        return self.book.workbook.add_pivot(self.raw, row, column, pivot, PIVOT_LOOK)

    def slicer(self, row: int, column: int, slicer: Slicer) -> None:
        """Place a slicer over the cells from this one on; does nothing if pivots are not native."""
        self.book.workbook.add_slicer(self.raw, row, column, slicer)

    def head(self, row: int, titles: Sequence[str], height: float = 32) -> None:
        """Write a row of column headings."""
        self.height(row, height)
        self._heads[row] = titles
        for column, title in enumerate(titles):
            self.text(row, column, title, "head")

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self.raw.set_column(column, column, width)

    def height(self, row: int, points: float) -> None:
        """Set a row's height; Excel's maximum is 409 points."""
        _checked(self.raw.set_row(row, min(points, _HIGHEST_ROW)))

    def page(self, *, landscape: bool, repeat: tuple[int, int] | None = None) -> None:
        """Page setup: A4, one page wide, headings repeated, page numbers in the footer."""
        self.raw.set_paper(9)
        if landscape:
            self.raw.set_landscape()
        # Binding takes the left edge of a portrait page; wide tables need every bit of theirs.
        left, right = (0.5, 0.4) if landscape else (0.8, 0.6)
        self.raw.set_margins(left=left, right=right, top=0.8, bottom=0.8)
        self.raw.fit_to_pages(1, 0)
        # The space ends the font size: otherwise a title that begins with a digit would continue it.
        self.raw.set_header(
            '&R&"Times New Roman,Italic"&9 '
            + excel_text(self.book.title)[:120].replace("\n", " ").replace("&", "&&")
        )
        self.raw.set_footer('&C&"Times New Roman,Regular"&10&A – trang &P/&N')
        if repeat is not None:
            self.raw.repeat_rows(*repeat)


def _checked(code: int | None) -> None:
    """xlsxwriter reports a refused write only by a negative number."""
    if code:
        raise RuntimeError(f"xlsxwriter refused a cell ({code})")
