"""Every line's result by area and for the office: sums first, then the lines calculated from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools.answers.calculated import find_calculable
from workbook_tools.answers.list_measures import ListMeasures
from workbook_tools.checks.answer_line import lines, plain_number
from workbook_tools.formula.calculate import evaluate_formulas
from workbook_tools.formula.list_functions import is_measure
from workbook_tools.frames import find_answered
from workbook_tools.model import Adding, Indicator, Kind, ReportTemplate, Roster
from workbook_tools.spec.computed import BLANK
from workbook_tools.spec.markers import LAST_SUFFIX, is_fact
from workbook_tools.tally.totals import DECIMALS, additive_codes, area_names, find_contained

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.problems import Problem

Weighed = dict[str, pd.DataFrame]
OFFICE = ""
"""The row of the office, after those of the areas."""
Values = npt.NDArray[Any]


def weigh(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> Weighed:
    """Line with a mean → its figures ``x`` and their weights ``w``, by row of the answers frame, with the
    ``unit``.
    """
    return {mean.code: _weigh(answers, mean, template, roster) for mean in _means(template)}


def build_area_totals(
    answers: pd.DataFrame,
    template: ReportTemplate,
    roster: Roster,
    weighed: Weighed,
    measures: ListMeasures | None = None,
    added: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per area in the roster's order, then the office; columns are names of lines and calculated
    cells.

    A sum is NaN if nobody answered. Calculated cells are evaluated over these sums, and omitted if an input
    is not added up, or the sums of what units add (``added``, a row for each unit). The frame is empty if
    all lines are sums, which the totals already hold.
    """
    asked = template.indicators.values()
    # Sums by area are then the pivot's work, and need no frame of their own.
    if not template.computed and not any(i.adding.is_statistic for i in asked):
        return pd.DataFrame()
    of_unit = area_names(template, roster)
    areas = list(dict.fromkeys(of_unit.values()))
    sums = _sums(answers, of_unit, areas, additive_codes(template))
    for indicator in asked:
        if indicator.kind.numeric and indicator.adding.is_statistic:
            taken = _aggregate(answers, indicator, weighed.get(indicator.code), of_unit)
            sums[indicator.code] = taken.reindex(sums.index)
    if added is not None and len(added.columns):
        by_area = added.groupby(added.index.map(of_unit)).sum(min_count=1)
        sums = sums.join(_with_office(by_area.reindex(areas)))
    facts = FactSums(roster)
    listed = measures or ListMeasures(template)

    def look_up(name: str) -> Values | None:
        if is_measure(name):
            return listed.of_areas(name, of_unit, areas)
        if is_fact(name):
            return facts.by_area(name, of_unit, areas)
        if name in sums:
            return sums[name].to_numpy()
        return None

    calculable = find_calculable(template, lambda name: _adds_up(name, sums, facts))
    known = evaluate_formulas(calculable, look_up, len(sums))
    return pd.concat([sums, pd.DataFrame(known, index=sums.index)], axis=1)


def check_weights(answers: pd.DataFrame, template: ReportTemplate, weighed: Weighed) -> list[Problem]:
    """Warn of figures that cannot enter a weighted mean because the unit gave no weight."""
    problems: list[Problem] = []
    for code, found in weighed.items():
        mean = template.indicators[code]
        weight = template.indicators[mean.weight].label
        problems += [
            line.problem("mean-without-weight", value=plain_number(line.number, mean), weight=weight)
            for line in lines(answers.loc[found.index[found["w"].isna()]])
        ]
    return problems


def _means(template: ReportTemplate) -> list[Indicator]:
    return [i for i in template.indicators.values() if i.kind.numeric and i.adding is Adding.MEAN]


def add_calculated(
    totals: pd.DataFrame,
    areas: pd.DataFrame,
    answers: pd.DataFrame,
    template: ReportTemplate,
    weighed: Weighed,
) -> pd.DataFrame:
    """Add calculated and averaged lines to the totals frame, in the order of the dictionary; ``units`` counts
    those with a result, of means those that enter it.
    """
    codes = [
        i.code
        for i in template.indicators.values()
        if i.kind is Kind.FORMULA or (i.kind.numeric and i.adding.is_statistic)
    ]
    units = find_answered(answers, codes)["indicator"].value_counts().to_dict()
    units |= {code: int((found["w"] > 0).sum()) for code, found in weighed.items()}
    rows = {
        code: (pd.to_numeric(areas[code].iloc[-1:], errors="coerce").iloc[0], int(units.get(code, 0)))
        for code in codes
        if code in areas
    }
    more = pd.DataFrame.from_dict(rows, orient="index", columns=["total", "units"])
    if more.empty:
        return totals
    every = pd.concat([totals, more.astype({"total": "float64", "units": "int64"})])
    order = [code for code in template.indicators if code in every.index]
    return every.loc[order].rename_axis("indicator")


