"""The pivots of the consolidated workbook: sound, seen without a refresh, and the same after one; each total the district's."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from pivots.lint import lint

from workbook_tools.consolidated.data_source import COLUMNS
from workbook_tools.usecases.collect import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbook_tools.frames import Collection

SHEET = "Phân tích"


@pytest.fixture(scope="module")
def totals(demo: Any) -> dict[str, float]:
    return {str(code): total for code, total in demo.collection.totals["total"].items() if total == total}


@pytest.mark.slow
def test_the_linter_finds_nothing(demo: Any) -> None:
    assert lint(demo.workbook) == []


def test_its_pivots_read_the_whole_table(demo: Any, demo_book: Workbook) -> None:
    book: Any = demo_book
    pivots = {sheet.title: [pivot.name for pivot in sheet._pivots] for sheet in book if sheet._pivots}
    assert pivots == {SHEET: ["TheoDiaBan", "TheoDonVi"]}
    caches = [pivot.cache for pivot in book[SHEET]._pivots]
    assert {cache.cacheSource.worksheetSource.name for cache in caches} == {"DuLieu"}
    lines = {
        kind: len(demo.collection.template.indicators_for(kind))
        for kind in demo.collection.template.unit_types
    }
    owed = sum(lines[unit.type] for unit in demo.collection.roster)
    assert {len(cache.records.r) for cache in caches} == {owed}
    assert [field.name for field in caches[0].cacheFields][: len(COLUMNS)] == COLUMNS


def figures(sheet: Any, column: int) -> dict[str, float]:
    """Label and figure of each line of the pivot whose labels stand in this column."""
    rows = sheet.iter_rows(min_row=23, min_col=column, max_col=column + 1, values_only=True)
    return {label: figure for label, figure in rows if isinstance(figure, int | float)}


def test_areas_are_told_from_the_units_that_they_are_named_after(demo_book: Workbook) -> None:
    left, right = ("A18", "Theo địa bàn (gồm cả các đơn vị trực thuộc)"), ("E18", "Theo đơn vị nộp")
    assert {cell: demo_book[SHEET][cell].value for cell, _ in (left, right)} == dict((left, right))
    assert demo_book["Chỉ tiêu theo xã"]["A2"].value == left[1]
    assert demo_book["Mức đầy đủ theo xã"]["A1"].value.startswith(left[1])


def test_areas_and_units_add_up_to_the_total_of_the_line(
    demo: Any, demo_book: Workbook, totals: dict[str, float]
) -> None:
    sheet = demo_book[SHEET]
    line = sheet.cell(23, 1).value
    names = {i.label: code for code, i in demo.collection.template.indicators.items()}
    (code,) = [code for label, code in names.items() if label in line]
    areas = figures(sheet, 2)
    assert sum(areas.values()) == totals[code]
    assert list(areas.values()) == sorted(areas.values(), reverse=True)
    units = figures(sheet, 5)
    assert units.pop("Toàn huyện") == totals[code] == sum(units.values())


def test_every_slicer_drives_both_pivots_and_the_chart(demo: Any) -> None:
    with zipfile.ZipFile(demo.workbook) as package:
        caches = {n: package.read(n).decode() for n in package.namelist() if n.startswith("xl/slicerCaches/")}
        charts = [
            n
            for n in package.namelist()
            if n.startswith("xl/charts/chart") and b"pivotSource" in package.read(n)
        ]
    driven = {
        text.split('sourceName="')[1].split('"')[0]: text.count("<pivotTable ") for text in caches.values()
    }
    assert driven == {"Loại đơn vị": 2, "Địa bàn": 2, "Dòng": 2}
    assert len(charts) == 1


def test_plain_cells_show_the_same(collection: Collection, small_book: Workbook, tmp_path: Path) -> None:
    write_workbook(collection, tmp_path / "a.xlsx", native_pivots=False)
    plain, native = load_workbook(tmp_path / "a.xlsx"), small_book
    assert plain[SHEET]._pivots == []
    assert plain[SHEET]["A1"].value.endswith("không phải PivotTable.")
    theirs, ours = (list(book[SHEET].iter_rows(min_row=2, values_only=True)) for book in (native, plain))
    assert ours == theirs


def test_where_nothing_was_returned_there_is_nothing_to_turn(
    nobody_path: Path, nobody_book: Workbook
) -> None:
    assert lint(nobody_path) == []
    assert nobody_book[SHEET]["A1"].value == "Chưa có số liệu."
