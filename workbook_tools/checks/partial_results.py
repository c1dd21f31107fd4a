"""Rates that cannot be calculated for a unit, although its figures are in the totals behind the office's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbook_tools.answers.calculated import Flags, UnitRows, any_input
from workbook_tools.checks.answer_line import lines
from workbook_tools.formula import parse_computed
from workbook_tools.model import Combined, State
from workbook_tools.spec.markers import FACT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.problems import Problem

_BLANK = (State.UNANSWERED, State.NO_FIGURE)


def check_partial_results(
    answers: pd.DataFrame, template: ReportTemplate, roster: Roster
) -> Iterator[Problem]:
    """Warn of each for which a figure is missing; ``answers`` as in
    :class:`~workbook_tools.frames.Collection`.

    A result in doubt is passed over: what it is calculated from is told as doubtful.
    """
    rates = [
        computed.name
        for computed in template.computed
        if computed.combined is Combined.CALCULATED
        and computed.name in template.indicators
        and not template.indicators[computed.name].additive
        and "/" in parse_computed(computed.formula).operators
    ]
    if not rates:
        return
    rows = UnitRows(answers, template, roster)

    def counts(name: str) -> Flags:
        values = rows.counted(name) if rows.adds_up(name) else None
        numbers = np.zeros(len(rows.units)) if values is None else values.astype("float64")
        return np.asarray(np.nan_to_num(numbers) != 0)

    enters = any_input(template, len(rows.units), counts)

    def is_missing(name: str) -> Flags:
        if name.startswith(FACT_PREFIX):
            # The number of pupils of a commune contains those of its schools.
            return np.array([not _is_given(name, unit, roster) for unit in rows.units], dtype=bool)
        return rows.is_in(name, _BLANK)

    lacks = any_input(template, len(rows.units), is_missing)
    # A line that nobody was asked for, or has returned, has no rows.
    for name in [name for name in rates if name in rows.places]:
        partial = rows.is_in(name, (State.UNANSWERED,)) & enters[name] & lacks[name]
        for line in lines(answers.iloc[rows.places[name][partial]]):
            yield line.problem("result-partial", value=template.indicators[name].label)


def _is_given(fact: str, unit: str, roster: Roster) -> bool:
    return any(fact in one.facts for one in (roster[unit], *roster.ancestors(unit)))
