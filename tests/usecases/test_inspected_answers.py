"""``inspect`` says of one file what ``collect`` would: broken rules, bounds, missing answers; archives and mails are opened."""

from __future__ import annotations

import json
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from collecting import fill
from jsonschema import Draft202012Validator

from workbook_tools.cli import main
from workbook_tools.forms.form_id import read_key
from workbook_tools.usecases.inspect import Inspection, inspect_file, render_inspection

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

UNIT = "11629"


@pytest.fixture
def form(first: Campaign, tmp_path: Path) -> Path:
    """Participants without a meeting, more centres than there are, a repair, and most lines blank."""
    typed = {"ct_4_1": 0, "ct_4_2": 5, "ct_7_1": 99, "ct_3_1": "1.250"}
    return fill(first, UNIT, typed, tmp_path / "biểu.xlsx")


def inspect(first: Campaign, path: Path) -> Inspection:
    return inspect_file(path, key=read_key(first.key), template=first.template, roster=first.roster)


def test_the_answers_are_checked_as_collect_does(first: Campaign, form: Path) -> None:
    found = inspect(first, form)
    places = {(p.code, p.place.indicator) for p in found.problems}
    assert {("rule-broken", "ct_4_2"), ("value-repaired", "ct_3_1"), ("answer-missing", "ct_2_1")} <= places
    assert any(code == "rule-broken" and line.startswith("ct_7") for code, line in places)


def wrapped(form: Path, how: str) -> Path:
    inner = form.read_bytes()
    target = form.with_name(f"gói{how}")
    if how == ".zip":
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("a.xlsx", inner)
            archive.writestr("ghi chú.txt", "Kính gửi phòng")
    else:
        mail = EmailMessage()
        mail["From"], mail["Subject"] = "a@mau.example", "Báo cáo"
        mail.set_content("Kính gửi")
        mail.add_attachment(inner, "application", "octet-stream", filename="a.xlsx")
        target.write_bytes(mail.as_bytes())
    return target


@pytest.mark.parametrize("how", [".zip", ".eml"])
@pytest.mark.parametrize("checked", [True, False])
def test_archives_and_mails_are_opened(first: Campaign, form: Path, how: str, checked: bool) -> None:
    path = wrapped(form, how)
    found = inspect(first, path) if checked else inspect_file(path)
    content = json.loads(render_inspection(found))
    assert content["identity"] is None
    (inside,) = [one for one in content["inside"] if one["path"].endswith("a.xlsx")]
    assert inside["path"] == f"{path.name}/a.xlsx"
    assert inside["identity"]["unit"] == UNIT
    assert inside["answers"]["ct_4_2"]["raw"] == "5"
    assert checked == any(p["code"] == "rule-broken" for p in inside["problems"])
    assert schema().is_valid(content)


def schema() -> Draft202012Validator:
    from campaigns import ROOT

    text = (ROOT / "docs/schemas/inspect.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def test_the_command_shows_problems_and_writes_json_to_a_file(
    first: Campaign, form: Path, tmp_path: Path, capsys: Any
) -> None:
    options = [f"--template={first.template_path}", f"--units={first.units_path}", f"--key={first.key}"]
    target = tmp_path / "kết quả.json"
    assert main(["inspect", str(form), *options, "--json", str(target)]) == 1
    shown = capsys.readouterr()
    assert "Số liệu không khớp nhau" in shown.err
    assert "Chưa điền chỉ tiêu bắt buộc" in shown.err
    assert UNIT in shown.out
    content = json.loads(target.read_text(encoding="utf-8"))
    assert schema().is_valid(content)
    assert content["inside"] == []
    assert "rule-broken" in {p["code"] for p in content["problems"]}
