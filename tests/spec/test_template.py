"""A faulty template is named by sheet and cell, every fault of the catalogue; a sound one says nothing."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest
from campaigns import SECOND_TEMPLATE, TEMPLATE
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from sheets import Formula, write_template

from workbook_tools.errors import CannotRead
from workbook_tools.model import Kind
from workbook_tools.problems import has_errors
from workbook_tools.problems.formula_problems import FORMULA_PROBLEMS
from workbook_tools.problems.marker_problems import MARKER_PROBLEMS
from workbook_tools.problems.template_problems import TEMPLATE_PROBLEMS
from workbook_tools.spec.tables import Findings
from workbook_tools.spec.template import read_template
from workbook_tools.spec.unsupported.lost_parts import check_lost_parts


def cell(sheet, row, column, value):
    """A fault: one cell of one table is something else."""

    def plant(tables):
        tables[sheet][row - 1][column - 1] = value

    return plant


def row(sheet, *values):
    """A fault: one more row."""

    def plant(tables):
        tables[sheet].append(list(values))

    return plant


def letters(*row):
    """A fault: a sheet of letters with this row."""

    def plant(tables):
        tables["Thư"] = [["Loại thư", "Tiêu đề", "Nội dung"], list(row)]

    return plant


def without(sheet):
    return lambda tables: tables.pop(sheet)


def rate(text, row=2):
    def plant(tables):
        rows = tables["Chỉ tiêu"]
        for number, line in enumerate(rows, start=1):
            line.append("Tính trên" if number == 1 else text if number == row else "")

    return plant


def same_place(tables):
    """Two lines of one group in the same row and column of a matrix, as a pivot compares them."""
    rows = tables["Chỉ tiêu"]
    matrix = {0: ("Hàng", "Cột"), 2: ("Khối 1 (m²)", "Nữ"), 3: ("khối 1 (m2)", "nữ")}
    for number, line in enumerate(rows):
        line.extend(matrix.get(number, ("", "")))


def typed(ref, formula, points=None):
    """A formula in a cell of the form, and where ``points`` is given a line to be added up that points there."""

    def plant(tables):
        row, column = int(ref[1:]) - 1, ord(ref[0]) - ord("A")
        cells = tables["Biểu"][row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = Formula(formula)
        if points is not None:
            line = ["tong", "Nhóm 1", "Tổng", "bài", "công thức", "tuỳ ý", None, None, "tất cả", "cộng"]
            tables["Chỉ tiêu"].append([*line, points, None])

    return plant


def reversed_inclusion(tables):
    tables["Chỉ tiêu"][5][10] = "Không; Có"
    tables["Đợt báo cáo"].append(["ct_bao_gom", "", "ct_4", ""])


def per_cent(most):
    """A line of per cents with this maximum, added to none."""

    def plant(tables):
        line = tables["Chỉ tiêu"][1]
        line[4], line[7], line[9] = "tỷ lệ %", most, "không cộng"

    return plant


FAULTS = [
    ("sheet-missing", "Quy tắc", "", without("Quy tắc")),
    ("setting-invalid", "Đợt báo cáo", "C8", row("Đợt báo cáo", "nhac_cach", None, "ít", None)),
    (
        "setting-invalid",
        "Đợt báo cáo",
        "C8",
        row("Đợt báo cáo", "thu_may_chu_gui", None, "mail.example.vn", None),
    ),
    *(
        ("setting-invalid", "Đợt báo cáo", "C8", row("Đợt báo cáo", "mui_gio", None, zone, None))
        for zone in ("UTC+7", "Asia", "../Asia/Ho_Chi_Minh")
    ),
    ("value-unknown", "Thư", "A2", letters("nhắc nhở", "Tiêu đề", "Nội dung")),
    ("value-missing", "Thư", "C2", letters("đôn đốc", "Tiêu đề", None)),
    ("marker-unknown", "Thư", "B2", letters("đôn đốc", "{{don_vii}}", "Nội dung")),
    ("marker-unknown", "Thư", "C2", letters("đôn đốc", "Tiêu đề", "Mã biểu: {{ma_bieu}}")),
    ("column-missing", "Chỉ tiêu", "E1", cell("Chỉ tiêu", 1, 5, "Kiểuu")),
    ("column-misspelt", "Chỉ tiêu", "H1", cell("Chỉ tiêu", 1, 8, "Lớn nhât")),
    ("result-missing", "Chỉ tiêu", "C2", cell("Chỉ tiêu", 2, 3, Formula("=A1"))),
    ("lines-missing", "Chỉ tiêu", "", lambda tables: tables["Chỉ tiêu"].__delitem__(slice(1, None))),
    ("marker-braces", "Biểu", "B5", cell("Biểu", 5, 2, "{ct_1}")),
    ("form-sheet-missing", "", "", without("Biểu")),
    ("value-missing", "Chỉ tiêu", "C2", cell("Chỉ tiêu", 2, 3, None)),
    ("value-missing", "Loại đơn vị", "C3", cell("Loại đơn vị", 3, 3, None)),
    ("value-missing", "Đợt báo cáo", "C3", cell("Đợt báo cáo", 3, 3, None)),
    ("value-unknown", "Chỉ tiêu", "E2", cell("Chỉ tiêu", 2, 5, "số đém")),
    ("value-unknown", "Quy tắc", "C2", cell("Quy tắc", 2, 3, "nặng")),
    ("value-not-number", "Chỉ tiêu", "H2", cell("Chỉ tiêu", 2, 8, "nhiều")),
    ("value-not-date", "Đợt báo cáo", "C4", cell("Đợt báo cáo", 4, 3, "giữa tháng 10")),
    ("range-reversed", "Chỉ tiêu", "H2", cell("Chỉ tiêu", 2, 7, 500)),
    ("bound-in-doubt", "Chỉ tiêu", "H2", per_cent(1.5)),
    ("code-invalid", "Quy tắc", "A2", cell("Quy tắc", 2, 1, "Quy tắc 1")),
    ("code-like-cell", "Chỉ tiêu", "A2", cell("Chỉ tiêu", 2, 1, "ct1")),
    ("code-duplicate", "Chỉ tiêu", "A3", cell("Chỉ tiêu", 3, 1, "ct_1")),
    ("code-reserved", "Chỉ tiêu", "A2", cell("Chỉ tiêu", 2, 1, "don_vi")),
    ("code-reserved", "Chỉ tiêu", "A2", cell("Chỉ tiêu", 2, 1, "true")),
    ("code-reserved", "Chỉ tiêu", "A2", cell("Chỉ tiêu", 2, 1, "print_area")),
    ("type-unknown", "Chỉ tiêu", "I9", cell("Chỉ tiêu", 9, 9, "xaa")),
    ("type-unknown", "Đợt báo cáo", "C6", cell("Đợt báo cáo", 6, 3, "tinh")),
    ("options-missing", "Chỉ tiêu", "K6", cell("Chỉ tiêu", 6, 11, "Trực tiếp")),
    ("option-duplicate", "Chỉ tiêu", "K6", cell("Chỉ tiêu", 6, 11, "Có; có")),
    ("mirror-unknown", "Chỉ tiêu", "K8", cell("Chỉ tiêu", 8, 11, "ct_22a")),
    ("weight-unknown", "Chỉ tiêu", "J2", cell("Chỉ tiêu", 2, 10, "trung bình theo ct_8")),
    ("text-not-additive", "Chỉ tiêu", "J10", cell("Chỉ tiêu", 10, 10, "cộng")),
    ("matrix-place-taken", "Chỉ tiêu", "N4", same_place),
    ("marker-unknown", "Biểu", "A3", cell("Biểu", 3, 1, "{{don_vii}}")),
    ("marker-duplicate", "Biểu", "C12", cell("Biểu", 12, 3, "{{ct_1}}")),
    ("marker-not-alone", "Biểu", "B5", cell("Biểu", 5, 2, "số: {{ct_1}}")),
    ("marker-missing", "Biểu", "", cell("Biểu", 5, 2, None)),
    ("panel-marker-missing", "Biểu", "", cell("Biểu", 1, 1, None)),
    ("rule-syntax", "Quy tắc", "B2", cell("Quy tắc", 2, 2, "=SUM(ct_1;ct_2a)>0")),
    ("rule-name-unknown", "Quy tắc", "B2", cell("Quy tắc", 2, 2, "=ct_11>0")),
    ("rule-name-unknown", "Quy tắc", "F2", cell("Quy tắc", 2, 6, "ct_11")),
    ("rule-function-unknown", "Quy tắc", "B2", cell("Quy tắc", 2, 2, "=ct_1<TODAY()")),
    ("rule-message-long", "Quy tắc", "D2", cell("Quy tắc", 2, 4, "dài " * 70)),
    ("rate-invalid", "Chỉ tiêu", "M2", rate("1000 học sinh")),
    ("rate-invalid", "Chỉ tiêu", "M2", rate("0 dv_so_lop")),
    ("rate-invalid", "Chỉ tiêu", "M10", rate("dv_so_lop", 10)),
    ("hint-long", "Chỉ tiêu", "L2", cell("Chỉ tiêu", 2, 12, "dài " * 70)),
    ("inclusion-invalid", "Đợt báo cáo", "C8", row("Đợt báo cáo", "ct_bao_gom", "", "ct_1", "")),
    ("inclusion-reversed", "Đợt báo cáo", "C8", reversed_inclusion),
    ("key-missing", "Đợt báo cáo", "", lambda tables: tables["Đợt báo cáo"].pop(2)),
    ("formula-in-form", "Biểu", "G5", typed("G5", "=B5+B6")),
    ("formula-wrong", "Biểu", "G5", typed("G5", "=VLOOKUP(B5,DanhMuc!A1:B9,2)+DanhMuc!A1")),
    ("formula-wrong", "Biểu", "G5", typed("G5", "=B5+#REF!")),
    ("formula-wrong", "Biểu", "G5", typed("G5", "=B5+G5")),
    ("formula-wrong", "Biểu", "G5", typed("G5", "=B5*HeSo")),
    ("formula-not-calculated-here", "Biểu", "G5", typed("G5", "=TODAY()")),
    ("formula-unreadable", "Biểu", "G5", typed("G5", "=VLOOKUP(B5,A1:B3,2)", "=Biểu!G5")),
    ("formula-not-there", "Chỉ tiêu", "K11", typed("G5", "=B5+B6", "=Biểu!G6")),
    ("formula-not-sum", "Biểu", "G5", typed("G5", "=B5/B6", "=Biểu!G5")),
    ("part-lost", "", "", lambda tables: None),
    ("validation-replaced", "", "", lambda tables: None),
    ("rule-too-long", "", "", lambda tables: None),
    ("rule-too-deep", "", "", lambda tables: None),
    ("marker-calculated", "", "", lambda tables: None),
    ("campaign-code-kept", "", "", lambda tables: None),
    ("form-too-large", "", "", lambda tables: None),
]
ELSEWHERE = {
    "campaign-code-kept",
    "form-too-large",
    "marker-calculated",
    "part-lost",
    "rule-too-deep",
    "rule-too-long",
    "validation-replaced",
}
"""Faults that a table of texts cannot hold; each has a test of its own."""


@pytest.mark.parametrize(
    ("code", "sheet", "ref", "plant"),
    [f for f in FAULTS if f[0] not in ELSEWHERE],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_each_fault_is_named_with_its_place(code, sheet, ref, plant, tmp_path):
    template, problems = read_template(write_template(tmp_path / "t.xlsx", plant))
    assert (template is None) == has_errors(problems)
    found = {(p.code, p.place.sheet, p.place.cell) for p in problems}
    assert (code, sheet, ref) in found, found
    for problem in problems:
        for language in ("vi", "en"):
            assert "…" not in problem.message(language).replace("“…”", "")
            assert problem.remedy(language)


def test_every_problem_of_templates_has_a_test():
    assert {fault[0] for fault in FAULTS} == set(TEMPLATE_PROBLEMS | MARKER_PROBLEMS | FORMULA_PROBLEMS)


@pytest.mark.parametrize(
    ("stored", "number_format", "maximum"),
    [
        (1.5, "0%", 1.5),  # typed as 150%
        (2.0, "0.00%", 2.0),
        (1.0, "0%", 1.0),
        (0.015, "0.0%", 0.015),
        (1, "General", 1.0),
        (95, "General", 0.95),
        (150, "0", 1.5),
        ("150%", "@", 1.5),
    ],
)
def test_a_bound_of_per_cents_is_what_its_cell_shows(stored, number_format, maximum, tmp_path):
    path = write_template(tmp_path / "t.xlsx", per_cent(stored))
    workbook = load_workbook(path)
    workbook["Chỉ tiêu"]["H2"].number_format = number_format
    workbook.save(path)
    template, problems = read_template(path)
    assert template.indicators["ct_1"].maximum == pytest.approx(maximum)
    assert problems == []


@pytest.mark.parametrize("path", [TEMPLATE, SECOND_TEMPLATE])
def test_the_project_s_own_templates_are_sound(path):
    template, problems = read_template(path)
    assert template is not None
    assert problems == []


def test_letters_and_mail_settings_change_no_form(tmp_path):
    def plant(tables):
        tables["Đợt báo cáo"].append(["nhac_cach", "", 5, ""])
        tables["Thư"] = [["Loại thư", "Tiêu đề", "Nội dung"], ["Đôn đốc", "Nhắc {{don_vi}}", "{{viec}}"]]

    plain, _ = read_template(write_template(tmp_path / "t.xlsx"))
    worded, problems = read_template(write_template(tmp_path / "t.xlsx", plant))
    assert problems == []
    assert worded.version == plain.version
    assert worded.letters["reminder"].subject == "Nhắc {{don_vi}}"
    assert worded.letters["form"] == plain.letters["form"]


def test_what_a_template_says_is_read(tmp_path):
    template, problems = read_template(write_template(tmp_path / "t.xlsx"))
    assert problems == []
    assert template is not None
    assert [i.code for i in template.indicators_for("truong")] == [
        "ct_1",
        "ct_2a",
        "ct_2b",
        "ct_3",
        "ct_4",
        "ct_5",
        "ct_8",
    ]
    choice = template.indicators["ct_4"]
    assert (choice.kind, choice.options) == (Kind.CHOICE, ("Trực tiếp", "Trực tuyến, kết hợp"))
    assert template.indicators["ct_5"].minimum == 45200
    assert template.notes["ct_2b"] == template.notes["ct_2a"]


def test_a_version_changes_with_what_is_asked_and_not_with_saving(tmp_path):
    first, _ = read_template(write_template(tmp_path / "a.xlsx"))
    second, _ = read_template(write_template(tmp_path / "b.xlsx"))
    assert first.version == second.version


@pytest.mark.parametrize(
    "change",
    [
        cell("Biểu", 5, 1, "Số bài báo"),
        cell("Biểu", 4, 2, "Số c"),
        cell("Biểu", 7, 3, "triệu đồng"),
        cell("Chỉ tiêu", 2, 4, "tin"),
        cell("Chỉ tiêu", 6, 11, "Trực tiếp; Trực tuyến"),
        cell("Chỉ tiêu", 10, 9, "truong"),
    ],
    ids=["label", "head", "printed measure", "measure", "choices", "who"],
)
def test_another_question_makes_another_version(tmp_path, change):
    first, _ = read_template(write_template(tmp_path / "a.xlsx"))
    other, _ = read_template(write_template(tmp_path / "b.xlsx", change))
    assert other.version != first.version
    assert not other.made(first.version)


@pytest.mark.parametrize(
    "change",
    [
        cell("Đợt báo cáo", 4, 3, date(2023, 10, 20)),
        cell("Đợt báo cáo", 3, 3, "Báo cáo khác"),
        cell("Chỉ tiêu", 2, 12, "Gợi ý khác."),
        cell("Chỉ tiêu", 2, 8, 200),
        cell("Chỉ tiêu", 2, 6, "nên điền"),
        cell("Biểu", 3, 1, "Kết quả của {{don_vi}}"),
        cell("Loại đơn vị", 4, 4, "SỞ GDĐT"),
        cell("Quy tắc", 2, 4, "Thông báo khác"),
    ],
    ids=["deadline", "title", "hint", "bound", "need", "letterhead", "type's text", "rule"],
)
def test_the_same_question_makes_no_other_version(tmp_path, change):
    """Forms that are out ask the same; ``docs/design/forms.md`` says so."""
    first, _ = read_template(write_template(tmp_path / "a.xlsx"))
    other, problems = read_template(write_template(tmp_path / "b.xlsx", change))
    assert other.version == first.version, problems
    assert first.earlier_version != other.earlier_version
    assert first.made(first.earlier_version)


def test_blanks_inside_the_braces_make_no_difference(tmp_path):
    template, problems = read_template(
        write_template(tmp_path / "t.xlsx", cell("Biểu", 1, 1, "{{ tien_do }}"))
    )
    assert template is not None
    assert problems == []


def test_a_near_miss_is_suggested(tmp_path):
    _, problems = read_template(write_template(tmp_path / "t.xlsx", cell("Biểu", 3, 1, "{{don_vii}}")))
    assert "don_vi" in problems[0].remedy("en")


def test_the_officer_s_own_formula_is_said(tmp_path):
    path = write_template(tmp_path / "t.xlsx")
    workbook = load_workbook(path)
    workbook["Biểu"]["C12"] = "=1+1"
    workbook.save(path)
    _, problems = read_template(path)
    assert [(p.code, p.place.cell) for p in problems] == [("formula-in-form", "C12")]


def with_comment(sheet):
    def change(workbook):
        workbook[sheet]["A5"].comment = Comment("xem lại", "x")

    return change


def with_rich_text(sheet):
    def change(workbook):
        whose = "{{don_vi}}" if sheet == "Biểu" else "ai"
        workbook[sheet]["A3"] = CellRichText("Báo cáo của ", TextBlock(InlineFont(b=True), whose))

    return change


@pytest.mark.parametrize(("change", "cell"), [(with_comment, "A5"), (with_rich_text, "A3")])
@pytest.mark.parametrize(("sheet", "lost"), [("Biểu", True), ("Loại đơn vị", False), ("Của tôi", False)])
def test_parts_of_form_sheets_that_would_be_lost_are_said_with_their_cell(
    tmp_path, change, cell, sheet, lost
):
    """What stands on a dictionary sheet, or on one of the officer's own, never goes into a form."""
    path = write_template(tmp_path / "t.xlsx")
    workbook = load_workbook(path)
    workbook.create_sheet("Của tôi")
    if (change, sheet) != (with_rich_text, "Loại đơn vị"):
        change(sheet)(workbook)
    workbook.save(path)
    template, problems = read_template(path)
    assert template is not None
    found = [(p.code, p.place.sheet, p.place.cell) for p in problems]
    assert found == ([("part-lost", sheet, cell)] if lost else [])


