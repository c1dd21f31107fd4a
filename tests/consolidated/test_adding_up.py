"""Figures of the consolidated workbook, of both sample campaigns: each adds up one indicator only, once, to the collection's total."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from filled_campaign import plant_faults, to_cells
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator

from workbook_tools.forms.fill import fill_form
from workbook_tools.usecases.collect import CollectOptions, collect, write_workbook


@pytest.fixture(scope="module")
def second_workbook(second, tmp_path_factory):
    """The second campaign's workbook: no inclusion, no communes, figures in a matrix."""
    folder = tmp_path_factory.mktemp("second") / "returned"
    folder.mkdir()
    for unit, typed in plant_faults(second, seed=8).typed.items():
        form = fill_form(
            second.forms[unit].read_bytes(), to_cells(second, typed), datetime(2024, 9, 10, 8, tzinfo=UTC)
        )
        (folder / f"{unit}.xlsx").write_bytes(form)
    collection = collect(folder, second.template_path, second.units_path, CollectOptions(key=second.key))
    write_workbook(collection, folder.parent / "consolidated.xlsx")
    return SimpleNamespace(workbook=folder.parent / "consolidated.xlsx", collection=collection)


@pytest.fixture(scope="module", params=["demo", "second_workbook"])
def written(request):
    found = request.getfixturevalue(request.param)
    totals = {code: total for code, total in found.collection.totals["total"].items() if total == total}
    return SimpleNamespace(
        path=found.workbook,
        collection=found.collection,
        totals=totals,
        book=load_workbook(found.workbook),
        values=load_workbook(found.workbook, data_only=True),
    )


def test_nothing_is_wrong_with_the_package(second_workbook):
    assert [str(error) for error in OpenXmlValidator().validate(str(second_workbook.workbook)).errors] == []


def test_the_table_of_data_has_every_answer_and_adds_up_once(written):
    sheet = written.book["Dữ liệu"]
    (table,) = sheet.tables.values()
    assert table.name == "DuLieu"
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    code, counted = head.index("Mã chỉ tiêu"), head.index("Giá trị tính")
    assert len(rows) == len(written.collection.answers)
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
    """SUBTOTAL over the rows shown of one column, which has the same indicator at its head; Excel shows 0 where nobody answered."""
    found = set()
    for sheet in written.book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            reference = re.fullmatch(r"=SUBTOTAL\(109,([A-Z0-9:]+)\)", cell.value)
            assert reference, cell.value
            left, top, right, bottom = range_boundaries(reference[1])
            assert left == right
            shown = written.values[sheet.title]
            code = shown.cell(top - 1, left).value
            assert shown.cell(top - 1, cell.column).value == code
            added = [shown.cell(row, left).value for row in range(top, bottom + 1)]
            assert sum(value for value in added if isinstance(value, int | float)) == pytest.approx(
                written.totals.get(code, 0)
            )
            assert shown[cell.coordinate].value == pytest.approx(written.totals.get(code, 0))
            found.add(code)
    assert found >= set(written.totals)


@pytest.mark.parametrize("name", ["Chỉ tiêu theo xã", "Chỉ tiêu theo loại đơn vị"])
def test_a_pivot_has_a_row_for_each_indicator_and_none_that_adds_them_up(written, name):
    codes = set(written.collection.totals.index)
    level = written.collection.template.campaign.level_names.get(2, "xã")
    sheet = written.values[name.replace("xã", level)]
    rows = {row[1]: row[4:-1] for row in sheet.iter_rows(values_only=True) if row[1] in codes}
    others = [row for row in sheet.iter_rows(values_only=True) if row[1] not in codes]
    assert not any(isinstance(value, int | float) for row in others for value in row)
    for code, total in written.totals.items():
        assert sum(value for value in rows.get(code, ()) if value is not None) == pytest.approx(total)
