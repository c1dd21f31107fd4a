"""Formulas of a form that Excel would not accept: a rule may be too long or nested too deeply."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from workbook_tools.excel import FORMULA_LIMIT, NESTING_LIMIT
from workbook_tools.problems import Place, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.excel import Cell
    from workbook_tools.forms.live.live_checks import LiveCell

_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
"""Texts and sheet names in a formula, which may contain brackets."""


def check_limits(live: Mapping[Cell, LiveCell]) -> list[Problem]:
    """Return a problem for each formula that Excel would not accept: it repairs the form by dropping it."""
    measures = (("rule-too-long", len, FORMULA_LIMIT), ("rule-too-deep", _measure_depth, NESTING_LIMIT))
    return [
        problem(code, Place(sheet=cell.sheet), value=one.subject, length=measure(one.formula))
        for code, measure, limit in measures
        for cell, one in live.items()
        if measure(one.formula) > limit
    ]


def _measure_depth(formula: str) -> int:
    """Return how deeply the brackets and functions of a formula are nested."""
    bare = _QUOTED.sub("", formula)
    step = {"(": 1, ")": -1}
    return max(itertools.accumulate(step[sign] for sign in bare if sign in step), default=0)
