"""Lists in the results: a tidy table and a pivot for each, all rows on the office's report, a table in Word."""

from __future__ import annotations

import warnings
import zipfile
from datetime import date

import pytest
from collecting import read_back
from docx import Document
from list_campaign import FIRST, LINES, draw_list, fill_list
from openpyxl import load_workbook
from pivots.lint import lint
from word_reports import write_word_report

from workbook_tools.consolidated.list_sheets import list_sheet_names
from workbook_tools.outputs.word_report import report_names
from workbook_tools.outputs.word_template import check_word_template
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

NAME = "DS Danh sách cá nhân"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("list")
    campaign = draw_list(folder)
    rows = {
        FIRST: ["An", "Nam", 1_000_000, date(2023, 10, 1)],
        FIRST + 2: ["Bình", "Nữ", "khoảng 2 triệu"],
    }
    fill_list(campaign, "x1", folder / "r/x1.xlsx", rows, ct_nu=1)
    fill_list(campaign, "t1", folder / "r/t1.xlsx", {FIRST: ["Chi", "Nữ", 3000]}, ct_nu=1)
    collection = read_back(campaign, folder / "r")
    write_workbook(collection, folder / "all.xlsx")
    return collection, folder


@pytest.fixture(scope="module")
def workbook(run):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(run[1] / "all.xlsx")


@pytest.mark.parametrize("label", ["Số dòng", "Tổng: Số tiền", "Tên của cột " * 30])
def test_a_column_may_be_called_anything(label, tmp_path):
    made = draw_list(tmp_path, lines=LINES.replace("Giới tính", label))
    fill_list(made, "x1", tmp_path / "r/x1.xlsx", {FIRST: ["An", "Nam", 5000, date(9999, 12, 31)]}, ct_nu=0)
    write_workbook(read_back(made, tmp_path / "r"), tmp_path / "all.xlsx")
    assert lint(tmp_path / "all.xlsx") == []
    heads = [cell.value for cell in load_workbook(tmp_path / "all.xlsx")[NAME][1]]
    assert len({*map(str.casefold, heads)}) == len(heads)
    assert max(map(len, heads)) < 255


def test_all_rows_stand_in_one_tidy_table(workbook):
    sheet = workbook[NAME]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = [
        "Mã đơn vị",
        "Đơn vị",
        "Loại đơn vị",
        "Địa bàn",
        "Số thứ tự",
        "Họ và tên",
        "Giới tính",
        "Số tiền",
        "Ngày",
    ]
    assert rows[0] == [*heads, "Chưa rõ", "Tính vào tổng", "Tệp", "Ô"]
    assert [row[:1] + row[3:8] for row in rows[1:]] == [
        ["x1", "Xã Một", 1, "An", "Nam", 1_000_000],
        ["x1", "Xã Một", 2, "Bình", "Nữ", None],
        ["t1", "Xã Một", 1, "Chi", "Nữ", 3000],
    ]
    # What could not be read is there word for word, beside the figures that could.
    assert [row[9] for row in rows[1:]] == [None, "Số tiền: khoảng 2 triệu", None]
    assert sheet.tables["DS_ds"].ref == "A1:M4"
    assert sheet["M3"].value == "Biểu!B7"
    assert "B7" in sheet["M3"].hyperlink.location


def test_a_native_pivot_counts_and_adds_up(run, workbook):
    sheet = workbook[f"{NAME} - PT"]
    assert len(sheet._pivots) == 1
    assert sheet._pivots[0].cache.cacheSource.worksheetSource.name == "DS_ds"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7)]
    assert rows == [
        ["Địa bàn", "Đơn vị", "Số dòng", "Tổng: Số tiền"],
        ["Xã Một", "Xã Một", 2, 1_000_000],
        [None, "Trường A", 1, 3000],
        ["Toàn huyện", None, 3, 1_003_000],
    ]
    with zipfile.ZipFile(run[1] / "all.xlsx") as package:
        assert sum("pivotCacheRecords" in name for name in package.namelist()) >= 2


def test_the_office_s_report_has_room_for_all_rows(workbook):
    sheet = workbook["Báo cáo huyện"]
    rows = {row[0].row: [cell.value for cell in row[:7]] for row in sheet.iter_rows()}
    assert rows[5] == [1, "An", "Nam", 1_000_000, "01/10/2023", "đồng", "Xã Một"]
    assert rows[6][:4] == [2, "Bình", "Nữ", None]
    assert rows[7][:4] == [3, "Chi", "Nữ", 3000]
    assert rows[9][0] == "Cộng"
    assert "SUM(D4:D8)" in rows[9][3]
    assert [row for row in rows if sheet.row_dimensions[row].hidden] == [4, 8]
    assert rows[10][:2] == ["Số người nữ", 2]


def test_in_word_a_list_is_a_table(run):
    collection, folder = run
    write_word_report(collection, bundled(WORD_TEMPLATE), folder / "a.docx")
    tables = [
        [[cell.text for cell in row.cells] for row in t.rows] for t in Document(str(folder / "a.docx")).tables
    ]
    (found,) = [table for table in tables if table[0][:2] == ["TT", "Đơn vị"]]
    assert found == [
        ["TT", "Đơn vị", "Họ và tên", "Giới tính", "Số tiền (đồng)", "Ngày"],
        ["1", "Xã Một", "An", "Nam", "1.000.000", "01/10/2023"],
        ["2", "Xã Một", "Bình", "Nữ", "", ""],
        ["3", "Trường A", "Chi", "Nữ", "3.000", ""],
    ]


def test_a_template_of_the_officer_s_own_names_the_columns(run, tmp_path):
    collection, _folder = run
    document = Document()
    document.add_paragraph(
        "{% for d in ds.dong %}{{ d.stt }}. {{ d.ten }} ({{ d.don_vi }}); {% endfor %}{{ ds.cong.so_tien }}"
    )
    document.save(tmp_path / "t.docx")
    names = report_names(collection.template, collection.roster)
    assert check_word_template((tmp_path / "t.docx").read_bytes(), names, "t.docx") == []
    write_word_report(collection, tmp_path / "t.docx", tmp_path / "a.docx")
    text = Document(str(tmp_path / "a.docx")).paragraphs[0].text
    assert text == "1. An (Xã Một); 2. Bình (Xã Một); 3. Chi (Trường A); 1.003.000"
    document.add_paragraph("{{ ds.dong.tuoi }}")
    document.save(tmp_path / "t.docx")
    (fault,) = check_word_template((tmp_path / "t.docx").read_bytes(), names, "t.docx")
    assert "tuoi" in str(fault.params["value"])


@pytest.mark.slow
def test_names_of_sheets_are_legal_and_different(run):
    template = run[0].template
    assert list_sheet_names(template) == {"ds": NAME}
    assert max(map(len, list_sheet_names(template).values())) <= 31


@pytest.mark.slow
def test_a_list_that_nobody_filled_in(tmp_path):
    campaign = draw_list(tmp_path)
    fill_list(campaign, "x2", tmp_path / "r/x2.xlsx", {}, ct_nu=0)
    collection = read_back(campaign, tmp_path / "r")
    write_workbook(collection, tmp_path / "all.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(tmp_path / "all.xlsx")
    assert workbook[NAME]["A2"].value == "Chưa có dòng nào."
    assert f"{NAME} - PT" not in workbook.sheetnames
    assert workbook["Báo cáo huyện"]["B5"].value is None
    write_word_report(collection, bundled(WORD_TEMPLATE), tmp_path / "a.docx")
