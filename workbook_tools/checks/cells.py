"""Checks of single answers: missing values and bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbook_tools.checks.answer_line import AnswerLine, lines, plain_number
from workbook_tools.model import Indicator, Need, ReportTemplate, Roster, State
from workbook_tools.problems import Severity, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.problems import Problem

_LIKE_FIGURE = re.compile(r"(?:khoảng |gần |hơn |[~≈+-])?[0-9](?:[0-9., ]*[0-9])?(?: ?%| ?[^\W\d]+){0,3}\.?")
"""A figure, alone or with its unit: 25, 1.250 lượt, khoảng 20 người."""
_MISSING = {Need.REQUIRED: "answer-missing", Need.RECOMMENDED: "answer-wanted"}


def check_answers(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Required lines left blank, and figures out of bounds.

    ``answers`` as in :class:`~workbook_tools.frames.Collection`. Parsing settled what a cell means; only
    numbers are compared here.
    """
    figures = _check_remarks(answers, template.indicators)
    reported = {found.place for found in figures}
    missing = [
        found
        for found in _check_missing(answers, template)
        if found.place not in reported or found.severity is Severity.ERROR
    ]
    return [*missing, *figures, *check_range(answers, template.indicators)]


def _check_missing(answers: pd.DataFrame, template: ReportTemplate) -> list[Problem]:
    codes = {i.code: _MISSING[i.need] for i in template.indicators.values() if i.need in _MISSING}
    # A line without a cell belongs to another version of the form and was not asked.
    asked = answers["indicator"].isin(list(codes)) & (answers["cell"] != "")
    blank = answers[asked & answers["state"].isin([State.UNANSWERED])]
    return [line.problem(codes[line.place.indicator]) for line in lines(blank)]


def _check_remarks(answers: pd.DataFrame, indicators: Mapping[str, Indicator]) -> list[Problem]:
    """Blank figures beside a remark that is one: it was typed into the cell next to its own.

    The remark would otherwise be taken for the reason why there is no figure.
    """
    numeric = [code for code, indicator in indicators.items() if indicator.kind.numeric]
    noted = answers[
        (answers["note"] != "") & (answers["state"] == State.UNANSWERED) & answers["indicator"].isin(numeric)
    ]
    return [
        problem("figure-in-remark", line.place, value=line.note)
        for line in lines(noted)
        if _LIKE_FIGURE.fullmatch(line.note)
    ]


def check_range(answers: pd.DataFrame, indicators: Mapping[str, Indicator]) -> list[Problem]:
    """Figures out of the bounds of their line."""
    position = pd.Index(list(indicators), dtype=object).get_indexer(pd.Index(answers["indicator"]))
    bounds = np.array([(i.minimum, i.maximum) for i in indicators.values()], dtype="float64").reshape(-1, 2)
    number = answers["number"].to_numpy()
    # Unset bounds and missing values are NaN, which compares false.
    outside = (number < bounds[position, 0]) | (number > bounds[position, 1])
    return [_out_of_range(line, indicators[line.place.indicator]) for line in lines(answers[outside])]


def _out_of_range(line: AnswerLine, indicator: Indicator) -> Problem:
    given = {"minimum": indicator.minimum, "maximum": indicator.maximum}
    bounds: dict[str, Any] = {
        name: plain_number(bound, indicator) for name, bound in given.items() if bound is not None
    }
    if len(bounds) == 2:
        code = "number-out-of-range"
    else:
        code = "number-too-small" if "minimum" in bounds else "number-too-large"
    return line.problem(code, value=plain_number(line.number, indicator), **bounds)
