"""A Word template that cannot be used costs the report in Word, and nothing else; nothing in it is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from collecting import fill
from docx import Document

from workbook_tools.cli import main
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

if TYPE_CHECKING:
    from campaigns import Campaign


@pytest.fixture
def office(first: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    first.copy_to(tmp_path)
    fill(first, "11629", {"ct_2_1": 3}, tmp_path / "returned" / "a.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_template_that_runs_a_program(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document(str(bundled(WORD_TEMPLATE)))
    document.add_paragraph("Kính gửi {{ cycler.__init__.__globals__.os.system('touch canary') }} ông bà")
    document.save(str(office / "report_template.docx"))
    (office / "consolidated.docx").write_bytes(b"last week's")
    assert main(["collect", "--json", "result.json"]) == 1
    said = capsys.readouterr().err
    assert "Kính gửi" in said
    assert "lần chạy trước" in said
    assert not (office / "canary").exists()
    assert (office / "consolidated.docx").read_bytes() == b"last week's"
    assert (office / "consolidated.xlsx").exists()
    result = json.loads((office / "result.json").read_text(encoding="utf-8"))
    assert "word-template-mark" in {p["code"] for p in result["problems"]}
    assert result["totals"]["ct_2_1"] == 3


def test_a_report_that_is_open_in_word(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (office / "consolidated.docx").write_bytes(b"open")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.suffix == ".docx":
            raise PermissionError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["collect", "--json", "-"]) == 1
    ran = capsys.readouterr()
    assert json.loads(ran.out)["totals"]["ct_2_1"] == 3
    assert "chương trình khác" in ran.err
    assert "lần chạy trước" in ran.err
    assert (office / "consolidated.xlsx").exists()
