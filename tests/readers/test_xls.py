"""A workbook of Excel 97–2003 is read as today's are: the same values, sheets and states, or a refusal; nothing can abort."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from handmade_xls import (
    EOF,
    bof,
    cell_formats,
    compound,
    property_set,
    record,
    shared,
    short,
    text,
    workbook,
    workbook_stream,
)
from msgspec.structs import replace
from mutants import change_bytes, read_mutants
from refusal import refusal

from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.sheet_book import CellValue
from workbook_tools.readers.xls.property_sets import DOCUMENT_SUMMARY, SUMMARY

A1 = short(0, 0, 0)
DAY = short(0, 0, 1)
DATES = cell_formats(0, 14)


def cells(records: bytes, before: bytes = b"") -> dict[tuple[int, int], CellValue]:
    return dict(read_workbook(workbook(records, before)).sheets[0].cells)


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def packed(value: int) -> bytes:
    return struct.pack("<I", value)


def formula(result: bytes) -> bytes:
    return record(0x0006, A1, result, short(0, 0, 0, 0))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (record(0x0203, A1, number(1250.0)), CellValue("number", "1250", 1250.0)),
        (record(0x0203, A1, number(-1.5e-7)), CellValue("number", "-1.5e-07", -1.5e-7)),
        (record(0x0203, A1, number(float("nan"))), CellValue("error", "nan", "nan")),
        (record(0x0203, DAY, number(45212.0)), CellValue("number", "45212", 45212.0, is_date=True)),
        (record(0x027E, A1, packed(12 << 2 | 2)), CellValue("number", "12", 12.0)),
        (record(0x027E, A1, packed((-7 << 2 | 2) & 0xFFFFFFFF)), CellValue("number", "-7", -7.0)),
        (record(0x027E, A1, packed(1234 << 2 | 3)), CellValue("number", "12.34", 12.34)),
        (record(0x027E, A1, packed(0x3FF80000)), CellValue("number", "1.5", 1.5)),
        (record(0x027E, DAY, packed(45212 << 2 | 2)), CellValue("number", "45212", 45212.0, is_date=True)),
        (record(0x00FD, A1, packed(1)), CellValue("text", "hai", "hai")),
        (record(0x0204, A1, text("Số lượng")), CellValue("text", "Số lượng", "Số lượng")),
        (record(0x0204, A1, text("é", wide=False)), CellValue("text", "é", "é")),
        (record(0x00D6, A1, text("đậm"), short(1, 0, 5)), CellValue("text", "đậm", "đậm")),
        (record(0x0205, A1, b"\x01\x00"), CellValue("bool", "TRUE", True)),
        (record(0x0205, A1, b"\x17\x01"), CellValue("error", "#REF!", "#REF!")),
        (record(0x0205, A1, b"\x63\x01"), CellValue("error", "#ERROR 99", "#ERROR 99")),
        (record(0x0205, A1, b"\x05\x00"), CellValue("error", "#ERROR 5", "#ERROR 5")),
        (formula(number(24.0)), CellValue("number", "24", 24.0, is_formula=True)),
        (formula(b"\1\0\1\0\0\0\xff\xff"), CellValue("bool", "TRUE", True, is_formula=True)),
        (formula(b"\2\0\7\0\0\0\xff\xff"), CellValue("error", "#DIV/0!", "#DIV/0!", is_formula=True)),
        (formula(b"\3\0\0\0\0\0\xff\xff"), CellValue("text", "", "", is_formula=True)),
        (
            formula(b"\0\0\0\0\0\0\xff\xff") + record(0x0207, text("đủ")),
            CellValue("text", "đủ", "đủ", is_formula=True),
        ),
        (
            formula(b"\0\0\0\0\0\0\xff\xff") + record(0x04BC, bytes(8)) + record(0x0207, text("đủ")),
            CellValue("text", "đủ", "đủ", is_formula=True),
        ),
        (formula(b"\0\0\0\0\0\0\xff\xff"), CellValue("blank-formula", "", None, is_formula=True)),
    ],
)
def test_every_kind_of_value_is_told_apart(records, expected):
    assert cells(records, DATES + shared("một", "hai", "")) == {(1, 1): expected}


def test_a_row_of_numbers_and_cells_without_content():
    rks = record(
        0x00BD,
        short(4, 2),
        *(short(style) + packed(value << 2 | 2) for style, value in ((0, 5), (1, 6), (0, 7))),
        short(4),
    )
    blanks = (
        record(0x0201, short(9, 9, 0))
        + record(0x00FD, short(9, 8, 0), packed(0))
        + record(0x0204, short(9, 7, 0), text(""))
    )
    found = cells(rks + blanks, DATES + shared(""))
    assert {place: (cell.value, cell.is_date) for place, cell in found.items()} == {
        (5, 3): (5, False),
        (5, 4): (6, True),
        (5, 5): (7, False),
    }


def test_a_text_formula_without_its_text_takes_no_other_text():
    waiting = formula(b"\0\0\0\0\0\0\xff\xff")
    found = cells(
        waiting + record(0x0006, short(1, 0, 0), number(2.0), short(0, 0, 0, 0)) + record(0x0207, text("lạc"))
    )
    assert {place: cell.kind for place, cell in found.items()} == {(1, 1): "blank-formula", (2, 1): "number"}


def test_shared_texts_run_on_in_the_next_record():
    """The break may fall anywhere; among characters, the next record says anew how wide they are."""
    pieces: list[tuple[bytes, bytes]] = []
    for content, codec, wide, runs, more in (
        ("một", "utf-16-le", b"\1", 0, 0),
        ("hai", "latin-1", b"\0", 0, 0),
        ("ba 3", "utf-16-le", b"\1", 2, 3),
    ):
        flags = bytes([wide[0] | (4 if more else 0) | (8 if runs else 0)])
        head = short(len(content)) + flags + (short(runs) if runs else b"") + (packed(more) if more else b"")
        pieces += [(bytes([byte]), b"") for byte in head]
        pieces += [(character.encode(codec), wide) for character in content]
        pieces += [(b"\xee", b"") for _ in range(4 * runs + more)]
    refs = b"".join(record(0x00FD, short(0, column, 0), packed(column)) for column in range(3))
    for at in range(1, len(pieces)):
        before, after = (b"".join(piece for piece, _again in part) for part in (pieces[:at], pieces[at:]))
        table = record(0x00FC, packed(3) * 2, before) + record(0x003C, pieces[at][1], after)
        assert [cell.raw for cell in cells(refs, table).values()] == ["một", "hai", "ba 3"]


def test_a_text_may_change_its_width_where_it_runs_on():
    table = record(0x00FC, packed(1) * 2, struct.pack("<HB", 4, 0), b"So") + record(
        0x003C, b"\1", "ố!".encode("utf-16-le")
    )
    assert cells(record(0x00FD, A1, packed(0)), table)[1, 1].raw == "Soố!"


def test_sheets_states_and_sheets_that_are_none():
    chart = bof(0x20) + record(0x0203, A1, number(1.0)) + EOF
    inside = record(0x0203, A1, number(2.0)) + bof(0x20) + record(0x0203, short(1, 0, 0), number(9.0)) + EOF
    stream = workbook_stream([("Biểu 01", 0, inside), ("ẩn", 1, b""), ("_meta", 2, b"")])
    book = read_workbook(compound({"Workbook": stream}))
    assert [(s.name, s.state) for s in book.sheets] == [
        ("Biểu 01", "visible"),
        ("ẩn", "hidden"),
        ("_meta", "veryHidden"),
    ]
    assert {place: cell.value for place, cell in book.sheets[0].cells.items()} == {(1, 1): 2.0}
    head = record(0x0085, struct.pack("<IBB", 0, 0, 2), text("Biểu đồ", prefix="<B"))
    at = len(bof(5) + head + EOF)
    stream = (
        bof(5) + record(0x0085, struct.pack("<IBB", at, 0, 2), text("Biểu đồ", prefix="<B")) + EOF + chart
    )
    assert read_workbook(compound({"Workbook": stream})).sheets[0].cells == {}


def test_the_date_system_of_old_macintosh_workbooks_is_told():
    assert read_workbook(workbook(before=record(0x0022, short(1)))).date1904
    assert not read_workbook(workbook(before=record(0x0022, short(0)))).date1904


def test_formats_that_the_workbook_defines():
    before = (
        record(0x041E, short(164), text("dd/mm/yyyy"))
        + record(0x041E, short(165), text('0 "đồng"'))
        + cell_formats(164, 165)
    )
    assert cells(record(0x0203, A1, number(1.0)), before)[1, 1].is_date
    assert not cells(record(0x0203, DAY, number(1.0)), before)[1, 1].is_date


def test_a_password_and_older_versions_are_told():
    assert refusal(workbook(before=record(0x002F, bytes(54)))).code == "return-encrypted"
    older = compound({"Workbook": bof(5, 0x0500) + EOF})
    found = refusal(older)
    assert (found.code, found.params["format"]) == (
        "format-not-read",
        "a workbook of Excel 95 or older (.xls)",
    )


def test_a_file_for_both_versions_is_read_as_the_newer():
    data = compound(
        {
            "Book": bof(5, 0x0500) + EOF,
            "Workbook": workbook_stream([("Biểu", 0, record(0x0203, A1, number(3.0)))]),
        }
    )
    assert read_workbook(data).sheets[0].cells[1, 1].value == 3.0


@pytest.mark.parametrize(
    "records",
    [
        record(0x00FD, A1, packed(1)),
        record(0x0203, A1, number(1.0)) * 2,
        record(0x0203, A1, b"\0\0"),
        record(0x0203, short(0)),
        record(0x027E, A1),
        record(0x0204, A1, short(500), b"\1"),
        record(0x0006, A1, number(1.0)),
        record(0x0203, short(0, 20000, 0), number(1.0)),
        record(0x0203, A1)[:2] + b"\xff\xff",
        bof(0x10),
        struct.pack("<HH", 0x0203, 60000),
    ],
)
def test_what_does_not_fit_refuses_the_file(records):
    assert refusal(workbook(records, shared("một"))).code == "return-damaged"


def test_sheets_that_are_not_there_refuse_the_file():
    assert refusal(compound({"Workbook": bof(5) + EOF})).code == "return-damaged"
    assert (
        refusal(compound({"Workbook": workbook_stream([("a", 0, b""), ("A", 0, b"")])})).code
        == "return-damaged"
    )
    for place in (0xFFFFFFF0, 21):
        sheet = record(0x0085, struct.pack("<IBB", place, 0, 0), text("Biểu", prefix="<B"))
        assert refusal(compound({"Workbook": bof(5) + sheet + EOF})).code == "return-damaged"
    assert refusal(compound({"Workbook": b""})).code == "return-damaged"


def test_a_damaged_sheet_is_known_by_its_name_and_the_others_are_read():
    off_grid = record(0x0203, short(65535, 16384, 0), number(1))
    sound = record(0x0203, short(0, 0, 0), number(7))
    book = read_workbook(
        compound(
            {"Workbook": workbook_stream([("Biểu", 0, sound), ("Nháp", 0, off_grid), ("Sau", 0, sound)])}
        )
    )
    assert [(s.name, len(s.cells), s.fault is not None) for s in book.sheets] == [
        ("Biểu", 1, False),
        ("Nháp", 0, True),
        ("Sau", 1, False),
    ]


def test_sheets_that_all_run_through_the_same_bytes_are_not_read_for_ever():
    sheets = [(f"S{n}", 0, record(0x0203, short(0, 0, 0))) for n in range(20)]
    sheets[0] = ("S0", 0, record(0x0203, short(0, 0, 0), number(7)))
    with pytest.raises(RefusedFile):
        read_workbook(compound({"Workbook": workbook_stream(sheets)}))


def name(text_of: str, formula: bytes, *, flags: int = 0, sheet: int = 0) -> bytes:
    letters = text_of.encode("utf-16-le")
    head = struct.pack("<HBBHHHI", flags, 0, len(text_of), len(formula), 0, sheet, 0)
    return record(0x0018, head, b"\x01", letters, formula)


def reference(extern: int, row: int, column: int, token: int = 0x3A) -> bytes:
    return struct.pack("<BHHH", token, extern, row, column)


def test_names_of_one_cell_are_read_and_others_are_not():
    links = record(0x01AE, short(2, 0x0401)) + record(0x01AE, short(1, 3), b"\0abc")
    externs = record(0x0017, short(4, *(0, 0, 0), *(0, 1, 1), *(1, 0, 0), *(0, 0, 1)))
    names = [
        name("ct_1", reference(0, 22, 4)),
        name("tên_Việt", reference(1, 0, 0, 0x5A)),
        name("other_workbook", reference(2, 0, 0)),
        name("both_sheets", reference(3, 0, 0)),
        name("relative", reference(0, 0, 0xC000)),
        name("no_such_sheet", reference(9, 0, 0)),
        name("constant", b"\x1e\x05\0"),
        name("print", reference(0, 0, 0), flags=0x20),
        name("ct_1", reference(1, 1, 1), sheet=1),
        record(0x0018, bytes(5)),
    ]
    stream = workbook_stream(
        [("Biểu", 0, record(0x0203, short(0, 0, 0), number(7))), ("An's", 0, b"")],
        links + externs + b"".join(names),
    )
    book = read_workbook(compound({"Workbook": stream}))
    assert book.defined_names == {"ct_1": "'Biểu'!$E$23", "tên_Việt": "'An''s'!$A$1"}


def test_merged_cells_are_read():
    cell = record(0x0203, short(0, 0, 0), number(7))
    merged = record(0x00E5, short(2, 4, 6, 1, 2, 0, 0, 0, 3))
    book = read_workbook(compound({"Workbook": workbook_stream([("Biểu", 0, cell + merged)])}))
    assert book.sheets[0].merged == [(5, 2, 7, 3), (1, 1, 1, 4)]


def test_sheets_within_sheets_are_refused():
    """Each would be read to its end, and a small file would take for ever."""
    inner = bof(0x10) * 20 + record(0x0201, bytes(2000)) + EOF * 20
    at = len(bof(5)) + 20 * len(record(0x0085, bytes(10))) + len(EOF)
    sheets = [
        record(
            0x0085, struct.pack("<IBB", at + 20 * n, 0, 0), text(chr(65 + n), prefix="<B", wide=False) + b" "
        )
        for n in range(20)
    ]
    assert refusal(compound({"Workbook": bof(5) + b"".join(sheets) + EOF + inner})).code == "return-hostile"


def test_properties():
    summary = property_set(
        bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9"),
        {
            1: struct.pack("<IHH", 2, 1258, 0),
            2: struct.pack("<II", 30, 8) + "Đơn tư".encode("cp1258") + bytes(2),
            3: struct.pack("<II", 31, 5) + "BM/x\0".encode("utf-16-le"),
            4: struct.pack("<II", 30, 0xFFFFFFF0) + b"a\0",
            13: struct.pack("<IQ", 64, 133_416_325_230_000_000),
            12: struct.pack("<IQ", 64, 0),
            5: b"\x1e",
        },
    )
    dictionary = struct.pack("<III", 1, 2, 3) + b"ma\0"
    custom = property_set(
        bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae"),
        {
            1: struct.pack("<IHH", 2, 65001, 0),
            0: dictionary,
            2: struct.pack("<II", 30, 8) + "BM/ố".encode() + b"\0\0",
        },
    )
    book = read_workbook(workbook(**{SUMMARY: summary, DOCUMENT_SUMMARY: custom}))
    modified = "2023-10-13T01:02:03+00:00"
    assert book.properties == {
        "title": "Đơn tư",
        "subject": "BM/x",
        "creator": "a",
        "modified": modified,
        "custom:ma": "BM/ố",
    }
    assert book.saved == datetime(2023, 10, 13, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("stream", [b"", bytes(28), b"\xff" * 60, property_set(bytes(16), {})[:50]])
def test_properties_that_cannot_be_read_are_left_out(stream):
    assert read_workbook(workbook(**{SUMMARY: stream, DOCUMENT_SUMMARY: stream})).properties == {}


def sample() -> bytes:
    rows = b"".join(
        record(0x00FD, short(row, 0, 0), packed(row))
        + record(0x0203, short(row, 1, 1), number(row * 1.1))
        + record(0x0006, short(row, 2, 0), number(row), bytes(8))
        for row in range(60)
    )
    return workbook(rows, DATES + shared(*(f"dòng thứ {row}" for row in range(60))))


def test_too_many_cells_texts_or_sheets_are_refused():
    assert refusal(sample(), replace(LIMITS, cells=100)).code == "return-too-large"
    assert refusal(sample(), replace(LIMITS, strings=50)).code == "return-too-large"
    assert refusal(sample(), replace(LIMITS, characters=100)).code == "return-too-large"
    assert refusal(sample(), replace(LIMITS, sheets=0)).code == "return-too-large"
    assert refusal(sample(), replace(LIMITS, file=100)).code == "return-too-large"


def test_a_file_cut_off_anywhere_is_refused():
    data = sample()
    for end in range(1, len(data) - 512, 97):
        assert refusal(data[:end]).code in ("return-damaged", "format-unsupported")


def test_a_changed_byte_gives_a_refusal_or_a_result():
    assert 0 < read_mutants(change_bytes(sample(), 300)) < 300


def drawn(kind: int, *parts: bytes) -> bytes:
    return record(0x005D, short(0x15, 18, kind, 1), bytes(14), *parts, bytes(4))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (drawn(8), [("picture", "")]),
        (drawn(8, short(8, 2, 1)), [("picture", "")]),
        (drawn(8, short(8, 2, 1), short(9, 4, 0, 0)), [("object", "")]),
        # A control, and a picture of cells.
        (drawn(8, short(8, 2, 0x10), short(9, 4, 0, 0)), [("picture", "")]),
        (drawn(8, short(8, 2, 0x80), short(9, 4, 0, 0)), [("picture", "")]),
        (drawn(5), []),
        (record(0x0014, text("&LMẫu 01&RTổng: 350")), [("page", "Mẫu 01 Tổng: 350")]),
        (record(0x0015), []),
        (record(0x0014, short(9)), []),
        (
            record(0x089C, bytes(30), short(0, 0, 0, 7), text("&CBìa 12")),
            [("page", "Bìa 12")],
        ),
    ],
)
def test_what_stands_beside_the_cells(records, expected):
    (sheet,) = read_workbook(workbook(records)).sheets
    assert [(aside.kind, aside.text) for aside in sheet.asides] == expected
