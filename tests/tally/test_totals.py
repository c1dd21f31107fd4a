"""Every figure counts once: in its own unit, or in the unit above that says it contains it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.checks.across import check_across
from workbook_tools.model import ReportTemplate, Roster
from workbook_tools.tally.totals import area_names, build_comparison, build_totals, count_once

if TYPE_CHECKING:
    from random import Random

ROSTER = make_roster(
    """
    xa1 xa -
    mn1 mn xa1
    th1 th xa1
    xa2 xa -
    mn2 mn xa2
    pt  thpt -
    """
)
TEMPLATE = make_template(count("ct_a"), count("ct_xa", who="xa"), count("ct_mn", who="mn"))


def totals(table: str, template: ReportTemplate = TEMPLATE, roster: Roster = ROSTER) -> pd.DataFrame:
    answers = make_answers(table, template, roster)
    answers["counted"] = count_once(answers, template, roster)
    return build_totals(answers, template)


def counted(
    table: str, template: ReportTemplate = TEMPLATE, roster: Roster = ROSTER
) -> dict[tuple[str, str], float]:
    """(unit, indicator) → what of it counts."""
    answers = make_answers(table, template, roster)
    found = answers.assign(counted=count_once(answers, template, roster)).dropna(subset="counted")
    return {(row.unit, row.indicator): row.counted for row in found.itertuples()}


def test_figures_below_a_unit_that_includes_them_do_not_count() -> None:
    found = counted("unit|bao_gom|ct_a\nxa1|Có|10\nmn1|.|3\nth1|.|4\npt|.|5")
    assert found == {("xa1", "ct_a"): 10, ("pt", "ct_a"): 5}


def test_figures_below_a_unit_that_leaves_them_out_count() -> None:
    found = totals("unit|bao_gom|ct_a\nxa1|Không|10\nmn1|.|3\nth1|.|4\npt|.|5")
    assert found.loc["ct_a"].to_dict() == {"total": 22, "units": 4}


def test_figures_below_a_unit_that_has_not_returned_count() -> None:
    assert counted("unit|ct_a\nmn1|3\nth1|4") == {("mn1", "ct_a"): 3, ("th1", "ct_a"): 4}


@pytest.mark.parametrize("said", [".", "?", "KCSL"])
def test_a_unit_that_does_not_say_is_taken_to_include(said: str) -> None:
    assert counted(f"unit|bao_gom|ct_a\nxa1|{said}|10\nmn1|.|3") == {("xa1", "ct_a"): 10}


def test_what_the_unit_above_is_not_asked_counts_below() -> None:
    assert counted("unit|bao_gom|ct_a|ct_mn\nxa1|Có|10|.\nmn1|.|3|7") == {
        ("xa1", "ct_a"): 10,
        ("mn1", "ct_mn"): 7,
    }


@pytest.mark.parametrize("figure", [".", "?", "KCSL"])
def test_a_missing_figure_of_a_unit_that_includes_is_not_filled_from_below(figure: str) -> None:
    found = totals(f"unit|bao_gom|ct_a\nxa1|Có|{figure}\nmn1|.|3")
    assert pd.isna(found.loc["ct_a", "total"])
    assert found.loc["ct_a", "units"] == 0


def test_without_an_inclusion_question_every_unit_reports_its_own_work() -> None:
    template = make_template(count("ct_a"), inclusion=None)
    assert totals("unit|ct_a\nxa1|10\nmn1|3", template).loc["ct_a", "total"] == 13


def test_a_unit_that_is_not_asked_whether_it_includes_reports_its_own_work() -> None:
    """The question is for communes only; a school with a branch of its own does not contain the branch."""
    roster = make_roster("mn1 mn -\ndiem1 diem mn1")
    assert totals("unit|ct_a\nmn1|10\ndiem1|3", roster=roster).loc["ct_a", "total"] == 13


def test_a_figure_is_contained_across_a_unit_that_has_not_returned() -> None:
    roster = make_roster("xa1 xa -\nmn1 mn xa1\ndiem1 diem mn1")
    assert counted("unit|bao_gom|ct_a\nxa1|Có|10\ndiem1|.|3", roster=roster) == {("xa1", "ct_a"): 10}


def test_a_unit_that_has_not_returned_contains_only_what_the_officer_entered_for_it() -> None:
    """One figure taken by telephone is no word about the others: those of the schools count."""
    template = make_template(count("ct_a"), count("ct_b"))
    answers = make_answers("unit|bao_gom|ct_a|ct_b\nxa1|.|10|.\nmn1|.|3|5\nth1|.|4|6", template, ROSTER)
    entered = (answers["unit"] == "xa1") & (answers["indicator"] == "ct_a")
    answers = answers[(answers["unit"] != "xa1") | entered].reset_index(drop=True)
    answers["file"] = answers["file"].astype(object).where(answers["unit"] != "xa1", "")
    answers["counted"] = count_once(answers, template, ROSTER)
    assert build_totals(answers, template)["total"].to_dict() == {"ct_a": 10, "ct_b": 11}
    (asked,) = check_across(answers, template, ROSTER)
    assert (asked.code, asked.place.unit) == ("inclusion-unanswered", "xa1")


def test_what_is_not_additive_never_counts() -> None:
    template = make_template(replace(count("ct_a"), additive=False))
    assert counted("unit|bao_gom|ct_a\nxa1|Không|10", template) == {}
    assert totals("unit|bao_gom|ct_a\nxa1|Không|10", template).empty


def test_totals_name_every_additive_indicator_in_the_order_of_the_dictionary() -> None:
    found = totals("unit|bao_gom|ct_a|ct_xa\nxa1|Không|.|2")
    assert found.index.tolist() == ["ct_a", "ct_xa", "ct_mn"]
    assert found["units"].tolist() == [0, 1, 0]


def test_nothing_returned_gives_totals_without_figures() -> None:
    found = totals("unit|ct_a")
    assert found["total"].isna().all()
    assert (
        build_comparison(make_answers("unit|ct_a", TEMPLATE, ROSTER), TEMPLATE, ROSTER)["verdict"]
        .eq("")
        .all()
    )


def test_decimal_figures_sum_as_on_paper() -> None:
    assert totals("unit|ct_a\nmn1|0.1\nth1|0.2").loc["ct_a", "total"] == 0.3


def compared(table: str, roster: Roster = ROSTER) -> pd.DataFrame:
    return build_comparison(make_answers(table, TEMPLATE, roster), TEMPLATE, roster).set_index(
        ["unit", "indicator"]
    )


def test_comparison_has_a_row_for_what_both_are_asked() -> None:
    assert compared("unit|ct_a").index.tolist() == [("xa1", "ct_a"), ("xa2", "ct_a")]


def test_a_figure_below_the_sum_it_is_said_to_include_is_told() -> None:
    row = compared("unit|bao_gom|ct_a\nxa1|Có|6\nmn1|.|3\nth1|.|4").loc["xa1", "ct_a"]
    assert row.to_dict() == {
        "included": True,
        "own": 6,
        "below": 7,
        "units": 2,
        "difference": -1,
        "verdict": "below",
    }


def test_a_figure_that_holds_those_below_is_ok() -> None:
    assert compared("unit|bao_gom|ct_a\nxa1|Có|7\nmn1|.|3\nth1|.|4").loc[("xa1", "ct_a"), "verdict"] == "ok"


@pytest.mark.parametrize(("said", "included"), [("Không", False), (".", None)])
def test_without_a_word_of_inclusion_there_is_no_verdict(said: str, included: bool | None) -> None:
    row = compared(f"unit|bao_gom|ct_a\nxa1|{said}|6\nmn1|.|3\nth1|.|4").loc["xa1", "ct_a"]
    assert row["included"] is included
    assert (row["difference"], row["verdict"]) == (-1, "")


def test_nothing_below_is_not_a_sum_of_nought() -> None:
    row = compared("unit|bao_gom|ct_a\nxa1|Có|6").loc["xa1", "ct_a"]
    assert pd.isna(row["below"])
    assert pd.isna(row["difference"])
    assert (row["units"], row["verdict"]) == (0, "")


def test_the_sum_below_counts_nothing_twice_either() -> None:
    """Below a town that includes its schools stands the town's figure alone."""
    roster = make_roster("xa0 xa -\nxa1 xa xa0\nmn1 mn xa1")
    found = compared("unit|bao_gom|ct_a\nxa0|Có|9\nxa1|Có|10\nmn1|.|8", roster)
    assert found.loc[("xa0", "ct_a"), ["below", "units", "verdict"]].tolist() == [10, 1, "below"]