def _sums(
    answers: pd.DataFrame, of_unit: Mapping[str, str], areas: list[str], codes: list[str]
) -> pd.DataFrame:
    counted = answers[["unit", "indicator", "counted"]].dropna(subset=["counted"])
    keys = [counted["unit"].map(of_unit), counted["indicator"]]
    by_area = counted.groupby(keys, observed=True)["counted"].sum()
    table = by_area.unstack() if len(by_area) else pd.DataFrame(dtype="float64")
    return _with_office(table.reindex(index=areas, columns=list(codes)).astype("float64"))


def _with_office(table: pd.DataFrame) -> pd.DataFrame:
    # Without min_count an indicator that nobody answered would be 0, which is an answer.
    office = table.sum(min_count=1).to_frame(OFFICE).T
    return pd.concat([table, office]).round(DECIMALS)


def _aggregate(
    answers: pd.DataFrame,
    indicator: Indicator,
    weighed: pd.DataFrame | None,
    of_unit: Mapping[str, str],
) -> pd.Series:
    """The mean, maximum or minimum of each area and of all."""
    if weighed is not None:
        # A unit without the weight cannot enter a weighted mean; weight 0 has no say.
        known = weighed.query("w > 0")
        known = known.assign(x=known["x"] * known["w"])
        by_area = known.groupby(known["unit"].map(of_unit))[["x", "w"]].sum()
        # From the sums, not as a mean of the areas' means.
        by_area.loc[OFFICE] = by_area.sum()
        # Means get more decimals than sums: rates are fractions, shown as per cent.
        return (by_area["x"] / by_area["w"].where(by_area["w"] > 0)).round(DECIMALS + 3)
    known = answers[answers["indicator"] == indicator.code].dropna(subset=["number"])
    numbers = known["number"].groupby(known["unit"].map(of_unit))
    which = "max" if indicator.adding is Adding.LARGEST else "min"
    taken = numbers.agg(which)
    taken.loc[OFFICE] = taken.agg(which)
    return taken


def _weigh(
    answers: pd.DataFrame, indicator: Indicator, template: ReportTemplate, roster: Roster
) -> pd.DataFrame:
    own = answers[(answers["indicator"] == indicator.code) & answers["number"].notna()]
    # A unit above that includes those below would weigh them twice.
    own = own[~find_contained(answers, template, roster, [indicator.code])[own.index]]
    weights = answers[answers["indicator"] == indicator.weight].set_index("unit")["number"]
    units = own["unit"].astype(object)
    return pd.DataFrame({"unit": units, "x": own["number"], "w": units.map(weights)})


def _adds_up(name: str, sums: pd.DataFrame, facts: FactSums) -> bool:
    return name in sums or name == BLANK or is_measure(name) or (is_fact(name) and facts.adds_up(name))


class FactSums:
    """Sums of the roster's numeric facts; a unit counts unless one above it has the fact, too."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def adds_up(self, name: str) -> bool:
        """Whether all its values are numbers; last period's figures always are."""
        if name.endswith(LAST_SUFFIX):
            return True
        # One text among the numbers, such as a rank or a name, makes the fact no quantity.
        values = [unit.facts[name] for unit in self._roster if name in unit.facts]
        return bool(values) and not any(isinstance(value, str) for value in values)

    def total(self, name: str) -> float | None:
        """The sum over all units; None if it does not add up, or no unit has a value."""
        counted = self._counted(name)
        if counted:
            return sum(counted.values())
        return None

    def by_area(self, name: str, of_unit: Mapping[str, str], areas: list[str]) -> Values:
        """The sums of the areas and, last, of all; NaN where no unit has a value."""
        counted = pd.Series(self._counted(name), dtype="float64")
        sums = counted.groupby(counted.index.map(of_unit)).sum().reindex(areas)
        return np.append(sums.to_numpy(), counted.sum(min_count=1))

    def _counted(self, name: str) -> Mapping[str, float]:
        """Unit → what it adds; nothing if the fact does not add up."""
        if not self.adds_up(name):
            return {}
        if name in self._roster.counted_facts:
            return self._roster.counted_facts[name]
        return {
            unit.code: float(unit.facts[name])
            for unit in self._roster
            if name in unit.facts
            # The number of pupils of a commune contains those of its schools.
            and not any(name in above.facts for above in self._roster.ancestors(unit.code))
        }
