"""The cells of the officer's own workbooks, for code that needs only their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.readers import read_workbook
from workbook_tools.readers.number_format import format_number
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.spec.own_workbook import (
    OFFICER_LIMITS,
    NoResult,
    cannot_read,
    check_format,
    filled_cells,
    openpyxl_value,
    read_own_file,
    result_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.readers.sheet_book import CellValue
    from workbook_tools.storage.location import Location


class OwnSheet(Struct, frozen=True):
    """A sheet's filled cells, by 1-based row and column, in order.

    ``shown`` holds, by row and column, what cells display if that is not what they hold.
    """

    name: str
    rows: Mapping[int, Mapping[int, object]]
    shown: Mapping[tuple[int, int], str] = {}


def read_own_sheets(path: Location) -> Sequence[OwnSheet]:
    """Read all sheets of a workbook, formulas as their results; CannotRead as by ``open_workbook``.

    By this program's reader, which takes half of the time of openpyxl.
    """
    data = read_own_file(path)
    try:
        book = read_workbook(data, OFFICER_LIMITS, check_format(path, data))
        if book.fault is not None:
            raise book.fault
    except RefusedFile as refused:
        raise cannot_read(path, refused) from refused
    sheets = []
    for sheet in book.sheets:
        rows: dict[int, dict[int, object]] = {}
        for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
            rows.setdefault(row, {})[column] = _content(cell, date1904=book.date1904)
        shown = {place: cell.shown for place, cell in sheet.cells.items() if cell.shown}
        sheets.append(OwnSheet(sheet.name, rows, shown))
    return sheets


def own_sheet(sheet: Worksheet) -> OwnSheet:
    """A sheet of an open workbook; formulas have their text and their result.

    What cells show is known of per cents only.
    """
    # Only filled cells: a sheet formatted to its end has a million empty rows.
    rows: dict[int, dict[int, object]] = {}
    shown = {}
    for cell in filled_cells(sheet):
        rows.setdefault(cell.row, {})[cell.column] = cell.value
        value = result_of(cell.value)
        if "%" in cell.number_format and isinstance(value, int | float):
            shown[cell.row, cell.column] = format_number(cell.number_format, float(value))
    return OwnSheet(sheet.title, rows, shown)


def _content(cell: CellValue, *, date1904: bool) -> object:
    if cell.kind == "blank-formula":
        return NoResult("")
    if cell.kind == "error" and not cell.is_formula:
        return cell.raw
    return openpyxl_value(cell, date1904=date1904)
