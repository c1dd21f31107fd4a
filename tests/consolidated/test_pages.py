"""How the consolidated workbook prints: nothing torn by a page's end, nothing too small to read, no chart that misleads."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from synthetic import INDICATORS, make_collection

from workbook_tools.consolidated import write_consolidated

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.collection import Collection

SUMMARY = "Tổng hợp"


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
