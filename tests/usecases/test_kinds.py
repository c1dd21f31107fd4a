"""Decimals, rates, larger money, figures below 0 and choices of several: as typed, as added up, as reported."""

from __future__ import annotations

import math

import pytest
from collecting import fill, read_back
from drawn_form import draw
from libreoffice import requires_libreoffice, watch_forms
from live_forms import read_form, type_into
from openpyxl import load_workbook

from workbook_tools.answers.parse import parse_value
from workbook_tools.model import RawAnswer, State
from workbook_tools.outputs.word_report import build_context
from workbook_tools.problems import has_errors
from workbook_tools.spec.template import read_template
from workbook_tools.usecases.collect import write_workbook

FORMS = {
    "Biểu": """
Báo cáo của {{don_vi}}
Số học sinh | {{hs}}
Điểm trung bình | {{diem}} [0.00]
Tỷ lệ chuyên cần | {{chuyen_can}} [0.0%]
Kinh phí | {{kinh_phi}} [#,##0.000]
Tăng, giảm học sinh | {{tang}}
Lớp đông nhất | {{dong_nhat}}
Đã hỗ trợ | {{ho_tro}}"""
}
LINES = """
hs | Số học sinh | em | số đếm | cộng
diem | Điểm trung bình | điểm | số thập phân | trung bình theo hs | | 0 | 10
chuyen_can | Tỷ lệ chuyên cần | % | tỷ lệ % | trung bình theo hs
kinh_phi | Kinh phí | triệu đồng | tiền | cộng
tang | Tăng, giảm học sinh | em | số đếm | cộng | | -500 | 500
dong_nhat | Lớp đông nhất | em | số đếm | lớn nhất
ho_tro | Đã hỗ trợ | | nhiều lựa chọn | không cộng | Sách; Vở; Quần áo"""
UNITS = """
x1 | Xã Một | xa
x2 | Xã Hai | xa
x3 | Xã Ba | xa"""
ANSWERS = {
    "x1": {"hs": 100, "diem": 7.25, "chuyen_can": 0.9, "kinh_phi": 145.476, "tang": -12, "dong_nhat": 35},
    "x2": {"hs": 300, "diem": "8,5", "chuyen_can": "97,5 %", "kinh_phi": "12,5", "tang": "-3"},
    "x3": {"hs": 50, "diem": "8.125", "chuyen_can": 0.8, "dong_nhat": 41, "ho_tro": "vở; Sách"},
}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("các kiểu"), FORMS, LINES, UNITS)


