"""An Excel Binary Workbook is read as others are: the same values, sheets and states, or a refusal; nothing can abort."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from handmade import RELS, pack, relationships
from handmade_xlsb import long, parts, record, row, shared, styles, text, workbook
from libreoffice import recalculate, requires_libreoffice
from msgspec.structs import replace
from mutants import change_bytes, change_members, read_mutants
from refusal import refusal

from workbook_tools.readers import read_workbook
from workbook_tools.readers.limits import LIMITS
from workbook_tools.readers.sheet_book import CellValue, SheetBook

if TYPE_CHECKING:
    from pathlib import Path

DAY = 1
"""The style of dates in these tests; 0 is that of plain numbers."""
STRINGS, FORMATS = shared("một", "hai", ""), styles(0, 14)


def full(kind: int, value: bytes, column: int = 0, style: int = 0) -> bytes:
    return record(kind, long(column, style), value)


def brief(kind: int, value: bytes, style: int = 0) -> bytes:
    return record(kind, long(style), value)


def formula(kind: int, value: bytes, column: int = 0) -> bytes:
    return full(kind, value + struct.pack("<H", 0) + long(0, 0), column)


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def cells(rows: bytes) -> dict[tuple[int, int], CellValue]:
    return dict(read_workbook(workbook(rows, strings=STRINGS, formats=FORMATS)).sheets[0].cells)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (full(1, b""), None),
        (full(2, long(12 << 2 | 2)), CellValue("number", "12", 12.0)),
        (full(2, long(1234 << 2 | 3)), CellValue("number", "12.34", 12.34)),
        (full(2, long(45212 << 2 | 2), style=DAY), CellValue("number", "45212", 45212.0, is_date=True)),
        (full(3, b"\x17"), CellValue("error", "#REF!", "#REF!")),
        (full(4, b"\1"), CellValue("bool", "TRUE", True)),
        (full(4, b"\7"), CellValue("error", "#DIV/0!", "#DIV/0!")),
        (full(5, number(-1.5e-7)), CellValue("number", "-1.5e-07", -1.5e-7)),
        (
            full(5, number(45212.5), style=DAY | 1 << 24),
            CellValue("number", "45212.5", 45212.5, is_date=True),
        ),
        (full(5, number(float("inf"))), CellValue("error", "inf", "inf")),
        (full(6, text("Số lượng")), CellValue("text", "Số lượng", "Số lượng")),
        (full(6, text("")), None),
        (full(7, long(1)), CellValue("text", "hai", "hai")),
        (full(7, long(2)), None),
        (full(62, b"\1" + text("đậm") + long(1, 0)), CellValue("text", "đậm", "đậm")),
        (formula(8, text("đủ")), CellValue("text", "đủ", "đủ", is_formula=True)),
        (formula(8, text("")), CellValue("text", "", "", is_formula=True)),
        (formula(9, number(24)), CellValue("number", "24", 24.0, is_formula=True)),
        (formula(10, b"\0"), CellValue("bool", "FALSE", False, is_formula=True)),
        (formula(11, b"\x2a"), CellValue("error", "#N/A", "#N/A", is_formula=True)),
        (brief(12, b""), None),
        (brief(13, long(12 << 2 | 2)), CellValue("number", "12", 12.0)),
        (brief(14, b"\x0f"), CellValue("error", "#VALUE!", "#VALUE!")),
        (brief(15, b"\0"), CellValue("bool", "FALSE", False)),
        (brief(16, number(0.1), style=DAY), CellValue("number", "0.1", 0.1, is_date=True)),
        (brief(17, text("ngắn")), CellValue("text", "ngắn", "ngắn")),
        (brief(18, long(0)), CellValue("text", "một", "một")),
    ],
)
def test_every_kind_of_value_is_told_apart(cell, expected):
    assert cells(row(0, cell)).get((1, 1)) == expected


def test_a_cell_without_a_column_follows_the_one_before():
    rows = row(
        4,
        full(2, long(6), 2),
        brief(13, long(10)),
        brief(12, b""),
        brief(13, long(14)),
        full(2, long(18), 16383),
    ) + row(1048575, brief(13, long(22)))
    assert {place: cell.value for place, cell in cells(rows).items()} == {
        (5, 3): 1,
        (5, 4): 2,
        (5, 6): 3,
        (5, 16384): 4,
        (1048576, 1): 5,
    }


def test_sheets_states_and_the_date_system():
    book = read_workbook(workbook(date1904=True))
    assert [(s.name, s.state) for s in book.sheets] == [("Biểu", "visible"), ("_meta", "veryHidden")]
    assert book.date1904
    assert not read_workbook(workbook()).date1904


def test_formats_that_the_workbook_defines():
    formats = styles(164, 165, codes={164: "dd/mm/yyyy", 165: '0 "đồng"'})
    book = read_workbook(
        workbook(row(0, full(5, number(1), 0, 0), full(5, number(1), 1, 1)), formats=formats)
    )
    assert [cell.is_date for cell in book.sheets[0].cells.values()] == [True, False]


@pytest.mark.parametrize(
    "rows",
    [
        full(2, long(6)),
        row(0, full(7, long(3))),
        row(0, full(2, long(6)), full(2, long(6))),
        row(0, full(2, b"\0")),
        row(0, record(2, long(0))),
        row(0, full(6, long(500))),
        row(0, full(6, long(0xFFFFFFF0))),
        row(0, full(5, number(1), 16384)),
        row(1048576, full(5, number(1))),
        row(0, *[brief(13, long(6))] * 16385),
        record(0, b"\0"),
        b"\x02\xff\xff\xff\x7f",
        b"\xff",
    ],
)
def test_what_does_not_fit_refuses_the_file(rows):
    assert refusal(workbook(rows, strings=STRINGS)).code == "return-damaged"


@pytest.mark.parametrize("name", ["workbook", "worksheets/sheet1", "sharedStrings", "styles"])
def test_a_part_that_is_missing_or_cut_off_refuses_the_file(name):
    part = f"xl/{name}.bin"
    found = parts(row(0, full(2, long(6))), strings=STRINGS, formats=FORMATS)
    assert refusal(pack({**found, part: found[part][: len(found[part]) // 2]})).code == "return-damaged"
    del found[part]
    assert refusal(pack(found)).code == "return-damaged"


@pytest.mark.parametrize(
    "content", [None, b"", record(129) + record(145)], ids=["missing", "empty", "cut off"]
)
def test_a_damaged_sheet_is_known_by_its_name_and_the_others_are_read(content):
    part = "xl/worksheets/sheet2.bin"
    found = parts(row(0, full(2, long(6))))
    del found[part]
    book = read_workbook(pack(found if content is None else {**found, part: content}))
    assert [(s.name, len(s.cells), s.fault is not None) for s in book.sheets] == [
        ("Biểu", 1, False),
        ("_meta", 0, True),
    ]


def reference(extern: int, row: int, column: int) -> bytes:
    """A name's formula: its length, the token of a cell, and no further data."""
    formula = struct.pack("<BHIH", 0x3A, extern, row, column)
    return long(len(formula)) + formula + long(0)


