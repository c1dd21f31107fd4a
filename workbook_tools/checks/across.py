"""Checks across units: copied figures, outliers, sums that do not fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.checks.answer_line import lines, plain_number
from workbook_tools.frames import CONTRADICTED
from workbook_tools.model import ReportTemplate, Roster, State, Unit
from workbook_tools.problems import Place, Problem, Severity, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Positions = npt.NDArray[np.intp]
_ENOUGH_FIGURES = 5
"""Returns with fewer figures other than 0 may be equal by chance."""
_OTHERS_NAMED = 3
_MANY_LINES, _MANY_OF_ALL = 3, 1 / 3
"""So many lines below the sum of the units below, and that share of the comparable ones, mean that the
declaration is wrong; fewer may be single errors.
"""
_ENOUGH_ANSWERS = 8
"""Fewer answers are not enough for a comparison."""
_FAR = 8.0
# Scales the median absolute deviation of a normal distribution to its standard deviation.
_NORMAL_MAD = 0.6745
_NORMAL_MEAN = 1.253314
"""Scales the mean absolute deviation of a normal distribution to its standard deviation."""


def check_across(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Copied returns, outliers, and units that do not declare what their figures include.

    ``answers`` as in :class:`~workbook_tools.frames.Collection`; all problems are warnings.
    """
    figures = _Figures.find(answers, template, roster)
    return [
        *_check_copies(figures, roster),
        *_check_outliers(figures, template, roster),
        *_check_inclusion(answers, template, roster),
    ]


def check_comparison(
    comparison: pd.DataFrame, answers: pd.DataFrame, template: ReportTemplate, roster: Roster
) -> list[Problem]:
    """Figures declared to include the units below, yet less than their sum, or not there.

    ``comparison`` as in :class:`~workbook_tools.frames.Collection`.
    """
    keys = ["unit", "indicator"]
    less = comparison.loc[comparison["verdict"].isin(CONTRADICTED), [*keys, "own", "below"]]
    # Filter first: merging a million answers is slow.
    found = less.merge(
        answers[answers["unit"].isin(less["unit"])], on=keys, how="left", validate="one_to_one"
    )
    # A figure in doubt is asked for anyway.
    found = found[found["state"] != State.IN_DOUBT]
    by_unit: dict[str, list[Problem]] = {}
    for line, own, below in zip(lines(found), found["own"], found["below"], strict=True):
        total = plain_number(below)
        if math.isnan(own):
            said = line.problem("blank-above-children", sum=total)
        else:
            said = line.problem("below-children", value=plain_number(own), sum=total)
        by_unit.setdefault(line.place.unit, []).append(said)
    compared = comparison["unit"][comparison["verdict"] != ""].value_counts().to_dict()
    # A single figure below the sum is a slip; many mean that the declaration is wrong, not the figures.
    doubted = {
        unit for unit, said in by_unit.items() if len(said) >= max(_MANY_LINES, _MANY_OF_ALL * compared[unit])
    }
    of_declaration = answers["indicator"] == template.campaign.inclusion
    for declaration in lines(answers[of_declaration & answers["unit"].isin(doubted)]):
        unit = declaration.place.unit
        root = declaration.problem("inclusion-doubtful", count=len(by_unit[unit]))
        details = [replace(p, severity=Severity.NOTICE, under=root.code) for p in by_unit[unit]]
        by_unit[unit] = [root, *details]
    return [said for of_unit in by_unit.values() for said in of_unit]


