"""Rows of the answers frame that no return has: lines that were decided, and results without a return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.frames import ANSWER_COLUMNS, categorize
from workbook_tools.model import Kind, State
from workbook_tools.problems import Place, problem
from workbook_tools.spec.markers import LAST_SUFFIX
from workbook_tools.tally.last_figures import running_totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.problems import Problem


def add_rows(
    answers: pd.DataFrame, keys: Sequence[tuple[str, str]], template: ReportTemplate, roster: Roster
) -> pd.DataFrame:
    """The answers, as objects, with blank rows for these units and lines where they have none, in the order
    of roster and dictionary.
    """
    there = set(zip(answers["unit"], answers["indicator"], strict=True))
    new = [key for key in dict.fromkeys(keys) if key not in there]
    blank = dict.fromkeys(("raw", "note", "file", "sheet", "cell", "decision"), "")
    made = pd.DataFrame(new, columns=["unit", "indicator"], dtype=object).assign(
        state=str(State.UNANSWERED), value=None, number=float("nan"), counted=float("nan"), **blank
    )
    frame = pd.concat([answers.astype(object), made[ANSWER_COLUMNS].astype(object)], ignore_index=True)
    units = {code: position for position, code in enumerate(roster.units)}
    lines = {code: position for position, code in enumerate(template.indicators)}
    ranks = frame["unit"].map(units) * len(lines) + frame["indicator"].map(lines)
    # Equal input gives equal bytes only if the order does not depend on that of the decisions.
    ordered = frame.iloc[ranks.argsort(kind="stable")].reset_index(drop=True)
    return ordered.astype({"number": "float64", "counted": "float64"})


def add_calculated_rows(
    answers: pd.DataFrame, template: ReportTemplate, roster: Roster
) -> tuple[pd.DataFrame, list[Problem]]:
    """The answers with blank rows for the calculated lines of units that sent nothing, and notices of these.

    Where the officer has entered figures, they are part of all results. Without any, a running total stays
    what it was: the figures of the earlier periods were reported, and the next period goes on from there.
    """
    calculated = [i for i in template.indicators.values() if i.kind is Kind.FORMULA]
    if not calculated:
        return answers, []
    running = running_totals(template)
    sent = set(answers.loc[answers["file"] != "", "unit"])
    decided = set(answers["unit"]) - sent
    silent = [unit for unit in roster if unit.code not in sent]
    keys = [
        (unit.code, line.code)
        for unit in silent
        for line in calculated
        if line.applies_to(unit.type)
        and (unit.code in decided or (line.code in running and line.code + LAST_SUFFIX in unit.facts))
    ]
    kept = [
        problem(
            "running-total-kept",
            Place(unit=unit, indicator=code),
            value=f"{roster[unit].facts[code + LAST_SUFFIX]:.15g}",
        )
        for unit, code in keys
        if unit not in decided
    ]
    if keys:
        answers = categorize(add_rows(answers, keys, template, roster))
    return answers, kept
