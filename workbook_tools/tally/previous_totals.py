"""Last period's totals: the sums, and the lines calculated from them as this period's are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools.answers.calculated import find_calculable
from workbook_tools.formula.calculate import Values, evaluate_formulas, number_of
from workbook_tools.model import Adding, Combined
from workbook_tools.spec.computed import BLANK
from workbook_tools.tally.totals import DECIMALS

if TYPE_CHECKING:
    from workbook_tools.model import Indicator, ReportTemplate
    from workbook_tools.tally.previous import Previous


def build_previous_totals(previous: Previous | None, template: ReportTemplate) -> pd.Series | None:
    """Indicator → last period's total, by this period's formulas and ways of adding up; None without one.

    A line is left out if it cannot be known from last period's figures: its formula names a fact of the
    roster, a list, or a line without figures then. The sum of a line that adds up is known in any case.
    """
    if previous is None:
        return None
    sums = previous.totals
    again = [c.name for c in template.computed if c.combined is not Combined.ADDED]
    known = sums.drop([name for name in again if name in sums])
    for indicator in template.indicators.values():
        if indicator.code not in known and indicator.kind.numeric:
            taken = _aggregate(previous.figures, indicator)
            if not np.isnan(taken):
                known[indicator.code] = taken

    def look_up(name: str) -> Values | None:
        if name in known:
            return np.array([known[name]])
        return None

    calculable = find_calculable(template, lambda name: name in known or name == BLANK)
    results = evaluate_formulas(calculable, look_up, 1)
    for code, (result,) in results.items():
        if code in template.indicators and not np.isnan(number_of(result)):
            known[code] = number_of(result)
    every: pd.Series = pd.concat([known, sums.drop(known.index.intersection(sums.index))])
    return every


def _aggregate(figures: pd.DataFrame, indicator: Indicator) -> float:
    """The mean, maximum or minimum of all units; NaN for other lines, and without figures."""
    own = figures[figures["indicator"] == indicator.code].set_index("unit")["last"]
    if indicator.adding is Adding.LARGEST:
        return float(own.max())
    if indicator.adding is Adding.SMALLEST:
        return float(own.min())
    if indicator.adding is not Adding.MEAN:
        return float("nan")
    # What counts of the weight is blank for a unit that one above contains, so none weighs twice.
    weights = figures[figures["indicator"] == indicator.weight].set_index("unit")["counted"]
    weighed = pd.DataFrame({"x": own, "w": weights}).dropna().query("w > 0")
    if weighed.empty:
        return float("nan")
    return round(float(np.average(weighed["x"], weights=weighed["w"])), DECIMALS + 3)