def test_area_is_the_topmost_commune_or_directly_under_the_office() -> None:
    assert area_names(TEMPLATE, ROSTER) == {
        "xa1": "Đơn vị xa1",
        "mn1": "Đơn vị xa1",
        "th1": "Đơn vị xa1",
        "xa2": "Đơn vị xa2",
        "mn2": "Đơn vị xa2",
        "pt": "Trực thuộc huyện",
    }


def test_areas_of_the_same_name_are_told_apart() -> None:
    roster = Roster("units.xlsx", {unit.code: replace(unit, name="Xã Tân Tiến") for unit in ROSTER})
    assert area_names(TEMPLATE, roster)["mn2"] == "Xã Tân Tiến (xa2)"


CODES = ["ct_a", "ct_xa", "ct_mn"]


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[Roster, list[str]]:
    """A roster of three or four levels in any order, and the returns of some of its units."""
    communes = [f"xa{n}" for n in range(draw(st.integers(0, 3)))]
    schools = [
        (f"{draw(st.sampled_from(['mn', 'th']))}{n}", draw(st.sampled_from([*communes, "-"])))
        for n in range(draw(st.integers(0, 5)))
    ]
    branches = [
        (f"diem{n}", draw(st.sampled_from([*communes, *(code for code, _ in schools), "-"])))
        for n in range(draw(st.integers(0, 3)))
    ]
    lines = [
        f"{code} {code.rstrip('0123456789')} {above}"
        for code, above in chain(((c, "-") for c in communes), schools, branches)
    ]
    roster = make_roster("\n".join(draw(st.permutations(lines))))
    figure = st.sampled_from([".", "?", "KCSL", "0", "1", "20", "300", "0.1"])
    returned = [unit for unit in roster.units if draw(st.booleans())]
    said = st.sampled_from(["Có", "Không", ".", "?"])
    returns = [
        f"{unit}|{draw(said)}|{'|'.join(draw(figure) for _ in CODES)}"
        for unit in draw(st.permutations(returned))
    ]
    return roster, returns


