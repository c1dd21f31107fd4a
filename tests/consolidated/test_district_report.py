"""The office's own report: the officer's drawing, the totals of all units, ready to print."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from msgspec.structs import replace
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from workbook_tools.consolidated.office_report.district_report import (
    report_sheet_names,
    write_district_report,
)
from workbook_tools.consolidated.office_report.report_entries import render_answers
from workbook_tools.excel import Cell
from workbook_tools.frames import (
    ANSWER_COLUMNS,
    COMPARISON_COLUMNS,
    FILE_COLUMNS,
    STATUS_COLUMNS,
    Collection,
)
from workbook_tools.model import Campaign, Indicator, Kind, ReportTemplate, Roster, State, Unit, UnitType
from workbook_tools.problems import Place, Severity, problem
from workbook_tools.sheetwriter.book import Book
from workbook_tools.tally.areas import build_area_totals, weigh

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

FORM = "Biểu mẫu"
THIN = Side(style="thin", color="FF000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
YELLOW = PatternFill("solid", fgColor="FFFFFF00")

DRAWING = {
    "A1": "Mã biểu: {{ma_bieu}}",
    "A2": "Tiến độ",
    "B2": "{{tien_do}}",
    "A3": "Hãy điền ô vàng",
    "A4": "{{ten_co_quan}}",
    "C4": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "A6": "BÁO CÁO {{tieu_de}}",
    "A7": "(Hạn nộp {{han_nop}}, dân số {{dv_dan_so}}, gửi {{don_vi}})",
    "A9": "Nội dung hoạt động",
    "B9": "Kết quả, số lượng",
    "D9": "Ghi chú",
    "A10": "Kế hoạch (số, ngày)",
    "B10": "{{ct_1}}",
    "A11": "Số lớp, số lượt",
    "B11": "{{ct_2a}}",
    "C11": "{{ct_2b}}",
    "D11": "{{ct_2a.ghi_chu}}",
    "A12": "Số lớp (nhắc lại)",
    "B12": "{{ct_3}}",
    "D12": "{{ct_3.ghi_chu}}",
    "A13": "Kinh phí",
    "B13": "{{ct_4}}",
    "D13": "{{ct_4.ghi_chu}}",
    "A14": "Đã gồm số liệu của các trường?",
    "B14": "{{ct_5}}",
    "D14": "{{ct_5.ghi_chu}}",
    "A16": "{{ct_6}}",
    "A18": "{{chuc_vu_ky}}",
}
MERGES = ("A4:B4", "C4:D4", "A6:D6", "A7:D7", "B9:C9", "B10:C10", "B12:C12", "B13:C13", "B14:C14", "A16:D16")
INDICATORS = (
    Indicator("ct_1", "1", "Kế hoạch", "số, ngày", Kind.TEXT),
    Indicator("ct_2a", "2", "Số lớp", "lớp", Kind.COUNT, additive=True),
    Indicator("ct_2b", "2", "Số lượt", "lượt", Kind.COUNT, additive=True),
    Indicator("ct_3", "2", "Số lớp (nhắc lại)", "lớp", Kind.MIRROR, mirrors="ct_2a"),
    Indicator("ct_4", "3", "Kinh phí", "đồng", Kind.MONEY, additive=True),
    Indicator("ct_5", "4", "Đã gồm?", "", Kind.CHOICE, options=("Có", "Không")),
    Indicator("ct_6", "5", "Thuận lợi, khó khăn", "", Kind.TEXT),
)
ANSWERS = (
    ("xa_1", "ct_1", State.ANSWERED, "12/KH-UBND"),
    ("xa_1", "ct_5", State.ANSWERED, "Có"),
    ("xa_2", "ct_5", State.ANSWERED, "Không"),
    ("xa_3", "ct_5", State.ANSWERED, "Có"),
    ("xa_1", "ct_6", State.ANSWERED, "Thiếu kinh phí"),
    ("xa_2", "ct_6", State.UNANSWERED, None),
)


def draw(path: Path) -> None:
    """A small form as an officer draws it: panel, letterhead, table, narrative, signature."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = FORM
    for ref, text in DRAWING.items():
        sheet[ref] = text
        sheet[ref].font = Font(name="Times New Roman", size=13)
    for row in sheet["A9:D14"]:
        for cell in row:
            cell.border = BOX
    for ref in ("B10", "B11", "C11", "B12", "B13", "B14", "A16"):
        sheet[ref].fill = YELLOW
        sheet[ref].font = Font(name="Times New Roman", size=13, color="FF0000FF")
        sheet[ref].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["B13"].number_format = '#,##0" đ"'
    sheet["C4"].font = Font(
        name="Times New Roman", size=12, bold=True, underline="single", color=Color(theme=1)
    )
    sheet["C4"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True, indent=1)
    sheet["A10"].alignment = Alignment(horizontal="left", indent=2, text_rotation=135)
    sheet["A9"].fill = PatternFill("solid", fgColor=Color(theme=0, tint=-0.25))
    for merge in MERGES:
        sheet.merge_cells(merge)
    for column, width in {"A": 40, "B": 12, "C": 14, "D": 16}.items():
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[4].height = 40
    sheet.row_dimensions[16].height = 17
    sheet.row_dimensions[17].hidden = True
    sheet.print_area = "A4:D18"
    sheet.print_title_rows = "9:9"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left, sheet.page_margins.right = 1.18, 0.6
    sheet.oddHeader.center.text = "&P"
    sheet.oddFooter.left.text = "&G{{noi_nhan}}"
    sheet.HeaderFooter.differentFirst = True
    workbook.save(path)


