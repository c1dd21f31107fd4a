"""Checks of lists: how many rows, cells missing in a row, bounds, and the rules for each row."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from workbook_tools.answers.list_answers import rows_of_cells, widen
from workbook_tools.checks.answer_line import lines
from workbook_tools.checks.cells import check_range
from workbook_tools.checks.odd_rows import check_odd_rows
from workbook_tools.formula import parse_formula
from workbook_tools.formula.list_functions import is_column, list_of
from workbook_tools.model import Need, Outcome, ReportTemplate, RowList, Rule, State
from workbook_tools.problems import Place, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.checks.rules import AnswerTable
    from workbook_tools.model import Roster
    from workbook_tools.returns.result import FileReading

Flags = npt.NDArray[np.bool_]
_EMPTY = {Need.REQUIRED: "list-empty", Need.RECOMMENDED: "list-unfilled"}


def check_lists(
    cells: pd.DataFrame,
    readings: Sequence[FileReading],
    template: ReportTemplate,
    roster: Roster,
) -> list[Problem]:
    """Lists with too few rows, rows with a required cell blank or that may be no entries, and figures out of
    bounds.

    ``cells`` is the frame ``list_cells``. Only forms of the template's own version are known to have asked
    for all of its lists.
    """
    if not template.lists:
        return []
    asked = [
        reading
        for reading in readings
        if reading.outcome is Outcome.ACCEPTED
        and reading.identity is not None
        and template.made(reading.identity.form_version)
    ]
    return [
        *_check_lengths(cells, asked, template, roster),
        *_check_missing(cells, template),
        *check_range(cells, template.columns),
        *check_odd_rows(cells, template),
    ]


def _check_lengths(
    cells: pd.DataFrame, asked: Sequence[FileReading], template: ReportTemplate, roster: Roster
) -> Iterator[Problem]:
    longest = cells.groupby(["unit", "list"])["row"].max().to_dict() if len(cells) else {}
    for reading in asked:
        for one in template.lists_for(roster[reading.unit].type):
            count = int(longest.get((reading.unit, one.code), 0))
            place = Place(reading.path, one.sheet, unit=reading.unit, indicator=one.code)
            if not count and one.need in _EMPTY:
                yield problem(_EMPTY[one.need], place, value=one.label)
            elif 0 < count < one.least:
                yield problem("list-short", place, value=one.label, count=count, limit=one.least)


def _check_missing(cells: pd.DataFrame, template: ReportTemplate) -> Iterator[Problem]:
    required = [c.code for c in template.columns.values() if c.need is Need.REQUIRED and c.asked]
    blank = cells[cells["indicator"].isin(required) & (cells["state"] == State.UNANSWERED)]
    for line, row in zip(lines(blank), blank["row"].tolist(), strict=True):
        code = line.place.indicator
        yield line.problem(
            "list-cell-missing",
            row=row,
            list=template.lists[list_of(code)].label,
            value=template.columns[code].label,
        )


def check_row_rules(cells: pd.DataFrame, table: AnswerTable) -> list[Problem]:
    """A problem for every row of a list that breaks a rule for each row; other lines and facts that the rule
    names have the unit's value. Rules are evaluated as those over single lines are.
    """
    found: list[Problem] = []
    views: dict[str, _Rows] = {}
    for rule in table.template.rules:
        names = parse_formula(rule.formula).names
        code = next((list_of(name) for name in names if is_column(name)), None)
        if code is None or code not in table.template.lists:
            continue
        if code not in views:
            views[code] = _Rows(cells, table.template.lists[code], table)
        found += _check_rule(rule, views[code])
    return found


def _check_rule(rule: Rule, rows: _Rows) -> Iterator[Problem]:
    formula = parse_formula(rule.formula)
    held = np.flatnonzero(rows.held(rule, formula.names))
    if not held.size:
        return
    frame = pd.DataFrame({name: rows.values(name)[held] for name in formula.names}, index=held)
    wrong = formula.evaluate_broken(frame)
    broken = wrong.index.to_numpy(dtype=np.intp)
    shown_at = lines(rows.cells.iloc[rows.first_places([rule.shown_at or "", *formula.names], broken)])
    for row, result, line in zip(broken.tolist(), wrong, shown_at, strict=True):
        values = [f"{rows.label(n)} = {rows.shown(n, row, frame.loc[row, n])}" for n in formula.names]
        yield line.rule_problem(rule, result, [f"dòng {int(rows.frame['row'].iloc[row])}", *values])


class _Rows(Struct, frozen=True, dict=True):
    """The rows of one list, beside the other answers of their units."""

    all_cells: pd.DataFrame
    row_list: RowList
    table: AnswerTable

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The list's own cells."""
        return self.all_cells[self.all_cells["list"] == self.row_list.code]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each row of the list."""
        return widen(self.all_cells, self.row_list)

    @cached_property
    def _row_of_cell(self) -> npt.NDArray[np.intp]:
        return rows_of_cells(self.cells)

    @cached_property
    def _units(self) -> npt.NDArray[np.intp]:
        """The position of each row's unit among those that have returned, -1 if it has no other answers."""
        known = pd.Index([unit.code for unit in self.table.units], dtype=object)
        return np.asarray(known.get_indexer(pd.Index(self.frame["unit"])))

    def places(self, code: str) -> npt.NDArray[np.intp]:
        """For each row, the position of its cell in a column, -1 if its form has none."""
        mine = (self.cells["indicator"] == code).to_numpy()
        found = np.full(len(self.frame), -1, dtype=np.intp)
        found[self._row_of_cell[mine]] = np.flatnonzero(mine)
        return found

    def first_places(self, names: Sequence[str], rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """For each of these rows, the position of its cell in the first column named that its form has."""
        found = np.full(len(rows), -1, dtype=np.intp)
        for name in names:
            if name in self.row_list.columns:
                found = np.where(found < 0, self.places(name)[rows], found)
        return found

    def held(self, rule: Rule, names: Sequence[str]) -> Flags:
        """The rows for which a rule is evaluated: something it names is answered in them, and nothing is
        KCSL or in doubt.
        """
        table, own = self.table, [name for name in names if is_column(name)]
        types = np.array([table.roster[unit].type for unit in self.frame["unit"]], dtype=object)
        found = np.isin(types, [code for code in table.template.unit_types if rule.applies_to(code)])
        answered = np.zeros(len(found), dtype=bool)
        for name in own:
            place = self.places(name)
            # Place -1, no such cell, takes the appended state.
            states = np.append(self.cells["state"].to_numpy(dtype=object), State.UNANSWERED)[place]
            answered |= states == State.ANSWERED
            found &= ~np.isin(states, [State.NO_FIGURE, State.IN_DOUBT])
        others = [name for name in names if not is_column(name)]
        # Position -1, a unit without other answers, takes the appended False.
        unknown = np.append(table.unknown_to(others), False)
        return np.asarray(found & answered & ~unknown[self._units])

    def values(self, name: str) -> npt.NDArray[Any]:
        """The values of a name for each row."""
        if is_column(name):
            return self.frame[name].to_numpy()
        of_units = self.table.values(name, np.arange(len(self.table.units)))
        return np.asarray(pd.api.extensions.take(of_units, self._units, allow_fill=True))

    def label(self, name: str) -> str:
        """The name of an operand on the form."""
        column = self.row_list.columns.get(name)
        if column is not None:
            return column.label
        return self.table.label(name)

    def shown(self, name: str, row: int, value: object) -> str:
        """A value as displayed to the officer."""
        return self.table.shown(name, str(self.frame["unit"].iloc[row]), value)
