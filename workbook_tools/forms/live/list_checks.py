"""The live formulas of lists: each row's states and checks, its running number, and the list's own state.

In the hidden columns, a row of a list has the state of each of its cells, then a flag if anything is filled
in. The hidden row above the list has the columns' names there and the list's own state, the one below it says
what each column accepts; so the rows' formulas stay short however many columns a list has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import FORMULA_LIMIT, Cell, quote_text
from workbook_tools.forms.live.accepted import objection
from workbook_tools.forms.live.lasting_references import area, on_sheet
from workbook_tools.forms.live.live_checks import (
    BLANK_STATES,
    ERROR,
    MISSING,
    InputState,
    LiveCell,
    build_rule,
    build_state,
)
from workbook_tools.formula.list_functions import measure_parts
from workbook_tools.formula.places import place_formula
from workbook_tools.model import Computed, Need, RowList
from workbook_tools.spec.row_lists.list_room import Room, move_formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.forms.live.live_cells import LiveCells
    from workbook_tools.forms.sheet_layout import SheetLayout

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


def build_list(cells: LiveCells, layout: SheetLayout, row_list: RowList) -> dict[Cell, LiveCell]:
    """Every live cell of a list."""
    listed = ListCells(layout, row_list)
    found = dict(_own_cells(cells, listed))
    for row in row_list.rows:
        found.update(_row_cells(cells, listed, row))
    return found


def fence_texts(layout: SheetLayout, row_list: RowList) -> Iterator[tuple[Cell, str]]:
    """The texts in the hidden rows around a list: the columns' names, and what they accept."""
    top, bottom = row_list.fences
    for position, column in enumerate(row_list.asked):
        yield layout.state_cell(top, position), f"ô “{column.label}”"
        yield layout.state_cell(bottom, position), objection(column)


def least_rows(row_list: RowList) -> int:
    """How many rows a list needs if it is filled in at all."""
    return max(1, row_list.least)


def _own_cells(cells: LiveCells, listed: ListCells) -> Iterator[tuple[Cell, LiveCell]]:
    """The state of the list, and the rules over its counts and sums."""
    row_list, layout = listed.row_list, listed.layout
    blank, count = BLANK_STATES[row_list.need], f'COUNTIF({listed.flags},"{FILLED}")'
    enough = f"IF({count}=0,{blank},{InputState.MISSING})"
    yield (
        listed.own_state,
        LiveCell(
            f"=IF({count}>={least_rows(row_list)},{InputState.GOOD},{enough})", int(blank), row_list.code
        ),
    )
    top = row_list.fences[0]
    for position, rule in enumerate(layout.rules.get(top, ())):
        home = layout.rule_cell(top, position)
        yield home, build_rule(rule, cells.template, cells.places(layout, home))


def _row_cells(cells: LiveCells, listed: ListCells, row: int) -> Iterator[tuple[Cell, LiveCell]]:
    layout, row_list = listed.layout, listed.row_list
    for column in row_list.asked:
        home = listed.state(row, column.code)
        ref = layout.ground().refer(listed.place(row, column.code), home)
        yield home, build_state(column, ref, layout.options.get(column.code), in_list=True)
    states, width = listed.states(row), len(row_list.asked)
    # A row is blank if each of its cells is, whether it may be (optional) or not (lacking).
    blanks = "+".join(f"COUNTIF({states},{state})" for state in (InputState.OPTIONAL, InputState.LACKING))
    yield listed.flag(row), LiveCell(f'=IF({blanks}={width},"","{FILLED}")', "")
    rules = layout.list_rules.get(row_list.code, ())
    for position, rule in enumerate(rules):
        home = layout.rule_cell(row, position)
        yield home, build_rule(rule, cells.template, _RowPlaces(cells, listed, home))
    yield Cell(layout.name, row, layout.check_column), _check(listed, row, len(rules))
    if row_list.number_column:
        flag, first = listed.flag(row), listed.flag(row_list.top)
        # A count of the filled rows so far: rows may be deleted or left blank without a gap in the numbers.
        number = f'COUNTIF({area(first, flag)},"{FILLED}")'
        yield (
            Cell(layout.name, row, row_list.number_column),
            LiveCell(f'=IF({flag.fixed}="","",{number})', ""),
        )


