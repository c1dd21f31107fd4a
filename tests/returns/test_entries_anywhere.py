"""Whatever is typed where a person can see it is read, or it is told: beside, above and below the form as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from workbook_tools.excel import Cell, column_letters
from workbook_tools.forms.form_id import read_key
from workbook_tools.readers import read_workbook
from workbook_tools.readers.sheet_book import CellValue, SheetBook
from workbook_tools.returns import read as reading
from workbook_tools.returns.read import Hints, read_return

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns import Campaign

    from workbook_tools.problems import Problem

MARGIN = 3


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Callable[[Campaign, SheetBook], list[Problem]]:
    """The problems of a return with these cells."""

    def read(campaign: Campaign, book: SheetBook) -> list[Problem]:
        monkeypatch.setattr(reading, "read_workbook", lambda data, kind=None: book)
        return read_return(b"", campaign.template, read_key(campaign.key), Hints(roster=campaign.roster))[1]

    return read


def with_cell(book: SheetBook, sheet: str, place: tuple[int, int], value: CellValue) -> SheetBook:
    sheets = [
        replace(one, cells={**one.cells, place: value}) if one.name == sheet else one for one in book.sheets
    ]
    return replace(book, sheets=tuple(sheets))


@pytest.mark.slow
@pytest.mark.parametrize("campaign", ["little", "second"])
@pytest.mark.parametrize("value", [CellValue("number", "77", 77.0), CellValue("text", "77 em", "77 em")])
def test_a_figure_in_any_blank_cell_that_is_seen_is_told(
    campaign: str, value: CellValue, request: pytest.FixtureRequest, tell: Callable[..., list[Problem]]
) -> None:
    made: Campaign = request.getfixturevalue(campaign)
    # Of every type, among them one that is asked nothing on a sheet.
    for unit in {made.roster[code].type: code for code in made.forms}.values():
        data = made.forms[unit].read_bytes()
        book, looks = read_workbook(data), load_workbook(made.forms[unit])
        assert tell(made, book) == []
        places = {*made.template.inputs.values(), *made.template.notes.values()}
        for name in made.template.form_sheets:
            sheet = next(sheet for sheet in book.sheets if sheet.name == name)
            rows, columns = (max(part) + MARGIN for part in zip(*sheet.cells, strict=True))
            seen = [
                (row, column)
                for row in range(1, rows + 1)
                for column in range(1, columns + 1)
                if not looks[name].row_dimensions[row].hidden
                and not looks[name].column_dimensions[column_letters(column)].hidden
                and (row, column) not in sheet.cells
                and Cell(name, row, column) not in places
            ]
            untold = [
                Cell(name, *place).ref
                for place in seen
                if not tell(made, with_cell(book, name, place, value))
            ]
            assert len(seen) > 100
            assert untold == [], (unit, name)


def test_a_check_that_a_program_left_as_its_text_is_no_entry(
    little: Campaign, tell: Callable[..., list[Problem]]
) -> None:
    """SheetJS drops formulas and keeps their results."""
    path = next(iter(little.forms.values()))
    book = read_workbook(path.read_bytes())
    values = {
        sheet.name: {place: replace(cell, is_formula=False) for place, cell in sheet.cells.items()}
        for sheet in book.sheets
    }
    left = replace(book, sheets=tuple(replace(one, cells=values[one.name]) for one in book.sheets))
    assert any(cell.is_formula for sheet in book.sheets for cell in sheet.cells.values())
    assert "entry-outside" not in {p.code for p in tell(little, left)}


def test_what_is_typed_over_lines_on_a_sheet_that_asks_nothing_is_told(
    second: Campaign, tell: Callable[..., list[Problem]]
) -> None:
    unit = next(code for code in second.forms if second.roster[code].type == "cum")
    book = read_workbook(second.forms[unit].read_bytes())
    sheet, place = "Biểu 2 Cơ sở vật chất", (9, 2)
    typed = with_cell(book, sheet, place, CellValue("number", "77", 77.0))
    assert [(p.code, p.place.sheet, p.place.cell) for p in tell(second, typed)] == [
        ("entry-outside", sheet, "B9")
    ]
