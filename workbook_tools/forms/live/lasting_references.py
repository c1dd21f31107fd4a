"""References that survive when a unit drags one input onto another.

If a cell is dragged, Excel turns references to its target into ``#REF!`` and lets references to the cell
follow it. A range whose edges stay put is left alone, so an input is addressed as a place in a range with
locked edges: ``INDEX($E$1:$E$77,ROW())`` in its own row, otherwise by the row of a locked cell beside it.
Inserting or sorting rows updates such references correctly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import Cell, column_letters, quote_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

Position = tuple[int, int]
"""Row and column."""


def area(first: Cell, last: Cell) -> str:
    """A rectangle as an absolute range of its own sheet."""
    return f"{first.fixed}:{last.fixed}"


def on_sheet(reference: str, sheet: str, home: str) -> str:
    """A reference as a formula on the sheet ``home`` writes it."""
    return reference if sheet == home else f"{quote_sheet(sheet)}!{reference}"


class Ground(Struct, frozen=True, dict=True):
    """What references need to know of a form sheet.

    ``corner`` is the last row and column that a range may reach, ``key_row`` and ``key_column`` are locked
    entirely, ``open_cells`` can be dragged. ``avoid`` are cells that no range may hold because they depend on
    the formula itself, which Excel would report as a circular reference.
    """

    sheet: str
    corner: Position
    key_row: int
    key_column: int
    open_cells: frozenset[Position]
    avoid: frozenset[Position]

    def refer(self, cell: Cell, home: Cell) -> str:
        """A reference to ``cell`` for a formula in the cell ``home``."""
        (top, left), (bottom, right) = self._block(cell.row, cell.column)
        sheet = on_sheet("", self.sheet, home.sheet)
        key = column_letters(self.key_column)
        row = f"ROW({sheet}${key}${cell.row})"
        if (home.sheet, home.row) == (cell.sheet, cell.row):
            row = "ROW()"
        # ROW() counts from the top of the sheet, INDEX from that of its range.
        if top > 1:
            row += f"-ROW({sheet}${key}${top})+1"
        place = row
        if left != right:
            letter, first = column_letters(cell.column), column_letters(left)
            place += f",COLUMN({sheet}${letter}${self.key_row})-COLUMN({sheet}${first}${self.key_row})+1"
        return f"INDEX({sheet}{area(Cell('', top, left), Cell('', bottom, right))},{place})"

    def _block(self, row: int, column: int) -> tuple[Position, Position]:
        """The largest range of the cell's column without a cell to avoid, widened to have locked edges."""
        avoided = self._avoided.get(column, [])
        at = bisect_left(avoided, row)
        top = avoided[at - 1] + 1 if at else 1
        below = bisect_right(avoided, row)
        bottom = avoided[below] - 1 if below < len(avoided) else self.corner[0]
        # The rows of a list share a block, which takes as long to find as the list has rows.
        if (top, bottom, column) not in self._blocks:
            self._blocks[top, bottom, column] = self._widened(top, bottom, column)
        return self._blocks[top, bottom, column]

    @cached_property
    def _avoided(self) -> dict[int, list[int]]:
        """Column → the rows of its cells to avoid, in order."""
        found: dict[int, list[int]] = {}
        for row, column in sorted(self.avoid):
            found.setdefault(column, []).append(row)
        return found

    @cached_property
    def _blocks(self) -> dict[tuple[int, int, int], tuple[Position, Position]]:
        return {}

    def _widened(self, top: int, bottom: int, column: int) -> tuple[Position, Position]:
        for left, right in self._widths(column):
            across = range(left, right + 1)
            # Excel reports a range that holds the formula's own result as a circular reference, even if
            # unused.
            if any(top <= row <= bottom for c in across for row in self._avoided.get(c, ())):
                continue
            # Dragging a cell at the edge of a range would shrink it; a locked cell there holds it.
            if all(any((edge, c) not in self.open_cells for c in across) for edge in (top, bottom)):
                return (top, left), (bottom, right)
        return (top, column), (bottom, column)

    def _widths(self, column: int) -> Iterator[Position]:
        yield column, column
        yield from ((left, column) for left in range(column - 1, 0, -1))
        yield from ((column, right) for right in range(column + 1, self.corner[1] + 1))
