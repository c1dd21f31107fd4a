"""The hidden cells of a list: where its states and flags are, and the texts around it.

In the hidden columns, a row of a list has the state of each of its cells, then a flag if anything is filled
in. The hidden row above the list has the columns' names there and the list's own state, the one below it says
what each column accepts; so the rows' formulas stay short however many columns a list has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import Cell
from workbook_tools.forms.live.accepted import objection
from workbook_tools.forms.live.lasting_references import area, on_sheet
from workbook_tools.formula.list_functions import measure_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbook_tools.forms.sheet_layout import SheetLayout
    from workbook_tools.model import RowList

FILLED = "x"
"""The flag of a row with content."""


class ListCells(Struct, frozen=True):
    """The hidden cells of one list."""

    layout: SheetLayout
    row_list: RowList

    @property
    def _width(self) -> int:
        return len(self.row_list.asked)

    def states(self, row: int) -> str:
        """The states of a row's cells; above and below the list, the columns' texts."""
        layout = self.layout
        return area(layout.state_cell(row, 0), layout.state_cell(row, self._width - 1))

    def state(self, row: int, code: str) -> Cell:
        """The state of one cell."""
        position = [column.code for column in self.row_list.asked].index(code)
        return self.layout.state_cell(row, position)

    def flag(self, row: int) -> Cell:
        """The flag of a row; in the row above the list, its own state."""
        return self.layout.state_cell(row, self._width)

    @property
    def flags(self) -> str:
        """The flags of all rows."""
        rows = self.row_list.rows
        return area(self.flag(rows[0]), self.flag(rows[-1]))

    @property
    def own_state(self) -> Cell:
        """The state of the list as a whole."""
        return self.flag(self.row_list.fences[0])

    def place(self, row: int, code: str) -> Cell:
        """A cell of the list itself."""
        return Cell(self.layout.name, row, self.row_list.places[code])

    def column(self, code: str) -> str:
        """A whole column of the list, between cells that nobody can drag."""
        top, bottom = self.row_list.fences
        return area(self.place(top, code), self.place(bottom, code))

    def rules(self, row: int, count: int) -> str:
        """The hidden cells of a row's rules."""
        return area(self.layout.rule_cell(row, 0), self.layout.rule_cell(row, count - 1))


def fence_texts(layout: SheetLayout, row_list: RowList) -> Iterator[tuple[Cell, str]]:
    """The texts in the hidden rows around a list: the columns' names, and what they accept."""
    top, bottom = row_list.fences
    for position, column in enumerate(row_list.asked):
        yield layout.state_cell(top, position), f"ô “{column.label}”"
        yield layout.state_cell(bottom, position), objection(column)


def least_rows(row_list: RowList) -> int:
    """How many rows a list needs if it is filled in at all."""
    return max(1, row_list.least)


def column_ranges(layouts: Iterable[SheetLayout], measure: str, home: str) -> list[str]:
    """The columns that a count or sum goes through, as ranges for a formula on the sheet ``home``."""
    listed = [ListCells(layout, one) for layout in layouts for one in layout.lists]
    return [
        on_sheet(one.column(code), one.layout.name, home)
        for code in measure_parts(measure)[1]
        for one in listed
        if code in one.row_list.columns
    ]
