"""A campaign is chosen or made by numbers and names alone; another one gets a program of its own."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side

from workbook_tools.page.running import Claim, find_page
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template

if TYPE_CHECKING:
    from pathlib import Path

    from page.conftest import Visitor


@pytest.fixture
def number(newcomer: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of the folder in which campaigns are made."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert "Chọn hoặc tạo đợt báo cáo" in newcomer.text("/")
    found: int = newcomer.client.application.extensions["folders"].offer(tmp_path).number
    return found


def drawn() -> bytes:
    """A form as offices draw it: a ruled table with cells to fill in."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    side = Side(style="thin")
    for row in [("Nội dung", "Đơn vị tính", "Số lượng"), ("Số trẻ", "trẻ", None), ("Số lớp", "lớp", None)]:
        sheet.append(row)
    for row in sheet["A1:C3"]:
        for cell in row:
            cell.border = Border(left=side, right=side, top=side, bottom=side)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_a_campaign_from_a_drawn_form(newcomer: Visitor, number: int, tmp_path: Path) -> None:
    sent = {"kind": "drawn", "name": "Đợt 1", "deadline": "2026-12-05"}
    upload = {"drawn": (io.BytesIO(drawn()), "Mẫu báo cáo.xlsx")}
    assert newcomer.post(f"/new/{number}", {**sent, **upload}).location == "/form"
    page = newcomer.text("/form")
    assert "Đã đề xuất 2 chỉ tiêu" in page
    assert "05/12/2026" in page
    template, _ = load_template(tmp_path / "Đợt 1" / "template.xlsx")
    assert [line.label for line in template.indicators.values()] == ["Số trẻ", "Số lớp"]
    assert (tmp_path / "Đợt 1" / "units.xlsx").is_file()


def test_the_next_campaign_follows_the_last(newcomer: Visitor, number: int, folder: Path) -> None:
    folders = newcomer.client.application.extensions["folders"]
    old = folders.offer(folder).number
    page = newcomer.get(f"/choose/{number}").text
    assert f'<option value="{old}">' in page
    # Browsers say of a code that does not fit only that it does not, and what the title says.
    assert re.search('pattern="[^"]+" title="Chữ cái không dấu', page)
    sent = {"kind": "next", "name": "Tháng 11", "old": str(old), "code": "T11", "deadline": "2026-12-05"}
    assert newcomer.post(f"/new/{number}", sent).location == "/form"
    made = folder.parent / "Tháng 11"
    template, _ = load_template(made / "template.xlsx")
    assert (template.campaign.code, template.campaign.deadline) == ("T11", date(2026, 12, 5))
    assert (made / "signing.key").read_bytes() == (folder / "signing.key").read_bytes()
    assert len(load_roster(made / "units.xlsx", template)[0]) == 72


def test_an_empty_campaign(newcomer: Visitor, number: int, tmp_path: Path) -> None:
    sent = {"kind": "empty", "name": "Trống", "deadline": "2026-12-05"}
    assert newcomer.post(f"/new/{number}", sent).location == "/form"
    assert len(load_template(tmp_path / "Trống" / "template.xlsx")[0].indicators) == 1
    assert "dòng ví dụ" in newcomer.text("/form")


@pytest.mark.slow
def test_the_sample_answers_when_it_is_asked_to_and_only_then(
    newcomer: Visitor, number: int, tmp_path: Path
) -> None:
    assert newcomer.post(f"/new/{number}", {"kind": "sample", "name": "Thử"}).location == "/form"
    assert "72 đơn vị" in newcomer.text("/form")
    assert "Cho các đơn vị nộp thử" in newcomer.text("/returns")
    newcomer.desk.jobs.wait()
    assert newcomer.post("/returns/sample").status_code == 302
    newcomer.desk.jobs.wait()
    assert "Mầm non An Lão" in newcomer.text("/returns")
    returned = tmp_path / "Thử" / "returned"
    assert len([path for path in returned.rglob("*") if path.is_file()]) > 60
    assert "Cho các đơn vị nộp thử" not in newcomer.text("/returns"), "what is there is never written over"
    before = {path: path.stat().st_mtime_ns for path in returned.rglob("*")}
    newcomer.post("/returns/sample")
    newcomer.desk.jobs.wait()
    assert {path: path.stat().st_mtime_ns for path in returned.rglob("*")} == before


