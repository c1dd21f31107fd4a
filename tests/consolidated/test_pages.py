"""How the consolidated workbook prints: nothing torn by a page's end, nothing too small to read, no chart that misleads."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from synthetic import INDICATORS, make_collection, many_missing

from workbook_tools.consolidated import write_consolidated

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.collection import Collection

SUMMARY = "Tổng hợp"
PAGE_POINTS = 1030.0


@pytest.fixture(scope="module")
def collection(tmp_path_factory) -> Collection:
    return make_collection(tmp_path_factory.mktemp("pages"))


def write(collection: Collection, folder: Path) -> Path:
    path = folder / "consolidated.xlsx"
    write_consolidated(collection, path)
    return path


def with_more_indicators(collection: Collection, count: int) -> Collection:
    """The same with so many lines more that nobody has answered yet, all of one group."""
    like = collection.template.indicators["so_bai"]
    more = {
        f"them_{n}": replace(like, code=f"them_{n}", group="9. Thêm", label=f"Dòng thêm số {n}")
        for n in range(count)
    }
    return replace(
        collection,
        template=replace(collection.template, indicators={**collection.template.indicators, **more}),
    )


def test_no_head_of_the_summary_is_torn_by_the_end_of_a_page(collection, tmp_path):
    sheet = openpyxl.load_workbook(write(with_more_indicators(collection, 40), tmp_path))[SUMMARY]
    breaks = [entry.id for entry in sheet.col_breaks.brk]
    merged = [range_boundaries(str(area)) for area in sheet.merged_cells.ranges]
    assert len(breaks) > 2
    for first, _, last, _ in merged:
        assert not any(first <= end < last for end in breaks)
    heads = [sheet.cell(2, end + 1).value for end in breaks]
    assert heads[-1] == "9. Thêm"
    assert all(heads)


def test_the_summary_is_printed_large_enough_to_read(collection, tmp_path):
    sheet = openpyxl.load_workbook(write(with_more_indicators(collection, 40), tmp_path))[SUMMARY]
    assert sheet.page_setup.scale >= 60
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_title_rows == "$2:$5"


def test_a_summary_without_figures_prints_all_the_same(collection, tmp_path):
    texts = {i.code: i for i in INDICATORS if i.code in ("so_kh", "kien_nghi")}
    template = replace(
        collection.template,
        indicators=texts,
        inputs={code: collection.template.inputs[code] for code in texts},
    )
    none = replace(
        collection,
        template=template,
        answers=collection.answers[collection.answers["indicator"].isin(texts)],
        totals=collection.totals.head(0),
        comparison=collection.comparison.head(0),
        problems=(),
    )
    sheet = openpyxl.load_workbook(write(none, tmp_path))[SUMMARY]
    assert not sheet.col_breaks.brk
    assert sheet["B6"].value == collection.status["name"].iloc[0]


def test_what_comes_after_many_names_stays_on_their_page_where_it_can(collection, tmp_path):
    sheet = openpyxl.load_workbook(write(many_missing(collection, 600), tmp_path))["Tổng quan"]
    heads = {cell.value: cell.row for cell in sheet["A"]}
    first, end = heads["Vấn đề thường gặp"], heads["Số đơn vị nộp theo ngày"]
    heights = {row: sheet.row_dimensions[row].height or 15.0 for row in range(1, end)}
    assert sum(heights.values()) > PAGE_POINTS
    used = 0.0
    for row in range(1, first):
        used = heights[row] if used + heights[row] > PAGE_POINTS else used + heights[row]
    fits = used + sum(heights[row] for row in range(first, end)) <= PAGE_POINTS
    assert (first - 1 not in [entry.id for entry in sheet.row_breaks.brk]) == fits
    assert fits


def test_bars_are_as_long_as_their_shares(collection, tmp_path):
    with zipfile.ZipFile(write(collection, tmp_path)) as package:
        charts = [
            package.read(name).decode()
            for name in sorted(package.namelist())
            if name.startswith("xl/charts/chart")
        ]
    axes = [re.search(r"<c:valAx>.*?</c:valAx>", chart, re.DOTALL).group() for chart in charts]
    assert all('<c:min val="0"/>' in axis for axis in axes)
    # A PivotChart shows amounts.
    shares = [
        axis
        for axis, chart in zip(axes, charts, strict=True)
        if 'barDir val="bar"' in chart and "pivotSource" not in chart
    ]
    assert len(shares) == 2
    assert all('<c:max val="1.' in axis for axis in shares)


def test_labels_of_a_pivot_are_whole_in_rows_that_excel_may_fit_anew(collection, tmp_path):
    """A row whose height was chosen by hand keeps it when the pivot is filtered, and cuts the text that comes to stand there."""
    path = write(collection, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Chỉ tiêu theo xã"]
    (cell,) = [cell for cell in sheet["C"] if len(str(cell.value)) > 100]
    assert sheet.row_dimensions[cell.row].height >= 15 * 3
    with zipfile.ZipFile(path) as package:
        rows = re.findall(
            r"<row [^>]*>", package.read(f"xl/worksheets/sheet{book.index(sheet) + 1}.xml").decode()
        )
    assert any(' ht="' in row for row in rows)
    assert not any("customHeight" in row for row in rows)