def places(suffix: str = "") -> dict[str, Cell]:
    found = {}
    for ref, text in DRAWING.items():
        code = text.strip("{}")
        if code.startswith("ct_") and code.endswith(".ghi_chu") == bool(suffix):
            found[code.removesuffix(suffix)] = Cell(FORM, int(ref[1:]), ord(ref[0]) - 64)
    return found


def make_collection(path: Path) -> Collection:
    inputs, notes = places(), places(".ghi_chu")
    notes["ct_2b"] = notes["ct_2a"]
    taken = {*inputs.values(), *notes.values()}
    texts = {Cell(FORM, int(ref[1:]), ord(ref[0]) - 64): text for ref, text in DRAWING.items()}
    office = UnitType(
        "huyen", "Huyện", 1, {"ten_co_quan": "ỦY BAN NHÂN DÂN {{noi_hoa}}", "chuc_vu_ky": "TRƯỞNG PHÒNG"}
    )
    campaign = Campaign(
        code="HTSD2023",
        title="Tuần lễ học tập suốt đời",
        deadline=date(2023, 10, 13),
        office="Phòng Giáo dục và Đào tạo",
        office_type="huyen",
        level_names={1: "huyện", 2: "xã"},
        inclusion="ct_5",
        values={
            "tieu_de": "Tuần lễ học tập suốt đời",
            "han_nop": date(2023, 10, 13),
            "noi_hoa": "HUYỆN AN LÃO",
            "noi_nhan": "Các trường TH&THCS, GDNN&GDTX",
        },
    )
    template = ReportTemplate(
        path=path,
        version="0123abcd",
        campaign=campaign,
        indicators={i.code: i for i in INDICATORS},
        rules=(),
        unit_types={"huyen": office, "xa": UnitType("xa", "Xã", 2)},
        form_sheets=(FORM,),
        inputs=inputs,
        notes=notes,
        texts={place: text for place, text in texts.items() if place not in taken},
    )
    units = {code: Unit(code, f"Xã {code}", "xa") for code in ("xa_1", "xa_2", "xa_3", "xa_4")}
    answers = pd.DataFrame(
        [dict(zip(("unit", "indicator", "state", "value"), row, strict=True)) for row in ANSWERS],
        columns=ANSWER_COLUMNS,
    )
    outcomes = ("accepted", "accepted-with-warnings", "accepted", "missing")
    status = pd.DataFrame(
        [{"unit": u, "outcome": o} for u, o in zip(units, outcomes, strict=True)], columns=STATUS_COLUMNS
    )
    totals = pd.DataFrame(
        {"total": [1234.0, 5.0, float("nan")], "units": [3, 2, 0]}, index=["ct_2a", "ct_2b", "ct_4"]
    )
    roster = Roster("units.xlsx", units)
    return Collection(
        template=template,
        roster=roster,
        folder="returned",
        as_of=date(2023, 10, 15),
        files=pd.DataFrame(columns=FILE_COLUMNS),
        answers=answers,
        status=status,
        totals=totals,
        comparison=pd.DataFrame(columns=COMPARISON_COLUMNS),
        problems=(),
        areas=build_area_totals(answers, template, roster, weigh(answers, template, roster)),
    )


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    path = tmp_path / "template.xlsx"
    draw(path)
    return make_collection(path)