def test_no_invented_returns_come_into_a_real_campaign(visitor: Visitor, folder: Path) -> None:
    (folder / "chạy thử.txt").unlink()
    for path in (folder / "returned").rglob("*.xlsx"):
        path.unlink()
    assert "Cho các đơn vị nộp thử" not in visitor.text("/returns")
    visitor.desk.jobs.wait()
    visitor.post("/returns/sample")
    visitor.desk.jobs.wait()
    assert not [*(folder / "returned").rglob("*.xlsx")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "../thoát"}, "Tên phải có chữ"),
        ({"name": "CON"}, "Tên phải có chữ"),
        ({"name": " "}, "Tên phải có chữ"),
        ({"name": "state"}, "đã có thư mục cùng tên"),
        ({"deadline": "hôm nào"}, "Chọn hạn nộp"),
        ({"kind": "drawn"}, "Chọn biểu đã có"),
        (
            {"kind": "drawn", "drawn": b"%PDF-1.4"},
            "Không đọc được “biểu.xlsx”: không phải tệp Excel hay Word",
        ),
        (
            {"kind": "drawn", "drawn": b"{\\rtf1 bi\\u7875?u}"},
            "chọn Lưu thành (Save As), kiểu Word Document (.docx)",
        ),
        ({"kind": "next"}, "Chọn đợt trước"),
        ({"kind": "next", "old": "999", "code": "T11"}, "Chọn đợt trước"),
        ({"name": "x" * 119 + ".x" * 60}, "Tên phải có chữ"),
    ],
)
def test_what_is_lacking_is_said_and_nothing_is_made(
    newcomer: Visitor, number: int, tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    (tmp_path / "state" / "có tệp").touch()
    before = {*tmp_path.iterdir()}
    sent: dict[str, object] = {"kind": "empty", "name": "Đợt 1", "deadline": "2026-12-05"}
    for key, value in changed.items():
        sent[key] = (io.BytesIO(value), "biểu.xlsx") if isinstance(value, bytes) else value
    assert newcomer.post(f"/new/{number}", sent).location == f"/choose/{number}", (
        "what is shown is from a GET"
    )
    page = newcomer.get(f"/choose/{number}").text
    assert said in page
    assert f'value="{sent["name"]}"' in page or sent["name"] == " ", "what was typed is still there"
    assert {*tmp_path.iterdir()} == before
    assert newcomer.desk.campaign is None


def test_numbers_that_were_not_offered_lead_nowhere(newcomer: Visitor) -> None:
    for path in ("/open/999", "/new/999"):
        assert newcomer.post(path, {"kind": "empty", "name": "x"}).location == "/choose"
    assert newcomer.get("/elsewhere/999").location == "/choose"
    assert newcomer.desk.campaign is None


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    started: list[Path] = []
    monkeypatch.setattr("workbook_tools.page.views.start.start_program", started.append)
    return started


def test_another_campaign_gets_a_program_of_its_own(
    newcomer: Visitor, number: int, folder: Path, programs: list[Path], tmp_path: Path
) -> None:
    newcomer.post(f"/new/{number}", {"kind": "empty", "name": "Một"})
    assert "dòng ví dụ" in newcomer.text("/form")
    other = newcomer.client.application.extensions["folders"].offer(folder).number
    answer = newcomer.post(f"/open/{other}")
    assert answer.location == f"/elsewhere/{other}"
    assert programs == [folder]
    assert newcomer.desk.campaign is not None
    assert newcomer.desk.campaign.root == tmp_path / "Một", "the first one stays open"
    assert "Đang mở" in newcomer.text(answer.location)
    claim = Claim(folder)
    claim.publish("http://127.0.0.1:4321/?token=x")
    page = newcomer.get(answer.location).text
    assert re.search(r'http-equiv="refresh" content="0;url=http://127.0.0.1:4321/\?token=x"', page)
    assert newcomer.post(f"/open/{other}").location == answer.location
    assert programs == [folder], "it is open already"
    claim.release()


def test_a_newcomer_is_led_to_the_program_that_has_the_campaign(
    newcomer: Visitor, number: int, folder: Path, programs: list[Path]
) -> None:
    claim = Claim(folder)
    claim.publish("http://127.0.0.1:4321/?token=x")
    other = newcomer.client.application.extensions["folders"].offer(folder).number
    assert "127.0.0.1:4321" in newcomer.get(newcomer.post(f"/open/{other}").location).text
    assert newcomer.desk.campaign is None
    assert programs == []
    claim.release()


def test_only_a_page_of_this_computer_is_ever_opened(folder: Path, tmp_path: Path) -> None:
    """Any program of the user can write the file in which pages are announced."""
    claim = Claim(folder)
    claim.publish("http://127.0.0.1:4321/?token=x")
    assert find_page(folder) == "http://127.0.0.1:4321/?token=x"
    claim.publish("http://127.0.0.1.evil.example/")
    assert find_page(folder) == ""
    claim.release()


def test_what_a_killed_program_left_behind_is_not_believed(folder: Path, tmp_path: Path) -> None:
    """Its lock went with it; the address it had told is no page any more."""
    killed = (
        "import os, sys\nfrom pathlib import Path\nfrom workbook_tools.page import running\n"
        "running.state_folder = lambda: Path(sys.argv[2])\nclaim = running.Claim(Path(sys.argv[1]))\n"
        "claim.publish('http://127.0.0.1:1/?token=old')\nos._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", killed, folder, tmp_path / "state"], check=False)
    assert [*(tmp_path / "state").glob("*.json")]
    assert find_page(folder) == ""
    Claim(folder).release()


def test_the_same_campaign_is_simply_shown(visitor: Visitor, folder: Path, programs: list[Path]) -> None:
    visitor.get("/choose")
    number = visitor.client.application.extensions["folders"].offer(folder).number
    assert visitor.post(f"/open/{number}").location == "/form"
    assert programs == []
