"""What an officer has drawn on a form sheet besides cells is on the forms, or said to be lost; nothing blocks the unit."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
import xlsxwriter
from libreoffice import convert, requires_libreoffice
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from package_audit import audit
from sheets import write_template, write_units

from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form
from workbook_tools.forms.form_id import read_key
from workbook_tools.forms.form_marks import MADE
from workbook_tools.forms.pictures import keep_pictures
from workbook_tools.readers import read_workbook
from workbook_tools.returns.read import read_return
from workbook_tools.spec.tables import Findings
from workbook_tools.spec.template import read_template
from workbook_tools.spec.unsupported.lost_parts import check_lost_parts
from workbook_tools.spec.unsupported.typing_rules import cells_left
from workbook_tools.usecases.collect import collect
from workbook_tools.usecases.generate import generate


def png(shade):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"".join(b"\0" + bytes([shade] * 12) for _ in range(4)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def made(tmp_path):
    """A function that draws on the form sheet and generates; its results are the form of x1 and the problems."""

    def make(draw, plant=None):
        template = write_template(tmp_path / "t.xlsx", plant)
        workbook = load_workbook(template)
        draw(workbook["Biểu"])
        workbook.save(template)
        problems = read_template(template)[1]
        found = generate(template, write_units(tmp_path / "u.xlsx"), tmp_path / "forms", key=tmp_path / "key")
        return next(form.path for form in found.forms if form.unit == "x1"), problems

    return make


def drawn_by_others():
    """A workbook with two pictures, one behind a link, beside a text box, as Excel arranges them."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = workbook.add_worksheet("Biểu")
    sheet.insert_image("A1", "logo.png", {"image_data": io.BytesIO(png(200)), "url": "https://example.vn"})
    sheet.insert_textbox("D4", "Hướng dẫn")
    sheet.insert_image("C9", "dau.png", {"image_data": io.BytesIO(png(90))})
    workbook.add_worksheet("Khác")
    workbook.close()
    return buffer.getvalue()


def test_pictures_are_on_the_forms_byte_for_byte_and_the_form_is_read(made, tmp_path):
    source = drawn_by_others()

    def draw(sheet):
        other = load_workbook(io.BytesIO(source))
        keep_pictures(other, source)
        sheet._images = other["Biểu"]._images

    form, problems = made(draw)
    assert problems == []
    with zipfile.ZipFile(form) as package:
        pictures = [package.read(name) for name in package.namelist() if "/media/" in name]
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert sorted(pictures) == sorted([png(200), png(90)])
    assert "hlinkClick" not in drawing
    assert audit(form, tmp_path) == []
    returned = tmp_path / "returned"
    returned.mkdir()
    filled = fill_form(form.read_bytes(), {Cell("Biểu", 5, 2): 12}, MADE)
    (returned / "x1.xlsx").write_bytes(filled)
    collection = collect(returned, tmp_path / "t.xlsx", tmp_path / "u.xlsx")
    answers = collection.answers
    assert answers[(answers["unit"] == "x1") & (answers["indicator"] == "ct_1")]["number"].tolist() == [12]
    told = {problem.code for problem in collection.problems}
    assert told.isdisjoint({"picture-answer", "pictures-added", "return-damaged"})
    assert collection.template.pictures == 2


@requires_libreoffice
def test_the_officer_s_pictures_are_no_news_in_any_format(made, tmp_path):
    source = drawn_by_others()

    def draw(sheet):
        other = load_workbook(io.BytesIO(source))
        keep_pictures(other, source)
        sheet._images = other["Biểu"]._images

    form, _ = made(draw)
    template = read_template(tmp_path / "t.xlsx")[0]
    for suffix in ("xlsx", "xls", "ods", "fods"):
        (path,) = convert([form], tmp_path / suffix, suffix)
        _, problems = read_return(path.read_bytes(), template, read_key(tmp_path / "key"))
        assert {p.code for p in problems}.isdisjoint({"pictures-added", "documents-embedded"}), suffix
        book = read_workbook(path.read_bytes())
        drawn = [aside.kind for sheet in book.sheets for aside in sheet.asides]
        assert drawn == ["picture"] * 2, suffix