def test_shapes_and_lists_of_excel_2010_are_named_with_their_cell(tmp_path):
    path = write_template(tmp_path / "t.xlsx")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</worksheet>",
        b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/><extLst>'
        b'<ext xmlns:x14="x14" xmlns:xm="xm"><x14:dataValidations><x14:dataValidation type="list"><xm:sqref>B8</xm:sqref>'
        b"</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>",
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
        b'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    parts["xl/drawings/drawing1.xml"] = (
        b'<xdr:wsDr xmlns:xdr="xdr"><xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff>'
        b"<xdr:row>3</xdr:row></xdr:from><xdr:sp></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    findings = Findings("t.xlsx")
    check_lost_parts(path.read_bytes(), ["Biểu"], findings)
    assert [(p.place.cell, p.params["part"]) for p in findings.problems] == [
        ("B8", "drop-downs that refer to another sheet in the form of Excel 2010"),
        ("C4", "text boxes or shapes"),
    ]
    nowhere = Findings("t.xlsx")
    check_lost_parts(path.read_bytes(), ["Chỉ tiêu"], nowhere)
    assert nowhere.problems == []


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_cannot_be_read(content, tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(CannotRead):
        read_template(path)


def test_a_zip_without_a_workbook_cannot_be_read(tmp_path):
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "x")
    with pytest.raises(CannotRead):
        read_template(path)
