"""On the command line, no slip of the officer's lets a result take the place of what it is made from."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from drawn_form import write_drawn, write_roster
from msoffcrypto.format.ooxml import OOXMLFile

from workbook_tools.cli import main
from workbook_tools.cli.failures import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign


@pytest.fixture
def office(first: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    first.copy_to(tmp_path)
    (tmp_path / "returned" / "xã").mkdir(parents=True)
    shutil.copy(first.forms["11629"], tmp_path / "returned" / "a.xlsx")
    for name in ("passwords.txt", "report_template.docx", "previous.xlsx", "decisions.xlsx"):
        (tmp_path / name).write_bytes(b"the officer's own")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "--out template.xlsx",
        "--out units.xlsx",
        "--out decisions.xlsx",
        "--out previous.xlsx",
        "--out signing.key",
        "--out report_template.xlsx",
        "--out x.docx",
        "--out returned/a.xlsx",
        "--out returned/new.xlsx",
        "--out returned/xã/new.xlsx",
        "--out x.xlsx --json x.xlsx",
        "--out x.xlsx --json x.docx",
        "--out x.xlsx --json signing.key",
        "--json returned/result.json",
        "--json passwords.txt",
        "--password-file notes.txt --json notes.txt",
    ],
)
def test_collect_refuses(office: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in office.rglob("*") if path.is_file()}
    assert main(["--lang", "en", "collect", *words.split()]) == 2
    assert {path: path.read_bytes() for path in office.rglob("*") if path.is_file()} == before
    said = capsys.readouterr().err
    assert "Cannot write" in said
    assert "Choose another name or location" in said


@pytest.mark.parametrize("target", ["returned/a.xlsx", "template.xlsx", "signing.key", "passwords.txt"])
def test_inspect_refuses(office: Path, target: str, capsys: Any) -> None:
    before = (office / target).read_bytes()
    assert main(["inspect", "returned/a.xlsx", "--json", target]) == 2
    assert (office / target).read_bytes() == before


def test_inspect_tries_the_passwords_of_the_campaign_or_those_given(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locked, data = office / "returned/a.xlsx", io.BytesIO()
    OOXMLFile(io.BytesIO(locked.read_bytes())).encrypt("bí mật", data)
    locked.write_bytes(data.getvalue())
    main(["inspect", "returned/a.xlsx"])
    assert "11629" not in capsys.readouterr().out
    (office / "passwords.txt").write_text("bí mật", encoding="utf-8")
    main(["inspect", "returned/a.xlsx"])
    assert "11629" in capsys.readouterr().out
    elsewhere = office.parent / "không có đợt nào"
    elsewhere.mkdir()
    locked.rename(elsewhere / "a.xlsx")
    monkeypatch.chdir(elsewhere)
    main(["inspect", "a.xlsx", "--password-file", str(office / "passwords.txt")])
    assert "11629" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("shown", "cell"), [("{{dv_danso}}", "Biểu!B2"), ("{{dv_danso}} người", "Biểu!B2"), ("{{dv_dan_so}}", "")]
)
def test_the_template_s_check_looks_at_the_roster_beside_it(run, tmp_path, shown, cell):
    form = f"Dân số | {shown}\nSố lớp | {{{{lop}}}}"
    write_drawn(tmp_path / "template.xlsx", {"Biểu": form}, "lop | Số lớp | lớp | số đếm | cộng")
    assert run("template", "check", "template.xlsx").code == Exit.CLEAN
    write_roster(tmp_path / "units.xlsx", "x1 | Xã Một | xa | | dv_dan_so=12500")
    ran = run("template", "check", "template.xlsx")
    assert (ran.code == Exit.PROBLEMS) == bool(cell)
    assert all(word in ran.out + ran.err for word in (cell, "“dv_dan_so”") if cell)
