"""A returned workbook is read whole and as stored, or refused: nothing is lost in silence and nothing crashes."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from handmade import STRICT_MAIN, STRICT_RELS, pack, parts, relationships, sheet, workbook
from libreoffice import convert, requires_libreoffice
from msgspec.structs import replace
from refusal import refusal

from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.number_format import is_date_format
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.sheet_book import CellValue, SheetBook

if TYPE_CHECKING:
    from pathlib import Path


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def cells(data: bytes) -> dict[tuple[int, int], CellValue]:
    return dict(read_workbook(data).sheets[0].cells)


def only(cell: str, **options: str) -> CellValue:
    """The value of the one cell A1, written as XML."""
    (value,) = cells(workbook(f'<row r="1">{cell}</row>', **options)).values()
    return value


def filled_form() -> bytes:
    """A form as xlsxwriter makes it, with every kind of value."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    form, meta = book.add_worksheet("Biểu 01"), book.add_worksheet("_meta")
    meta.very_hidden()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    form.write_string("A1", "Nội dung <hoạt động> & 'kết quả'")
    form.write_rich_string("A2", "Số ", book.add_format({"bold": True}), "lượng")
    form.write_number("D3", 1250)
    form.write_number("D4", -1.5e-7)
    form.write_datetime("D5", datetime(2023, 10, 13), day)
    form.write_boolean("D6", True)
    form.write_formula("D7", "=D3*2", None, 2500)
    form.write_formula("D8", '=IF(D3>0,"đủ","")', None, "đủ")
    form.write_formula("D9", "=1/0", None, "#DIV/0!")
    form.write_blank("D10", None, day)
    form.write_string("D11", "  hai\ndòng\t")
    meta.write_string("XFD1", "cuối")
    book.define_name("ct_4_2", "='Biểu 01'!$D$3")
    book.set_properties(
        {
            "title": "Báo cáo",
            "subject": "BM/x",
            "keywords": "k",
            "author": "a",
            "created": datetime(2023, 10, 1),
        }
    )
    book.set_custom_property("ma", "BM/y")
    book.close()
    return target.getvalue()


def test_every_kind_of_value_is_told_apart():
    found = cells(filled_form())
    assert found[1, 1] == CellValue(
        "text", "Nội dung <hoạt động> & 'kết quả'", "Nội dung <hoạt động> & 'kết quả'"
    )
    assert found[2, 1].raw == "Số lượng"
    assert found[3, 4] == CellValue("number", "1250", 1250.0)
    assert found[4, 4].value == -1.5e-7
    assert (found[5, 4].value, found[5, 4].is_date) == (45212.0, True)
    assert found[6, 4] == CellValue("bool", "TRUE", True)
    assert found[7, 4] == CellValue("number", "2500", 2500.0, is_formula=True)
    assert found[8, 4] == CellValue("text", "đủ", "đủ", is_formula=True)
    assert (found[9, 4].kind, found[9, 4].raw, found[9, 4].is_formula) == ("error", "#DIV/0!", True)
    assert (10, 4) not in found
    assert found[11, 4].raw == "  hai\ndòng\t"


def test_sheets_names_and_properties():
    book = read_workbook(filled_form())
    assert [(s.name, s.state) for s in book.sheets] == [("Biểu 01", "visible"), ("_meta", "veryHidden")]
    assert book.sheets[1].cells[1, 16384].raw == "cuối"
    assert book.defined_names == {"ct_4_2": "'Biểu 01'!$D$3"}
    assert book.properties["title"] == "Báo cáo"
    assert book.properties["subject"] == "BM/x"
    assert book.properties["custom:ma"] == "BM/y"
    assert book.saved == datetime(2023, 10, 1, tzinfo=UTC)
    assert not book.date1904


def as_openpyxl_sees(data: bytes) -> dict[str, dict[tuple[int, int], object]]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        s.title: {
            (c.row, c.column): c.value for row in s.iter_rows(max_col=60) for c in row if c.value is not None
        }
        for s in book.worksheets
    }