def name(text_of: str, formula: bytes, *, flags: int = 0, sheet: int = 0xFFFFFFFF) -> bytes:
    return record(39, long(flags), b"\0", long(sheet), text(text_of), formula, long(0))


def test_names_of_one_cell_are_read_and_others_are_not():
    externs = record(353) + record(357) + record(362, long(3), long(0, 0, 0), long(0, 1, 1), long(0, 0, 1))
    names = [
        name("ct_1", reference(0, 22, 4)),
        name("ct_2", reference(1, 0, 0)),
        name("both_sheets", reference(2, 0, 0)),
        name("relative", reference(0, 0, 0xC000)),
        name("no_such_sheet", reference(9, 0, 0)),
        name("constant", long(3) + b"\x1e\x05\0" + long(0)),
        name("print", reference(0, 0, 0), flags=0x20),
        name("ct_1", reference(1, 1, 1), sheet=0),
        record(39, bytes(6)),
    ]
    found = parts(row(0, full(2, long(6))))
    part = found["xl/workbook.bin"]
    found["xl/workbook.bin"] = part[: -len(record(132))] + externs + b"".join(names) + record(132)
    book = read_workbook(pack(found))
    assert book.defined_names == {"ct_1": "'Biểu'!$E$23", "ct_2": "'_meta'!$A$1"}


def test_merged_cells_are_read_and_what_follows_them_need_not_be_sound():
    merged = record(177, long(1)) + record(176, long(4, 6, 1, 2)) + record(178)
    found = parts(row(0, full(2, long(6))))
    for rest in (b"", b"\x00\xff", record(176, long(1))):
        found["xl/worksheets/sheet1.bin"] = (
            record(129) + record(145) + row(0, full(2, long(6))) + record(146) + merged + rest
        )
        assert read_workbook(pack(found)).sheets[0].merged == [(5, 2, 7, 3)]


