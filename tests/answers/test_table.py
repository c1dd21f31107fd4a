"""The answers frame: a row for each line a unit is asked, with its own unit, file and cell, however many returns say the same."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from small_campaign import count, make_roster, make_template

from workbook_tools.answers.table import build_answers
from workbook_tools.excel import Cell
from workbook_tools.frames import ANSWER_COLUMNS, CATEGORIES
from workbook_tools.model import Identity, Indicator, Kind, Outcome, RawAnswer
from workbook_tools.problems import Place, problem
from workbook_tools.returns.result import FileReading

TEMPLATE = make_template(
    count("ct_1"),
    count("ct_2", who="xa"),
    Indicator("ct_3", "Nhóm", "Kế hoạch", "", Kind.TEXT),
    Indicator("m", "", "", "", Kind.MIRROR),
)
ROSTER = make_roster("xa1 xa -\nxa2 xa -\nmn1 mn xa1")


def line(code: str, raw: str = "", note: str = "", row: int = 3) -> RawAnswer:
    """A line as it was typed: what looks like a number is one."""
    value = float(raw) if raw.isdecimal() else raw or None
    return RawAnswer(code, Cell("Biểu", row, 4), raw, value, note=note)


def returned(unit: str, *answers: RawAnswer, version: str = TEMPLATE.version) -> FileReading:
    packed = msgspec.msgpack.encode(answers)
    identity = Identity(unit, TEMPLATE.campaign.code, version)
    return FileReading(f"{unit}.xlsx", outcome=Outcome.ACCEPTED, unit=unit, identity=identity, filled=packed)


def whole(unit: str, **raws: str) -> FileReading:
    """A return with every line, blank where nothing is given."""
    return returned(
        unit,
        *(
            line(code, raws.get(code, ""), row=row)
            for row, code in enumerate(["bao_gom", "ct_1", "ct_2", "ct_3"], start=2)
        ),
    )


def test_returns_that_say_the_same_keep_their_own_unit_and_file() -> None:
    frame, problems = build_answers([whole("xa2", ct_1="5"), whole("xa1", ct_1="5")], TEMPLATE, ROSTER)
    assert list(frame.columns) == ANSWER_COLUMNS
    rows = frame[["unit", "indicator", "value", "number", "raw", "file", "cell"]]
    assert rows[rows["indicator"] == "ct_1"].to_numpy().tolist() == [
        ["xa1", "ct_1", 5.0, 5.0, "5", "xa1.xlsx", "D3"],
        ["xa2", "ct_1", 5.0, 5.0, "5", "xa2.xlsx", "D3"],
    ]
    assert problems == []


def test_a_doubt_is_told_of_every_return_at_its_own_cell() -> None:
    readings = [returned("xa1", line("ct_1", "chục", row=3)), returned("xa2", line("ct_1", "chục", row=8))]
    _frame, problems = build_answers(readings, TEMPLATE, ROSTER)
    told = {p.place for p in problems if p.code == "number-in-doubt"}
    assert told == {
        Place("xa1.xlsx", "Biểu", "D3", "xa1", "ct_1"),
        Place("xa2.xlsx", "Biểu", "D8", "xa2", "ct_1"),
    }


def test_the_same_entry_with_another_note_or_in_another_line_stays_apart() -> None:
    readings = [
        returned("xa1", line("ct_1", "7", "vì mưa"), line("ct_3", "7")),
        returned("xa2", line("ct_1", "7")),
    ]
    frame, _problems = build_answers(readings, TEMPLATE, ROSTER)
    found = frame.set_index(["unit", "indicator"])
    assert found.loc[("xa1", "ct_1"), ["value", "note"]].tolist() == [7.0, "vì mưa"]
    assert found.loc[("xa1", "ct_3"), ["value", "note"]].tolist() == ["7", ""]
    assert found.loc[("xa2", "ct_1"), ["value", "note"]].tolist() == [7.0, ""]


def test_rows_are_in_the_order_of_roster_and_dictionary_whatever_the_order_in_the_file() -> None:
    readings = [
        returned("mn1", line("ct_3", "b"), line("ct_1", "1")),
        returned("xa1", *(line(c) for c in ("ct_3", "ct_2", "ct_1", "bao_gom"))),
    ]
    frame, _problems = build_answers(readings, TEMPLATE, ROSTER)
    expected = [("xa1", code) for code in ("bao_gom", "ct_1", "ct_2", "ct_3")] + [
        ("mn1", "ct_1"),
        ("mn1", "ct_3"),
    ]
    assert [*zip(frame["unit"], frame["indicator"], strict=True)] == expected


def test_a_line_that_is_not_there_is_in_doubt_and_told_once() -> None:
    said = problem("label-changed", Place(indicator="ct_2"))
    reading = returned("xa1", line("bao_gom"), line("ct_3"))
    frame, problems = build_answers([replace(reading, problems=(said,))], TEMPLATE, ROSTER)
    assert frame["state"].tolist() == ["unanswered", "in-doubt", "in-doubt", "unanswered"]
    assert [(p.code, p.place.indicator) for p in problems] == [("input-missing", "ct_1")]


def test_a_line_that_an_older_form_did_not_ask_is_said_to_be_so() -> None:
    frame, problems = build_answers(
        [returned("mn1", line("ct_1", "2"), version="00000000")], TEMPLATE, ROSTER
    )
    assert frame["state"].tolist() == ["answered", "not-asked"]
    assert problems == []


@pytest.mark.parametrize(("raw", "told"), [("4", ["answer-unexpected"]), ("", [])])
def test_an_answer_that_was_not_asked_is_a_problem_and_no_row(raw: str, told: list[str]) -> None:
    frame, problems = build_answers([whole("mn1", ct_2=raw)], TEMPLATE, ROSTER)
    assert frame["indicator"].tolist() == ["ct_1", "ct_3"]
    assert [p.code for p in problems] == told


def test_a_line_of_no_indicator_is_nothing() -> None:
    frame, problems = build_answers(
        [returned("mn1", line("ct_1"), line("ct_3"), line("cu", "9"))], TEMPLATE, ROSTER
    )
    assert frame["indicator"].tolist() == ["ct_1", "ct_3"]
    assert problems == []


def test_without_returns_the_frame_has_its_columns() -> None:
    frame, problems = build_answers([], TEMPLATE, ROSTER)
    assert (list(frame.columns), len(frame), problems) == (ANSWER_COLUMNS, 0, [])
    texts = frame.drop(columns=["number", "counted"]).dtypes.map(str)
    assert dict(texts) == {name: "category" if name in CATEGORIES else "object" for name in texts.index}


def test_a_return_in_which_nothing_was_found_has_all_its_lines() -> None:
    empty = replace(returned("mn1"), filled=b"")
    assert build_answers([empty], TEMPLATE, ROSTER)[0]["state"].tolist() == ["in-doubt", "in-doubt"]
