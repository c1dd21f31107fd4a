"""A rule is an Excel formula that is TRUE where all is well; here is for whom it is asked, and what is said where it is not."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.checks.rules import AnswerTable, check_rules
from workbook_tools.model import Indicator, Kind, Rule
from workbook_tools.problems import Place, Problem, Severity

ROSTER = make_roster("xa1 xa - dv_x=2\nmn1 mn xa1\nmn2 mn xa1 dv_x=5\npt1 thpt - dv_x=1")
INDICATORS = (
    count("ct_a"),
    count("ct_b"),
    count("ct_xa", who="xa"),
    Indicator("ct_lap", "Nhóm", "Dòng a lần nữa", "lượt", Kind.MIRROR, mirrors="ct_a"),
    Indicator("ct_ngay", "Nhóm", "Ngày", "", Kind.DATE),
    Indicator("ct_chu", "Nhóm", "Văn bản", "", Kind.TEXT),
)


def check(formula: str, table: str, **more: object) -> list[Problem]:
    """The problems of one rule."""
    rule = Rule("qt_1", formula, **{"is_error": True, "message": "Xem lại", **more})  # type: ignore[arg-type]
    template = make_template(*INDICATORS, rules=(rule,))
    return check_rules(AnswerTable.lay_out(make_answers(table, template, ROSTER), template, ROSTER))


def broken(formula: str, table: str, **more: object) -> list[str]:
    """The units that break it."""
    found = check(formula, table, **more)
    assert {p.code for p in found} <= {"rule-broken"}
    return [p.place.unit for p in found]


def test_a_broken_rule_says_what_stands_where() -> None:
    [found] = check("=(ct_a>0)=(ct_b>0)", "unit|ct_a|ct_b\nmn1|3|.\nmn2|3|4")
    assert (found.code, found.severity) == ("rule-broken", Severity.ERROR)
    assert found.place == Place("mn1.xlsx", "Biểu", "D3", "mn1", "ct_a")
    assert dict(found.params) == {
        "message": "Xem lại",
        "rule": "qt_1",
        "values": "Dòng ct_a = 3; Dòng ct_b = (trống)",
    }


def test_a_form_without_a_line_is_not_held_to_the_rules_about_it() -> None:
    """Its version never asked; a line that is there and blank is blank."""
    formula, table = "=(ct_a>0)=(ct_b>0)", "unit|ct_a|ct_b\nmn1|3|.\nmn2|3|."
    template = make_template(*INDICATORS, rules=(Rule("qt_1", formula, is_error=True, message="Xem lại"),))
    answers = make_answers(table, template, ROSTER)
    answers.loc[(answers["unit"] == "mn2") & (answers["indicator"] == "ct_b"), "state"] = "not-asked"
    found = check_rules(AnswerTable.lay_out(answers, template, ROSTER))
    assert [p.place.unit for p in found] == ["mn1"]


def test_a_warning_carries_the_note_of_the_line_it_is_shown_at() -> None:
    table = "unit|ct_a|ct_b\nmn1|3 # lý do khác|9 # học trực tuyến"
    [found] = check("=ct_a>=ct_b", table, is_error=False, shown_at="ct_b")
    assert (found.severity, found.place.cell, found.reason) == (Severity.WARNING, "D4", "học trực tuyến")


def test_a_note_does_not_answer_an_error() -> None:
    [found] = check("=ct_a>=ct_b", "unit|ct_a|ct_b\nmn1|3 # lý do|9")
    assert found.reason == ""


def test_blank_counts_as_nought() -> None:
    assert broken("=ct_a+ct_b>5", "unit|ct_a|ct_b\nmn1|5|.\nmn2|6|.") == ["mn1"]


def test_units_that_answered_none_of_its_lines_are_not_asked() -> None:
    assert broken("=ct_a>ct_b", "unit|ct_a|ct_b|ct_chu\nmn1|.|.|bài") == []


@pytest.mark.parametrize("answer", ["KCSL", "?"])
def test_units_of_which_a_figure_is_not_known_are_not_asked(answer: str) -> None:
    assert broken("=ct_a>ct_b", f"unit|ct_a|ct_b\nmn1|{answer}|3") == []


def test_doubt_in_another_line_does_not_matter() -> None:
    assert broken("=ct_a>3", "unit|ct_a|ct_b\nmn1|3|?") == ["mn1"]


def test_only_the_types_a_rule_names_are_held_to_it() -> None:
    assert broken("=ct_a>3", "unit|ct_a\nxa1|1\nmn1|1\npt1|1", who=frozenset({"mn", "thpt"})) == [
        "mn1",
        "pt1",
    ]


def test_a_line_that_a_unit_is_not_asked_counts_as_nought() -> None:
    [found] = check("=ct_xa>=ct_a", "unit|ct_a|ct_xa\nxa1|1|1\nmn1|1|.")
    assert found.place.indicator == "ct_a"
    assert found.params["values"] == "Dòng ct_xa = (không áp dụng); Dòng ct_a = 1"


def test_a_rule_over_lines_that_a_unit_is_not_asked_is_not_asked() -> None:
    assert broken("=ct_xa<0", "unit|ct_a|ct_xa\nmn1|1|.") == []


def test_it_is_shown_at_its_own_line_where_the_unit_has_it() -> None:
    found = check("=ct_a<0", "unit|ct_a|ct_xa\nxa1|1|1\nmn1|1|.", shown_at="ct_xa")
    assert [(p.place.unit, p.place.indicator) for p in found] == [("xa1", "ct_xa"), ("mn1", "ct_a")]


def test_a_mirror_is_what_it_mirrors() -> None:
    [found] = check("=ct_lap>ct_b", "unit|ct_a|ct_b\nmn1|2|3\nmn2|4|3")
    assert (found.place.unit, found.place.indicator) == ("mn1", "ct_a")
    assert found.params["values"] == "Dòng ct_a = 2; Dòng ct_b = 3"


def test_facts_come_from_the_roster_and_are_nought_where_missing() -> None:
    assert broken("=ct_a<=dv_x", "unit|ct_a\nxa1|2\nmn1|1\nmn2|6\npt1|1") == ["mn1", "mn2"]


def test_a_fact_is_told_as_one_of_the_office_s_list_of_units() -> None:
    """Its column is in no file that the unit has."""
    [found] = check("=ct_a<=dv_x", "unit|ct_a\nmn2|6")
    assert found.params["values"] == "Dòng ct_a = 6; cột “dv_x” trong danh sách đơn vị = 5"


def test_a_fact_is_told_by_what_its_column_is_called() -> None:
    roster = replace(ROSTER, fact_labels={"dv_x": "Số lớp"})
    rule = Rule("qt_1", "=ct_a<=dv_x", is_error=True, message="Xem lại")
    template = make_template(*INDICATORS, rules=(rule,))
    answers = make_answers("unit|ct_a\nmn2|6", template, roster)
    [found] = check_rules(AnswerTable.lay_out(answers, template, roster))
    assert found.params["values"] == "Dòng ct_a = 6; Số lớp trong danh sách đơn vị = 5"


def test_a_fact_that_no_unit_has_is_nought() -> None:
    assert broken("=ct_a<=dv_khac", "unit|ct_a\nxa1|0\nmn1|1") == ["mn1"]


def test_dates_are_compared_as_dates() -> None:
    [found] = check(
        "=ct_ngay<=DATE(2023,10,13)", f"unit|ct_ngay\nmn1|{date(2023, 10, 13)}\nmn2|{date(2023, 10, 14)}"
    )
    assert (found.place.unit, found.params["values"]) == ("mn2", "Ngày = 14/10/2023")


def test_texts_and_choices_are_compared_without_regard_to_capitals() -> None:
    table = "unit|bao_gom|ct_a\nxa1|Không|5"
    assert broken('=IF(bao_gom="CÓ",TRUE,ct_a=0)', table) == ["xa1"]


@pytest.mark.parametrize(("formula", "holds"), [("=ct_a", True), ("=ct_b", False), ("=ct_a-ct_a", False)])
def test_a_number_is_true_unless_it_is_nought(formula: str, holds: bool) -> None:
    assert broken(formula + "+ct_a*0", "unit|ct_a|ct_b\nmn1|3|0") == ([] if holds else ["mn1"])


def test_an_error_is_no_verdict() -> None:
    [found] = check("=ct_a/ct_b>1", "unit|ct_a|ct_b\nmn1|3|.\nmn2|3|1")
    assert (found.code, found.severity, found.place.unit) == ("rule-not-computable", Severity.WARNING, "mn1")
    assert dict(found.params) == {"rule": "qt_1", "value": "#DIV/0!"}


def test_a_text_is_no_verdict() -> None:
    [found] = check("=ct_chu", "unit|ct_chu\nmn1|bài viết")
    assert (found.code, found.params["value"]) == ("rule-not-computable", "“bài viết”")


def test_problems_come_by_rule_and_unit_whatever_the_order_of_rows() -> None:
    assert broken("=ct_a>3", "unit|ct_a\nmn2|1\nxa1|1\nmn1|9\npt1|2") == ["mn2", "xa1", "pt1"]


def test_nothing_returned_is_nothing_wrong() -> None:
    assert check("=ct_a>ct_b", "unit|ct_a") == []