def test_sheets_of_one_name_refuse_the_file():
    found = parts()
    twice = record(156, long(0, 1), text("rId1"), text("Biểu")) + record(
        156, long(0, 2), text("rId2"), text("BIỂU")
    )
    assert refusal(pack({**found, "xl/workbook.bin": twice})).code == "return-damaged"
    assert refusal(pack({**found, "xl/workbook.bin": b""})).code == "return-damaged"


def sample() -> dict[str, bytes]:
    rows = b"".join(
        row(
            n,
            full(7, long(n)),
            brief(16, number(n * 1.1), DAY),
            formula(9, number(n), 4),
            formula(8, text("đủ"), 5),
            full(3, b"\x2a", 6),
        )
        for n in range(40)
    )
    return parts(rows, strings=shared(*(f"dòng thứ {n}" for n in range(40))), formats=FORMATS)


def test_too_many_cells_texts_or_sheets_are_refused():
    data = pack(sample())
    assert refusal(data, replace(LIMITS, cells=100)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, strings=30)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, characters=100)).code == "return-too-large"
    assert refusal(data, replace(LIMITS, sheets=1)).code == "return-too-large"


def test_a_changed_byte_never_changes_a_number():
    data = pack(sample())
    sound = read_workbook(data)

    def check(book: SheetBook) -> None:
        for sheet, expected in zip(book.sheets, sound.sheets, strict=True):
            assert sheet == expected or sheet.fault is not None
        assert replace(book, sheets=()) == replace(sound, sheets=())

    assert 0 < read_mutants(change_bytes(data, 300), check) < 300


def test_a_changed_part_gives_a_refusal_or_a_result():
    assert 0 < read_mutants(change_members(pack(sample()), 300)) < 300


@requires_libreoffice
def test_libreoffice_reads_the_same(tmp_path: Path):
    """So that the tests' own idea of the format is not only this program's."""
    rows = b"".join(
        row(n, *line)
        for n, line in enumerate(
            [
                [
                    full(2, long(12 << 2 | 2)),
                    full(2, long(1234 << 2 | 3), 1),
                    full(5, number(45212.5), 2, DAY),
                ],
                [full(6, text("Số lượng")), full(7, long(1), 1), full(62, b"\0" + text("đậm"), 2)],
                [full(4, b"\1"), full(3, b"\x2a", 1)],
            ]
        )
    )
    (tmp_path / "a.xlsb").write_bytes(workbook(rows, strings=STRINGS, formats=FORMATS))
    (theirs,) = recalculate([tmp_path / "a.xlsb"], tmp_path / "out")
    assert values(read_workbook(theirs.with_suffix(".xlsx").read_bytes())) == values(
        read_workbook((tmp_path / "a.xlsb").read_bytes())
    )


def values(book: SheetBook) -> dict[tuple[int, int], object]:
    """What the first sheet's cells hold; LibreOffice asks for more of a style than these have."""
    return {place: (cell.kind, cell.value) for place, cell in book.sheets[0].cells.items()}


def test_a_number_format_of_a_conditional_format_is_none_of_cells():
    """505 to 506 are the formats that conditions bring; their numbers may be those of others."""
    inside = record(505, long(1)) + record(44, struct.pack("<H", 16), text("0.00%")) + record(506)
    book = read_workbook(workbook(row(0, full(5, number(1), 0, 0)), formats=inside + styles(16)))
    assert [cell.is_date for cell in book.sheets[0].cells.values()] == [True]


def test_comments_are_read_beside_the_cells():
    comment = record(635, long(0, 22, 22, 4, 4), bytes(16)) + record(637, b"\0", text("kể cả báo mạng"))
    package = parts(row(0))
    package["xl/comments1.bin"] = record(628) + record(633) + comment + record(636) + record(634)
    package["xl/worksheets/_rels/sheet1.bin.rels"] = relationships(
        ("r", f"{RELS}/comments", "../comments1.bin")
    ).encode()
    form, meta = read_workbook(pack(package)).sheets
    assert [(aside.text, aside.place) for aside in form.asides] == [("kể cả báo mạng", (23, 5))]
    assert not meta.asides


def test_headers_and_footers_are_read_without_their_codes():
    pages = record(479, b"\0\0", text("&LMẫu 01&RTổng: 350"), text("Trang &P"), *[long(0xFFFFFFFF)] * 4)
    found = parts(row(0))
    found["xl/worksheets/sheet1.bin"] = record(129) + record(145) + record(146) + pages + record(130)
    assert [(aside.kind, aside.text) for aside in read_workbook(pack(found)).sheets[0].asides] == [
        ("page", "Mẫu 01 Tổng: 350"),
        ("page", "Trang"),
    ]
