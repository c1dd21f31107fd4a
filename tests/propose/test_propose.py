"""A template from a form that is drawn already: what is found, what is guessed, and that nothing on it is lost."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from campaigns import SECOND_TEMPLATE, TEMPLATE
from drawn import (
    draw_filled,
    draw_list,
    draw_list_with_totals,
    draw_lists_with_formulas,
    draw_matrix,
    draw_measures,
    draw_official,
    draw_partly_bold,
    draw_priced,
    draw_spare_rows,
    draw_word,
    draw_word_list,
    fill,
    rule,
)
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.forms.master import check_forms
from workbook_tools.model import Adding, Kind, Need
from workbook_tools.problems import has_errors
from workbook_tools.propose.grid import Grid
from workbook_tools.propose.inputs import find_inputs
from workbook_tools.propose.ruled_lists import find_ruled_rows
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template, read_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.generate import generate
from workbook_tools.usecases.init import lay_out_starter
from workbook_tools.usecases.propose import propose

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.model import ReportTemplate

DEADLINE = date(2026, 12, 10)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A single pixel."""
MARKERS = re.compile(r"\{\{.*?\}\}")


def proposed(source: Path) -> ReportTemplate:
    """The proposed template, which has to be sound as it comes."""
    target = source.with_name("template.xlsx")
    propose(source, target, DEADLINE)
    template, problems = read_template(target)
    assert not has_errors(problems), [p.message("en") for p in problems]
    assert template is not None
    assert not has_errors(check_forms(template))
    return template


def made_and_checked(template: Path) -> list[str]:
    """What the check of a template says, warnings included, when a unit and its forms have been made with it."""
    _, problems = read_template(template)
    units = template.with_name("units.xlsx")
    lay_out_starter(template.with_name("mới"), DEADLINE)
    units.write_bytes((template.with_name("mới") / "units.xlsx").read_bytes())
    made = generate(template, units, template.with_name("forms"))
    assert [form.action for form in made.forms] == ["written"]
    return [p.message("en") for p in problems]


def asked(template: ReportTemplate) -> set[str]:
    return {cell.ref for code, cell in template.inputs.items() if template.indicators[code].asked}


def take_out_markers(path: Path, *, coloured: bool) -> tuple[int, int, int]:
    """A template as it was drawn before: how many inputs it has, how many are found, and how many are found too many."""
    template, _ = load_template(path)
    workbook = load_workbook(path)
    true = found = extra = 0
    for name in template.form_sheets:
        sheet = workbook[name]
        for cell in [cell for row in sheet.iter_rows() for cell in row if type(cell).__name__ == "Cell"]:
            if isinstance(cell.value, str):
                cell.value = MARKERS.sub("", cell.value).strip() or None
            if not coloured:
                cell.fill = PatternFill()
        assert list(find_ruled_rows(Grid(sheet))) == []
        places = {cell.ref for cell in template.inputs.values() if cell.sheet == name}
        got = {block.ref for block in find_inputs(Grid(sheet)).inputs}
        true, found, extra = true + len(places), found + len(places & got), extra + len(got - places)
    return true, found, extra


@pytest.mark.parametrize(("coloured", "least", "most_extra"), [(True, 148, 1), (False, 148, 3)])
def test_the_sample_forms_without_their_markers(coloured: bool, least: int, most_extra: int) -> None:
    counts = [take_out_markers(path, coloured=coloured) for path in (TEMPLATE, SECOND_TEMPLATE)]
    true, found, extra = (sum(column) for column in zip(*counts, strict=True))
    assert true == 156
    assert found >= least
    assert extra <= most_extra


def test_a_matrix_with_totals(tmp_path: Path) -> None:
    places = draw_matrix(tmp_path / "Mẫu biểu.xlsx")
    template = proposed(tmp_path / "Mẫu biểu.xlsx")
    assert asked(template) == places
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert (by_cell["E9"].label, by_cell["E9"].kind) == ("Khối 7: Số học sinh: Nam", Kind.COUNT)
    assert by_cell["C9"].measure == "lớp"
    assert (by_cell["D12"].kind, by_cell["D12"].adding) == (Kind.FORMULA, Adding.SUM)
    codes = {ref: line.code for ref, line in by_cell.items()}
    formulas = {rule.formula: rule.is_error for rule in template.rules}
    assert formulas[f"={codes['D8']}={codes['E8']}+{codes['F8']}"] is True
    assert formulas[f"={codes['F8']}<={codes['D8']}"] is False