def area(unit: str, code: str, roster: Roster, answers: pd.DataFrame) -> float:
    """What the domain says, unit by unit: the figure of the unit and all below it, nothing twice."""
    below = sum(area(child.code, code, roster, answers) for child in roster.children.get(unit, ()))
    mine = answers[answers["unit"] == unit].set_index("indicator")
    if mine.empty or code not in mine.index:
        return below
    own = mine.loc[code, "number"] if mine.loc[code, "state"] == "answered" else 0
    includes = "bao_gom" in mine.index and mine.loc["bao_gom", "value"] != "Không"
    return own if includes else own + below


@settings(max_examples=30)
@given(campaigns())
def test_totals_are_the_areas_below_the_office(campaign: tuple[Roster, list[str]]) -> None:
    roster, returns = campaign
    table = "\n".join([f"unit|bao_gom|{'|'.join(CODES)}", *returns])
    answers = make_answers(table, TEMPLATE, roster)
    found = totals(table, roster=roster)["total"].fillna(0)
    for code in CODES:
        expected = sum(area(unit.code, code, roster, answers) for unit in roster.children.get(None, ()))
        assert found[code] == pytest.approx(expected, abs=1e-9)
    for row in build_comparison(answers, TEMPLATE, roster).itertuples():
        expected = sum(area(unit.code, row.indicator, roster, answers) for unit in roster.children[row.unit])
        assert (row.below if row.units else 0) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=20)
@given(campaigns(), st.randoms())
def test_the_order_of_units_and_returns_changes_no_total(
    campaign: tuple[Roster, list[str]], random: Random
) -> None:
    roster, returns = campaign
    units, rows = list(roster), list(returns)
    random.shuffle(units)
    random.shuffle(rows)
    head = f"unit|bao_gom|{'|'.join(CODES)}"
    other = Roster("units.xlsx", {unit.code: unit for unit in units})
    found = totals("\n".join([head, *rows]), roster=other)
    pd.testing.assert_frame_equal(found, totals("\n".join([head, *returns]), roster=roster), check_exact=True)


@pytest.mark.parametrize("other", ["XÃ TÂN TIẾN", "Xa\u0303 Ta\u0302n Tie\u0302\u0301n", "Xã Tân\u200b Tiến"])
def test_areas_that_a_pivot_would_take_for_one_stay_two(other: str) -> None:
    units = dict(ROSTER.units)
    for code, name in (("xa1", "Xã Tân Tiến"), ("xa2", other)):
        units[code] = replace(units[code], name=name)
    names = area_names(TEMPLATE, replace(ROSTER, units=units))
    assert names["mn1"] == "Xã Tân Tiến (xa1)"
    assert names["mn2"].endswith("(xa2)")