@pytest.fixture
def report(collection: Collection, tmp_path: Path) -> Worksheet:
    return write(collection, tmp_path / "consolidated.xlsx")


def test_a_total_that_contains_figures_with_errors_says_so(collection: Collection, tmp_path: Path) -> None:
    row = {"unit": "xa_1", "indicator": "ct_2a", "state": State.ANSWERED, "value": 4.0, "counted": 4.0}
    answers = pd.concat([collection.answers, pd.DataFrame([row])], ignore_index=True)
    place = Place(unit="xa_1", indicator="ct_2a")
    wrong = problem("rule-broken", place, message="Sai", values="", severity=Severity.ERROR)
    accepted = replace(wrong, severity=Severity.NOTICE, accepted="Đúng")
    beside = [
        write(replace(collection, answers=answers, problems=(found,)), tmp_path / "consolidated.xlsx")[
            "E11"
        ].value
        for found in (wrong, accepted)
    ]
    assert beside == [
        "3; 2 báo cáo được cộng; gồm 1 số còn lỗi (Xã xa_1: 4)",
        "3; 2 báo cáo được cộng",
    ]


def write(collection: Collection, path: Path) -> Worksheet:
    with Book(path, collection.as_of, {}) as book:
        write_district_report(book, collection)
    return openpyxl.load_workbook(path)["Báo cáo huyện"]


def test_texts_are_the_office_s_own(report: Worksheet) -> None:
    """Markers are filled for the office, texts within texts too; a unit's facts are dots."""
    assert report["A4"].value == "ỦY BAN NHÂN DÂN HUYỆN AN LÃO"
    assert report["A6"].value == "BÁO CÁO Tuần lễ học tập suốt đời"
    assert report["A7"].value == "(Hạn nộp 13/10/2023, dân số …, gửi Phòng Giáo dục và Đào tạo)"
    assert report["A18"].value == "TRƯỞNG PHÒNG"
    assert report["A10"].value == "Kế hoạch (số, ngày)"


def test_a_date_to_fill_in_looks_as_its_format_has_it() -> None:
    day = Indicator("ct_ngay", "Nhóm", "Ngày", "", Kind.DATE)
    assert render_answers(day, [], 'dd" tháng "mm" năm "yyyy') == "… tháng … năm ……"
    assert render_answers(day, [], "dd/mm/yyyy") == "…/…/……"
    assert render_answers(day, []) == "…/…/……"


def test_a_date_to_fill_in_stands_on_one_line(demo: Any, demo_book: Workbook) -> None:
    place = demo.collection.template.inputs["vb_ngay"]
    dots = demo_book["Báo cáo huyện"][place.ref]
    assert dots.value == "… tháng … năm ……"
    assert (dots.alignment.wrap_text or False, dots.alignment.shrink_to_fit) == (False, True)


def test_totals_stand_in_the_input_cells(report: Worksheet) -> None:
    assert (report["B11"].value, report["C11"].value) == (1234, 5)
    assert report["B11"].number_format == "#,##0"


def test_a_repeated_line_shows_the_total_it_repeats(report: Worksheet) -> None:
    assert report["B12"].value == 1234


def test_a_line_nobody_answered_is_not_zero(report: Worksheet) -> None:
    assert report["B13"].value == "…"
    assert report["D13"].value is None


def test_remarks_say_how_many_units_stand_behind_a_figure(report: Worksheet) -> None:
    """Beside the form, where it is not printed; inputs that share a remark and differ from left to right."""
    assert [report[ref].value for ref in ("E11", "E12", "E14")] == [
        "3; 2 báo cáo được cộng",
        "3 báo cáo được cộng",
        "3 đơn vị trả lời",
    ]
    [why] = [cell.value for cell in report["E"] if "ít hơn số đơn vị đã nộp" in str(cell.value)]
    assert why.startswith("Số báo cáo được cộng")
    assert report.row_dimensions[14].hidden, "what only units answer is no question to the office"
    assert [report[ref].value for ref in ("D11", "D12", "D14")] == [None, None, None]
    assert report.print_area.endswith("$D$20") or "$D$" in report.print_area


def test_choices_are_tallied_and_narratives_are_left_to_the_office(report: Worksheet) -> None:
    assert report["B14"].value == "Có: 2; Không: 1"
    assert report["A16"].value == "……"
    assert report["E16"].value == "(Xem trang Thuyết minh: 1 đơn vị có ý kiến)"
    assert report["E16"].hyperlink.location == "'Thuyết minh'!A1"
    assert report["B10"].value == "……"


