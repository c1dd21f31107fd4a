"""Lists that go back to be mended, and what the office decides about their rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from list_campaign import FIRST, ROOM, draw_list, fill_list
from openpyxl import load_workbook

from workbook_tools.outputs.blank_decisions import create_blank_decisions
from workbook_tools.spec.vocabulary import COLUMNS, DECISIONS
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.collect import CollectOptions, collect
from workbook_tools.usecases.correct import collect_campaign, correct

if TYPE_CHECKING:
    from workbook_tools.frames import Collection

HEADS = [column.head for column in COLUMNS[DECISIONS]]
GROUNDS = {"Lý do": "Gọi điện", "Người xử lý": "An", "Ngày": date(2023, 10, 11)}


@pytest.fixture
def folder(tmp_path):
    return CampaignFolder(tmp_path)


@pytest.fixture
def campaign(tmp_path):
    return draw_list(tmp_path)


def test_a_list_goes_back_as_it_came_with_its_faults_marked(campaign, folder):
    rows = {FIRST: ["An", "Nam", "khoảng 5 triệu"], FIRST + 4: [None, "Nữ", 2000, date(2023, 10, 2)]}
    fill_list(campaign, "x1", folder.returned / "x1.xlsx", rows, ct_nu=1)
    (asked,) = correct(folder).asked
    book = load_workbook(asked.path)
    sheet = book["Biểu"]
    shown = [[sheet.cell(FIRST + n, column).value for column in range(2, 6)] for n in range(3)]
    # Without the gap; what was a text stays one.
    assert shown[0] == ["An", "Nam", "khoảng 5 triệu", None]
    assert shown[1][:3] == [None, "Nữ", 2000]
    assert shown[2] == [None] * 4
    questions = [[cell.value for cell in row[:4]] for row in book["Cần sửa"].iter_rows(min_row=4)]
    assert [row[2:4] for row in questions] == [
        ["Danh sách cá nhân, dòng 2: Họ và tên", "B6"],
        ["Danh sách cá nhân, dòng 1: Số tiền", "D5"],
    ]
    # Returned as it is, nothing of it is lost.
    again = folder.returned / "lan 2.xlsx"
    again.write_bytes(asked.path.read_bytes())
    collection = collect_campaign(folder)
    assert collection.list_cells["raw"].tolist()[:3] == ["An", "Nam", "khoảng 5 triệu"]
    assert len(collection.list_cells) == 8


def test_what_the_form_has_no_room_for_is_said_on_it(campaign, folder):
    rows = {FIRST + n: [f"Người {n + 1}", "Nam", 1000] for n in range(ROOM)}
    path = fill_list(campaign, "x1", folder.returned / "x1.xlsx", rows)
    book = load_workbook(path)
    for n in range(ROOM, ROOM + 5):
        book["Biểu"].cell(FIRST + n, 2, f"Người {n + 1}")
        book["Biểu"].cell(FIRST + n, 4, "nhiều")
    book.save(path)
    (asked,) = correct(folder).asked
    told = [row[6].value for row in load_workbook(asked.path)["Cần sửa"].iter_rows(min_row=4)]
    assert "Danh sách đã gửi có 17 dòng, biểu này chỉ có chỗ cho 12 dòng." in told


def decide(campaign, folder, *rows: dict[str, Any]) -> Collection:
    create_blank_decisions(folder.decisions, campaign.template, campaign.roster)
    book = load_workbook(folder.decisions)
    sheet = book[DECISIONS]
    sheet.delete_rows(2, sheet.max_row)
    for number, row in enumerate(rows, start=2):
        for head, value in {**GROUNDS, **row}.items():
            sheet.cell(number, HEADS.index(head) + 1, value)
    book.save(folder.decisions)
    options = CollectOptions(key=campaign.key, decisions=folder.decisions)
    return collect(folder.returned, folder.template, folder.units, options)


def test_a_value_is_set_in_a_row_of_a_file(campaign, folder):
    rows = {FIRST: ["An", "Nam", 1000], FIRST + 1: ["Bình", "Nữ", "khoảng 5 triệu"]}
    fill_list(campaign, "x1", folder.returned / "x1.xlsx", rows, ct_nu=1)
    wanted = {"Xử lý": "đặt giá trị", "Mã đơn vị": "x1", "Mã chỉ tiêu": "ds.so_tien 2", "Giá trị": 5_000_000}
    collection = decide(campaign, folder, {**wanted, "Tệp": "x1.xlsx"})
    cell = collection.list_cells.query("row == 2 and indicator == 'ds.so_tien'").iloc[0]
    assert (cell["state"], cell["number"], cell["raw"]) == ("answered", 5_000_000, "khoảng 5 triệu")
    assert cell["decision"]
    assert collection.totals.loc["ct_tong", "total"] == 5_001_000
    assert {p.code for p in collection.problems if p.place.unit == "x1"} == {
        "value-decided",
        "computed-differs",
    }
    assert collection.decisions[0].applied
    # Of another file the row may be another, and without a file nobody knows.
    other = decide(campaign, folder, {**wanted, "Tệp": "x9.xlsx"})
    assert "decision-needless" in {p.code for p in other.problems}
    column = decide(campaign, folder, {**wanted, "Tệp": "x1.xlsx", "Mã chỉ tiêu": "ds.so_tien"})
    assert ("decision-row-missing", "C2") in {(p.code, p.place.cell) for p in column.problems}
    without = decide(campaign, folder, wanted)
    assert ("value-missing", "D2") in {(p.code, p.place.cell) for p in without.problems}


def test_the_same_row_number_of_two_files_is_two_rows(campaign, folder):
    fill_list(campaign, "x1", folder.returned / "x1.xlsx", {FIRST: ["An", "Nam", "khoảng 5 triệu"]}, ct_nu=1)
    row = {"Xử lý": "đặt giá trị", "Mã đơn vị": "x1", "Mã chỉ tiêu": "ds.so_tien 1"}
    earlier = {**row, "Tệp": "x1 (cũ).xlsx", "Giá trị": 7}
    collection = decide(campaign, folder, earlier, {**row, "Tệp": "x1.xlsx", "Giá trị": 5_000_000})
    assert {p.code for p in collection.problems if p.code.startswith("decision")} == {"decision-needless"}
    assert collection.totals.loc["ct_tong", "total"] == 5_000_000
    twice = decide(campaign, folder, *({**row, "Tệp": "x1.xlsx", "Giá trị": value} for value in (7, 8)))
    assert {p.code for p in twice.problems if p.code.startswith("decision")} == {"decision-conflict"}


def test_a_warning_about_a_list_is_accepted(campaign, folder):
    rows = {FIRST + n: [f"Người {n + 1}", "Nam", 1000] for n in range(ROOM)}
    path = fill_list(campaign, "x1", folder.returned / "x1.xlsx", rows)
    book = load_workbook(path)
    book["Biểu"].insert_rows(FIRST + ROOM + 1)
    book["Biểu"].cell(FIRST + ROOM + 1, 2, "Người 13")
    book.save(path)
    accept = {"Xử lý": "chấp nhận cảnh báo", "Mã đơn vị": "x1", "Mã chỉ tiêu": "ds"}
    collection = decide(campaign, folder, accept)
    (found,) = [p for p in collection.problems if p.code == "list-overflow"]
    assert found.accepted