def _check(listed: ListCells, row: int, rules: int) -> LiveCell:
    """The check beside a row: a wrong cell, a missing one, a broken rule; then what the list as a whole
    lacks, in its first row.
    """
    states, top, bottom = listed.states(row), *map(listed.states, listed.row_list.fences)
    last = _own_message(listed) if row == listed.row_list.top else '""'
    wrong, lacking = (f"MATCH({state},{states},0)" for state in (InputState.WRONG, InputState.LACKING))
    broken = last
    if rules:
        shown = listed.rules(row, rules)
        broken = f'IFERROR(INDEX({shown},MATCH("?*",{shown},0)),{last})'
    told = quote_text(f"{ERROR}: ")
    lacks = f"IFERROR({quote_text(f'{ERROR}: dòng này thiếu ')}&INDEX({top},{lacking}),{broken})"
    is_wrong = f'IFERROR({told}&INDEX({top},{wrong})&" "&INDEX({bottom},{wrong}),{lacks})'
    row_list = listed.row_list
    blank = _own_words(row_list) if row == row_list.top and row_list.need is Need.REQUIRED else ""
    return LiveCell(f'=IF({listed.flag(row).fixed}="",{last},{is_wrong})', blank, row_list.code)


def _own_message(listed: ListCells) -> str:
    """An expression: what the list as a whole lacks, or ""."""
    missing = quote_text(_own_words(listed.row_list))
    message = f'IF({listed.own_state.fixed}={InputState.MISSING},{missing},"")'
    top = listed.row_list.fences[0]
    count = len(listed.layout.rules.get(top, ()))
    if count:
        shown = listed.rules(top, count)
        message = f'IFERROR(INDEX({shown},MATCH("?*",{shown},0)),{message})'
    return message


def _own_words(row_list: RowList) -> str:
    return f"{MISSING}: danh sách cần ít nhất {least_rows(row_list)} dòng"


def build_row_formulas(
    cells: LiveCells, layout: SheetLayout, facts: Mapping[str, str]
) -> dict[Cell, LiveCell]:
    """The officer's own formulas in the rows of lists, with lasting references."""
    found = {}
    for one in layout.lists:
        for computed in cells.template.row_formulas:
            if (computed.cell.sheet, computed.cell.row) == (one.sheet, one.top):
                for row in one.rows:
                    home = replace_row(computed.cell, row)
                    found[home] = LiveCell(
                        _in_row(cells, computed, home, facts), "", f"{home.sheet}!{home.ref}"
                    )
    return found


def replace_row(cell: Cell, row: int) -> Cell:
    """The cell in the same column of another row."""
    return Cell(cell.sheet, row, cell.column)


def _in_row(cells: LiveCells, computed: Computed, home: Cell, facts: Mapping[str, str]) -> str:
    live = move_formula(computed.live, home.sheet, {home.sheet: Room()}, (computed.cell.row, home.row))
    formula = place_formula(live, home.sheet, {}, facts, lambda node: cells.refer_lastingly(home, node))
    # Lasting references are longer; a formula that would exceed Excel's limit keeps plain ones.
    return formula if len(formula) <= FORMULA_LIMIT else place_formula(live, home.sheet, {}, facts)


class _RowPlaces(Struct, frozen=True):
    """How a rule for each row refers to the columns in its own row, and to all else."""

    cells: LiveCells
    listed: ListCells
    home: Cell

    def value(self, code: str) -> str:
        if code not in self.listed.row_list.columns:
            return self.cells.places(self.listed.layout, self.home).value(code)
        place = self.listed.place(self.home.row, code)
        if not self.listed.row_list.columns[code].asked:
            return place.fixed
        return self.listed.layout.ground().refer(place, self.home)

    def state(self, code: str) -> str | None:
        if code not in self.listed.row_list.columns:
            return self.cells.places(self.listed.layout, self.home).state(code)
        if not self.listed.row_list.columns[code].asked:
            return None
        return self.listed.state(self.home.row, code).fixed

    def columns(self, measure: str) -> list[str]:
        return self.cells.places(self.listed.layout, self.home).columns(measure)


def column_ranges(cells: LiveCells, measure: str, home: str) -> list[str]:
    """The columns that a count or sum goes through, as ranges for a formula on the sheet ``home``."""
    found = []
    for code in measure_parts(measure)[1]:
        for layout in cells.layouts:
            for one in layout.lists:
                if code in one.columns:
                    found.append(on_sheet(ListCells(layout, one).column(code), layout.name, home))
    return found
