"""The door to xlsxwriter: text stays text, and nothing that a spreadsheet program cannot hold gets into the file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from workbook_tools.sheetwriter import book_sheet as module
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.cell_text import excel_text
from workbook_tools.sheetwriter.columns import Column, Links

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.sheetwriter.book_sheet import Sheet

WRITTEN = date(2023, 10, 13)
GREY = "#7F7F7F"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "book.xlsx"


def read_back(path: Path, write: Callable[[Sheet], None]) -> Worksheet:
    with Book(path, WRITTEN, {"title": "Tổng hợp"}) as book:
        write(book.sheet("Trang", GREY))
    assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []
    return openpyxl.load_workbook(path).worksheets[0]


def names_of(path: Path, *names: str) -> list[str]:
    with Book(path, WRITTEN, {}) as book:
        for name in names:
            book.sheet(name, GREY)
    return openpyxl.load_workbook(path).sheetnames


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "+84 225",
        "-5",
        "007",
        "1.250",
        "http://a.example",
        "mailto:a@b.example",
        "{=1}",
        "\t=1",
        "TRUE",
        "<r>a & b</r>",
        "<r><t>a</t></r>",
    ],
)
def test_whatever_it_begins_with_a_text_is_a_text(path, text):
    cell = read_back(path, lambda sheet: sheet.text(0, 0, text))["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_no_text_is_a_blank_cell_with_its_frame(path):
    cell = read_back(path, lambda sheet: sheet.text(0, 0, ""))["A1"]
    assert cell.value is None
    assert cell.border.left.style == "thin"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\x1b[31mđỏ", "\ufffd[31mđỏ"),
        ("\ud800", "\ufffd"),
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("a\tb", "a\tb"),
    ],
)
def test_what_no_file_can_hold_is_replaced_and_the_rest_stays(path, given, shown):
    assert excel_text(given) == shown
    assert read_back(path, lambda sheet: sheet.text(0, 0, given))["A1"].value == shown


def test_a_text_is_cut_only_where_excel_would_refuse_it_and_says_so(path):
    longest = "x" * 32_767
    assert excel_text(longest) == longest
    shown = read_back(path, lambda sheet: sheet.text(0, 0, longest + "x"))["A1"].value
    assert len(shown) <= 32_767
    assert shown.startswith("x" * 32_000)
    assert shown.endswith("[đã cắt bớt]")


def test_letters_that_excel_counts_twice_do_not_make_a_text_too_long(path):
    shown = read_back(path, lambda sheet: sheet.text(0, 0, "x" + "😀" * 20_000))["A1"].value
    assert shown.startswith("x" + "😀" * 16_000)
    assert shown.endswith("[đã cắt bớt]")


@pytest.mark.parametrize("number", [None, float("nan")])
def test_a_number_that_is_not_known_is_a_blank_cell(path, number):
    assert read_back(path, lambda sheet: sheet.number(0, 0, number))["A1"].value is None


@pytest.mark.parametrize("number", [float("inf"), float("-inf")])
def test_an_infinite_number_is_refused(path, number):
    with pytest.raises((ValueError, TypeError)), Book(path, WRITTEN, {}) as book:
        book.sheet("Trang", GREY).number(0, 0, number)


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("Số [1]: a/b", "Số  1   a b"),
        ("'Biểu'", "Biểu"),
        ("", "Trang"),
        ("'" * 40, "Trang"),
        ("Chỉ tiêu theo phường, xã, thị trấn", "Chỉ tiêu theo phường, xã, thị"),
    ],
)
def test_names_of_sheets_are_made_legal(path, name, legal):
    assert names_of(path, name) == [legal]


def test_names_of_sheets_differ_by_more_than_capitals(path):
    assert names_of(path, "Biểu", "BIỂU", "biểu") == ["Biểu", "BIỂU (2)", "biểu (3)"]
    long = names_of(path, "x" * 31, "x" * 40)
    assert long == ["x" * 31, "x" * 27 + " (2)"]


def test_a_sheet_holds_as_many_links_as_excel_takes_and_the_rest_as_text(path, monkeypatch):
    monkeypatch.setattr(module, "_LINK_LIMIT", 3)

    def write(sheet: Sheet) -> None:
        for row in range(5):
            sheet.link(row, 0, f"external:returned\\{row}.xlsx", f"{row}.xlsx")

    cells = read_back(path, write)["A"]
    assert [cell.value for cell in cells] == [f"{row}.xlsx" for row in range(5)]
    assert [cell.hyperlink is not None for cell in cells] == [True, True, True, False, False]
    assert [cell.font.underline for cell in cells] == ["single"] * 3 + [None] * 2


def test_of_a_column_s_links_as_many_are_links_as_excel_takes(path, monkeypatch):
    monkeypatch.setattr(module, "_LINK_LIMIT", 2)
    links = Links.within(["'Trang'!A1", None, "'Trang'!A2", "'Trang'!A3"])
    cells = read_back(path, lambda sheet: sheet.columns(0, [Column(["a", "b", "c", "d"], "link", links)]))[
        "A"
    ]
    assert [cell.value for cell in cells] == ["a", "b", "c", "d"]
    assert [cell.hyperlink is not None for cell in cells] == [True, False, True, False]
    assert [cell.font.underline for cell in cells] == ["single", None, "single", None]


def test_a_link_longer_than_excel_takes_is_text(path):
    cell = read_back(path, lambda sheet: sheet.link(0, 0, "external:" + "x" * 2001, "tệp"))["A1"]
    assert (cell.value, cell.hyperlink) == ("tệp", None)


def test_everything_is_in_one_font(path):
    def write(sheet: Sheet) -> None:
        for row, style in enumerate(("title", "head", "text", "number", "link", "band", "note", "bad")):
            sheet.text(row, 0, "chữ", style)
        sheet.page(landscape=True)

    sheet = read_back(path, write)
    assert {cell.font.name for cell in sheet["A"]} == {"Times New Roman"}
    assert sheet.oddFooter.center.font == "Times New Roman,Regular"
    assert sheet.oddHeader.right.font == "Times New Roman,Italic"


def test_no_row_is_higher_than_excel_draws(path):
    sheet = read_back(path, lambda sheet: sheet.height(0, 1000))
    assert 400 < sheet.row_dimensions[1].height <= 409
