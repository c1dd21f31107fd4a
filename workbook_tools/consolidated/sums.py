"""Sums for the printed tables: of each line by area or unit type, and against the facts of the roster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.frames import Collection
    from workbook_tools.model import Indicator, Rate, Roster, Unit


def build_sums(collection: Collection, column: str) -> pd.DataFrame:
    """A row for each value of a column of the status frame, in its order; a column for each line with a
    total.

    NaN where no unit has a figure. Lines that are not added up, such as rates, have figures only by area.
    """
    status, answers = collection.status, collection.answers
    of_unit = dict(zip(status["unit"], status[column], strict=True))
    counted = answers.loc[answers["counted"].notna(), ["unit", "indicator", "counted"]]
    sums = counted.groupby([counted["unit"].map(of_unit), counted["indicator"]], observed=True)[
        "counted"
    ].sum()
    # Areas without figures keep their rows, as in all tables.
    index = pd.Index(list(dict.fromkeys(status[column])), dtype=object)
    wide = sums.unstack("indicator") if len(sums) else pd.DataFrame()
    sums_of = wide.reindex(index=index, columns=list(collection.totals.index)).astype("float64")
    if column == "area":
        for code in not_added(collection):
            figures = collection.areas[code].iloc[:-1]
            sums_of[code] = pd.to_numeric(figures, errors="coerce").reindex(index)
    return sums_of


def find_wrong_figures(collection: Collection) -> dict[str, list[tuple[str, float]]]:
    """Line → unit and figure of each answer that an error names and the total contains all the same."""
    named = {(p.place.unit, p.place.indicator) for p in collection.problems if p.severity is Severity.ERROR}
    answers = collection.answers
    of_units = answers["unit"].isin({unit for unit, _ in named})
    counted = answers.loc[of_units & answers["counted"].notna(), ["unit", "indicator", "counted"]]
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for unit, line, figure in counted.itertuples(index=False, name=None):
        if (unit, line) in named:
            found[line].append((unit, figure))
    return found


def not_added(collection: Collection) -> list[str]:
    """Codes of the lines whose totals are no sums: rates, means, greatest figures."""
    lines = collection.template.indicators
    codes = map(str, collection.totals.index)
    return [code for code in codes if not lines[code].additive and code in collection.areas]


def build_rates(collection: Collection, column: str) -> pd.DataFrame:
    """The same for lines with a rate: figures per unit of the fact, over the units that have both.

    The fact of a unit contains those of the units below it, as in :class:`FactSums`.
    """
    of_unit = dict(zip(collection.status["unit"], collection.status[column], strict=True))
    places = list(dict.fromkeys(collection.status[column]))
    answers = collection.answers
    found = {}
    for indicator in rated(collection).values():
        assert indicator.rate is not None
        is_counted = (answers["indicator"] == indicator.code) & answers["counted"].notna()
        figures = dict(answers.loc[is_counted, ["unit", "counted"]].itertuples(index=False, name=None))
        by_place: dict[object, dict[str, float]] = {place: {} for place in places}
        for unit, figure in figures.items():
            by_place[of_unit[unit]][unit] = figure
        every = [*by_place.values(), figures]
        found[indicator.code] = [_rate(each, indicator.rate, collection.roster) for each in every]
    return pd.DataFrame(found, index=[*places, ""])


def rated(collection: Collection) -> Mapping[str, Indicator]:
    """The additive lines that are set against a fact, by code."""
    lines = collection.template.indicators
    return {code: lines[code] for code in collection.totals.index if lines[code].rate is not None}


def rate_head(indicator: Indicator, roster: Roster) -> str:
    """The head of a rate: ``… tính trên 1.000 số học sinh``; the fact's code if it is called nothing else."""
    assert indicator.rate is not None
    per = ""
    if indicator.rate.per != 1:
        per = f"{indicator.rate.per:,.0f} ".replace(",", ".")
    called = roster.fact_labels.get(indicator.rate.fact, indicator.rate.fact)
    # Within a sentence; but two capitals are an abbreviation.
    if not called[:2].isupper():
        called = called[:1].lower() + called[1:]
    return f"{indicator.label} – tính trên {per}{called}"


def _rate(figures: Mapping[str, float], rate: Rate, roster: Roster) -> float:
    """The rate of these units together; NaN if none of them has the fact."""
    amounts = {unit: amount for unit in figures if (amount := _amount(roster[unit], rate.fact)) > 0}
    containing = {unit: any(one.code in amounts for one in roster.ancestors(unit)) for unit in figures}
    # A unit without the fact would add to the figures and not to what they are divided by.
    figure = sum(value for unit, value in figures.items() if unit in amounts or containing[unit])
    amount = sum(amount for unit, amount in amounts.items() if not containing[unit])
    if amount:
        return figure / amount * rate.per
    return np.nan


def _amount(unit: Unit, fact: str) -> float:
    amount = unit.facts.get(fact)
    return amount if isinstance(amount, float) else np.nan