def test_a_drawing_that_stays_behind_is_named_with_its_cell():
    findings = Findings("t.xlsx")
    check_lost_parts(drawn_by_others(), ["Biểu"], findings)
    assert [(p.place.cell, p.params["part"]) for p in findings.problems] == [("D4", "text boxes or shapes")]


def test_pictures_that_no_form_can_have_are_named(tmp_path):
    source = tmp_path / "s.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(drawn_by_others())) as package,
        zipfile.ZipFile(source, "w") as changed,
    ):
        for name in package.namelist():
            data = package.read(name).replace(b"image2.png", b"image2.wmf")
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b"</worksheet>", b'<legacyDrawingHF r:id="rId9"/><picture r:id="rId8"/></worksheet>'
                )
            changed.writestr(name.replace("image2.png", "image2.wmf"), data)
    findings = Findings("t.xlsx")
    check_lost_parts(source.read_bytes(), ["Biểu"], findings)
    assert [(p.place.cell, p.params["part"]) for p in findings.problems] == [
        ("", "a picture as background"),
        ("", "pictures in the header or footer"),
        ("C9", "pictures of a kind other than PNG, JPEG, GIF, BMP and EMF"),
        ("D4", "text boxes or shapes"),
    ]


def test_a_comment_said_to_stay_behind_does(made):
    def draw(sheet):
        sheet["B5"].comment = Comment("Đếm cả bài trên mạng", "x")
        sheet["C9"].comment = Comment("ô trống", "x")

    form, problems = made(draw)
    assert [problem.code for problem in problems] == ["part-lost"]
    with zipfile.ZipFile(form) as package:
        assert [name for name in package.namelist() if "comment" in name.lower()] == []


def at_the_end(tables):
    """The panel below the form, where a proposal puts it if the first row is taken."""
    tables["Biểu"][0][0] = None
    tables["Biểu"] += [[None] * 5, ["{{tien_do}}", None, None, None, None]]


def tall_head(sheet):
    sheet.row_dimensions[1].height = 300


@pytest.mark.parametrize(
    ("draw", "plant", "panes"),
    [
        (lambda sheet: None, None, "A2"),
        (lambda sheet: None, at_the_end, None),
        (tall_head, None, None),
        (lambda sheet: setattr(sheet, "freeze_panes", "B5"), at_the_end, "B5"),
    ],
    ids=["top", "below the inputs", "tall", "own"],
)
def test_frozen_rows_never_hold_the_inputs_nor_fill_the_screen(made, draw, plant, panes):
    assert load_workbook(made(draw, plant)[0])["Biểu"].freeze_panes == panes


def fitted(sheet):
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def scaled(sheet):
    sheet.page_setup.scale = 80


def broken(sheet):
    sheet.row_breaks.append(Break(id=7))


@pytest.mark.parametrize(
    ("draw", "fits", "height"),
    [(lambda sheet: None, True, 0), (fitted, True, None), (scaled, None, None), (broken, None, None)],
    ids=["nothing set up", "one page", "scale", "breaks"],
)
def test_a_page_that_the_officer_set_up_prints_as_drawn(made, draw, fits, height):
    """Excel ignores scale and breaks of a sheet that is fitted to pages."""
    form = load_workbook(made(draw)[0])["Biểu"]
    assert (form.sheet_properties.pageSetUpPr.fitToPage, form.page_setup.fitToHeight) == (fits, height)


@pytest.mark.parametrize(
    "part", ["oddHeader.left", "oddFooter.right", "firstHeader.center", "evenFooter.left"]
)
def test_headers_and_footers_of_the_officer_are_the_only_ones(made, part):
    item, place = part.split(".")

    def draw(sheet):
        getattr(getattr(sheet, item), place).text = "Biểu 01-TH"

    form = load_workbook(made(draw)[0])["Biểu"]
    assert getattr(getattr(form, item), place).text == "Biểu 01-TH"
    assert form.oddHeader.center.text is None
    assert not form.HeaderFooter.differentFirst


