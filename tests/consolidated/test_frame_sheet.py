"""A frame laid into a sheet as a whole has the cells that it would have written one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator
from xlsxwriter.worksheet import Worksheet as WrittenSheet

from workbook_tools.consolidated.book import Book, Sheet, clean_text
from workbook_tools.consolidated.frame_sheet import FrameSheet

GREY = "#7F7F7F"
TEXTS = st.one_of(st.sampled_from(["", "=1+1", " lề ", "<a&b>", "_x0041_", "01", "dòng\nmới", "Ả"]), st.text(max_size=8).map(clean_text))
NUMBERS = st.floats(allow_nan=True, allow_infinity=False, width=32) | st.integers(-(10**15), 10**15).map(float)


def write(path: Path, frame: pd.DataFrame, *, whole: bool) -> Worksheet:
    with Book(path, date(2023, 10, 13), {}) as book:
        sheet = book.sheet("Trang", GREY, FrameSheet if whole else WrittenSheet)
        sheet.head(0, [str(head) for head in frame.columns])
        if whole:
            sheet.frame(frame, "Bang")
        else:
            write_cells(sheet, frame)
    return openpyxl.load_workbook(path).active


def write_cells(sheet: Sheet, frame: pd.DataFrame) -> None:
    for column, (_, cells) in enumerate(frame.items()):
        for row, cell in enumerate(cells, start=1):
            if isinstance(cell, str) or ((cell is None or cell != cell) and cells.dtype == object):
                sheet.text(row, column, cell if isinstance(cell, str) else "")
            else:
                sheet.number(row, column, cell)


def cells_of(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [(cell.coordinate, cell.data_type, cell.value, cell.number_format, cell.border.left.style) for row in sheet for cell in row]


@settings(max_examples=30)
@given(rows=st.lists(st.tuples(TEXTS, NUMBERS, st.one_of(TEXTS, NUMBERS.filter(lambda n: n == n), st.none())), min_size=1, max_size=12))
def test_as_if_written_cell_by_cell(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("frames")
    frame = pd.DataFrame(rows, columns=["Chữ", "Số", "Cả hai"]).astype({"Chữ": object, "Số": float, "Cả hai": object})
    assert cells_of(write(folder / "whole.xlsx", frame, whole=True)) == cells_of(write(folder / "cells.xlsx", frame, whole=False))


def test_more_rows_than_are_held_at_once_are_one_table(tmp_path):
    frame = pd.DataFrame({"Mã": [f"m{number}" for number in range(10_000)], "Số": range(10_000)})
    sheet = write(tmp_path / "book.xlsx", frame, whole=True)
    assert [(a.value, b.value) for a, b in sheet["A2:B10001"]] == list(frame.itertuples(index=False, name=None))
    assert sheet.tables["Bang"].ref == sheet.tables["Bang"].autoFilter.ref == sheet.dimensions == "A1:B10001"


@pytest.mark.parametrize(("rows", "ref"), [(0, "A1:B2"), (1, "A1:B2"), (3, "A1:B4")])
def test_the_table_is_valid_and_has_at_least_one_row(tmp_path, rows, ref):
    sheet = write(tmp_path / "book.xlsx", pd.DataFrame({"Mã": ["a", "", None], "Số": [1.5, None, -0.0]}).head(rows), whole=True)
    assert sheet.tables["Bang"].ref == ref
    assert [str(error) for error in OpenXmlValidator().validate(str(tmp_path / "book.xlsx")).errors] == []


def test_a_cell_below_the_first_row_is_refused_and_not_lost(tmp_path):
    with Book(tmp_path / "book.xlsx", date(2023, 10, 13), {}) as book:
        sheet = book.sheet("Trang", GREY, FrameSheet)
        sheet.frame(pd.DataFrame({"Số": [1, 2]}), "Bang")
        with pytest.raises(RuntimeError, match="refused"):
            sheet.text(3, 0, "x")