def test_an_official_form_with_drop_downs_and_a_box_for_words(tmp_path: Path) -> None:
    places = draw_official(tmp_path / "CSVC.xlsx")
    template = proposed(tmp_path / "CSVC.xlsx")
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert set(by_cell) == places
    assert [by_cell[ref].options for ref in ("D9", "E8")] == [("Tốt", "Khá", "Yếu"), ("Đạt", "Chưa đạt")]
    assert {line.group for ref, line in by_cell.items() if ref[0] in "CDE"} == {"Cơ sở vật chất"}
    assert by_cell["C10"].measure != "1+2"
    assert (by_cell["A13"].label, by_cell["A13"].kind) == ("Nhận xét của đơn vị", Kind.TEXT)


def test_heads_of_a_table_style_name_the_columns_below(tmp_path: Path) -> None:
    source = tmp_path / "Mẫu.xlsx"
    with xlsxwriter.Workbook(str(source)) as workbook:
        sheet, ruled = workbook.add_worksheet("Biểu 1"), workbook.add_format({"border": 1})
        sheet.write("A1", "BÁO CÁO CƠ SỞ VẬT CHẤT")
        for row, name in enumerate(("Phòng học", "Thư viện"), start=4):
            sheet.write_row(row, 0, [row - 3, name, "", ""], ruled)
        heads = ("TT", "Hạng mục", "Số lượng", "Diện tích (m2)")
        sheet.add_table("A4:D6", {"columns": [{"header": head} for head in heads]})
    template = proposed(source)
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert {ref: (line.label, line.kind) for ref, line in by_cell.items()} == {
        "C5": ("Phòng học: Số lượng", Kind.COUNT),
        "D5": ("Phòng học: Diện tích (m2)", Kind.DECIMAL),
        "C6": ("Thư viện: Số lượng", Kind.COUNT),
        "D6": ("Thư viện: Diện tích (m2)", Kind.DECIMAL),
    }


def test_form_id_and_progress_cover_no_words_of_the_head(tmp_path: Path) -> None:
    draw_official(tmp_path / "CSVC.xlsx")
    propose(tmp_path / "CSVC.xlsx", tmp_path / "t.xlsx", DEADLINE)
    (row,) = load_workbook(tmp_path / "t.xlsx")["Cơ sở vật chất"].iter_rows(max_row=1, values_only=True)
    # B1 shows the end of A1, and F1 that of E1.
    assert row == (
        "ỦY BAN NHÂN DÂN", None, "{{tien_do}}", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None, None, "{{ma_bieu}}",
    )  # fmt: skip


def test_pictures_stay_and_what_is_lost_is_listed(tmp_path: Path) -> None:
    source = tmp_path / "Mẫu.xlsx"
    with xlsxwriter.Workbook(str(source)) as workbook:
        sheet, ruled = workbook.add_worksheet("Biểu 1"), workbook.add_format({"border": 1})
        for row, words in enumerate(("Nội dung", "Số lớp", "Số học sinh"), start=4):
            sheet.write(row, 0, words, ruled)
            sheet.write(row, 1, "" if row > 4 else "Kết quả", ruled)
        sheet.insert_image("A1", "logo.png", {"image_data": io.BytesIO(PNG)})
        sheet.insert_textbox("D4", "Hướng dẫn")
    propose(source, tmp_path / "t.xlsx", DEADLINE)
    with zipfile.ZipFile(tmp_path / "t.xlsx") as package:
        assert [package.read(name) for name in package.namelist() if "/media/" in name] == [PNG]
    listed = [row[:3] for row in load_workbook(tmp_path / "t.xlsx")["Cần xem"].values]
    assert ("Biểu 1", "D4", "hộp văn bản hoặc hình vẽ") in listed


def test_lines_with_measures(tmp_path: Path) -> None:
    places = draw_measures(tmp_path / "Phổ cập.xlsx")
    template = proposed(tmp_path / "Phổ cập.xlsx")
    assert asked(template) == places
    by_cell = {template.inputs[code].ref: line for code, line in template.indicators.items()}
    assert [(by_cell[f"D{row}"].kind, by_cell[f"D{row}"].measure) for row in range(6, 13)] == [
        (Kind.COUNT, "trẻ"),
        (Kind.COUNT, "trẻ"),
        (Kind.PERCENT, "%"),
        (Kind.MONEY, "triệu đồng"),
        (Kind.DECIMAL, "m2"),
        (Kind.DATE, ""),
        (Kind.TEXT, ""),
    ]
    assert by_cell["D6"].group == "Trẻ mầm non"
    assert [rule.formula for rule in template.rules] == [f"={by_cell['D7'].code}<={by_cell['D6'].code}"]


