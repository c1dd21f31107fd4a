"""Blank lines are told by how much they are wanted; figures are held to the bounds of their line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from small_campaign import count, make_answers, make_roster, make_template

from workbook_tools.checks.cells import check_answers
from workbook_tools.model import Kind, Need
from workbook_tools.problems import Place, Problem, Severity

ROSTER = make_roster("xa1 xa -\nmn1 mn xa1")


def check(table: str, **more: object) -> list[Problem]:
    template = make_template(count("ct_a", **more))
    return check_answers(make_answers(table, template, ROSTER), template, ROSTER)


def test_a_blank_that_is_required_is_an_error_at_its_cell() -> None:
    [found] = check("unit|ct_a\nmn1|.", need=Need.REQUIRED)
    assert (found.code, found.severity) == ("answer-missing", Severity.ERROR)
    assert found.place == Place("mn1.xlsx", "Biểu", "D3", "mn1", "ct_a")


def test_a_blank_that_is_recommended_is_a_warning() -> None:
    [found] = check("unit|ct_a\nmn1|.", need=Need.RECOMMENDED)
    assert (found.code, found.severity) == ("answer-wanted", Severity.WARNING)


@pytest.mark.parametrize("answer", ["0", "KCSL", "?"])
def test_nought_no_figures_and_doubt_are_not_blank(answer: str) -> None:
    assert check(f"unit|ct_a\nmn1|{answer}", need=Need.REQUIRED) == []


def test_an_optional_blank_is_nothing() -> None:
    assert check("unit|ct_a\nmn1|.", need=Need.OPTIONAL, minimum=1) == []


def test_a_line_that_a_unit_is_not_asked_is_not_missed() -> None:
    assert check("unit|ct_a\nmn1|.", need=Need.REQUIRED, who="xa") == []


def test_a_warning_carries_the_note_as_its_reason() -> None:
    [found] = check("unit|ct_a\nmn1|. # chưa tổng hợp", need=Need.RECOMMENDED)
    assert found.reason == "chưa tổng hợp"


@pytest.mark.parametrize("note", ["25", "1.250 lượt", "khoảng 20 người", "12,5%", "25 lớp."])
def test_a_figure_in_the_remark_beside_a_blank_is_told_and_no_reason(note: str) -> None:
    for need, codes in (
        (Need.OPTIONAL, ["figure-in-remark"]),
        (Need.RECOMMENDED, ["figure-in-remark"]),
        (Need.REQUIRED, ["answer-missing", "figure-in-remark"]),
    ):
        found = check(f"unit|ct_a\nmn1|. # {note}", need=need)
        assert [p.code for p in found] == codes
        assert (found[-1].severity, found[-1].reason) == (Severity.WARNING, "")
        assert note in found[-1].message()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "chưa tổng hợp",
        "Theo kế hoạch số 25",
        "Quý 3 mới thực hiện",
        "12/5",
        "3 trường chưa gửi số liệu về",
    ],
)
def test_a_remark_with_words_is_no_figure(note: str) -> None:
    assert check(f"unit|ct_a\nmn1|. # {note}", need=Need.OPTIONAL) == []


@pytest.mark.parametrize("answer", ["5", "KCSL", "?"])
def test_a_figure_in_the_remark_beside_an_answer_is_a_remark(answer: str) -> None:
    assert check(f"unit|ct_a\nmn1|{answer} # 25", need=Need.REQUIRED) == []


def test_an_error_is_not_answered_by_a_note() -> None:
    [found] = check("unit|ct_a\nmn1|. # chưa tổng hợp", need=Need.REQUIRED)
    assert found.reason == ""


@pytest.mark.parametrize("figure", ["-1", "11", "10.5"])
def test_a_figure_outside_both_bounds(figure: str) -> None:
    [found] = check(f"unit|ct_a\nmn1|{figure}", minimum=0, maximum=10)
    assert found.code == "number-out-of-range"
    assert found.message("en") == f"{figure} is not between 0 and 10."


@pytest.mark.parametrize("figure", ["0", "10", "."])
def test_the_bounds_themselves_are_within(figure: str) -> None:
    assert check(f"unit|ct_a\nmn1|{figure}", minimum=0, maximum=10) == []


def test_one_bound_alone_is_told_alone() -> None:
    [low] = check("unit|ct_a\nmn1|4", minimum=5.0)
    [high] = check("unit|ct_a\nmn1|400000", maximum=5.0)
    assert (low.code, low.message("en")) == ("number-too-small", "4 is below the minimum, 5.")
    assert (high.code, high.message("en")) == ("number-too-large", "400,000 is above the maximum, 5.")


def test_a_rate_is_told_as_the_per_cent_that_the_unit_sees() -> None:
    template = make_template(replace(count("ct_a", minimum=0, maximum=1), kind=Kind.PERCENT))
    [found] = check_answers(make_answers("unit|ct_a\nmn1|1.255", template, ROSTER), template, ROSTER)
    assert found.message("vi").startswith("125,5%")
    assert "100%" in found.message("vi")
    assert found.message("en").startswith("125.5%")
