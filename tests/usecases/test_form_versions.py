"""A template that changed while forms were out: an answer counts only for what its own form asked."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from campaigns import Campaign
from collecting import fill, read_back
from drawn_form import write_drawn, write_roster
from list_campaign import draw_list, fill_list
from openpyxl import load_workbook

from workbook_tools.answers.earlier_forms import AskedLine
from workbook_tools.errors import CannotRead
from workbook_tools.model import Indicator, Kind
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.generate import generate

FORM = """
Báo cáo của {{don_vi}}
Số lớp | {{lop}}
Kinh phí | {{tien}}
Số giáo viên | {{gv}}"""
NEW_FORM = FORM + "\nSố phòng | {{phong}}\nPhòng một lớp | =B6/B3"
LINES = """
lop | Số lớp | lớp | số đếm | cộng
tien | Kinh phí | đồng | tiền | cộng
gv | Số giáo viên | người | số đếm | cộng"""
NEW_LINES = """
lop | Số lớp  (nhóm lớp): | lớp | số đếm | cộng
tien | Kinh phí | triệu đồng | tiền | cộng
gv | Số giáo viên. | người | số đếm | cộng
phong | Số phòng | phòng | số đếm | cộng
ty_le | Phòng một lớp | phòng | công thức | không cộng | =Biểu!B7"""
RULES = "qt | =phong>=lop | lỗi | Ít phòng hơn lớp."
UNITS = "x1 | Xã Một | xa\nx2 | Xã Hai | xa\nx3 | Xã Ba | xa"


@pytest.fixture
def campaign(tmp_path):
    """x1 and x3 answer on the first form, x2 on the one that was made after the template had changed."""
    template = write_drawn(tmp_path / "template.xlsx", {"Biểu": FORM}, LINES)
    units = write_roster(tmp_path / "units.xlsx", UNITS)
    first = Campaign(template, units, tmp_path)
    for unit in ("x1", "x3"):
        fill(first, unit, {"lop": 10, "tien": 5_000_000, "gv": 20}, tmp_path / f"returned/{unit}.xlsx")
    write_drawn(tmp_path / "template.xlsx", {"Biểu": NEW_FORM}, NEW_LINES, RULES)
    second = Campaign(template, units, tmp_path)
    answers = {"lop": 8, "tien": 7.5, "gv": 15, "phong": 9}
    fill(second, "x2", answers, tmp_path / "returned/x2.xlsx")
    return second


def told(collection, code):
    return {(p.place.unit, p.place.indicator) for p in collection.problems if p.code == code}


def test_an_answer_in_another_sense_is_put_to_the_officer(campaign, tmp_path):
    collection = read_back(campaign, tmp_path / "returned")
    assert told(collection, "meaning-changed") == {(u, c) for u in ("x1", "x3") for c in ("lop", "tien")}
    assert collection.totals["total"]["tien"] == 7.5
    assert collection.totals["total"]["gv"] == 55
    [one] = [p for p in collection.problems if p.code == "meaning-changed" and p.place.unit == "x1"][1:]
    assert (one.params["value"], one.params["first"]) == ("5000000", "Kinh phí (đồng)")
    assert one.params["expected"] == "Kinh phí (triệu đồng)"


def test_what_the_form_did_not_ask_is_not_missing(campaign, tmp_path):
    collection = read_back(campaign, tmp_path / "returned")
    states = collection.answers.set_index(["unit", "indicator"])["state"]
    assert states["x1", "phong"] == "not-asked"
    assert states["x2", "phong"] == "answered"
    assert not told(collection, "answer-missing") | told(collection, "input-missing")
    assert told(collection, "rule-broken") == set()
    write_workbook(collection, tmp_path / "consolidated.xlsx")
    sheet = load_workbook(tmp_path / "consolidated.xlsx")["Dữ liệu"]
    assert "Bản biểu đã điền không hỏi" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_a_line_deleted_from_an_earlier_form_is_still_missing(campaign, tmp_path):
    book = load_workbook(tmp_path / "returned/x1.xlsx")
    book["Biểu"].delete_rows(5)
    book.save(tmp_path / "returned/x1.xlsx")
    assert told(read_back(campaign, tmp_path / "returned"), "input-missing") == {("x1", "gv")}


@pytest.mark.parametrize("record", [None, "{", '{"versions": 3}', '{"versions": {"a": {"b": 1}}}'])
def test_without_a_record_forms_are_read_as_before(campaign, tmp_path, record):
    path = tmp_path / "form_versions.json"
    if record is None:
        path.unlink()
    else:
        path.write_text(record)
    collection = read_back(campaign, tmp_path / "returned")
    assert not told(collection, "meaning-changed")
    assert told(collection, "form-version-old") == {("x1", ""), ("x3", "")}


def test_the_record_says_what_every_version_asked(campaign, tmp_path):
    record = json.loads((tmp_path / "form_versions.json").read_bytes())
    assert [sorted(lines) for lines in record["versions"].values()] == [
        ["gv", "lop", "tien"],
        ["gv", "lop", "phong", "tien", "ty_le"],
    ]


def test_a_record_that_cannot_be_read_now_is_not_begun_anew(campaign, tmp_path, monkeypatch):
    """A scanner for viruses may hold it for a moment: the earlier versions must not be lost."""
    path = tmp_path / "form_versions.json"
    before, read_bytes = path.read_bytes(), Path.read_bytes

    def locked(self):
        if self == path:
            raise PermissionError(errno.EACCES, "another process has locked it", str(self))
        return read_bytes(self)

    write_drawn(tmp_path / "template.xlsx", {"Biểu": FORM}, LINES)
    with monkeypatch.context() as held:
        held.setattr(Path, "read_bytes", locked)
        with pytest.raises(CannotRead):
            generate(tmp_path / "template.xlsx", tmp_path / "units.xlsx", tmp_path / "forms")
        with pytest.raises(CannotRead):
            read_back(campaign, tmp_path / "returned")
    assert path.read_bytes() == before


@pytest.mark.parametrize("record", ['{"campaigns": []}', '{"campaigns": {"THU-2023": 1}}', "[]", "\xff"])
def test_a_damaged_record_is_made_anew(campaign, tmp_path, record):
    path = tmp_path / "form_versions.json"
    path.write_text(record, "latin-1")
    generate(tmp_path / "template.xlsx", tmp_path / "units.xlsx", tmp_path / "forms")
    assert len(json.loads(path.read_bytes())["versions"]) == 1


def test_a_list_s_column_in_another_sense_is_put_to_the_officer(tmp_path):
    units = "x1 | Xã Một | xa\nx2 | Xã Hai | xa"
    lines = "ds | Danh sách | | danh sách | | | 0 | 5\nds.ten | Họ tên | | văn bản\nds.tien | Tiền | {} | tiền | cộng"
    lines += "\ntong | Tổng tiền | | công thức | cộng | =Biểu!C3"
    form = "TT | {{ds.ten}} | {{ds.tien}}\nCộng | | =SUM(C2)"
    for unit, measure, rows in (("x1", "đồng", {3: ["Lan", 5000]}), ("x2", "triệu đồng", {3: ["Mai", 7]})):
        campaign = draw_list(tmp_path, form, lines.format(measure), "", units, required=())
        fill_list(campaign, unit, tmp_path / f"returned/{unit}.xlsx", rows)
    collection = read_back(campaign, tmp_path / "returned")
    assert told(collection, "meaning-changed") == {("x1", "ds.tien")}
    states = collection.list_cells.set_index(["unit", "indicator"])["state"]
    assert (states["x1", "ds.ten"], states["x1", "ds.tien"]) == ("answered", "in-doubt")
    assert collection.totals["total"]["tong"] == 7


def test_the_record_lies_in_the_campaign_also_if_the_key_is_elsewhere(tmp_path):
    """An office may keep one key for all its campaigns; what forms asked is a matter of each."""
    office, campaign = tmp_path / "khóa", tmp_path / "đợt"
    office.mkdir()
    campaign.mkdir()
    template = write_drawn(campaign / "template.xlsx", {"Biểu": FORM}, LINES)
    units = write_roster(campaign / "units.xlsx", UNITS)
    generate(template, units, campaign / "forms", key=office / "signing.key", campaign=campaign)
    assert [path.name for path in office.iterdir()] == ["signing.key"]
    assert (campaign / "form_versions.json").is_file()


@pytest.mark.parametrize(
    ("label", "differs"),
    [("Số lớp: dưới  30 EM", False), ("Số lớp < 30 em", True), ("Số lớp dưới 35 em", True)],
)
def test_which_words_make_another_line(label: str, differs: bool) -> None:
    """Capitals, blanks and signs do not, other numbers and comparisons do."""
    now = Indicator("lop", "Nhóm", "Số lớp dưới 30 em", "lớp", Kind.COUNT)
    assert AskedLine(label, "lớp", str(Kind.COUNT)).differs_from(now) is differs
    turned = Indicator("lop", "Nhóm", "Số lớp > 30 em", "lớp", Kind.COUNT)
    assert AskedLine("Số lớp < 30 em", "lớp", str(Kind.COUNT)).differs_from(turned)