def test_a_word_of_the_heading_is_the_measure_if_nothing_else_tells_it(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    fill(sheet, {4: ("Khối", "Trẻ khuyết tật", "Tổng số lượt khám"), 5: ("Khối 6",), 6: ("Khối 7",)})
    rule(sheet, "A4:C6")
    workbook.save(tmp_path / "Y tế.xlsx")
    template = proposed(tmp_path / "Y tế.xlsx")
    measures = {template.inputs[code].ref: line.measure for code, line in template.indicators.items()}
    assert measures == {"B5": "trẻ", "C5": "lượt", "B6": "trẻ", "C6": "lượt"}


def test_ruled_empty_rows_are_a_list(tmp_path: Path) -> None:
    places = draw_list(tmp_path / "Danh sách.xlsx")
    template = proposed(tmp_path / "Danh sách.xlsx")
    assert template.indicators == {}
    drawn = template.drawn.lists["ds"]
    assert (drawn.room, drawn.label, drawn.number_column) == (5, "DANH SÁCH HỌC SINH KHEN THƯỞNG", 1)
    assert {f"{'ABCDE'[place - 1]}{drawn.top}" for place in drawn.places.values()} == places
    assert [(c.code, c.kind, c.need) for c in drawn.ordered] == [
        ("ds.ho_va_ten", Kind.TEXT, Need.REQUIRED),
        ("ds.ngay_sinh", Kind.DATE, Need.RECOMMENDED),
        ("ds.lop", Kind.TEXT, Need.RECOMMENDED),
        ("ds.so_tien_thuong", Kind.MONEY, Need.RECOMMENDED),
    ]
    assert made_and_checked(tmp_path / "template.xlsx") == []


def test_what_stands_around_a_list_moves_up(tmp_path: Path) -> None:
    draw_list_with_totals(tmp_path / "Lớp.xlsx")
    template = proposed(tmp_path / "Lớp.xlsx")
    drawn = template.drawn.lists["ds"]
    assert (drawn.top, drawn.room) == (6, 4)
    assert [c.code for c in drawn.ordered] == [
        f"ds.{name}" for name in ("ten_lop", "tong_so", "nam", "nu", "kinh_phi", "ghi_chu_2")
    ]
    sheet = load_workbook(tmp_path / "template.xlsx")["Lớp học"]
    assert [sheet[ref].value for ref in ("A6", "A7", "B7", "C7")] == [
        "{{ds.stt}}",
        None,
        "Cộng",
        "=SUM(C6:C6)",
    ] or (sheet["A6"].value == 1)
    assert sheet["A10"].value == "Người lập biểu"
    assert "A10:C10" in {str(block) for block in sheet.merged_cells.ranges}
    assert sheet.row_dimensions[10].height == 40
    assert load_workbook(tmp_path / "template.xlsx")["Tổng hợp"]["C2"].value == "='Lớp học'!C7"
    by_cell = {cell.ref: code for code, cell in template.drawn.inputs.items()}
    formulas = {rule.formula for rule in template.rules}
    assert "=ds.tong_so=ds.nam+ds.nu" in formulas
    assert f"={by_cell['F7']}=SUM(ds.kinh_phi)" in formulas
    assert made_and_checked(tmp_path / "template.xlsx") == []


def test_a_list_drawn_in_word(tmp_path: Path) -> None:
    draw_word_list(tmp_path / "Mẫu.docx")
    template = proposed(tmp_path / "Mẫu.docx")
    drawn = template.drawn.lists["ds"]
    assert (drawn.room, drawn.number_column, len(drawn.columns)) == (3, 1, 4)
    assert [line.label for line in template.indicators.values()] == ["Giáo viên giỏi", "Nhân viên"]
    assert made_and_checked(tmp_path / "template.xlsx") == []


def test_rows_that_the_form_calculates(tmp_path: Path) -> None:
    draw_lists_with_formulas(tmp_path / "Kê khai.xlsx")
    template = proposed(tmp_path / "Kê khai.xlsx")
    lists = template.drawn.lists
    assert [(c.code, c.kind, c.additive) for c in lists["ds"].ordered] == [
        ("ds.noi_dung_chi", Kind.TEXT, False),
        ("ds.so_luong", Kind.COUNT, True),
        # Words do not say that a price is a number; the formula of the row does. Prices are not added up.
        ("ds.don_gia", Kind.COUNT, False),
        ("ds.thanh_tien", Kind.FORMULA, True),
    ]
    assert [(one.room, one.top, one.number_column) for one in lists.values()] == [(5, 4, 1), (4, 9, 0)]
    assert [c.code for c in lists["ds_2"].ordered] == ["ds_2.ten_lop", "ds_2.si_so", "ds_2.giao_vien"]
    assert lists["ds_2"].group == "II. Danh sách lớp"
    assert made_and_checked(tmp_path / "template.xlsx") == []


def test_rows_with_names_and_spare_rows_are_no_lists(tmp_path: Path) -> None:
    """Rows that the form names by words, letters or sections are asked one by one, as before."""
    for draw in (draw_matrix, draw_measures, draw_spare_rows):
        draw(tmp_path / "m.xlsx")
        assert list(find_ruled_rows(Grid(load_workbook(tmp_path / "m.xlsx").worksheets[0]))) == []


def test_a_table_drawn_in_word(tmp_path: Path) -> None:
    count = draw_word(tmp_path / "Mẫu.docx")
    template = proposed(tmp_path / "Mẫu.docx")
    lines = [*template.indicators.values()]
    assert len(lines) == count
    assert [line.label for line in lines[:2]] == [
        "Xóa mù chữ: Kết quả: Số lớp",
        "Xóa mù chữ: Kết quả: Số người học",
    ]
    assert {line.group for line in lines} == {"I. Kết quả"}
    assert len(template.rules) == 2


@pytest.mark.parametrize("draw", [draw_matrix, draw_measures, draw_official, draw_list, draw_partly_bold])
def test_nothing_that_stands_on_the_form_is_lost(tmp_path: Path, draw: object) -> None:
    source = tmp_path / "Mẫu.xlsx"
    draw(source)  # type: ignore[operator]
    before = source.read_bytes()
    propose(source, tmp_path / "t.xlsx", DEADLINE)
    assert source.read_bytes() == before
    old, new = (load_workbook(path, rich_text=True) for path in (source, tmp_path / "t.xlsx"))
    for sheet in old.worksheets:
        gone = {f"A{row}" for row in range(5, 9)} if draw is draw_list else set()
        for cell in [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]:
            if cell.coordinate in gone:
                # The numbers of the rows of a list, which its first row stands for.
                continue
            assert new[sheet.title][cell.coordinate].value == cell.value


def test_every_guess_is_listed_with_its_cell(tmp_path: Path) -> None:
    draw_measures(tmp_path / "m.xlsx")
    template = proposed(tmp_path / "m.xlsx")
    sheet = load_workbook(tmp_path / "template.xlsx")["Cần xem"]
    listed = {(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=2)}
    assert {(cell.sheet, cell.ref) for cell in template.inputs.values()} <= listed
    assert all(row[1].hyperlink for row in sheet.iter_rows(min_row=2))


def test_what_is_no_form_or_is_there_already_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="already a template"):
        propose(TEMPLATE, tmp_path / "t.xlsx", DEADLINE)
    (tmp_path / "t.xlsx").write_bytes(b"mine")
    with pytest.raises(CannotWrite, match="already"):
        propose(TEMPLATE, tmp_path / "t.xlsx", DEADLINE)
    assert (tmp_path / "t.xlsx").read_bytes() == b"mine"
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "trống.xlsx")
    with pytest.raises(CannotRead, match="no cell"):
        propose(tmp_path / "trống.xlsx", tmp_path / "x.xlsx", DEADLINE)


