"""Of several returns of one unit the right one counts, and nothing that a unit answered is dropped without a word."""

from __future__ import annotations

import itertools
from datetime import datetime

import msgspec
import pytest
from msgspec.structs import replace

from workbook_tools.excel import Cell
from workbook_tools.model import Outcome, RawAnswer
from workbook_tools.problems import Severity, problem
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
    return FileReading(path, outcome=Outcome.ACCEPTED, unit="x", filled=packed, saved=saved)


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


NEXT_DAY = datetime(2023, 10, 11)


@pytest.mark.parametrize(
    ("saved", "mailed", "other_mailed", "counts"),
    [
        (None, None, None, None),
        (None, NEXT_DAY, None, None),
        (None, NEXT_DAY, LATE, "undated"),
        (None, EARLY, LATE, "dated"),
        (None, EARLY, None, "dated"),
        (LATE, None, None, "dated"),
    ],
)
def test_a_file_without_a_date_is_not_taken_for_the_older_one(saved, mailed, other_mailed, counts):
    """Some programs write no date; then the mails' dates tell, or the officer."""
    undated = replace(returned("undated", {"a": "6"}, saved), mailed=mailed)
    dated = replace(returned("dated", {"a": "5"}, NEXT_DAY if saved else LATE), mailed=other_mailed)
    found, _ = select(undated, dated)
    assert [path for path, (outcome, _) in found.items() if outcome is Outcome.ACCEPTED] == [counts] * bool(
        counts
    )
    assert counts or found["dated"][1] == ["return-tie", "differs-from-other"]


def test_dates_that_contradict_each_other_are_put_to_the_officer():
    first = replace(returned("1", {"a": "1"}, EARLY), mailed=datetime(2023, 10, 13))
    second = replace(returned("2", {"a": "2"}, LATE), mailed=NEXT_DAY)
    third = replace(returned("3", {"a": "3"}, None), mailed=datetime(2023, 10, 12))
    found, _ = select(first, second, third)
    assert {outcome for outcome, _ in found.values()} == {Outcome.REJECTED}


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
        (("3333333333.33333", 3333333333.33333), ("3333333333.3333335", 3333333333.3333335)),
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


@pytest.mark.parametrize(
    ("one", "other"), [("0123", "123"), ("1012345678901234567", "1012345678901234599"), ("1", "1.0")]
)
def test_digits_that_differ_are_another_answer(one, other):
    """A code, or the number of an account, of which no number keeps all digits."""
    found, _ = select(returned("old", {"a": one}), returned("new", {"a": other}, LATE))
    assert found["old"] == (Outcome.SUPERSEDED, ["superseded-return", "differs-from-other"])


def test_the_officer_may_choose_even_a_blank_one():
    found, _ = select(returned("blank"), returned("filled", {"a": "5"}), chosen={"x": "blank"})
    assert found["blank"] == (Outcome.ACCEPTED, [])
    assert found["filled"][0] is Outcome.SUPERSEDED


def locked(path="locked", code="return-encrypted", **known):
    return FileReading(path, unit="x", **known).with_problem(Outcome.REJECTED, problem(code))


@pytest.mark.parametrize("code", ["return-encrypted", "return-damaged", "download-unfinished", "file-empty"])
def test_a_file_that_cannot_be_opened_is_replaced_by_the_one_that_counts(code):
    found, readings = select(returned("open", {"a": "5"}), locked(code=code))
    assert found["locked"] == (Outcome.SUPERSEDED, [code, "unread-beside-read"])
    reason, told = readings["locked"].problems
    assert (reason.severity, reason.under) == (Severity.NOTICE, told.code)
    assert (told.severity, told.params["other"]) == (Severity.WARNING, "open")


@pytest.mark.parametrize(
    "readings",
    [
        [locked()],
        # Mailed after the other one had come: it may be a correction.
        [returned("open", {"a": "5"}, EARLY), locked(mailed=LATE)],
        # None of the others counts.
        [returned("one", {"a": "5"}), returned("two", {"a": "6"}), locked()],
        [returned("blank"), locked()],
        # What nobody can judge by its state alone.
        [returned("open", {"a": "5"}), locked(code="return-hostile")],
    ],
)
def test_a_file_that_cannot_be_opened_stays_an_error(readings):
    found, after = select(*readings)
    assert found["locked"][0] is Outcome.REJECTED
    assert [p.severity for p in after["locked"].problems] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("entry", "other", "value", "read"),
    [
        (("46300", 46300.0, True), ("46305", 46305.0, True), "05/10/2026", "10/10/2026"),
        (("0.55", 0.55, False, "55%"), ("0.83", 0.83, False, "83%"), "55%", "83%"),
        (("0.876", 0.876, False, "88%"), ("0.88", 0.88, False, "88%"), "0.876", "0.88"),
        (("8975.200000000001", 8975.200000000001), ("khoảng 9", "khoảng 9"), 8975.2, "khoảng 9"),
    ],
)
def test_a_difference_is_told_as_the_units_saw_it(entry, other, value, read):
    def answer(raw, content, is_date=False, shown=""):
        return RawAnswer("a", Cell("Biểu", 1, 5), raw, content, is_date=is_date, shown=shown)

    _, readings = select(returned("old", {"a": answer(*entry)}), returned("new", {"a": answer(*other)}, LATE))
    (told,) = [p.params for p in readings["old"].problems if p.code == "differs-from-other"]
    assert (told["value"], told["read"]) == (value, read)
