"""The live formulas of lists: each row's states and checks, its running number, and the list's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import Cell, quote_text
from workbook_tools.forms.live.lasting_references import area
from workbook_tools.forms.live.list_states import FILLED, ListCells, least_rows
from workbook_tools.forms.live.live_checks import (
    BLANK_STATES,
    ERROR,
    MISSING,
    InputState,
    LiveCell,
    build_rule,
    build_state,
)
from workbook_tools.model import Need
from workbook_tools.spec.row_lists.list_room import Room, move_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.forms.live.live_cells import LiveCells
    from workbook_tools.forms.sheet_layout import SheetLayout
    from workbook_tools.model import RowList


def build_list_checks(cells: LiveCells, layout: SheetLayout) -> dict[Cell, LiveCell]:
    """Every live cell of a sheet's lists, except the officer's own formulas."""
    found: dict[Cell, LiveCell] = {}
    for row_list in layout.lists:
        listed = ListCells(layout, row_list)
        found.update(_own_cells(cells, listed))
        for row in row_list.rows:
            found.update(_row_cells(cells, listed, row))
    return found


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
        ref = cells.grounds[layout.name].refer(listed.place(row, column.code), home)
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
    prefix = quote_text(f"{ERROR}: ")
    lacks = f"IFERROR({quote_text(f'{ERROR}: dòng này thiếu ')}&INDEX({top},{lacking}),{broken})"
    is_wrong = f'IFERROR({prefix}&INDEX({top},{wrong})&" "&INDEX({bottom},{wrong}),{lacks})'
    row_list = listed.row_list
    blank = ""
    if row == row_list.top and row_list.need is Need.REQUIRED:
        blank = _own_words(row_list)
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


def build_row_formulas(cells: LiveCells, layout: SheetLayout) -> dict[Cell, LiveCell]:
    """The officer's own formulas in the rows of a sheet's lists, with lasting references."""
    found = {}
    for one in layout.lists:
        drawn = [c for c in cells.template.row_formulas if (c.cell.sheet, c.cell.row) == (one.sheet, one.top)]
        for computed in drawn:
            for row in one.rows:
                home = Cell(one.sheet, row, computed.cell.column)
                live = move_formula(computed.live, one.sheet, {one.sheet: Room()}, (one.top, row))
                found[home] = cells.place_own(live, home, layout)
    return found


class _RowPlaces(Struct, frozen=True):
    """How a rule for each row refers to the columns in its own row, and to all else."""

    cells: LiveCells
    listed: ListCells
    home: Cell

    @property
    def nothing(self) -> str:
        return self.listed.layout.nothing

    def value(self, code: str) -> str:
        if code not in self.listed.row_list.columns:
            return self.cells.places(self.listed.layout, self.home).value(code)
        place = self.listed.place(self.home.row, code)
        if not self.listed.row_list.columns[code].asked:
            return place.fixed
        return self.cells.grounds[self.listed.layout.name].refer(place, self.home)

    def state(self, code: str) -> str | None:
        if code not in self.listed.row_list.columns:
            return self.cells.places(self.listed.layout, self.home).state(code)
        if not self.listed.row_list.columns[code].asked:
            return None
        return self.listed.state(self.home.row, code).fixed

    def columns(self, measure: str) -> list[str]:
        return self.cells.places(self.listed.layout, self.home).columns(measure)
