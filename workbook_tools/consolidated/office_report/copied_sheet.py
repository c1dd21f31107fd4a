"""Copies a template's sheet into the consolidated workbook, with entries in its input cells.

openpyxl reads the sheet that the officer drew; xlsxwriter, which writes the whole workbook, writes the copy.
Everything that prints is copied: texts, fonts, fills, borders, alignment, merged blocks, widths, heights, and
the page setup.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.cell_range import CellRange

from workbook_tools.consolidated.office_report.copied_page import (
    copy_page,
    page_room,
    print_area,
    repeated_rows,
)
from workbook_tools.forms.row_heights import fit_heights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.consolidated.office_report.copied_style import CopiedStyles, Properties
    from workbook_tools.sheetwriter.book import Sheet

_DIGIT_WIDTHS = {"Times New Roman": 0.5, "Arial": 0.556, "Cambria": 0.554, "Tahoma": 0.546, "Verdana": 0.636}
"""Width of a digit in parts of the font's size; Calibri and most others are near 0.507."""
_LINE_HEIGHT = 1.3
_SHORT_LINES = 2
_SURE_ROOM = 0.97
# As files store it, Excel's default width includes the padding: 64 pixels, of 7 per digit.
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 9.14, 15.0
_COLOURED = ("font_color", "pattern", "bg_color")

Place: TypeAlias = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class SheetCopy:
    """A sheet to be copied, and what differs from it.

    ``entries`` replace the markers of inputs and remarks (a number, or a text, perhaps empty), black on white
    whatever the input looked like; ``fill`` replaces the markers of a printed text; of ``idle_rows`` only the
    height is copied. ``hidden_rows`` are hidden; rows of ``short_entries`` are only as high as a line that
    refers to another sheet.
    """

    source: Worksheet
    styles: CopiedStyles
    entries: Mapping[Place, float | str]
    fill: Callable[[str], str]
    idle_rows: Sequence[int] = ()
    hidden_rows: Sequence[int] = ()
    short_entries: Sequence[Place] = ()
    sentences: Mapping[int, str] = field(default_factory=dict)
    """Blank rows that hold a sentence on the copy, across the whole form."""
    formulas: Mapping[Place, tuple[str, float | str]] = field(default_factory=dict)
    """Formulas with their results; any other formula of the template becomes an entry, or empty."""

    @cached_property
    def blocks(self) -> dict[Place, CellRange]:
        """Every cell of a merged block → the block."""
        ranges = [block for block in self.source.merged_cells.ranges if block.min_row not in self.idle_rows]
        return {place: block for block in ranges for place in block.cells}

    @cached_property
    def digit_width(self) -> int:
        """Pixels of a digit in the template's standard font, the measure of its column widths."""
        font = SheetCell(self.source, row=1, column=1).font
        return round((font.sz or 11) * 96 / 72 * _DIGIT_WIDTHS.get(font.name or "", 0.507))

    def width(self, column: int) -> float:
        """A column's width in pixels."""
        for dimension in self.source.column_dimensions.values():
            if dimension.min and dimension.max and dimension.min <= column <= dimension.max:
                return float(dimension.width) * self.digit_width
        return float(self.source.sheet_format.defaultColWidth or _DEFAULT_WIDTH) * self.digit_width

    def height(self, row: int) -> float | None:
        """A row's height in points; None for a blank row whose height the template leaves to Excel."""
        given = self.source.row_dimensions[row].height if row in self.source.row_dimensions else None
        return self.fitted.get(row) if given is None else float(given)

    @cached_property
    def fitted(self) -> dict[int, float]:
        """Heights of the rows that print something and have none in the template."""
        rows = [
            number
            for number, cells in enumerate(self.source.iter_rows(), start=1)
            if number not in self.idle_rows and any(cell.value is not None for cell in cells)
        ]
        return fit_heights(self.source, rows, self._text)

    def _text(self, cell: SheetCell) -> str | None:
        """What a cell prints as text; a number takes one line."""
        place = (cell.row, cell.column)
        if place in self.entries or place in self.formulas:
            block = self.blocks.get(place)
            entry = self.entries.get(place)
            # Blocks of several rows grow by what their entries need, not by their last row.
            return entry if isinstance(entry, str) and (block is None or block.size["rows"] == 1) else "0"
        if cell.value is None or cell.data_type == "f":
            return None
        return self.fill(cell.value) if isinstance(cell.value, str) else "0"