def comparable(book: SheetBook) -> dict[str, dict[tuple[int, int], object]]:
    def value(cell: CellValue) -> object:
        if cell.is_date:
            return openpyxl.utils.datetime.from_excel(cell.value)
        return cell.value

    return {
        s.name: {
            place: value(c) for place, c in s.cells.items() if place[1] <= 60 and c.value not in (None, "")
        }
        for s in book.sheets
    }


def test_a_sound_workbook_is_read_as_openpyxl_reads_it():
    data = filled_form()
    seen = {
        name: {k: v for k, v in found.items() if v != ""} for name, found in as_openpyxl_sees(data).items()
    }
    assert comparable(read_workbook(data)) == seen


def test_a_workbook_of_openpyxl_is_read_as_openpyxl_reads_it():
    book = openpyxl.Workbook()
    for row in range(1, 40):
        book.active.append(
            [row, row / 7, f"dòng {row}", date(2023, 1, row % 28 + 1), row % 2 == 0, f"=A{row}*2"]
        )
    target = io.BytesIO()
    book.save(target)
    found = read_workbook(target.getvalue())
    assert comparable(found) == as_openpyxl_sees(target.getvalue())
    assert found.sheets[0].cells[1, 6] == CellValue("blank-formula", "", None, is_formula=True)
    assert found.saved is not None


def test_strict_workbooks_are_read():
    data = workbook(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        strings="<si><t>a</t></si>",
        main=STRICT_MAIN,
        rels=STRICT_RELS,
    )
    assert cells(data)[1, 1].raw == "a"


def test_dates_of_strict_workbooks_are_numbers():
    value = only('<c r="A1" t="d"><v>2023-10-13</v></c>')
    assert (value.kind, value.value, value.is_date, value.raw) == ("number", 45212.0, True, "2023-10-13")
    assert only('<c r="A1" t="d"><v>mai</v></c>').kind == "error"


def test_strings_in_runs_leave_phonetic_hints_out():
    strings = '<si><r><t>Số </t></r><r><t xml:space="preserve">lượng </t></r><rPh sb="0" eb="1"><t>ẩn</t></rPh></si>'
    assert only('<c r="A1" t="s"><v>0</v></c>', strings=strings).raw == "Số lượng "
    assert (
        only('<c r="A1" t="inlineStr"><is><r><t>a</t></r><rPh><t>x</t></rPh><r><t>b</t></r></is></c>').raw
        == "ab"
    )


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("a_x000D_b", "a\rb"),
        ("a_x005F_x000D_b", "a_x000D_b"),
        ("_x005f_x005F_", "_x005F_"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\ufffd"),
        ("_x00_ _xZZZZ_ ct_x1", "_x00_ _xZZZZ_ ct_x1"),
    ],
)
def test_escapes_are_taken_back_once(stored, meant):
    assert only('<c r="A1" t="s"><v>0</v></c>', strings=f"<si><t>{stored}</t></si>").raw == meant
    assert only(f'<c r="A1" t="inlineStr"><is><t>{stored}</t></is></c>').raw == meant
    assert only(f'<c r="A1" t="str"><v>{stored}</v></c>').raw == meant


def test_texts_are_not_normalised():
    decomposed = "ô\u0301"
    assert only(f'<c r="A1" t="str"><v> {decomposed}\u00a0</v></c>').raw == f" {decomposed}\u00a0"


@pytest.mark.parametrize("lexeme", ["NaN", "INF", "1e999", "12abc", "1,5", "1_000", "１２", "0x1F"])
def test_a_number_that_is_none_flags_its_cell_only(lexeme):
    value = only(f'<c r="A1"><v>{lexeme}</v></c>')
    assert (value.kind, value.raw) == ("error", lexeme)


def test_long_numbers_keep_their_digits():
    assert only('<c r="A1"><v>9007199254740993</v></c>').raw == "9007199254740993"


