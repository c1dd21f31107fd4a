"""Answers beside those of other units: the neighbour's file, figures out of all proportion, sums that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from workbook_tools.checks.lines import lines, plain
from workbook_tools.model import ReportTemplate, Roster, State, Unit
from workbook_tools.problems import Place, Problem, problem

_ENOUGH_FIGURES = 5
"""Returns with fewer figures other than 0 may well be alike by chance."""
_OTHERS_NAMED = 3
_ENOUGH_ANSWERS = 8
"""Fewer say nothing about what like units report."""
_FAR = 8.0
_NORMAL_MAD = 0.6745
_NORMAL_MEAN = 1.253314
"""What makes the median and the mean absolute deviation of a normal distribution its standard deviation."""


def check_across(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Returns of different units with the same figures, outliers, and units that do not say what their figures include.

    ``answers`` as in :class:`~workbook_tools.collection.Collection`; all found here are warnings.
    """
    known = answers[(answers["state"] == State.ANSWERED) & answers["number"].notna()]
    return [*_check_copies(known, roster), *_check_outliers(known, template, roster), *_check_inclusion(answers, template, roster)]


def check_comparison(comparison: pd.DataFrame, answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Figures that are said to include those of the units below, yet are less than their sum.

    ``comparison`` as in :class:`~workbook_tools.collection.Collection`.
    """
    keys = ["unit", "indicator"]
    less = comparison.loc[comparison["verdict"] == "below", [*keys, "own", "below"]]
    found = less.merge(answers, on=keys, how="left", validate="one_to_one")
    return [
        line.problem("below-children", value=plain(own), sum=plain(below))
        for line, own, below in zip(lines(found), found["own"], found["below"], strict=True)
    ]


def _check_copies(known: pd.DataFrame, roster: Roster) -> Iterator[Problem]:
    """One problem for each unit whose figures, line by line, are all those of another unit.

    Two returns are compared by the sum of their answers' hashes, which is the same in whatever order they come.
    """
    # Adding 0 makes -0 the 0 it equals.
    hashes = pd.util.hash_pandas_object(known[["indicator"]].assign(number=known["number"] + 0.0), index=False)
    units = pd.DataFrame({"unit": known["unit"], "hash": hashes, "count": 1, "figures": known["number"] != 0}).groupby("unit", sort=False)
    returns = units.sum().assign(file=known.groupby("unit", sort=False)["file"].first())
    returns = returns[returns["figures"] >= _ENOUGH_FIGURES].loc[lambda r: r.duplicated(["hash", "count"], keep=False)]
    order = {code: position for position, code in enumerate(roster.units)}
    for _, group in returns.groupby(["hash", "count"], sort=False):
        alike = sorted(group["file"].items(), key=lambda item: order[str(item[0])])
        members = [roster[str(code)] for code, _ in alike]
        for unit, (_, file) in zip(members, alike, strict=True):
            yield problem("same-as-other", Place(file=file, unit=unit.code), other=_others(unit, members))


def _others(unit: Unit, members: Sequence[Unit]) -> str:
    named = [other for other in members[: _OTHERS_NAMED + 1] if other is not unit][:_OTHERS_NAMED]
    more = len(members) - 1 - len(named)
    return "; ".join([*(f"{other.name} ({other.code})" for other in named), *([f"… (+{more})"] if more else [])])


def _check_outliers(known: pd.DataFrame, template: ReportTemplate, roster: Roster) -> Iterator[Problem]:
    """Figures far above what units of the same type report for the same indicator.

    The measure is the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993),
    0.6745 · (x − median) / MAD; where more than half are alike and the MAD is 0, (x − median) / (1.253314 · mean
    absolute deviation), as IBM Cognos Analytics documents it. Their limit of 3.5 is for normal distributions; counts
    of people and things are skewed, and in simulated ones (log-normal, σ 0.6–0.8) 3.5 warns of 3–6 % of sound figures, 8 of
    0.2–0.9 %, while a figure of the upper half typed with a 0 too many is still found. Being above three times the
    median and ten keeps small counts quiet. Small figures are never outliers: little may be done anywhere.
    """
    additive = [i.code for i in template.indicators.values() if i.additive and i.kind.numeric]
    figures = known[known["indicator"].isin(additive)]
    types = figures["unit"].map({unit.code: unit.type for unit in roster})
    keys = [types.to_numpy(), figures["indicator"].to_numpy()]
    number = figures["number"]
    count = number.groupby(keys).transform("size")
    median = number.groupby(keys).transform("median")
    deviation = (number - median).abs()
    mad = deviation.groupby(keys).transform("median") / _NORMAL_MAD
    spread = mad.where(mad > 0, deviation.groupby(keys).transform("mean") * _NORMAL_MEAN)
    far = (number - median > _FAR * spread) & (number >= 3 * median + 10) & (count >= _ENOUGH_ANSWERS)
    for line, middle in zip(lines(figures[far]), median[far], strict=True):
        yield line.problem("outlier", value=plain(line.number), median=plain(middle))


def _check_inclusion(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> Iterator[Problem]:
    """Units that have units below them and were asked whether their figures include those, but did not say."""
    parents = [code for code in roster.children if code is not None]
    asked = answers[(answers["indicator"] == template.campaign.inclusion) & answers["unit"].isin(parents)]
    for line in lines(asked[asked["state"] != State.ANSWERED]):
        yield line.problem("inclusion-unanswered")