def write_copied_sheet(copy: SheetCopy, target: Sheet) -> None:
    """Draw the copy on an empty sheet of the class ``copied_page.PrintedSheet``."""
    _write_columns(copy, target)
    _write_rows(copy, target)
    for block in sorted(set(copy.blocks.values()), key=lambda block: (block.min_row, block.min_col)):
        # openpyxl reads blocks of one cell, which some programs write; xlsxwriter refuses them.
        if block.size == {"columns": 1, "rows": 1}:
            continue
        target.raw.merge_range(block.min_row - 1, block.min_col - 1, block.max_row - 1, block.max_col - 1, "")
    for row, cells in enumerate(copy.source.iter_rows(), start=1):
        if row not in copy.idle_rows:
            for column, cell in enumerate(cells, start=1):
                _write_cell(copy, target, (row, column), cell)
    for row in copy.sentences:
        _write_sentence(copy, target, row)
    copy_page(copy.source, target.raw, copy.fill)
    own = [entry.id for entry in copy.source.row_breaks.brk]
    target.raw.set_h_pagebreaks([*own, *(row - 1 for row in _page_starts(copy))])


def _write_sentence(copy: SheetCopy, target: Sheet, row: int) -> None:
    """A sentence as a paragraph of the form: over its whole width, in the font of its entries."""
    font = copy.styles.properties(copy.source.cell(*_first_entry(copy)))
    look: Properties = {name: font[name] for name in ("font_name", "font_size") if name in font}
    first, last = _form_columns(copy)
    target.raw.merge_range(row - 1, first - 1, row - 1, last - 1, "")
    paragraph = look | {"text_wrap": True, "valign": "vcenter", "align": "justify"}
    target.text(row - 1, first - 1, copy.sentences[row], paragraph)


def _first_entry(copy: SheetCopy) -> Place:
    return min(copy.short_entries or copy.entries)


def _form_columns(copy: SheetCopy) -> tuple[int, int]:
    """The first and the last printed column."""
    area = print_area(copy.source)
    return (area[1], area[3]) if area else (1, copy.source.max_column)


def sentence_heights(copy: SheetCopy) -> dict[int, float]:
    """Heights of the rows that hold a sentence on the copy."""
    first, last = _form_columns(copy)
    room = sum(copy.width(column) for column in range(first, last + 1)) * 72 / 96
    found = {}
    for row, text in copy.sentences.items():
        size = float(copy.source.cell(*_first_entry(copy)).font.sz or 11)
        lines = math.ceil(len(text) * size * 0.5 / max(room, 1.0))
        found[row] = (lines * _LINE_HEIGHT + 0.6) * size
    return found


def _write_columns(copy: SheetCopy, target: Sheet) -> None:
    """Set widths in pixels, because the two workbooks may differ in their standard font."""
    for dimension in copy.source.column_dimensions.values():
        if dimension.min and dimension.max:
            pixels = round(dimension.width * copy.digit_width)
            target.raw.set_column_pixels(
                dimension.min - 1, dimension.max - 1, pixels, None, {"hidden": dimension.hidden}
            )


def _heights(copy: SheetCopy) -> dict[int, float | None]:
    """The height of each row that has one of its own."""
    heights = {row: copy.height(row) for row in {*copy.source.row_dimensions, *copy.fitted}}
    for row, extra in extra_heights(copy).items():
        heights[row] = (heights.get(row) or _DEFAULT_HEIGHT) + extra
    heights |= short_heights(copy)
    heights |= sentence_heights(copy)
    return heights | {row: heights.get(row) for row in copy.hidden_rows}


def _page_starts(copy: SheetCopy) -> list[int]:
    """The rows that begin a page: headings stay with their content, the closing sentence with the signature.

    Empty if the template has page breaks of its own, or a fixed number of pages.
    """
    fit = copy.source.sheet_properties.pageSetUpPr
    if copy.source.row_breaks.brk or (
        fit is not None and fit.fitToPage and copy.source.page_setup.fitToHeight != 0
    ):
        return []
    heights = _heights(copy)
    area = print_area(copy.source) or (1, 1, copy.source.max_row, copy.source.max_column)
    first, last = _form_columns(copy)
    width = sum(copy.width(column) for column in range(first, last + 1)) * 72 / 96
    # Programs differ by some points per page: a page ends where it fits in all of them.
    room = _SURE_ROOM * page_room(copy.source, width)

    def height(row: int) -> float:
        hidden = row in copy.hidden_rows or copy.source.row_dimensions[row].hidden
        return 0.0 if hidden else heights.get(row) or _DEFAULT_HEIGHT

    repeated = sum(map(height, repeated_rows(copy.source)))
    starts, start, row, used = [], area[0], area[0], 0.0
    while row <= area[2]:
        if used + height(row) > room and row > start:
            begin = row
            # Up over headings, but never to the page's own first row, which would never end.
            while begin - 1 > start and _stays_with_next(copy, begin - 1):
                begin -= 1
            row = start = begin if begin - 1 > start else row
            starts.append(row)
            used = repeated
        used += height(row)
        row += 1
    return starts


def _stays_with_next(copy: SheetCopy, row: int) -> bool:
    """Whether a row is a heading, which has text and no entry, or belongs to the close of the report."""
    if copy.sentences and row >= max(copy.sentences) > min(copy.sentences):
        return True
    has_entry = any(place[0] == row for place in copy.entries)
    return not has_entry and any(cell.value is not None for cell in copy.source[row])


