"""The pivots of the consolidated workbook: sound, seen without a refresh, and the same after one; each total the district's."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from libreoffice import refresh_pivots, requires_libreoffice, requires_uno
from openpyxl import load_workbook
from pivots.lint import lint

from workbook_tools.consolidated.data import COLUMNS
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

SHEETS = ["Chỉ tiêu theo xã", "Chỉ tiêu theo loại đơn vị", "Bảng tổng hợp tự chọn", "Biểu đồ theo xã"]


@pytest.fixture(scope="module")
def totals(demo: Any) -> dict[str, float]:
    return {str(code): total for code, total in demo.collection.totals["total"].items() if total == total}


def test_the_linter_finds_nothing(demo: Any) -> None:
    assert lint(demo.workbook) == []


def test_each_sheet_has_its_pivot_over_one_cache(demo: Any) -> None:
    book = load_workbook(demo.workbook)
    pivots = {sheet.title: [pivot.name for pivot in sheet._pivots] for sheet in book if sheet._pivots}
    assert list(pivots) == SHEETS
    caches = [pivot.cache for sheet in book for pivot in sheet._pivots]
    assert {cache.cacheSource.worksheetSource.name for cache in caches} == {"DuLieu"}
    assert {len(cache.records.r) for cache in caches} == {len(demo.collection.answers)}
    assert [field.name for field in caches[0].cacheFields] == COLUMNS


def test_every_pivot_adds_up_to_the_district_s_totals(demo: Any, totals: dict[str, float]) -> None:
    book, labels = (
        load_workbook(demo.workbook),
        {i.label: code for code, i in demo.collection.template.indicators.items()},
    )
    for name in SHEETS[:2]:
        rows = list(book[name].iter_rows(min_row=8, values_only=True))
        assert {row[1]: row[-1] for row in rows} == totals
        assert {row[1]: sum(cell or 0 for cell in row[4:-1]) for row in rows} == pytest.approx(totals)
    free = book[SHEETS[2]].iter_rows(min_row=19, values_only=True)
    assert {labels[row[1]]: row[3] for row in free} == totals
    charted = list(book[SHEETS[3]].iter_rows(min_row=18, max_col=2, values_only=True))
    assert charted[-1] == ("Toàn huyện", totals[labels[charted[0][1]]])


def test_slicers_drive_them_together(demo: Any, tmp_path: Path) -> None:
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
    assert driven == {"Loại đơn vị": 4, "Địa bàn": 4, "Nhóm": 3, "Chỉ tiêu": 1}
    assert len(charts) == 1


def test_plain_cells_show_the_same(demo: Any, tmp_path: Path) -> None:
    write_workbook(demo.collection, tmp_path / "a.xlsx", native_pivots=False)
    plain, native = load_workbook(tmp_path / "a.xlsx"), load_workbook(demo.workbook)
    for name in SHEETS:
        assert plain[name]._pivots == []
        assert plain[name]["A1"].value.endswith("không phải PivotTable.")
        theirs, ours = (list(book[name].iter_rows(min_row=2, values_only=True)) for book in (native, plain))
        assert ours == theirs


@requires_libreoffice
@requires_uno
def test_a_refresh_in_libreoffice_changes_no_figure(
    demo: Any, totals: dict[str, float], tmp_path: Path
) -> None:
    refreshed = refresh_pivots(demo.workbook, tmp_path)
    book = load_workbook(demo.workbook)
    assert [name for name, pivots in refreshed.items() if pivots] == SHEETS
    for name in SHEETS:
        [cells] = refreshed[name]
        theirs = Counter(round(cell, 6) for row in cells for cell in row if isinstance(cell, float))
        ours = Counter(
            round(float(cell), 6)
            for row in book[name].iter_rows(values_only=True)
            for cell in row
            if isinstance(cell, int | float)
        )
        assert theirs == ours
    [cells] = refreshed["Chỉ tiêu theo xã"]
    assert {row[1]: row[-1] for row in cells if row[1] in totals} == pytest.approx(totals)


def test_where_nothing_was_returned_there_is_nothing_to_turn(first: Any, tmp_path: Path) -> None:
    (tmp_path / "returned").mkdir()
    nothing = collect(
        tmp_path / "returned", first.template_path, first.units_path, CollectOptions(key=first.key)
    )
    write_workbook(nothing, tmp_path / "a.xlsx")
    assert lint(tmp_path / "a.xlsx") == []
    assert load_workbook(tmp_path / "a.xlsx")["Bảng tổng hợp tự chọn"]["A1"].value == "Chưa có số liệu."
