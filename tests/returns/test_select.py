"""Of several returns of one unit the right one counts, and nothing that a unit answered is dropped without a word."""

from __future__ import annotations

import itertools
from datetime import datetime

import msgspec
import pytest

from workbook_tools.excel import Cell
from workbook_tools.model import Outcome, RawAnswer
from workbook_tools.problems import Severity
from workbook_tools.returns.result import FileReading
from workbook_tools.returns.select import select_returns

EARLY, LATE = datetime(2023, 10, 9), datetime(2023, 10, 10)
LABELS = {"a": "Số lớp", "b": "Số người"}


def returned(path, answers=(), saved=EARLY):
    raw = [
        answer if isinstance(answer, RawAnswer) else RawAnswer(code, Cell("Biểu", row, 5), answer, answer)
        for row, (code, answer) in enumerate(dict(answers).items(), start=1)
    ]
    blank = [RawAnswer(code, Cell("Biểu", 9, 5)) for code in LABELS if code not in dict(answers)]
    packed = msgspec.msgpack.encode(tuple(raw + blank))
    return FileReading(path, outcome=Outcome.ACCEPTED, unit="x", packed=packed, saved=saved)


def select(*readings, **options):
    """Path → outcome and codes of problems, the same in whatever order the files come."""
    ways = [
        {r.path: r for r in select_returns(order, labels=LABELS, **options)}
        for order in itertools.permutations(readings)
    ]
    assert all(way == ways[0] for way in ways)
    return {path: (r.outcome, [p.code for p in r.problems]) for path, r in ways[0].items()}, ways[0]


@pytest.mark.parametrize("saved", [EARLY, LATE])
def test_a_blank_form_never_takes_the_place_of_a_filled_one(saved):
    found, readings = select(returned("filled", {"a": "5"}), returned("blank", {"b": " "}, saved))
    assert found == {
        "filled": (Outcome.ACCEPTED, []),
        "blank": (Outcome.SUPERSEDED, ["blank-beside-filled"]),
    }
    assert readings["blank"].problems[0].severity is Severity.WARNING


def test_a_blank_form_is_no_report():
    assert select(returned("blank"))[0] == {"blank": (Outcome.REJECTED, ["return-blank"])}


def test_a_form_as_it_was_sent_has_not_come_from_the_unit():
    """A bounced mail brings the office's own form back: the unit has sent nothing."""
    found, _ = select(returned("bounced", saved=None), returned("filled", {"a": "5"}))
    assert found == {"bounced": (Outcome.IGNORED, ["form-as-sent"]), "filled": (Outcome.ACCEPTED, [])}


def test_a_note_alone_is_an_answer():
    noted = RawAnswer("a", Cell("Biểu", 1, 5), note="không phát sinh")
    assert select(returned("noted", {"a": noted}))[0] == {"noted": (Outcome.ACCEPTED, [])}


def test_what_only_the_older_one_answers_is_put_to_the_officer():
    found, readings = select(returned("first half", {"a": "5"}), returned("second half", {"b": "7"}, LATE))
    assert found == {
        "first half": (Outcome.SUPERSEDED, ["superseded-return", "answers-left-behind"]),
        "second half": (Outcome.ACCEPTED, []),
    }
    left = readings["first half"].problems[1]
    assert left.severity is Severity.WARNING
    assert left.params["value"] == "Số lớp (E1): 5"


def test_a_correction_is_a_notice():
    _, readings = select(returned("old", {"a": "5"}), returned("new", {"a": "6", "b": "7"}, LATE))
    assert {p.code: p.severity for p in readings["old"].problems} == {
        "superseded-return": Severity.NOTICE,
        "differs-from-other": Severity.NOTICE,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1500", 1500.0), ("1.5E3", 1500.0)),
        (("45212", 45212.0), ("2023-10-13", 45212.0)),
        (("0.1", 0.1), ("0.1000000000000000055", 0.1)),
        (("Tốt  lắm", "Tốt  lắm"), ("Tốt lắm ", "Tốt lắm ")),
        (("12", "12"), ("12", 12.0)),
        (("Ô", "O\u0302"), ("Ô", "\u00d4")),
    ],
)
def test_one_report_in_two_formats_counts_once(one, other):
    """Saved at one moment as .xlsx and as .ods: the formats write the same in two ways."""
    cell = Cell("Biểu", 1, 5)
    found, _ = select(
        *(
            returned(path, {"a": RawAnswer("a", cell, *typed)})
            for path, typed in (("x.ods", one), ("x.xlsx", other))
        )
    )
    assert found == {"x.ods": (Outcome.ACCEPTED, []), "x.xlsx": (Outcome.SUPERSEDED, ["duplicate-return"])}


def test_the_officer_may_choose_even_a_blank_one():
    found, _ = select(returned("blank"), returned("filled", {"a": "5"}), chosen={"x": "blank"})
    assert found["blank"] == (Outcome.ACCEPTED, [])
    assert found["filled"][0] is Outcome.SUPERSEDED