def test_the_empty_starter_can_be_used_as_it_is(tmp_path: Path) -> None:
    lay_out_starter(tmp_path / "mới", DEADLINE)
    folder = CampaignFolder(tmp_path / "mới")
    template, problems = load_template(folder.template)
    assert problems == []
    assert "ví dụ" in template.indicators["ct_1"].label
    roster, problems = load_roster(folder.units, template)
    assert (len(roster), [p.code for p in problems]) == (1, ["unit-example"])
    made = generate(folder.template, folder.units, folder.forms)
    assert [form.action for form in made.forms] == ["written"]
    folder.units.write_bytes(b"mine")
    assert lay_out_starter(tmp_path / "mới", DEADLINE) == []
    assert folder.units.read_bytes() == b"mine"


def test_quantities_times_prices_are_added_up(tmp_path):
    draw_priced(tmp_path / "Dự toán.xlsx")
    template = proposed(tmp_path / "Dự toán.xlsx")
    adding = {cell.ref: template.indicators[code].adding for code, cell in template.inputs.items()}
    assert {ref for ref, one in adding.items() if one is Adding.SUM} >= {"C4", "C5", "C6", "E4", "E5", "E6"}
    assert {adding[ref] for ref in ("D4", "D5", "G4", "G5")} == {Adding.NONE}


def test_zeros_hold_a_place_and_other_figures_are_told(tmp_path):
    draw_filled(tmp_path / "Biểu.xlsx")
    template = proposed(tmp_path / "Biểu.xlsx")
    assert asked(template) == {"D5", "E5", "D6", "E6", "E8"}
    labels = [template.indicators[code].label for code in template.inputs]
    assert labels[:2] == ["Số lớp: Khối 1", "Số lớp: Khối 2"]
    review = load_workbook(tmp_path / "template.xlsx")["Cần xem"]
    named = [row[2] for row in review.iter_rows(min_row=3, values_only=True)]
    assert named[:2] == ["D5, E5", "D7, E7, D8"]
