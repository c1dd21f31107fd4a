"""Calculated columns of lists: recalculated for each row; what a return shows is only compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools.answers.calculated import ResultColumns, UnitRows, differences
from workbook_tools.answers.list_answers import rows_of_cells, widen
from workbook_tools.formula import parse_computed
from workbook_tools.formula.calculate import Values, evaluate_formulas
from workbook_tools.model import State

if TYPE_CHECKING:
    from workbook_tools.model import Computed, ReportTemplate, Roster, RowList
    from workbook_tools.problems import Problem


def calculate_rows(
    cells: pd.DataFrame, answers: pd.DataFrame, template: ReportTemplate, roster: Roster
) -> list[Problem]:
    """Fill in the cells of calculated columns in the frame ``list_cells``, in place; warn wherever a return
    shows another result. A cell is in doubt if any of its inputs is.
    """
    problems: list[Problem] = []
    for one in template.lists.values():
        formulas = [
            computed
            for computed in template.row_formulas
            if (computed.cell.sheet, computed.cell.row) == (one.sheet, one.top) and computed.formula
        ]
        if formulas and (cells["list"] == one.code).any():
            problems += _calculate(cells, one, formulas, UnitRows(answers, template, roster))
    return problems


def _calculate(
    cells: pd.DataFrame,
    one: RowList,
    formulas: list[Computed],
    units: UnitRows,
) -> list[Problem]:
    wide = widen(cells, one)
    of_row = pd.Index(units.units).get_indexer(pd.Index(wide["unit"]))
    # A doubt has no value in the wide frame, where it could not be told from a blank cell.
    doubtful = {code: _is_in_doubt(cells, one, code, len(wide)) for code in one.columns}

    def look_up(name: str) -> Values | None:
        if name in one.columns:
            return wide[name].to_numpy()
        values = units.values(name)
        if values is None:
            return None
        return np.asarray(pd.api.extensions.take(values, of_row, allow_fill=True))

    found = evaluate_formulas(formulas, look_up, len(wide))
    problems: list[Problem] = []
    for computed in formulas:
        if computed.name not in one.columns:
            continue
        # In the order of calculation: a column may be calculated from another one.
        doubt = np.zeros(len(wide), dtype=bool)
        for name in parse_computed(computed.formula).names:
            doubt |= doubtful.get(name, False)
        doubtful[computed.name] = doubt
        problems += _fill_in(cells, one, computed.name, found[computed.name], doubt)
    return problems


def _is_in_doubt(cells: pd.DataFrame, one: RowList, code: str, length: int) -> Values:
    at, rows = _places(cells, one, code)
    found = np.zeros(length, dtype=bool)
    found[rows] = cells["state"].to_numpy()[at] == State.IN_DOUBT
    return found


def _places(cells: pd.DataFrame, one: RowList, code: str) -> tuple[Values, Values]:
    """Positions of a column's cells in the frame, and the rows of the list they are in."""
    own = np.flatnonzero((cells["list"] == one.code).to_numpy())
    mine = (cells["indicator"].to_numpy()[own] == code).nonzero()[0]
    return own[mine], rows_of_cells(cells.iloc[own])[mine]


def _fill_in(cells: pd.DataFrame, one: RowList, code: str, results: Values, doubt: Values) -> list[Problem]:
    at, rows = _places(cells, one, code)
    results, doubt = results[rows], doubt[rows]
    columns = ResultColumns(cells)
    shown = columns.value[at]
    columns.fill_in(at, results, doubt)
    problems = list(differences(cells.iloc[at], shown, results, doubt))
    cells["state"], cells["value"], cells["number"] = columns.state, columns.value, columns.number
    return problems
