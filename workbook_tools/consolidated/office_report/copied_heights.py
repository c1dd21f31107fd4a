"""How high the rows of a copied sheet are, so that every entry shows, and at which rows its pages begin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workbook_tools.consolidated.office_report.copied_page import page_room, repeated_rows
from workbook_tools.excel import DEFAULT_ROW_HEIGHT
from workbook_tools.sheetwriter.page_starts import find_page_starts

if TYPE_CHECKING:
    from workbook_tools.consolidated.office_report.sheet_to_copy import SheetCopy

_LINE_HEIGHT = 1.3
_SHORT_LINES = 2


def copied_row_heights(copy: SheetCopy) -> dict[int, float | None]:
    """The height of each row that has one of its own."""
    heights = {row: copy.height(row) for row in {*copy.source.row_dimensions, *copy.fitted}}
    for row, extra in _extra_heights(copy).items():
        heights[row] = (heights.get(row) or DEFAULT_ROW_HEIGHT) + extra
    heights |= _short_heights(copy)
    heights |= _sentence_heights(copy)
    return heights | {row: heights.get(row) for row in copy.hidden_rows}


def report_page_starts(copy: SheetCopy) -> list[int]:
    """The rows that begin a page: headings stay with their content, the signature with what it signs.

    Empty if the template has page breaks of its own, or a fixed number of pages.
    """
    fit = copy.source.sheet_properties.pageSetUpPr
    if copy.source.row_breaks.brk or (
        fit is not None and fit.fitToPage and copy.source.page_setup.fitToHeight != 0
    ):
        return []
    heights = copied_row_heights(copy)
    top, _, bottom, _ = copy.printed
    last = max((row for row in range(top, bottom + 1) if _prints(copy, row)), default=top)

    def height(row: int) -> float:
        hidden = row in copy.hidden_rows or copy.source.row_dimensions[row].hidden
        if hidden:
            return 0.0
        return heights.get(row) or DEFAULT_ROW_HEIGHT

    starts = find_page_starts(
        [height(row) for row in range(top, last + 1)],
        lambda place: _stays_with_next(copy, top + place),
        page_room(copy.source, copy.printed_width),
        sum(map(height, repeated_rows(copy.source))),
    )
    return [top + place for place in starts]


def _stays_with_next(copy: SheetCopy, row: int) -> bool:
    """Whether a row is a heading, which has text and no entry, or belongs to the close of the report."""
    if row >= _closing_row(copy):
        return True
    has_entry = any(place[0] == row for place in copy.entries)
    return not has_entry and _prints(copy, row)


def _closing_row(copy: SheetCopy) -> int:
    """The first row of the close: the closing sentence, or the last entry, above the signature."""
    if len(copy.sentences) > 1:
        return max(copy.sentences)
    return max((row for row, _ in copy.entries), default=copy.source.max_row)


def _prints(copy: SheetCopy, row: int) -> bool:
    return any(cell.value is not None for cell in copy.source[row])


def _extra_heights(copy: SheetCopy) -> dict[int, float]:
    """Points by which rows must grow to show whole entries: no program fits merged blocks by itself."""
    extra: dict[int, float] = {}
    for (row, column), entry in copy.entries.items():
        block = copy.block_of((row, column))
        size = float(copy.source.cell(row, column).font.sz or 11)
        letters = len(entry) if isinstance(entry, str) else 0
        room = copy.points(block.min_col, block.max_col)
        # A letter of these fonts is about half as wide as the font is high.
        lines = math.ceil(letters * size * 0.5 / max(room, 1.0))
        available = sum(
            copy.height(row) or DEFAULT_ROW_HEIGHT for row in range(block.min_row, block.max_row + 1)
        )
        needed = lines * size * _LINE_HEIGHT - available
        if needed > extra.get(block.max_row, 0.0):
            extra[block.max_row] = needed
    return extra


def _short_heights(copy: SheetCopy) -> dict[int, float]:
    """Heights of rows drawn for a long answer that now hold dots to be written over."""
    found: dict[int, float] = {}
    for place in copy.short_entries:
        block = copy.block_of(place)
        rows = range(block.min_row, block.max_row + 1)
        size = float(copy.source.cell(*place).font.sz or 11)
        needed = _SHORT_LINES * size * _LINE_HEIGHT
        if sum(copy.height(row) or DEFAULT_ROW_HEIGHT for row in rows) > needed:
            found |= {row: needed / len(rows) for row in rows}
    return found


def _sentence_heights(copy: SheetCopy) -> dict[int, float]:
    """Heights of the rows that hold a sentence on the copy."""
    room = copy.printed_width
    found = {}
    for row, text in copy.sentences.items():
        size = float(copy.source.cell(*copy.first_entry).font.sz or 11)
        lines = math.ceil(len(text) * size * 0.5 / max(room, 1.0))
        found[row] = (lines * _LINE_HEIGHT + 0.6) * size
    return found