class _Figures(Struct, frozen=True):
    """The numeric answers as arrays."""

    answers: pd.DataFrame
    rows: Positions
    """Row in the answers frame."""
    units: Positions
    """Index of the unit in the roster."""
    lines: Positions
    """Index of the indicator in the dictionary."""
    numbers: npt.NDArray[np.float64]

    @classmethod
    def find(cls, answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> _Figures:
        # Only figures, because texts and choices are often equal.
        rows = np.flatnonzero(answers["number"].notna())
        units = pd.Index(list(roster.units), dtype=object)
        lines = pd.Index(list(template.indicators), dtype=object)
        return cls(
            answers,
            rows,
            units.get_indexer(pd.Index(answers["unit"]))[rows],
            lines.get_indexer(pd.Index(answers["indicator"]))[rows],
            answers["number"].to_numpy()[rows],
        )


def _check_copies(figures: _Figures, roster: Roster) -> Iterator[Problem]:
    """One problem for each unit whose figures all equal those of another unit, line by line.

    Returns are compared by the sum of their answers' hashes, which does not depend on the order.
    """
    # Adding 0 turns -0 into 0, so that equal numbers hash alike.
    hashes = pd.util.hash_pandas_object(
        pd.DataFrame({"line": figures.lines, "number": figures.numbers + 0.0}), index=False
    )
    sums = np.zeros(len(roster), dtype=np.uint64)
    np.add.at(sums, figures.units, hashes.to_numpy())
    count = np.bincount(figures.units, minlength=len(roster))
    enough = np.bincount(figures.units[figures.numbers != 0], minlength=len(roster)) >= _ENOUGH_FIGURES
    # The count is compared, too: sums of different numbers of hashes may be equal.
    returns = pd.DataFrame({"hash": sums, "count": count})[enough]
    alike = returns[returns.duplicated(keep=False)]
    first_rows = np.zeros(len(roster), dtype=np.intp)
    # In reverse, so that the first row of each unit is written last.
    first_rows[figures.units[::-1]] = figures.rows[::-1]
    files, units = figures.answers["file"].iloc[first_rows[alike.index]], list(roster)
    for _, group in alike.assign(file=files.to_numpy()).groupby(["hash", "count"], sort=False):
        members = [units[position] for position in group.index]
        for unit, file in zip(members, group["file"], strict=True):
            yield problem(
                "same-as-other", Place(file=file, unit=unit.code), other=_others(unit, members, roster)
            )


def _others(unit: Unit, members: Sequence[Unit], roster: Roster) -> str:
    # One more than is shown, because the unit itself may be among them.
    others = [other for other in members[: _OTHERS_NAMED + 1] if other is not unit][:_OTHERS_NAMED]
    named = [roster.named(other.code) for other in others]
    more = len(members) - 1 - len(others)
    if more:
        named.append(f"… (+{more})")
    return "; ".join(named)


def _check_outliers(figures: _Figures, template: ReportTemplate, roster: Roster) -> Iterator[Problem]:
    """Figures far above those of units of the same type for the same indicator.

    The measure is the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993),
    0.6745 · (x − median) / MAD. If more than half are equal and the MAD is 0, it is (x − median) / (1.253314
    · mean absolute deviation), as IBM Cognos Analytics documents it. Their limit of 3.5 is for normal
    distributions, but counts are skewed. In simulated counts (log-normal, σ 0.6–0.8), 3.5 flags 3–6 % of
    correct figures and 8 flags 0.2–0.9 %, while a figure of the upper half with an extra 0 is still found.
    The minimum of three times the median plus ten keeps small counts quiet. Low figures are never outliers: a
    unit may well do little.
    """
    additive = np.array([i.additive and i.kind.numeric for i in template.indicators.values()], dtype=bool)
    # Only figures that grow with the unit: a rate or a mean is comparable as it is.
    chosen = additive[figures.lines]
    types = pd.factorize(np.array([unit.type for unit in roster], dtype=object))[0]
    # Compare only units of one type: a secondary school is not an outlier among nurseries.
    groups, _ = pd.factorize(types[figures.units[chosen]] * len(additive) + figures.lines[chosen])
    number = figures.numbers[chosen]
    median = pd.Series(number).groupby(groups).median().to_numpy()
    deviation = pd.Series(np.abs(number - median[groups])).groupby(groups)
    mad = deviation.median().to_numpy() / _NORMAL_MAD
    spread = np.where(mad > 0, mad, deviation.mean().to_numpy() * _NORMAL_MEAN)
    far = (number - median[groups] > _FAR * spread[groups]) & (number >= 3 * median[groups] + 10)
    far &= (np.bincount(groups) >= _ENOUGH_ANSWERS)[groups]
    for line, middle in zip(
        lines(figures.answers.iloc[figures.rows[chosen][far]]), median[groups][far].tolist(), strict=True
    ):
        yield line.problem("outlier", value=plain_number(line.number), median=plain_number(middle))


def _check_inclusion(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> Iterator[Problem]:
    """Units with units below them that were asked what their figures include but did not say."""
    choice = template.indicators.get(template.campaign.inclusion or "")
    if choice is None:
        return
    # Of units without anything below them it does not matter what they say.
    parents = [code for code in roster.children if code is not None and choice.applies_to(roster[code].type)]
    of_parents = answers[answers["unit"].isin(parents)]
    asked = of_parents[of_parents["indicator"] == choice.code]
    for line in lines(asked[asked["state"] != State.ANSWERED]):
        yield line.problem("inclusion-unanswered")
    # A unit that sent nothing, of which the officer entered figures, has no such line.
    for unit in dict.fromkeys(of_parents["unit"]).keys() - set(asked["unit"]):
        yield problem("inclusion-unanswered", Place(unit=unit, indicator=choice.code))