def test_errors_and_unknown_types_flag_their_cell_only():
    assert only('<c r="A1" t="e"><v>#SPILL!</v></c>') == CellValue("error", "#SPILL!", "#SPILL!")
    assert only('<c r="A1" t="strange"><v>5</v></c>').kind == "error"
    assert only('<c r="A1" t="b"><v>maybe</v></c>').kind == "error"


def test_empty_texts_are_no_cells_unless_a_formula_gave_them():
    rows = '<row r="1"><c r="A1" t="str"><v></v></c><c r="B1" t="inlineStr"><is><t/></is></c><c r="C1" t="s"><v>0</v></c><c r="D1"><v/></c></row>'
    assert cells(workbook(rows, strings="<si><t/></si>")) == {}
    assert only('<c r="A1" t="str"><f>""</f><v></v></c>') == CellValue("text", "", "", is_formula=True)
    assert only('<c r="A1"><f>SUM(B1)</f><v></v></c>').kind == "blank-formula"


def test_rows_and_cells_in_any_order_and_without_addresses():
    rows = '<row r="9"><c r="C9"><v>9</v></c><c r="A9"><v>8</v></c></row><row r="2"><c><v>1</v></c><c><v>2</v></c></row><row><c r="D3"/><c><v>3</v></c></row>'
    found = cells(workbook(rows))
    assert {place: c.value for place, c in found.items()} == {
        (9, 3): 9,
        (9, 1): 8,
        (2, 1): 1,
        (2, 2): 2,
        (3, 5): 3,
    }


def test_a_wrong_dimension_loses_nothing():
    contents = parts()
    contents["xl/worksheets/sheet1.xml"] = sheet('<row r="5"><c r="E5"><v>1</v></c></row>').replace(
        "<sheetData>", '<dimension ref="A1"/><sheetData>'
    )
    assert (5, 5) in cells(pack(contents))


def test_the_last_cell_of_the_grid_costs_nothing():
    assert cells(workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')) == {
        (1048576, 16384): CellValue("number", "1", 1.0)
    }


@pytest.mark.parametrize("ref", ["XFE1", "A1048577", "ZZZ9999999", "A0", "1A", "", "AAAA1", "Ａ1"])
def test_a_cell_off_the_grid_refuses_the_file(ref):
    assert refusal(workbook(f'<row r="1"><c r="{ref}"><v>1</v></c></row>')).code == "return-damaged"


def test_a_row_off_the_grid_refuses_the_file():
    assert refusal(workbook('<row r="99999999"><c><v>1</v></c></row>')).code == "return-damaged"
    assert refusal(workbook("<c><v>1</v></c>")).code == "return-damaged"


@pytest.mark.parametrize(
    "cells", ['<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', '<c><v>1</v></c><c r="A1"><v>2</v></c>']
)
def test_one_cell_twice_refuses_the_file(cells):
    assert refusal(workbook(f'<row r="1">{cells}</row>')).code == "return-damaged"


@pytest.mark.parametrize("index", ["1", "-1", "x", "99999999999999999999"])
def test_a_string_that_is_not_there_refuses_the_file(index):
    data = workbook(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>', strings="<si><t>a</t></si>")
    assert refusal(data).code == "return-damaged"


def test_the_declared_number_of_strings_is_not_believed():
    contents = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>a</t></si>")
    contents["xl/sharedStrings.xml"] = contents["xl/sharedStrings.xml"].replace(
        "<sst ", '<sst uniqueCount="4294967295" '
    )
    assert cells(pack(contents))[1, 1].raw == "a"


def test_part_names_in_other_letter_case_are_found():
    contents = {
        name.replace("sheet1.xml", "Sheet1.XML") if "worksheets" in name else name: text
        for name, text in parts('<row r="1"><c r="A1"><v>1</v></c></row>').items()
    }
    assert len(cells(pack(contents))) == 1


def test_targets_from_the_root_are_found():
    contents = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "worksheets/", "/xl/worksheets/"
    )
    assert len(cells(pack(contents))) == 1


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]
)
def test_a_missing_part_refuses_the_file(part):
    contents = parts()
    del contents[part]
    assert refusal(pack(contents)).code == "return-damaged"


