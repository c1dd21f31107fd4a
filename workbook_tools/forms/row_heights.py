"""Explicit row heights: programs do not fit the rows of generated files, so wrapped labels would overlap."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from openpyxl.cell.cell import MergedCell

from workbook_tools.excel import ROW_HEIGHT_LIMIT
from workbook_tools.model import Kind
from workbook_tools.spec.markers import MARKER, fill_markers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.forms.sheet_layout import SheetLayout
    from workbook_tools.model import ReportTemplate

# Excel's column width and font size if the workbook sets none.
DEFAULT_WIDTH, _DEFAULT_SIZE = 8.43, 11.0
_LINE = 1.32
"""Line height as a multiple of the font size."""
_CAPITAL, _BOLD = 1.4, 1.07
"""Widths of a capital in small letters, and of bold letters in plain ones."""
_NARRATIVE = 66.0
"""Room for four lines in 12 points."""


def set_missing_heights(
    sheet: Worksheet, last_row: int, longest: Mapping[str, str], narratives: Collection[int] = ()
) -> None:
    """Fit every row without a height set by the officer to its texts; ``narratives`` are rows to write in.

    ``longest`` maps the markers of what differs between units to the longest text among them.
    """
    rows = range(1, last_row + 1)
    drawn = {row for row in rows if has_height(sheet, row)}
    printed, unnamed = partial(_printed, longest), partial(_printed, dict.fromkeys(longest, ""))
    for row, height in fit_heights(sheet, [row for row in rows if row not in drawn], printed).items():
        # No program fits merged cells while they are filled in: what does not fit is not printed.
        least = _NARRATIVE if row in narratives else 0.0
        sheet.row_dimensions[row].height = max(height, least)
    # The officer's own height is kept, even if it clips text, unless it is a name that takes more lines: she
    # saw only its marker.
    named = [row for row in sorted(drawn) if any(map(_is_named, sheet[row]))]
    without = fit_heights(sheet, named, unnamed)
    for row, height in fit_heights(sheet, named, printed).items():
        if height > max(without[row], sheet.row_dimensions[row].height):
            sheet.row_dimensions[row].height = height


def narrative_rows(sheet: Worksheet, layout: SheetLayout, template: ReportTemplate) -> set[int]:
    """The rows in which a text without a measure is written into merged cells of half the form's width."""
    texts = [i.code for line in layout.lines.values() for i in line if i.kind is Kind.TEXT and not i.measure]
    starts = {(template.inputs[code].row, template.inputs[code].column) for code in texts}
    return {
        int(block.min_row)
        for block in sheet.merged_cells.ranges
        if (block.min_row, block.min_col) in starts
        and block.min_row == block.max_row
        and 2 * (block.max_col - block.min_col + 1) > layout.last_column
    }


def has_height(sheet: Worksheet, row: int) -> bool:
    """Whether the officer set the height of a row."""
    return row in sheet.row_dimensions and sheet.row_dimensions[row].height is not None


def fit_heights(
    sheet: Worksheet, rows: Iterable[int], shown: Callable[[Cell], str | None]
) -> dict[int, float]:
    """Row → the height in points that its texts need; ``shown`` returns a cell's text, None for numbers and
    blanks.
    """
    spans = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    widths = column_widths(sheet)
    found = {}
    for row in rows:
        heights = [_DEFAULT_SIZE * _LINE]
        for cell in sheet[row]:
            text = None if isinstance(cell, MergedCell) else shown(cell)
            span = spans.get((row, cell.column))
            # No program fits merged cells; a block over several rows makes its last row higher.
            if text is not None and (span is None or span.max_row == row):
                first = int(cell.column or 1)
                last = first
                if span is not None:
                    last = int(span.max_col or first)
                width = sum(widths.get(column, DEFAULT_WIDTH) for column in range(first, last + 1))
                size = float(cell.font.size or _DEFAULT_SIZE)
                room = width * _DEFAULT_SIZE / size / _boldness(cell)
                lines = _lines(text, room, bool(cell.alignment.wrap_text))
                heights.append(lines * size * _LINE)
        found[row] = min(round(max(heights) + 2, 2), ROW_HEIGHT_LIMIT)
    return found


def text_width(text: str, cell: Cell) -> float:
    """The width of a column that a text needs on one line, in the cell's font."""
    size = float(cell.font.size or _DEFAULT_SIZE)
    longest = max(map(_length, text.split("\n")))
    return longest * size / _DEFAULT_SIZE * _boldness(cell)


def _boldness(cell: Cell | MergedCell) -> float:
    """How much wider the letters of a cell are for being bold."""
    return _BOLD if cell.font.bold else 1.0


def _printed(longest: Mapping[str, str], cell: Cell) -> str | None:
    text = cell.value
    if isinstance(text, str) and not text.startswith("="):
        return fill_markers(text, longest)
    return None


def _is_named(cell: Cell | MergedCell) -> bool:
    return isinstance(cell.value, str) and MARKER.search(cell.value) is not None


def column_widths(sheet: Worksheet) -> dict[int, float]:
    """Return column → its own width; Excel stores one entry for neighbours of the same width."""
    found: dict[int, float] = {}
    for dimension in sheet.column_dimensions.values():
        if dimension.min and dimension.max and dimension.width:
            width = float(dimension.width)
            found |= dict.fromkeys(range(dimension.min, dimension.max + 1), width)
    return found


def _lines(text: str, room: float, wraps: bool) -> int:
    parts = text.split("\n")
    if wraps:
        return sum(_wrapped_lines(part, max(room, 1.0)) for part in parts)
    return len(parts)


def _length(text: str) -> float:
    return sum(_CAPITAL if letter.isupper() else 1.0 for letter in text)


def _wrapped_lines(text: str, room: float) -> int:
    """Lines of a text that breaks between words, and within those longer than a line."""
    lines, used = 1, 0.0
    for word in text.split(" "):
        length = _length(word)
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0.0
        used += length + bool(used)
        if used > room:
            more = math.ceil(used / room) - 1
            lines, used = lines + more, used - more * room
    return lines
