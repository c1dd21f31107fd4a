"""From every total to the units behind it, from every unit's figure to its row, and on to the cell of the file it came from."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from consolidated.some_sheets import write_completeness_alone, write_sheets, write_table
from libreoffice import convert, requires_libreoffice
from lxml import etree
from msgspec.structs import replace

from workbook_tools.consolidated import data as data_module
from workbook_tools.consolidated import words
from workbook_tools.consolidated.data_source import COLUMNS
from workbook_tools.consolidated.office_report.printed_tables import write_area_table
from workbook_tools.consolidated.office_report.statements import build_statements
from workbook_tools.consolidated.summary import write_summary
from workbook_tools.model import State

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from workbook_tools.frames import Collection

PLACE = re.compile(r"'(.+)'!([A-Z]+[0-9]+)")


@pytest.fixture(scope="module")
def book(demo_book: Workbook) -> Workbook:
    return demo_book


def follow(book: Workbook, location: str) -> Any:
    """The cell that a link within the workbook leads to."""
    sheet, ref = PLACE.fullmatch(location).groups()  # type: ignore[union-attr]
    return book[sheet.replace("''", "'")][ref]


def links_in_libreoffice(workbook: Path, scratch: Path) -> dict[str, set[tuple[int, int]]]:
    """Sheet → row and column of each cell with a link that LibreOffice follows."""
    table, text = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text"))
    (converted,) = convert([workbook], scratch, "fods")
    found: dict[str, set[tuple[int, int]]] = {}
    for sheet in etree.parse(converted, etree.XMLParser(huge_tree=True)).iter(f"{table}table"):
        places = found.setdefault(sheet.get(f"{table}name"), set())
        row_number = 1
        for row in sheet.iter(f"{table}table-row"):
            column = 1
            for cell in row:
                if cell.find(f".//{text}a") is not None:
                    places.add((row_number, column))
                column += int(cell.get(f"{table}number-columns-repeated", 1))
            row_number += int(row.get(f"{table}number-rows-repeated", 1))
    return found


@pytest.mark.parametrize("level", ["xã/phường", "xã, phường, thị trấn, đặc khu"])
def test_sheets_are_called_alike_everywhere_whatever_areas_are_called(
    collection: Collection, tmp_path: Path, level: str
) -> None:
    campaign = collection.template.campaign
    named = replace(campaign, level_names={**campaign.level_names, 2: level})
    known = replace(collection, template=replace(collection.template, campaign=named))
    book = write_sheets(known, tmp_path, write_area_table, write_completeness_alone)
    assert book.sheetnames == [words.areas_sheet(named), words.completeness_sheet(named)]
    assert words.areas_sheet(named) in {statement.sheet for statement in build_statements(known)}


def heads(book: Workbook) -> dict[str, int]:
    """Code → column of the summary."""
    found: dict[str, int] = {}
    for cell in book["Tổng hợp"][5]:
        found.setdefault(str(cell.value), cell.column)
    return found


def test_every_total_leads_to_the_figures_of_all_units(demo: Any, book: Workbook) -> None:
    columns = heads(book)
    template = demo.collection.template
    codes = list(demo.collection.totals.index)
    for code in codes:
        cell = book["Báo cáo huyện"].cell(template.inputs[code].row, template.inputs[code].column)
        target = follow(book, cell.hyperlink.location)
        assert (target.row, target.column) == (4, columns[code])


def test_every_figure_of_a_unit_leads_to_its_row_and_on_to_the_cell_of_its_file(
    demo: Any, book: Workbook
) -> None:
    columns = heads(book)
    units = {row[0].value: row for row in book["Tổng hợp"].iter_rows(min_row=6) if row[0].value}
    rows = list(book["Dữ liệu"].iter_rows())
    answers = demo.collection.answers
    shown = answers[answers["indicator"].isin(columns) & (answers["state"] != State.UNANSWERED)]
    assert len(shown) > 1500
    for answer in shown.itertuples():
        cell = units[answer.unit][columns[answer.indicator] - 1]
        source = follow(book, cell.hyperlink.location)
        row = rows[source.row - 1]
        assert (row[0].value, row[5].value) == (answer.unit, answer.indicator)
        place = row[COLUMNS.index("Ô")]
        assert place.value == f"{answer.sheet}!{answer.cell}"
        assert place.hyperlink.location == f"'{answer.sheet}'!{answer.cell}"
        assert unquote(place.hyperlink.target) == f"returned\\{answer.file}".replace("/", "\\")


def test_a_unit_s_name_leads_to_its_first_row(demo: Any, book: Workbook) -> None:
    for row in book["Tổng hợp"].iter_rows(min_row=6):
        if row[1].hyperlink:
            assert (
                follow(book, row[1].hyperlink.location)
                .parent.cell(follow(book, row[1].hyperlink.location).row, 1)
                .value
                == row[0].value
            )


def test_with_very_many_figures_only_one_of_each_unit_is_linked(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_module, "MOST_LINKS", 100)
    many = write_sheets(collection, tmp_path, write_table, write_summary)
    linked = sum(1 for row in many["Dữ liệu"].iter_rows() for cell in row if cell.hyperlink)
    assert linked == collection.answers["file"].nunique()
    assert not any(cell.hyperlink for row in many["Tổng hợp"].iter_rows(min_row=6, min_col=6) for cell in row)
    assert "bấm vào tên đơn vị" in many["Tổng hợp"]["C1"].value
    assert "chỉ dòng đầu" in many["Dữ liệu"].cell(1, COLUMNS.index("Ô") + 1).comment.text


@requires_libreoffice
def test_libreoffice_finds_a_text_that_leads_on_from_every_linked_total_and_unit(
    small_path: Path, small_book: Workbook, tmp_path: Path
) -> None:
    """It follows no link on a number: a text in the same row or column leads on."""
    book, followed = small_book, links_in_libreoffice(small_path, tmp_path)
    report = book["Báo cáo huyện"]
    totals = {cell.row for row in report.iter_rows() for cell in row if cell.hyperlink}
    assert totals
    assert totals == {row for row, _column in followed["Báo cáo huyện"]}
    linked = {c.row for r in book["Tổng hợp"].iter_rows(min_col=6) for c in r if c.hyperlink}
    assert linked
    assert linked <= {row for row, column in followed["Tổng hợp"] if column == 2}
    areas = {c.column for c in book["Chỉ tiêu theo xã"][4] if c.hyperlink}
    assert areas
    assert areas == {column for row, column in followed["Chỉ tiêu theo xã"] if row == 4}
    data = {(c.row, c.column) for r in book["Dữ liệu"].iter_rows() for c in r if c.hyperlink}
    assert data == followed["Dữ liệu"]


def test_each_file_is_named_once_however_many_cells_lead_there(demo: Any) -> None:
    with zipfile.ZipFile(demo.workbook) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/_rels/"):
                targets = re.findall(r'/hyperlink" Target="([^"]*)"', package.read(name).decode())
                assert len(targets) == len(set(targets)), name
