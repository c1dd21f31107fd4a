"""Beside other units: copies, outliers, and what is said of the units below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.checks.across import check_across, check_comparison
from workbook_tools.problems import Place, Problem
from workbook_tools.tally.totals import build_comparison

if TYPE_CHECKING:
    from workbook_tools.model import Roster

CODES = [f"ct_{letter}" for letter in "abcdef"]
TEMPLATE = make_template(*(count(code) for code in CODES))
ROSTER = make_roster("xa1 xa -\nmn1 mn xa1\nth1 th xa1\nxa2 xa -\npt1 thpt -")
HEAD = f"unit|bao_gom|{'|'.join(CODES)}"


def check(table: str, roster: Roster = ROSTER) -> list[Problem]:
    return check_across(make_answers(table, TEMPLATE, roster), TEMPLATE, roster)


def copies(*rows: str, roster: Roster = ROSTER) -> dict[str, object]:
    """Unit → the others it is the same as."""
    return {
        p.place.unit: p.params["other"]
        for p in check("\n".join([HEAD, *rows]), roster)
        if p.code == "same-as-other"
    }


def test_returns_with_the_same_figures_name_each_other() -> None:
    found = copies("th1|.|1|2|3|4|5|0", "mn1|.|1|2|3|4|5|0", "pt1|.|1|2|3|4|5|1")
    assert found == {"mn1": "Đơn vị th1 (th1)", "th1": "Đơn vị mn1 (mn1)"}


def test_a_copy_is_shown_at_its_file() -> None:
    problems = check(f"{HEAD}\nmn1|.|1|2|3|4|5|.\nth1|.|1|2|3|4|5|.")
    assert [p.place for p in problems] == [
        Place(file="mn1.xlsx", unit="mn1"),
        Place(file="th1.xlsx", unit="th1"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1|2|3|4|0|0", "1|2|3|4|0|0"),
        ("1|2|3|4|5|6", "2|1|3|4|5|6"),
        ("1|2|3|4|5|0", "1|2|3|4|5|."),
        ("1|2|3|4|5|KCSL", "1|2|3|4|5|0"),
    ],
    ids=["few figures", "other lines", "one more answered", "no figures is not nought"],
)
def test_returns_that_are_alike_by_chance_or_in_part_are_no_copies(one: str, other: str) -> None:
    assert copies(f"mn1|.|{one}", f"th1|.|{other}") == {}


def test_many_copies_are_counted_rather_than_listed() -> None:
    roster = make_roster("\n".join(f"mn{n} mn -" for n in range(6)))
    found = copies(*(f"mn{n}|.|1|2|3|4|5|6" for n in range(6)), roster=roster)
    assert found["mn0"] == "Đơn vị mn1 (mn1); Đơn vị mn2 (mn2); Đơn vị mn3 (mn3); … (+2)"
    assert found["mn5"] == "Đơn vị mn0 (mn0); Đơn vị mn1 (mn1); Đơn vị mn2 (mn2); … (+2)"


def outliers(figures: list[int | str], types: str = "mn") -> list[Problem]:
    roster = make_roster("\n".join(f"{types}{n} {types} -" for n in range(len(figures))))
    rows = [f"{types}{n}|{figure}" for n, figure in enumerate(figures)]
    return [p for p in check("\n".join(["unit|ct_a", *rows]), roster) if p.code == "outlier"]


def test_a_figure_with_a_nought_too_many_stands_out() -> None:
    [found] = outliers([90, 120, 100, 1100, 80, 95, 130, 105])
    assert found.place == Place("mn3.xlsx", "Biểu", "D3", "mn3", "ct_a")
    assert (found.params["value"], found.params["median"]) == (1100, 102.5)


def test_where_most_report_nothing_the_mean_deviation_is_the_measure() -> None:
    [found] = outliers([0] * 16 + [400])
    assert found.place.unit == "mn16"


@pytest.mark.parametrize(
    "figures",
    [
        [90, 120, 100, 1100, 80, 95, 130],
        [0, 1, 0, 2, 0, 1, 0, 0, 0, 9],
        [100, 101, 100, 99, 100, 102, 98, 100, 290],
        [20, 150, 90, 400, 60, 35, 240, 110, 700],
        [50] * 12,
        [900, 950, 1000, 1050, 1100, 980, 1020, 1],
    ],
    ids=[
        "few answers",
        "small counts",
        "below three times the median",
        "widely spread",
        "all alike",
        "little is done anywhere",
    ],
)
def test_plausible_figures_are_left_in_peace(figures: list[int | str]) -> None:
    assert outliers(figures) == []


def test_units_are_compared_with_their_own_type_only() -> None:
    schools = "\n".join(f"mn{n} mn -" for n in range(9))
    rows = "\n".join(f"mn{n}|{10 + n}" for n in range(9))
    assert check(f"unit|ct_a\n{rows}\nxa1|900", make_roster(f"{schools}\nxa1 xa -")) == []


def test_what_is_in_doubt_is_no_answer_to_compare_with() -> None:
    assert outliers([90, 120, 100, 1100, 80, 95, 130, "?", "KCSL"]) == []


def test_a_note_beside_an_outlier_is_its_reason() -> None:
    [found] = outliers([90, 120, 100, "1100 # tổ chức cùng huyện đoàn", 80, 95, 130, 105])
    assert found.reason == "tổ chức cùng huyện đoàn"


@pytest.mark.parametrize("said", [".", "?"])
def test_a_commune_with_schools_has_to_say_what_it_includes(said: str) -> None:
    [found] = check(f"unit|bao_gom|ct_a\nxa1|{said}|10")
    assert (found.code, found.place) == (
        "inclusion-unanswered",
        Place("xa1.xlsx", "Biểu", "D2", "xa1", "bao_gom"),
    )


@pytest.mark.parametrize(
    "row", ["xa1|Không|10", "xa2|.|10", "mn1|.|10"], ids=["said", "nothing below", "not asked"]
)
def test_who_has_said_or_has_nothing_to_include_is_not_asked_again(row: str) -> None:
    assert check(f"unit|bao_gom|ct_a\n{row}") == []


def below(table: str) -> list[Problem]:
    answers = make_answers(table, TEMPLATE, ROSTER)
    return check_comparison(build_comparison(answers, TEMPLATE, ROSTER), answers, TEMPLATE, ROSTER)


def test_a_figure_below_what_it_includes_is_shown_at_its_cell() -> None:
    [found] = below("unit|bao_gom|ct_a|ct_b\nxa1|Có|6 # bỏ số trùng|9\nmn1|.|3|4\nth1|.|4|5")
    assert (found.code, found.place) == ("below-children", Place("xa1.xlsx", "Biểu", "D3", "xa1", "ct_a"))
    assert (dict(found.params), found.reason) == ({"value": 6, "sum": 7}, "bỏ số trùng")


@pytest.mark.parametrize("blank", [".", "KCSL"])
def test_a_blank_that_includes_figures_is_shown_with_them(blank: str) -> None:
    [found] = below(f"unit|bao_gom|ct_a|ct_b\nxa1|Có|{blank}|9\nmn1|.|3|4\nth1|.|4|5")
    assert (found.code, found.place.unit, found.place.indicator) == ("blank-above-children", "xa1", "ct_a")
    assert dict(found.params) == {"sum": 7}


@pytest.mark.parametrize("blank", ["Có|.|9\nmn1|.|0|4", "Không|.|9\nmn1|.|3|4", "Có|?|9\nmn1|.|3|4"])
def test_a_blank_that_leaves_nothing_out_or_is_asked_for_anyway_is_not(blank: str) -> None:
    assert below(f"unit|bao_gom|ct_a|ct_b\nxa1|{blank}") == []


def test_a_figure_that_leaves_out_those_below_may_be_less() -> None:
    assert below("unit|bao_gom|ct_a\nxa1|Không|6\nmn1|.|30") == []


def test_nothing_returned_is_nothing_wrong() -> None:
    assert check(HEAD) == []
    assert below(HEAD) == []
