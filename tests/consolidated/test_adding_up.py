"""Figures of the consolidated workbook, of both sample campaigns: each adds up one indicator only, once, to the collection's total."""

from __future__ import annotations

import re
from collections import defaultdict
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from package_audit import audit

from workbook_tools.consolidated.data_source import COLUMNS


@pytest.fixture(scope="module")
def demo_written(demo, demo_book, demo_values):
    return read(demo, demo_book, demo_values)


@pytest.fixture(scope="module")
def second_written(second_collected):
    path = second_collected.workbook
    return read(second_collected, load_workbook(path), load_workbook(path, data_only=True))


@pytest.fixture(
    scope="module", params=["demo_written", pytest.param("second_written", marks=pytest.mark.slow)]
)
def written(request):
    return request.getfixturevalue(request.param)


def read(found, book, values):
    totals = {code: total for code, total in found.collection.totals["total"].items() if total == total}
    return SimpleNamespace(collection=found.collection, totals=totals, book=book, values=values)


@pytest.mark.slow
def test_nothing_is_wrong_with_the_package(second_collected, tmp_path):
    assert audit(second_collected.workbook, tmp_path) == []


def test_the_table_of_data_has_a_row_for_each_line_owed_and_adds_up_once(written):
    sheet = written.values["Dữ liệu"]
    (table,) = written.book["Dữ liệu"].tables.values()
    assert table.name == "DuLieu"
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    assert head[: len(COLUMNS)] == COLUMNS
    unit, code, counted = (head.index(name) for name in ("Mã đơn vị", "Mã chỉ tiêu", "Giá trị tính"))
    lines = {(row[unit], row[code]) for row in rows}
    template, answers = written.collection.template, written.collection.answers
    assert len(rows) == len(lines)
    assert lines == {
        (u.code, i.code) for u in written.collection.roster for i in template.indicators_for(u.type)
    }
    assert lines >= set(zip(answers["unit"], answers["indicator"], strict=True))
    sums = defaultdict(float)
    for row in rows:
        if row[counted] is not None:
            sums[row[code]] += row[counted]
    assert dict(sums) == pytest.approx(written.totals)


def test_a_line_of_kcsl_is_blank_in_the_data_and_not_0(written):
    sheet = written.book["Dữ liệu"]
    head, *rows = list(sheet.iter_rows(values_only=True))
    at = {name: position for position, name in enumerate(head)}
    no_figure = written.collection.answers.query("state == 'no-figure'")
    assert len(no_figure)
    shown = {(row[at["Mã đơn vị"]], row[at["Mã chỉ tiêu"]]): row for row in rows}
    for unit, code in zip(no_figure["unit"], no_figure["indicator"], strict=True):
        assert shown[unit, code][at["Giá trị tính"]] is None


def test_every_formula_adds_one_indicator_and_shows_its_total(written):
    """Down a column under the indicator's code, of the rows shown, or along its row; Excel shows 0 where nobody answered."""
    found = defaultdict(set)
    # Formulas of the sheet of pivots are titles of charts.
    for sheet in (sheet for sheet in written.book if sheet.title != "Phân tích"):
        shown = written.values[sheet.title]
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            reference = re.fullmatch(r"=(SUBTOTAL\(109,|SUM\()([A-Z0-9:]+)\)", cell.value)
            assert reference, cell.value
            left, top, right, bottom = range_boundaries(reference[2])
            if reference[1] == "SUM(":
                assert top == bottom == cell.row
                assert right == cell.column - 1
                code = shown.cell(top, 1).value
            else:
                assert left == right
                code = shown.cell(top - 1, left).value
                assert shown.cell(top - 1, cell.column).value == code
            added = [
                value for row in shown.iter_rows(top, bottom, left, right, values_only=True) for value in row
            ]
            total = pytest.approx(written.totals.get(code, 0))
            assert sum(value for value in added if isinstance(value, int | float)) == total
            assert shown[cell.coordinate].value == total
            found[sheet.title].add(code)
    assert len(found) == 3
    assert all(codes >= set(written.totals) for codes in found.values())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("demo_written", "Chỉ tiêu theo loại đơn vị"),
        pytest.param("second_written", "Chỉ tiêu theo loại đơn vị", marks=pytest.mark.slow),
        pytest.param("second_written", "Chỉ tiêu theo cụm", marks=pytest.mark.slow),
    ],
    indirect=["written"],
)
def test_the_lines_have_a_row_each_and_none_that_adds_them_up(written, name):
    codes = set(written.collection.totals.index)
    rows = list(written.values[name].iter_rows(values_only=True))
    assert not any(isinstance(value, int | float) for row in rows if row[0] not in codes for value in row)
    end = next(place for place, head in enumerate(rows[1]) if place > 2 and str(head).startswith("Toàn "))
    lines = {row[0]: row for row in rows if row[0] in codes}
    assert sum(row[0] in codes for row in rows) == len(lines)
    for code, total in written.totals.items():
        assert sum(value for value in lines[code][3:end] if value is not None) == pytest.approx(total)


def test_the_areas_have_a_row_each_and_none_that_adds_lines_up(demo_written):
    written = demo_written
    formulas, shown = written.book["Chỉ tiêu theo xã"], written.values["Chỉ tiêu theo xã"]
    summed = [cell.column for cell in formulas[3] if cell.data_type == "f"]
    codes = [shown.cell(4, column).value for column in summed]
    assert len(codes) == len(set(codes))
    assert {*codes} >= {*written.totals}
    heads = [*shown.iter_rows(1, 2, values_only=True), *shown.iter_rows(4, 4, values_only=True)]
    assert not any(isinstance(value, int | float) for row in heads for value in row)
    areas = list(shown.iter_rows(5, values_only=True))
    assert {row[0] for row in areas} <= set(written.collection.status["area"])
    assert len(areas) == len({row[0] for row in areas})
    for column, code in zip(summed, codes, strict=True):
        assert sum(row[column - 1] or 0 for row in areas) == pytest.approx(written.totals.get(code, 0))