def test_a_sheet_outside_the_file_refuses_the_file():
    contents = parts()
    contents["xl/_rels/workbook.xml.rels"] = relationships(("rId1", "t/worksheet", "../../sheet1.xml"))
    assert refusal(pack(contents)).code == "return-hostile"


def test_a_workbook_without_sheets_or_with_two_of_one_name_is_refused():
    contents = parts()
    contents["xl/workbook.xml"] = f'<workbook xmlns="{STRICT_MAIN}"><sheets/></workbook>'
    assert refusal(pack(contents)).code == "return-damaged"
    contents = parts()
    contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="BIỂU" sheetId="2" r:id="rId1"/></sheets>'
    )
    assert refusal(pack(contents)).code == "return-damaged"


def test_chart_sheets_are_sheets_without_cells():
    contents = parts()
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        '/worksheet"', '/chartsheet"'
    )
    assert read_workbook(pack(contents)).sheets[0].cells == {}


def test_the_date_system_of_old_macintosh_workbooks_is_told():
    assert read_workbook(workbook(properties='<workbookPr date1904="1"/>')).date1904
    assert not read_workbook(workbook(properties='<workbookPr date1904="0"/>')).date1904


def test_names_of_the_workbook_go_before_those_of_a_sheet():
    contents = parts()
    names = '<definedNames><definedName name="ct_1" localSheetId="0">B!$A$1</definedName><definedName name="ct_1">A!$A$1</definedName></definedNames>'
    contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace("</sheets>", f"</sheets>{names}")
    assert read_workbook(pack(contents)).defined_names == {"ct_1": "A!$A$1"}


@pytest.mark.parametrize(
    ("modified", "saved"),
    [
        ("2023-10-13T01:02:03Z", datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)),
        ("2023-10-13T08:02:03+07:00", datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)),
        ("2023-10-13T01:02:03", datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_the_time_of_saving_is_in_utc(modified, saved):
    contents = parts()
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    contents["docProps/core.xml"] = (
        f'<cp:coreProperties xmlns:cp="{core}" xmlns:t="http://purl.org/dc/terms/"><t:modified>{modified}</t:modified></cp:coreProperties>'
    )
    core_kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="c" Type="{core_kind}" Target="docProps/core.xml"/></Relationships>',
    )
    book = read_workbook(pack(contents))
    assert book.properties == {"modified": modified}
    assert book.saved == saved


@pytest.mark.parametrize(
    ("program", "saved"),
    [
        ("Microsoft Excel", datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)),
        ("LibreOffice/7.4.7.2$Linux_X86_64", datetime(2023, 10, 13, 1, 2, 3)),
    ],
)
def test_libreoffice_says_utc_and_means_local_time(program, saved):
    contents = parts()
    properties = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    contents["docProps/app.xml"] = (
        f'<Properties xmlns="{properties}"><Application>{program}</Application></Properties>'
    )
    contents["docProps/core.xml"] = (
        f'<a:x xmlns:a="{core}" xmlns:t="http://purl.org/dc/terms/"><t:modified>2023-10-13T01:02:03Z</t:modified></a:x>'
    )
    contents["_rels/.rels"] = relationships(
        ("a", "t/officeDocument", "xl/workbook.xml"),
        ("b", "t/core-properties", "docProps/core.xml"),
        ("c", "t/extended-properties", "docProps/app.xml"),
    )
    assert read_workbook(pack(contents)).saved == saved


@pytest.mark.parametrize(
    "code", ["dd/mm/yyyy", "[$-42A]d mmmm yyyy;@", "h:mm AM/PM", "[h]:mm", "[Red]dd/mm", "yyyy", "mm:ss.0"]
)
def test_formats_of_dates(code):
    assert is_date_format(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "#,##0",
        '0 "học sinh"',
        r"0\ \đ",
        "[Red]0.00",
        "0.00E+00",
        "@",
        "_(* #,##0_);_(* (#,##0)",
        "[$đ-42A] 0",
        '0;"d"',
        "_d0",
    ],
)
def test_formats_of_other_numbers(code):
    assert not is_date_format(code)