def test_a_row_grows_with_the_text_that_is_filled_in(collection: Collection, tmp_path: Path) -> None:
    """The officer drew it for a short text; a row without a marker keeps its height, whatever it clips."""
    book = openpyxl.load_workbook(collection.template.path)
    for row in (6, 9):
        book[FORM].row_dimensions[row].height = 17
    book[FORM]["A9"] = "Nội dung hoạt động " * 9
    for ref in ("A6", "A9"):
        book[FORM][ref].alignment = Alignment(wrap_text=True)
    book.save(collection.template.path)
    campaign = replace(collection.template.campaign, values={"tieu_de": "Tuần lễ học tập suốt đời " * 9})
    template = replace(collection.template, campaign=campaign)
    sheet = write(replace(collection, template=template), tmp_path / "a.xlsx")
    assert sheet.row_dimensions[6].height > 3 * 17
    assert sheet.row_dimensions[9].height == pytest.approx(17, abs=0.5)


def test_what_a_form_tells_units_beside_a_repeated_line_is_not_in_the_report(
    collection: Collection, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(collection.template.path)
    book[FORM]["D12"] = "Lặp lại dòng trên, không điền"
    book.save(collection.template.path)
    notes = {code: cell for code, cell in collection.template.notes.items() if code != "ct_3"}
    sheet = write(
        replace(collection, template=replace(collection.template, notes=notes)), tmp_path / "a.xlsx"
    )
    assert sheet["D12"].value is None
    assert sheet["D9"].value == "Ghi chú"
    assert sheet["B12"].value == 1234


@pytest.mark.slow
def test_a_signature_is_never_alone_on_a_page(collection: Collection, tmp_path: Path) -> None:
    """Wherever the page ends: the last answer goes with it, where there is no closing sentence."""
    for height in range(180, 280, 8):
        book = openpyxl.load_workbook(collection.template.path)
        sheet = book[FORM]
        sheet.print_area = None
        sheet.row_dimensions[11].height = sheet.row_dimensions[13].height = height
        book.save(tmp_path / "template.xlsx")
        untitled = {place: text for place, text in collection.template.texts.items() if place.row != 6}
        path = tmp_path / "template.xlsx"
        template = replace(collection.template, path=path, content=b"", texts=untitled)
        copied = write(replace(collection, template=template), tmp_path / "a.xlsx")
        assert all(entry.id < 16 for entry in copied.row_breaks.brk)
    assert copied.row_breaks.brk


def test_the_panel_gives_way_to_one_grey_line(report: Worksheet) -> None:
    assert report["A1"].value == "Số liệu tổng hợp từ 3/4 đơn vị, tính đến ngày 15/10/2023"
    assert [cell.value for row in report["A1:D3"] for cell in row if cell.value is not None] == [
        report["A1"].value
    ]


def test_the_drawing_is_copied(report: Worksheet) -> None:
    name = report["C4"]
    assert (name.font.name, name.font.sz, name.font.b, name.font.u) == ("Times New Roman", 12, True, "single")
    assert name.font.color.rgb == "FF000000"
    assert (name.alignment.horizontal, name.alignment.vertical, name.alignment.wrap_text) == (
        "center",
        "center",
        True,
    )
    assert (report["A10"].alignment.indent, report["A10"].alignment.textRotation) == (2, 135)
    assert report["A9"].fill.fgColor.rgb == "FFBFBFBF"
    sentences = {"A8:D8", "A17:D17"}
    assert {str(merged) for merged in report.merged_cells.ranges} == set(MERGES) | sentences
    assert report["A8"].value.startswith("Tổng hợp báo cáo của ")
    assert report["A8"].value.endswith("như sau:")
    assert report["A17"].value.startswith("Trên đây là báo cáo kết quả ")
    widths = [report.column_dimensions[column].width for column in "ABCD"]
    assert widths == pytest.approx([40, 12, 14, 16], abs=0.2)
    assert report.row_dimensions[4].height == pytest.approx(40, abs=0.5)
    assert report.row_dimensions[17].hidden


def test_covered_cells_keep_their_lines(report: Worksheet) -> None:
    """A merged block is framed all round, in programs that look at each cell, too."""
    covered = report["C13"]
    assert isinstance(covered, MergedCell)
    assert (covered.border.right.style, covered.border.top.style, covered.border.bottom.style) == (
        "thin",
    ) * 3
    assert report["B13"].border.left.style == "thin"


def test_inputs_print_black_on_white(report: Worksheet) -> None:
    for ref in ("B10", "B11", "C11", "B14", "A16"):
        assert report[ref].fill.patternType in (None, "none")
        assert (
            report[ref].font.color is None
            or report[ref].font.color.rgb in (None, "FF000000")
            or report[ref].font.color.type == "theme"
        )


def test_the_page_is_the_template_s(report: Worksheet) -> None:
    assert report.print_area == "'Báo cáo huyện'!$A$4:$D$18"
    assert report.print_title_rows == "$9:$9"
    assert (report.page_setup.paperSize, report.page_setup.orientation) == (9, "portrait")
    assert report.sheet_properties.pageSetUpPr.fitToPage
    assert (report.page_setup.fitToWidth or 1, report.page_setup.fitToHeight) == (1, 0)
    assert (report.page_margins.left, report.page_margins.right) == (1.18, 0.6)
    assert report.oddHeader.center.text == "&P"
    assert report.oddFooter.left.text == "Các trường TH&&THCS, GDNN&&GDTX"


def test_the_first_page_has_no_number(report: Worksheet) -> None:
    """Decree 30: pages are numbered from the second on."""
    assert report.HeaderFooter.differentFirst
    assert not report.HeaderFooter.firstHeader.center.text


def test_rows_grow_for_long_entries(collection: Collection, tmp_path: Path) -> None:
    """A merged block never fits itself: what does not go into its line makes its row higher."""
    short = write(collection, tmp_path / "short.xlsx").row_dimensions[14].height
    long = [
        f"Đã bao gồm số liệu của các trường mầm non, tiểu học và trung học cơ sở trên địa bàn ({n})"
        for n in (1, 2)
    ]
    asked = replace(collection.template.indicators["ct_5"], options=tuple(long))
    template = replace(collection.template, indicators={**collection.template.indicators, "ct_5": asked})
    answers = collection.answers.replace({"value": {"Có": long[0], "Không": long[1]}})
    report = write(replace(collection, template=template, answers=answers), tmp_path / "long.xlsx")
    assert report["B14"].value == f"{long[0]}: 2; {long[1]}: 1"
    assert short < 20
    assert report.row_dimensions[14].height > 5 * 13


def test_without_a_print_area_only_the_panel_gives_way(collection: Collection, tmp_path: Path) -> None:
    form = openpyxl.load_workbook(collection.template.path)
    form[FORM].print_area = None
    form.save(collection.template.path)
    report = write(collection, tmp_path / "consolidated.xlsx")
    assert str(report["A1"].value).startswith("Số liệu tổng hợp")
    assert (report["B2"].value, report["A3"].value) == (None, "Hãy điền ô vàng")
    assert report.print_area.endswith("!$A$3:$D$18")


@pytest.mark.parametrize(
    ("level", "forms", "names"),
    [
        ("huyện", ["Báo cáo"], ["Báo cáo huyện"]),
        ("tỉnh/thành phố", ["A"], ["Báo cáo tỉnh thành phố"]),
        ("huyện", ["Biểu 1", "Biểu 2"], ["Báo cáo huyện", "Báo cáo huyện - Biểu 2"]),
        (
            "huyện",
            ["Chung", "Kết quả tuyên truyền a", "Kết quả tuyên truyền b"],
            ["Báo cáo huyện", "Báo cáo huyện - Kết quả tuyên", "Báo cáo huyện - Kết quả (2)"],
        ),
    ],
)
def test_sheet_names_are_legal_and_different(
    collection: Collection, level: str, forms: list[str], names: list[str]
) -> None:
    campaign = replace(collection.template.campaign, level_names={1: level})
    template = replace(collection.template, campaign=campaign, form_sheets=tuple(forms))
    assert list(report_sheet_names(template).values()) == names
    assert all(len(name) <= 31 for name in names)


def test_a_block_for_a_long_answer_leaves_no_blank_part_of_a_page(
    collection: Collection, tmp_path: Path
) -> None:
    form = openpyxl.load_workbook(collection.template.path)
    form[FORM].row_dimensions[16].height = 300
    form.save(collection.template.path)
    assert write(collection, tmp_path / "consolidated.xlsx").row_dimensions[16].height < 40
