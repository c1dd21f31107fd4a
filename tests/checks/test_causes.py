"""Many problems of one kind in one file are said once, the worst severity kept; the others are its details."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from collecting import fill, read_back
from openpyxl import load_workbook
from small_campaign import INCLUSION, count, make_answers, make_roster, make_template

from workbook_tools.checks.across import check_comparison
from workbook_tools.checks.causes import fold_causes
from workbook_tools.problems import CATALOGUE, Place, Problem, Severity, problem
from workbook_tools.tally.totals import build_comparison
from workbook_tools.text.legacy_fonts import TCVN3

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from campaigns import Campaign

LINES = [f"ct_{letter}" for letter in "abcdefgh"]


def decoded(number: int, file: str = "a.xlsx") -> list[Problem]:
    places = [Place(file, "Biểu", f"D{row}", "x1", f"ct_{row}") for row in range(number)]
    return [problem("text-decoded", place, value="x", read="y") for place in places]


def own(problems: Sequence[Problem]) -> list[str]:
    return [p.code for p in problems if not p.under]


def test_many_of_a_kind_are_details_of_one() -> None:
    found = fold_causes(decoded(5))
    assert own(found) == ["legacy-font"]
    assert [p.under for p in found[:5]] == ["legacy-font"] * 5
    assert found[-1].params["count"] == 5
    assert (found[-1].place.file, found[-1].place.unit) == ("a.xlsx", "x1")


def test_a_few_and_those_of_different_files_stand_for_themselves() -> None:
    few = [*decoded(2), *decoded(2, "b.xlsx")]
    assert fold_causes(few) == few


def test_a_picture_explains_why_its_line_is_blank() -> None:
    """One cause, one problem: as severe as the missing answer, which is its detail."""
    line = Place("a.xlsx", "Biểu", "D5", "x1", "ct_5")
    other = Place("a.xlsx", "Biểu", "D6", "x1", "ct_6")
    found = fold_causes(
        [problem("answer-missing", line), problem("picture-answer", line), problem("answer-missing", other)]
    )
    assert [(p.code, p.severity, p.under) for p in found] == [
        ("answer-missing", Severity.NOTICE, "picture-answer"),
        ("picture-answer", Severity.ERROR, ""),
        ("answer-missing", Severity.ERROR, ""),
    ]


def test_what_the_officer_accepted_stays_as_it_is() -> None:
    accepted = [Problem(p.code, p.place, p.params, p.severity, accepted="rồi") for p in decoded(5)]
    assert fold_causes(accepted) == accepted


def test_one_that_is_said_already_is_not_said_twice() -> None:
    whole = problem("texts-changed", Place("a.xlsx", unit="x1"), count=9)
    changed = [problem("text-changed", Place("a.xlsx", unit="x1"), expected="a", value="b")]
    found = fold_causes([whole, *changed])
    assert [(p.code, p.under) for p in found] == [("texts-changed", ""), ("text-changed", "texts-changed")]


def test_every_kind_that_stands_for_many_is_in_the_catalogue() -> None:
    assert {kind.many for kind in CATALOGUE.values() if kind.many} <= CATALOGUE.keys()


@pytest.mark.parametrize(("lines", "told"), [(8, ["inclusion-doubtful"]), (2, ["below-children"] * 2)])
def test_one_wrong_yes_is_one_warning_at_its_line(lines: int, told: list[str]) -> None:
    template = make_template(*map(count, LINES))
    roster = make_roster("xa1 xa -\nmn1 mn xa1\nmn2 mn xa1")
    head = "unit|" + "|".join([INCLUSION.code, *LINES])
    below, above = "|".join("9" * 8), "|".join(["1"] * lines + ["99"] * (8 - lines))
    answers = make_answers(f"{head}\nxa1|Có|{above}\nmn1|.|{below}\nmn2|.|{below}", template, roster)
    found = check_comparison(build_comparison(answers, template, roster), answers, template, roster)
    assert own(found) == told
    assert len([p for p in found if p.severity is Severity.WARNING]) == len(told)
    if lines == 8:
        assert found[0].place.indicator == INCLUSION.code
        assert found[0].params["count"] == 8
        assert {p.under for p in found[1:]} == {"inclusion-doubtful"}


@pytest.mark.slow
def test_a_sheet_typed_for_an_old_font_is_one_notice(first: Campaign, tmp_path: Path) -> None:
    """Answers and printed texts alike, as a program converts them that sets the sheet in .VnTime."""
    places = {letter: place for place, letter in TCVN3.letters.items()}
    texts = dict.fromkeys(["tm_1", "tm_2", "tm_3", "tm_4"], "Đã triển khai đầy đủ, kinh phí còn hạn chế")
    unit = next(iter(first.forms))
    path = fill(first, unit, {**texts, "ct_2_1": 5}, tmp_path / "a.xlsx")
    book = load_workbook(path)
    sheet = book[first.template.form_sheets[0]]
    for row in sheet.iter_rows(max_col=9):
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "s" and "/" not in cell.value:
                cell.value = "".join(places.get(c, c) for c in cell.value)
    book.save(path)
    problems = [p for p in read_back(first, tmp_path).problems if p.place.file == "a.xlsx"]
    assert len(problems) > 30
    roots = [p.code for p in problems if p.severity is Severity.NOTICE and not p.under]
    assert roots.count("legacy-font") == 1
    assert len(roots) <= 4, "printed texts that only changed their font are not told one by one"
    listed = [p.under or p.code for p in problems if p.severity is Severity.NOTICE]
    assert listed == sorted(listed, key=listed.index), "details stand below what they come of"