def test_too_many_cells_strings_or_sheets_are_refused():
    data = filled_form()
    assert refusal(data, replace(LIMITS, cells=5)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, strings=3)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, characters=20)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, sheets=1)).code == "return-too-large"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"]
)
def test_an_entity_bomb_in_any_part_is_refused(part):
    contents = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>a</t></si>")
    contents[part] = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + contents[part]
    assert refusal(pack(contents)).code == "return-hostile"


@pytest.mark.parametrize("odd", ["<cp:coreProperties", "\0\1", "<a:b/>"])
def test_properties_that_cannot_be_read_cost_no_answer(odd):
    contents = parts('<row r="1"><c r="A1"><v>5</v></c></row>')
    contents["docProps/core.xml"] = contents["docProps/app.xml"] = odd
    kinds = [
        ("rId1", f"{OFFICE}/officeDocument", "xl/workbook.xml"),
        ("rId2", f"{CORE}", "docProps/core.xml"),
    ]
    contents["_rels/.rels"] = relationships(
        *kinds, ("rId3", f"{OFFICE}/extended-properties", "docProps/app.xml")
    )
    contents["xl/media/image1.png"] = "x"
    book = read_workbook(pack(contents))
    assert book.sheets[0].cells[1, 1].value == 5
    assert (book.properties, book.saved) == ({}, None)


def test_other_formats_are_named():
    assert refusal(b"").code == "file-empty"
    found = refusal(b"%PDF-1.7")
    assert (found.code, found.params["format"]) == ("format-unsupported", "a PDF document")
    ole = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040))
    name = "EncryptedPackage\0".encode("utf-16-le")
    ole[1024 : 1024 + len(name)] = name
    ole[1088:1091] = bytes([len(name), 0, 2])
    assert refusal(bytes(ole)).code == "return-encrypted"


def test_a_file_cut_off_anywhere_is_refused():
    data = filled_form()
    for end in range(1, len(data), 97):
        assert refusal(data[:end]).problem.message("en")


def refused_or_read(data: bytes) -> bool:
    """Whether a file is read; anything but a refusal would fail the test."""
    try:
        read_workbook(data)
    except RefusedFile:
        return False
    return True


def test_a_changed_byte_gives_a_refusal_or_a_result():
    data = filled_form()
    chance = random.Random(20231013)
    read = 0
    for _ in range(200):
        mutant = bytearray(data)
        for _ in range(chance.choice((1, 1, 4, 16))):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        read += refused_or_read(bytes(mutant))
    assert 0 < read < 200


def test_a_changed_character_in_a_part_gives_a_refusal_or_a_result():
    """Mutants behind the checksum: the parts themselves are wrong, the zip around them is right."""
    contents = {
        name: text.encode()
        for name, text in parts(
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>A1</f><v>5</v></c></row>',
            strings="<si><t>a</t></si>",
        ).items()
    }
    chance = random.Random(1310)
    read = 0
    for _ in range(200):
        name = chance.choice(sorted(contents))
        mutant = bytearray(contents[name])
        mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        read += refused_or_read(pack({**contents, name: bytes(mutant)}))
    assert 0 < read < 200


@requires_libreoffice
def test_a_form_saved_by_libreoffice_keeps_its_values(tmp_path: Path):
    """Only the state of a veryHidden sheet is known to be lost: LibreOffice makes it hidden."""
    (tmp_path / "form.xlsx").write_bytes(filled_form())
    (saved,) = convert([tmp_path / "form.xlsx"], tmp_path / "saved", "xlsx")
    before, after = (
        read_workbook(filled_form()),
        read_workbook(saved.read_bytes()),
    )
    assert comparable(after) == comparable(before)
    assert [sheet.state for sheet in after.sheets] == ["visible", "hidden"]
    assert after.properties["subject"] == "BM/x"
    assert after.properties["custom:ma"] == "BM/y"