def _write_rows(copy: SheetCopy, target: Sheet) -> None:
    for row, height in sorted(_heights(copy).items()):
        hidden = copy.source.row_dimensions[row].hidden or row in copy.hidden_rows
        if height is not None or hidden:
            target.raw.set_row(row - 1, height, None, {"hidden": hidden})


def extra_heights(copy: SheetCopy) -> dict[int, float]:
    """Points by which rows must grow to show whole entries: no program fits merged blocks by itself."""
    extra: dict[int, float] = {}
    for (row, column), entry in copy.entries.items():
        block = copy.blocks.get((row, column)) or CellRange(
            min_row=row, max_row=row, min_col=column, max_col=column
        )
        size = float(copy.source.cell(row, column).font.sz or 11)
        letters = len(entry) if isinstance(entry, str) else 0
        room = sum(copy.width(column) for column in range(block.min_col, block.max_col + 1)) * 72 / 96
        # A letter of these fonts is about half as wide as the font is high.
        lines = math.ceil(letters * size * 0.5 / max(room, 1.0))
        given = sum(copy.height(row) or _DEFAULT_HEIGHT for row in range(block.min_row, block.max_row + 1))
        needed = lines * size * _LINE_HEIGHT - given
        if needed > extra.get(block.max_row, 0.0):
            extra[block.max_row] = needed
    return extra


def short_heights(copy: SheetCopy) -> dict[int, float]:
    """Heights of rows drawn for a long answer that now hold a line referring to another sheet."""
    found: dict[int, float] = {}
    for place in copy.short_entries:
        block = copy.blocks.get(place) or CellRange(
            min_row=place[0], max_row=place[0], min_col=place[1], max_col=place[1]
        )
        rows = range(block.min_row, block.max_row + 1)
        size = float(copy.source.cell(*place).font.sz or 11)
        needed = _SHORT_LINES * size * _LINE_HEIGHT
        if sum(copy.height(row) or _DEFAULT_HEIGHT for row in rows) > needed:
            found |= {row: needed / len(rows) for row in rows}
    return found


def _write_cell(copy: SheetCopy, target: Sheet, place: Place, cell: SheetCell | MergedCell) -> None:
    block = copy.blocks.get(place)
    entry = copy.entries.get((block.min_row, block.min_col) if block else place)
    look = _look(copy, cell, block)
    if entry is not None:
        look = _entry_look(entry, look)
    # Every cell of a merged block is written, because its borders belong to the cells at its edge.
    if isinstance(cell, MergedCell):
        target.text(place[0] - 1, place[1] - 1, "", look)
    elif place in copy.formulas:
        target.formula(place[0] - 1, place[1] - 1, *copy.formulas[place], look)
    # A formula that cannot be calculated here would show the template's own result.
    elif entry is None and cell.data_type == "f":
        target.text(place[0] - 1, place[1] - 1, "", look)
    else:
        _write_value(target, place, _printed(copy, cell) if entry is None else entry, look)


def _printed(copy: SheetCopy, cell: SheetCell) -> object:
    """What the template prints in a cell; dates and times as the numbers that Excel stores."""
    if isinstance(cell.value, datetime | date | time | timedelta):
        # The cell's number format then shows them as in the template.
        return to_excel(cell.value)
    return copy.fill(cell.value) if isinstance(cell.value, str) else cell.value


def _write_value(target: Sheet, place: Place, value: object, look: Properties) -> None:
    row, column = place[0] - 1, place[1] - 1
    if isinstance(value, int | float) and not isinstance(value, bool):
        target.number(row, column, value, look)
    else:
        target.text(row, column, "" if value is None else str(value), look)


def _look(copy: SheetCopy, cell: SheetCell | MergedCell, block: CellRange | None) -> Properties:
    """A cell's style; in a merged block that of its first cell, with borders only along the block's edge."""
    if block is None:
        return copy.styles.properties(cell)
    first = copy.styles.properties(copy.source.cell(block.min_row, block.min_col))
    edges = {
        "left": cell.column == block.min_col,
        "right": cell.column == block.max_col,
        "top": cell.row == block.min_row,
        "bottom": cell.row == block.max_row,
    }
    inner = {name: value for name, value in first.items() if name.removesuffix("_color") not in edges}
    return inner | copy.styles.border(
        cast("Border", cell.border), tuple(side for side, is_edge in edges.items() if is_edge)
    )


def _entry_look(entry: float | str, look: Properties) -> Properties:
    """The printed style of an input: no colours; texts wrap, numbers shrink rather than turn into ####."""
    plain = {name: value for name, value in look.items() if name not in _COLOURED}
    if isinstance(entry, str):
        # The dots of a date stay on one line, as the date itself would.
        dotted = is_date_format(str(plain.get("num_format", "General")))
        return plain | {"text_wrap": not dotted, "shrink": dotted}
    usual = "#,##0" if float(entry).is_integer() else "#,##0.##"
    given = plain.get("num_format", "@")
    return plain | {"text_wrap": False, "shrink": True, "num_format": usual if given == "@" else given}