@pytest.fixture(scope="module")
def collection(campaign, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nộp về")
    for unit, answers in ANSWERS.items():
        fill(campaign, unit, answers, folder / f"{unit}.xlsx")
    return read_back(campaign, folder)


def test_each_is_taken_together_in_its_own_way(collection):
    totals = collection.totals["total"]
    assert math.isclose(totals["diem"], (100 * 7.25 + 300 * 8.5) / 400)
    assert math.isclose(totals["chuyen_can"], (100 * 0.9 + 300 * 0.975 + 50 * 0.8) / 450)
    assert math.isclose(totals["kinh_phi"], 157.976)
    assert totals["tang"] == -15
    assert totals["dong_nhat"] == 41


def test_what_may_be_two_things_is_in_doubt(collection):
    doubts = [p.place.indicator for p in collection.problems if p.code == "number-in-doubt"]
    assert doubts == ["diem"]


def test_the_form_keeps_the_officer_s_decimals_and_takes_them(campaign):
    sheet = load_workbook(campaign.forms["x1"])["Biểu"]
    assert [sheet[f"B{row}"].number_format for row in range(3, 8)] == [
        "#,##0",
        "0.00",
        "0.0%",
        "#,##0.000",
        "#,##0",
    ]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert "INT" not in rules["B4"]
    assert "B5<=1" in rules["B5"]
    assert "B7>=-500" in rules["B7"]


def test_the_reports_show_them_as_they_were_drawn(collection, tmp_path):
    write_workbook(collection, tmp_path / "consolidated.xlsx")
    book = load_workbook(tmp_path / "consolidated.xlsx")
    report = book["Báo cáo huyện"]
    assert (report["B5"].number_format, report["B6"].value) == ("0.0%", 157.976)
    assert report["B9"].value == "Sách: 1; Vở: 1"
    data = book["Dữ liệu"]
    formats = {
        row[5].value: row[8].number_format
        for row in data.iter_rows(min_row=2)
        if isinstance(row[8].value, float)
    }
    assert formats["chuyen_can"] == "0.0%"
    assert formats["kinh_phi"] == "#,##0.000"
    lines = {
        line["noi_dung"]: line["tong"]
        for group in build_context(collection, [])["cac_nhom"]
        for line in group["dong"]
    }
    assert lines["Tỷ lệ chuyên cần"] == "93,9%"
    assert lines["Kinh phí"] == "157,976"
    assert lines["Đã hỗ trợ"] == "Sách: 1; Vở: 1"


SEVERAL = {
    "Sách": True,
    "sách; VỞ ;Quần  áo": True,
    "Vở\nSách": True,
    "Vở;Vở": True,
    "Sách;;\xa0Vở;": True,
    "Sách, Vở": False,
    "Sách; Bút": False,
    "Sách; Vở và bút": False,
    "áo": False,
    "Sách Vở": False,
    "Quần áo; *": False,
    "1": False,
}


@requires_libreoffice
def test_an_option_that_is_none_of_several_is_told_on_the_form_as_in_the_collection(campaign, tmp_path):
    """The form and the collector judge alike, by our own evaluator and in LibreOffice."""
    indicator, place = campaign.template.indicators["ho_tro"], campaign.template.inputs["ho_tro"]
    judged = {
        text: parse_value(indicator, RawAnswer("ho_tro", place, text, text)).state is State.ANSWERED
        for text in SEVERAL
    }
    assert judged == SEVERAL
    form = read_form(campaign.forms["x1"])
    sheets = type_into(form, [{place: text} for text in SEVERAL])
    check = next(c for c, f in form.formulas.items() if c.row == place.row and "Lỗi" in f)
    shown = [not text for text in sheets.calculate(check).to_values()]
    assert dict(zip(SEVERAL, shown, strict=True)) == SEVERAL
    scenes = [[(place.sheet, place.ref, text)] for text in SEVERAL]
    (seen,) = watch_forms([(campaign.forms["x1"], [(check.sheet, check.ref), (check.sheet, "A1")], scenes)])
    assert {text: not cells[0] for text, cells in zip(SEVERAL, seen, strict=True)} == SEVERAL
    assert all(
        ("còn 0 lỗi" in cells[1]) is sound for cells, sound in zip(seen, SEVERAL.values(), strict=True)
    )


def test_so_many_options_that_no_program_could_check_them_are_not_checked_on_the_form(tmp_path):
    for count, checked in ((40, True), (41, False)):
        options = "; ".join(f"Mục {number}" for number in range(count))
        lines = LINES.replace("Sách; Vở; Quần áo", options)
        (tmp_path / str(count)).mkdir()
        drawn = draw(tmp_path / str(count), FORMS, lines, UNITS)
        form, place = read_form(drawn.forms["x1"]), drawn.template.inputs["ho_tro"]
        check = next(c for c, f in form.formulas.items() if c.row == place.row and "Lỗi" in f)
        typed = [{place: text} for text in ("Mục 39; mục 0", "Mục 99")]
        told = [bool(text) for text in type_into(form, typed).calculate(check).to_values()]
        assert told == [False, checked]
        # Excel's limits.
        assert all(len(formula) < 8192 for formula in form.formulas.values())
        assert max(formula.count("SUBSTITUTE(") for formula in form.formulas.values()) < 64 - 15


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("diem | Điểm | điểm | số thập phân | trung bình theo hss", "weight-unknown"),
        ("diem | Tỷ lệ | % | tỷ lệ % | cộng", "text-not-additive"),
        ("diem | Ý kiến | | văn bản | lớn nhất", "text-not-additive"),
        ("diem | Ý kiến | | Văn  bản | cộng", "text-not-additive"),
        ("diem | Điểm | điểm | số thập phân | trung bình", "value-unknown"),
    ],
)
def test_a_way_of_adding_that_does_not_fit_is_an_error(line, code, tmp_path):
    from drawn_form import write_drawn

    lines = LINES.replace(next(one for one in LINES.splitlines() if one.startswith("diem")), line)
    template, problems = read_template(write_drawn(tmp_path / "t.xlsx", FORMS, lines))
    assert template is None
    assert has_errors(problems)
    assert code in {p.code for p in problems}