def test_a_cell_to_fill_in_has_one_validation_that_of_the_dictionary(made):
    """An officer's “whole number” in front of it would refuse KCSL and hide what is asked."""

    def draw(sheet):
        for area, kind, formula in (
            ("B1:E400", "decimal", "0"),
            ("B8", "list", '"Có,Không"'),
            ("B6", "list", "DanhMuc!$A$1:$A$4"),
        ):
            rule = DataValidation(type=kind, formula1=formula, operator="greaterThan")
            rule.add(area)
            sheet.add_data_validation(rule)

    form, problems = made(draw)
    assert [(p.code, p.place.cell) for p in problems] == [
        ("validation-replaced", "B5"),
        ("validation-replaced", "B8"),
        ("validation-replaced", "B6"),
    ]
    sheet = load_workbook(form)["Biểu"]
    rules = sheet.data_validations.dataValidation
    for ref in ("B5", "B6", "D6", "B7", "B8", "B9", "B12"):
        (one,) = [rule for rule in rules if ref in rule.sqref]
        assert one.promptTitle, ref
    assert [rule.type for rule in rules if "E3" in rule.sqref and "C9" in rule.sqref] == ["decimal"]


def test_areas_lose_exactly_the_cells_taken_out():
    taken = [Cell("Biểu", row, column) for row, column in ((2, 2), (2, 3), (4, 1), (9, 9))]
    left = cells_left([CellRange("A1:C4"), CellRange("B2")], taken)
    cells = [place for area in left for place in CellRange(area).cells]
    everything = {(row, column) for row in range(1, 5) for column in range(1, 4)}
    assert sorted(cells) == sorted(everything - {(2, 2), (2, 3), (4, 1)})


def test_a_merged_cell_for_words_has_room_for_some(made):
    def draw(sheet):
        sheet.merge_cells("B12:E12")
        sheet.merge_cells("B8:E8")

    form = load_workbook(made(draw)[0])["Biểu"]
    assert form.row_dimensions[12].height > 60 > form.row_dimensions[8].height

    def drawn_high(sheet):
        draw(sheet)
        sheet.row_dimensions[12].height = 20

    assert load_workbook(made(drawn_high)[0])["Biểu"].row_dimensions[12].height == 20


@pytest.mark.parametrize("drawn", [None, 20, 200])
def test_the_longest_name_among_the_units_has_room_on_every_form_of_their_type(tmp_path, drawn):
    """Also where the officer set the height: she saw a marker there, not the names."""
    template = write_template(tmp_path / "t.xlsx")
    workbook = load_workbook(template)
    sheet = workbook["Biểu"]
    sheet["A3"].alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 60
    sheet.row_dimensions[3].height = drawn
    sheet.row_dimensions[4].height = 5
    workbook.save(template)
    heights = {}
    for name in ("Xã Hai", "Ủy ban nhân dân " + "xã có tên rất dài " * 12):
        units = write_units(tmp_path / "u.xlsx", lambda rows, name=name: rows[3].__setitem__(1, name))
        found = generate(template, units, tmp_path / "forms", key=tmp_path / "key", force=True)
        for form in found.forms:
            rows = load_workbook(form.path)["Biểu"].row_dimensions
            heights[name[:6], form.unit] = rows[3].height
            assert rows[4].height == 5
    short, long = heights["Xã Hai", "x1"], heights["Ủy ban", "x1"]
    assert heights["Ủy ban", "x2"] == long
    assert heights["Ủy ban", "t1"] == heights["Xã Hai", "t1"] == short
    if drawn:
        assert (short, long) == (drawn, max(drawn, long))
    if drawn != 200:
        assert long > 3 * short
