"""The sample with two lists goes the whole way, and LibreOffice says the same of its form, its report and its formats."""

from __future__ import annotations

import warnings
from datetime import date
from typing import TYPE_CHECKING

import pytest
from campaigns import ROOT, Campaign
from collecting import SAVED, read_back
from libreoffice import calculate, convert, requires_libreoffice
from live_forms import read_form
from openpyxl import load_workbook

from workbook_tools.answers.list_answers import widen
from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form
from workbook_tools.problems import Severity
from workbook_tools.spec.template import read_template
from workbook_tools.usecases.collect import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
TEMPLATE, UNITS = ROOT / "samples/forms/list_template.xlsx", ROOT / "samples/forms/list_units.xlsx"
AWARDS = {
    "th-1": [
        ["Nguyễn An", "4A", "Nhất", date(2024, 5, 20), 500_000],
        ["Trần Bình", "5B", "Khuyến khích", None, 105_555],
        ["Lê Chi", "5B", "Ba", date(2024, 5, 21), 40_000],
    ],
    "th-3": [["Phạm Dũng", "3A", "Nhì", None, 300_000]],
}
CLASSES = {"th-1": [["4A", 35, 12], ["5B", None, 8]], "th-3": []}
BLESSED = {"th-1": 3, "th-3": 0}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return Campaign(TEMPLATE, UNITS, tmp_path_factory.mktemp("list"))


@pytest.fixture(scope="module")
def returned(campaign, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("returned")
    for unit in AWARDS:
        values = {campaign.template.inputs["duoc_khen"]: BLESSED[unit]}
        for code, rows in (("giai", AWARDS[unit]), ("lop", CLASSES[unit])):
            one = campaign.template.lists[code]
            columns = sorted(one.places[c.code] for c in one.asked)
            for row, entries in zip(one.rows, rows, strict=False):
                entered = zip(columns, entries, strict=True)
                values |= {Cell(one.sheet, row, c): value for c, value in entered if value is not None}
        (folder / f"{unit}.xlsx").write_bytes(fill_form(campaign.forms[unit].read_bytes(), values, SAVED))
    return folder


@pytest.fixture(scope="module")
def collection(campaign, returned):
    return read_back(campaign, returned)


def load(path, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(path, **more)


def test_the_check_has_no_false_warning():
    _, problems = read_template(TEMPLATE)
    assert [p for p in problems if p.severity is not Severity.NOTICE] == []


def test_every_figure_is_counted_as_planted(campaign, collection):
    assert collection.totals["total"].dropna().to_dict() == {
        "so_giai": 4,
        "tong_tien": 945_555,
        "so_buoi": 20,
        "duoc_khen": 3,
    }
    awards = widen(collection.list_cells, campaign.template.lists["giai"])
    assert awards["giai.thue"].tolist() == [50_000, 10_556, 4000, 30_000]
    assert collection.areas["tong_tien"].tolist() == [645_555, 300_000, 945_555]


def test_every_planted_fault_is_told(collection):
    told = {
        (p.place.unit, p.code, p.place.indicator, p.params.get("rule", ""))
        for p in collection.problems
        if p.severity is not Severity.NOTICE and p.code != "saved-in-doubt"
    }
    assert told == {
        ("th-1", "rule-broken", "giai.tien", "qt_tien"),
        ("th-1", "rule-broken", "lop.buoi", "qt_buoi"),
        ("th-1", "list-cell-missing", "lop.si_so", ""),
        ("th-3", "rule-broken", "duoc_khen", "qt_khen"),
    }


def test_a_count_of_a_list_is_told_in_words(collection):
    (broken,) = [p for p in collection.problems if p.params.get("rule") == "qt_khen"]
    assert broken.params["values"] == "Số học sinh được khen = 0; Số dòng có “Họ và tên” = 1"


def test_the_overview_has_one_row_of_links_whatever_sheets_the_lists_take(collection, tmp_path):
    write_workbook(collection, tmp_path / "all.xlsx")
    book = load(tmp_path / "all.xlsx")
    rows = {cell.row for row in book["Tổng quan"]["A1:R6"] for cell in row if cell.hyperlink}
    linked = {cell.hyperlink.location.split("'")[1] for cell in book["Tổng quan"][4] if cell.hyperlink}
    assert 4 in rows
    assert 5 not in rows
    assert len(book.sheetnames) - 1 > len(linked) == 15
    assert set(book.sheetnames[1:]) - linked == {name for name in book.sheetnames if name.endswith(" - PT")}


@requires_libreoffice
def test_libreoffice_calculates_the_form_and_the_report_alike(returned, collection, tmp_path):
    write_workbook(collection, tmp_path / "all.xlsx")
    sources = [*sorted(returned.iterdir()), tmp_path / "all.xlsx"]
    for path, theirs in zip(sources, calculate(sources), strict=True):
        ours = load(path, data_only=True)
        if path.name == "all.xlsx":
            report = load(path)["Báo cáo huyện"]
            cells = [
                Cell(report.title, c.row, c.column)
                for r in report.iter_rows()
                for c in r
                if c.data_type == "f"
            ]
        else:
            cells = [*read_form(path).formulas]
        assert len(cells) > 4
        different = {
            cell.ref: (ours[cell.sheet][cell.ref].value, theirs[cell.sheet].get(cell.ref))
            for cell in cells
            if (ours[cell.sheet][cell.ref].value or "") != (theirs[cell.sheet].get(cell.ref) or "")
        }
        assert different == {}


@requires_libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods", "fods"])
def test_a_list_is_read_alike_in_every_format(kind, campaign, returned, collection, tmp_path):
    convert([returned / "th-1.xlsx"], tmp_path / "r", kind)
    cells = read_back(campaign, tmp_path / "r").list_cells
    columns = ["row", "indicator", "state", "value", "cell"]
    wanted = collection.list_cells.query("unit == 'th-1'")
    assert cells[columns].to_numpy().tolist() == wanted[columns].to_numpy().tolist()
