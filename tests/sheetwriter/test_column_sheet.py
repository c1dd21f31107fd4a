"""Columns laid into a sheet as a whole have the cells that would have been written one by one."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from package_audit import audit

from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.columns import Column, Links

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.sheetwriter.book_sheet import Sheet

GREY = "#7F7F7F"
LONG = "x" * 40_000
TEXTS = st.sampled_from(
    ["", "=1+1", " lề ", "<a&b>", "_x0041_", "01", "dòng\nmới", "Ả", "\x1b[31m", "\ud800", LONG]
) | st.text(max_size=8)
NUMBERS = st.floats(allow_nan=True, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float)
DATES = st.dates(date(1900, 3, 1), date(2100, 1, 1)) | st.datetimes(
    pd.Timestamp(1900, 3, 1), pd.Timestamp(2100, 1, 1)
)
STYLES = st.sampled_from(["text", "wrap", "number", "bad"])
HEIGHTS = st.floats(1, 500)


def read_back(path: Path, write_body: object, rows: object) -> Worksheet:
    with Book(path, date(2023, 10, 13), {}) as book:
        sheet = book.sheet("Trang", GREY)
        sheet.head(0, ["Chữ", "Số", "Lẫn lộn"])
        write_body(sheet, rows)
    return openpyxl.load_workbook(path).active


def lay(sheet: Sheet, rows: list[tuple]) -> None:
    texts, numbers, mixed, styles, heights = zip(*rows, strict=True)
    sheet.columns(1, [Column(texts), Column(pd.Series(numbers), "number"), Column(mixed, styles)], heights)


def write_one_by_one(sheet: Sheet, rows: list[tuple]) -> None:
    for row, (text, number, mixed, style, height) in enumerate(rows, start=1):
        sheet.text(row, 0, text)
        sheet.number(row, 1, number)
        if isinstance(mixed, date):
            sheet.date(row, 2, mixed, style)
        elif isinstance(mixed, float):
            sheet.number(row, 2, mixed, style)
        else:
            sheet.text(row, 2, mixed or "", style)
        sheet.height(row, height)


def seen(sheet: Worksheet) -> list[tuple[object, ...]]:
    looks = [
        (c.coordinate, c.data_type, c.value, c.number_format, c.alignment.wrap_text, c.font.b)
        for row in sheet
        for c in row
    ]
    return [*looks, *((row, dimension.height) for row, dimension in sheet.row_dimensions.items())]


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(TEXTS, NUMBERS, TEXTS | NUMBERS | DATES | st.none(), STYLES, HEIGHTS),
        min_size=1,
        max_size=12,
    )
)
def test_as_if_written_one_by_one(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("columns")
    assert seen(read_back(folder / "whole.xlsx", lay, rows)) == seen(
        read_back(folder / "cells.xlsx", write_one_by_one, rows)
    )


def test_a_repeated_text_is_stored_once_and_counted_as_often_as_it_stands(tmp_path):
    with Book(tmp_path / "book.xlsx", date(2023, 10, 13), {}) as book:
        book.sheet("Trang", GREY).columns(
            0, [Column(["a", "b", "a", ""]), Column(pd.Categorical(["b", None, "b", "c"]))]
        )
        assert (book.workbook.str_table.count, book.workbook.str_table.unique_count) == (6, 3)


def make_table(path: Path, rows: int) -> Worksheet:
    def write(sheet: Sheet, count: int) -> None:
        # Each text ten times in the longest: every other one takes the audit a millisecond and a half.
        texts = [f"m{number % 1_000}" for number in range(count)]
        sheet.columns(1, [Column(texts), Column(range(count), "number")])
        sheet.table("Bang", ["Mã", "Số"])

    sheet = read_back(path, write, rows)
    assert audit(path, path.parent) == []
    return sheet


def test_more_rows_than_are_held_at_once_are_one_table(tmp_path):
    sheet = make_table(tmp_path / "book.xlsx", 10_000)
    assert [(a.value, b.value) for a, b in sheet["A2:B10001"]] == [
        (f"m{number % 1_000}", number) for number in range(10_000)
    ]
    assert sheet.tables["Bang"].ref == sheet.tables["Bang"].autoFilter.ref == "A1:B10001"


@pytest.mark.parametrize(("rows", "ref"), [(0, "A1:B2"), (1, "A1:B2"), (3, "A1:B4")])
def test_the_table_is_valid_and_has_at_least_one_row(tmp_path, rows, ref):
    assert make_table(tmp_path / "book.xlsx", rows).tables["Bang"].ref == ref


def test_a_link_and_a_note_leave_the_cell_as_its_column_says(tmp_path):
    def write(sheet: Sheet, _: object) -> None:
        sheet.point(0, 1, "internal:'Trang'!A9")
        inside = Links.within([None, "'Trang'!A1"])
        outside = Links(pd.Categorical(["'Biểu 1'!B5", None]), pd.Categorical(["a.xlsx", "a.xlsx"]))
        down = Links.down("'Dữ liệu'!I", np.array([0, 12]))
        columns = [Column(["a", "b"], links=inside), None, Column([1.0, 2.0], "number", outside)]
        sheet.columns(1, [*columns, Column([3.0, 4.0], "number", down)])
        sheet.note(2, 2, "theo quyết định")

    sheet = read_back(tmp_path / "book.xlsx", write, None)
    assert [[cell.value for cell in row] for row in sheet["A2:C3"]] == [["a", None, 1], ["b", None, 2]]
    assert {cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink} == {
        "B1": "'Trang'!A9",
        "A3": "'Trang'!A1",
        "C2": "'Biểu 1'!B5",
        "D3": "'Dữ liệu'!I12",
    }
    assert sheet["C2"].hyperlink.target == "a.xlsx"
    assert sheet["C3"].comment.text == "theo quyết định"


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_an_infinite_number_is_refused(tmp_path, infinite):
    with (
        Book(tmp_path / "book.xlsx", date(2023, 10, 13), {}) as book,
        pytest.raises(ValueError, match="infinite"),
    ):
        book.sheet("Trang", GREY).columns(0, [Column([1.0, infinite], "number")])


@pytest.mark.parametrize(
    "write",
    [
        lambda sheet: sheet.text(3, 0, "x"),
        lambda sheet: sheet.link(2, 0, "internal:'Trang'!A1", "x"),
        lambda sheet: sheet.height(2, 30),
        lambda sheet: sheet.columns(3, [Column(["x"])]),
        lambda sheet: sheet.columns(1_048_575, [Column(["x", "y"])]),
    ],
)
def test_what_has_no_place_is_refused_and_not_lost(tmp_path, write):
    with Book(tmp_path / "book.xlsx", date(2023, 10, 13), {}) as book:
        sheet = book.sheet("Trang", GREY)
        sheet.columns(1, [Column([1, 2, 3, 4], "number")])
        with pytest.raises(RuntimeError, match="refused"):
            write(sheet)


def test_columns_are_not_laid_over_cells(tmp_path):
    with Book(tmp_path / "book.xlsx", date(2023, 10, 13), {}) as book:
        sheet = book.sheet("Trang", GREY)
        sheet.text(2, 0, "x")
        with pytest.raises(RuntimeError, match="refused"):
            sheet.columns(1, [Column(["x", "y", "z"])])
