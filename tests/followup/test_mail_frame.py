"""What the workbook and the JSON say about letters: how things stand with each unit, and every letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import jsonschema
import pytest
from campaigns import ROOT
from mailing import SAVED, SENT, blank, lay_out, send
from openpyxl import load_workbook

from workbook_tools.cli import main
from workbook_tools.followup.journal import Bounce, Fetched, Journal, MailState
from workbook_tools.usecases.correct import correct
from workbook_tools.usecases.prepare_letters import prepare_forms
from workbook_tools.usecases.remind import remind

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2023, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """x1 is asked to mend its report, t1 was reminded twice, the letter to x2 came back."""
    made = lay_out(tmp_path / "đợt báo cáo")
    send(made, "x1", blank(made, "x1"), SENT["x1"], SAVED)
    monkeypatch.chdir(made.root)
    forms = {letter.unit: letter for letter in prepare_forms(made).letters}
    with Journal(made.mail_journal) as journal:
        for letter in forms.values():
            journal.begin(letter, NOW)
            journal.settle(letter.key, MailState.SENT, "250 2.0.0 Ok", NOW)
        journal.note_bounce(Bounce(forms["x2"].key, "x2", "xa2@mau.example", "550 5.1.1 unknown", NOW))
        journal.note_fetched([Fetched("imap", "1", "return", "x1", "a.eml", NOW + timedelta(days=9))])
    for day in (4, 8):
        (letter,) = [
            one for one in remind(made, NOW + timedelta(days=day)).prepared.letters if one.unit == "t1"
        ]
        put(made, letter, NOW + timedelta(days=day))
    put(made, correct(made).prepared.letters[0], NOW + timedelta(days=12))
    return made


def put(campaign, letter, at: datetime) -> None:
    with Journal(campaign.mail_journal) as journal:
        journal.begin(letter, at)
        journal.settle(letter.key, MailState.SENT, "250 Ok", at)


def test_the_roll_call_and_the_sheet_of_letters(campaign) -> None:
    main(["collect"])
    workbook = load_workbook(campaign.consolidated)
    heads, *rows = workbook["Tình trạng nộp"].iter_rows(values_only=True)
    column = heads.index("Thư")
    code = heads.index("Mã")
    assert {row[code]: row[column] for row in rows if row[code]} == {
        "x1": "Chờ sửa lần 2",
        "t1": "Đã nhắc (2)",
        "x2": "Không gửi được",
    }
    heads, *rows = workbook["Thư đã gửi"].iter_rows(values_only=True)
    assert len(rows) == 6
    letters = [dict(zip(heads, row, strict=True)) for row in rows]
    assert letters[0]["Thời gian"] == datetime(2023, 10, 1, 15)
    lost = next(letter for letter in letters if letter["Mã"] == "x2")
    assert "550 5.1.1" in lost["Không đến được"]
    answered = next(letter for letter in letters if letter["Mã"] == "x1")
    assert answered["Đơn vị trả lời"] == datetime(2023, 10, 10, 15)


def test_the_json_says_the_same_and_keeps_to_its_schema(campaign) -> None:
    main(["collect", "--json", "out.json"])
    found = json.loads((campaign.root / "out.json").read_text("utf-8"))
    jsonschema.validate(found, json.loads((ROOT / "docs/schemas/collect.schema.json").read_text("utf-8")))
    assert {unit["code"]: unit["mail"] for unit in found["units"]} == {
        "x1": {"state": "awaiting-correction", "number": 2},
        "t1": {"state": "reminded", "number": 2},
        "x2": {"state": "undeliverable", "number": None},
    }
    assert len(found["mails"]) == 6


def test_without_a_journal_there_is_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = lay_out(tmp_path / "đợt")
    made.returned.mkdir()
    monkeypatch.chdir(made.root)
    main(["collect"])
    workbook = load_workbook(made.consolidated)
    assert "Thư đã gửi" not in workbook.sheetnames
    assert "Thư" not in next(workbook["Tình trạng nộp"].iter_rows(values_only=True))
