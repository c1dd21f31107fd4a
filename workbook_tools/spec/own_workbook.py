"""Read the officer's own workbooks once, within limits, and turn every fault into a message."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.readers import read_workbook
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS, MIB
from workbook_tools.readers.refused import RefusedFile, too_large
from workbook_tools.readers.zip_package import open_package
from workbook_tools.spec.merged_blocks import fast_blocks
from workbook_tools.storage.refusals import explain_refusal
from workbook_tools.storage.remote_path import FileTooLarge, RemotePath

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.readers.sheet_book import CellValue
    from workbook_tools.storage.location import Location

OFFICER_LIMITS = replace(LIMITS, file=50 * MIB)
_MOST_CELLS, _MOST_ROWS, _MOST_COVERED = 1_000_000, 200_000, 200_000
"""Limits on cells, rows and covered cells of a sheet.

openpyxl takes seconds for as many, and creates every cell that merged blocks and links cover. A roster of
45,000 units has 315,000 cells.
"""
_MARGIN_ROWS, _MARGIN_COLUMNS = 100, 20
"""How far beyond its content a sheet's blank cells are kept, with their borders and fills."""
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row[ />]"), re.compile(rb"<(?:\w+:)?c[ />]")
_RANGE = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink|comment)\s[^>]*?\bref\s*="
    rb"\s*[\"']\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})[\"']"
)
_SAVE_AS = _("Open it in Excel, choose Save As, Excel Workbook (.xlsx), and use that file.")
_REPAIR = _("Open it in Excel and save it again (Excel may repair it), or use an earlier copy.")
_OTHERS = {
    Format.XLS: (_("it is a workbook of Excel 97–2003 (.xls)"), _SAVE_AS),
    Format.OLD_XLS: (_("it is a workbook of Excel 95 or older (.xls)"), _SAVE_AS),
    Format.XLSB: (_("it is an Excel Binary Workbook (.xlsb)"), _SAVE_AS),
    Format.ODS: (_("it is an OpenDocument Spreadsheet (.ods)"), _SAVE_AS),
    Format.FODS: (_("it is an OpenDocument Spreadsheet (.ods)"), _SAVE_AS),
    Format.ENCRYPTED: (
        _("it is password-protected"),
        _("Open it in Excel, remove the password (File, Info, Protect Workbook) and save it."),
    ),
    Format.WORD: (_("it is a Word document, not an Excel workbook"), _("Use the Excel workbook (.xlsx).")),
    Format.EMPTY: (_("the file is empty (0 bytes)"), _("Use an earlier copy.")),
}
_NO_WORKBOOK = _("it is not a workbook that Excel saved as .xlsx")
_left: dict[bytes, Workbook] = {}
"""At most one workbook, left open for the next caller."""
_STRICT = b"http://purl.oclc.org/ooxml/"


class TypedFormula(str):
    """A formula as typed; ``result`` is its cached result, or None."""

    result: object = None


class NoResult(Struct, frozen=True):
    """Placeholder for a formula result that is an error; ``text`` is what the cell shows."""

    text: str


def open_workbook(path: Location, data: bytes | None = None) -> Workbook:
    """Open one of the officer's own workbooks, never a returned file; ``data`` is its content if already
    read.

    Blank cells far beyond the content of a sheet are dropped, so that work per cell is bounded. CannotRead
    for a file that is not a workbook, damaged, or larger than any template or roster.
    """
    if data is None:
        data = read_own_file(path)
    check_format(path, data)
    try:
        _check_costs(data)
        with warnings.catch_warnings(), fast_blocks():
            # check_lost_parts reports what openpyxl drops, in the officer's language.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(data), rich_text=False)
    except RefusedFile as refused:
        raise cannot_read(path, refused) from refused
    except Exception as error:  # openpyxl and its dependencies share no exception class
        raise CannotRead(path, _("it is damaged: a part of it cannot be parsed"), _REPAIR) from error
    if not workbook.worksheets:
        strict = _STRICT in _part(data, "xl/workbook.xml")
        reason = _("it was saved as Strict Open XML") if strict else _("it has no sheet")
        raise CannotRead(path, reason, _SAVE_AS)
    for sheet in workbook.worksheets:
        _drop_blank_edges(sheet)
    _add_results(workbook, data)
    return workbook


def check_format(path: Location, data: bytes) -> Format:
    """The format of a workbook's content; CannotRead, with a remedy, unless it is .xlsx."""
    kind = detect_format(data)
    if kind is not Format.XLSX:
        raise CannotRead(path, *_OTHERS.get(kind, (_NO_WORKBOOK, _SAVE_AS)))
    return kind


def keep_open(data: bytes, workbook: Workbook) -> None:
    """Hand an unchanged open workbook over to the next caller that opens the same bytes."""
    _left.clear()
    _left[data] = workbook


def reopen_workbook(path: Location, data: bytes | None) -> Workbook:
    """Like ``open_workbook``, but reuse the workbook of :func:`keep_open`, once: opening takes 0.25 s."""
    left = _left.pop(data, None) if data is not None else None
    if left is not None:
        return left
    return open_workbook(path, data)


def read_own_file(path: Location, limit: int = OFFICER_LIMITS.file) -> bytes:
    """Read one of the officer's own files; CannotRead if the system refuses or it is too large."""
    try:
        if isinstance(path, RemotePath):
            return path.read_bytes(limit)
        if path.is_file() and path.stat().st_size > limit:
            raise FileTooLarge(str(path))
        return path.read_bytes()
    except FileTooLarge as error:
        raise cannot_read(path, too_large(limit // MIB, "MB")) from error
    except FileNotFoundError as error:
        remedy = _("Check its name and folder; if it was renamed, moved or deleted, put it back.")
        raise CannotRead(path, _("there is no such file"), remedy) from error
    except OSError as error:
        raise CannotRead(path, *explain_refusal(error)) from error


def filled_cells(sheet: Worksheet) -> list[Cell]:
    """Return the cells with content, row by row, at a cost that does not depend on blank cells."""
    # Through openpyxl's dictionary, because its iterators create every cell up to the last row and column.
    cells: dict[tuple[int, int], Cell | MergedCell] = sheet._cells
    return [
        cell
        for _place, cell in sorted(cells.items())
        if not isinstance(cell, MergedCell) and cell.value is not None
    ]


def result_of(value: object) -> object:
    """Return what a cell shows: its content, or the cached result of its formula.

    :class:`NoResult` if that is an error or missing.
    """
    if not isinstance(value, TypedFormula | ArrayFormula | DataTableFormula):
        return value
    found = getattr(value, "result", None)
    if found is None:
        return NoResult("")
    return found


def _add_results(workbook: Workbook, data: bytes) -> None:
    """Attach to every formula its cached result, which openpyxl would read only by opening the file again."""
    formulas = [
        (sheet, cell)
        for sheet in workbook.worksheets
        for cell in filled_cells(sheet)
        if cell.data_type == "f"
    ]
    if not formulas:
        return
    try:
        book = read_workbook(data, OFFICER_LIMITS, Format.XLSX)
    except RefusedFile:
        return
    saved = {sheet.name: sheet.cells for sheet in book.sheets}
    for sheet, cell in formulas:
        found = saved.get(sheet.title, {}).get((cell.row, cell.column))
        content: object = cell.value
        if isinstance(content, str):
            content = TypedFormula(content)
            setattr(cell, "_value", content)  # noqa: B010 - assigned as value it would become a plain text
        result = None if found is None else openpyxl_value(found, date1904=book.date1904)
        setattr(content, "result", result)  # noqa: B010


def openpyxl_value(found: CellValue, *, date1904: bool) -> object:
    """A cell's value as openpyxl would have it; :class:`NoResult` for an error."""
    if found.kind == "error":
        return NoResult(found.raw)
    if found.is_date and isinstance(found.value, float):
        calendar = CALENDAR_MAC_1904 if date1904 else CALENDAR_WINDOWS_1900
        return from_excel(found.value, calendar)
    return found.value


def _check_costs(data: bytes) -> None:
    """RefusedFile for a package that is damaged, or that openpyxl would never finish."""
    package = open_package(data, OFFICER_LIMITS)
    for name in package.names:
        part = package.read(name)
        if not name.casefold().endswith((".xml", ".rels", ".vml")):
            continue
        if b"<!DOCTYPE" in part:
            raise RefusedFile("return-hostile", name)
        if sum(_covered(found) for found in _RANGE.finditer(part)) > _MOST_COVERED:
            raise too_large(_MOST_COVERED, "covered cells", name)
        # Count exactly only if it may matter.
        if part.count(b"<") > _MOST_ROWS and (
            len(_ROW.findall(part)) > _MOST_ROWS or len(_CELL.findall(part)) > _MOST_CELLS
        ):
            raise too_large(_MOST_CELLS, "cells", name)


def _covered(found: re.Match[bytes]) -> int:
    first, top, last, bottom = (group.decode("ascii").upper() for group in found.groups())
    return (column_index_from_string(last) - column_index_from_string(first) + 1) * (
        int(bottom) - int(top) + 1
    )


def cannot_read(path: Location, refused: RefusedFile) -> CannotRead:
    """The error that says of one of the officer's own workbooks why it was refused."""
    if refused.code == "return-too-large":
        reason = _(
            "it is larger than any template or roster: pasted data, pictures, or blocks merged over whole "
            "columns"
        )
        return CannotRead(path, reason, _("In Excel, delete what does not belong in it, and save it."))
    if refused.code == "return-hostile":
        return CannotRead(path, _("it has a structure that no spreadsheet program produces"), _REPAIR)
    return CannotRead(path, _("it is damaged: a part of it is truncated or was changed"), _REPAIR)


def _part(data: bytes, name: str) -> bytes:
    try:
        return open_package(data, OFFICER_LIMITS).read(name)
    except RefusedFile:
        return b""


def _drop_blank_edges(sheet: Worksheet) -> None:
    """Drop blank cells far beyond the content: one colour in the last row makes a million rows."""
    filled = filled_cells(sheet)
    blocks = sheet.merged_cells.ranges
    last_row = (
        max([cell.row for cell in filled] + [block.max_row for block in blocks], default=0) + _MARGIN_ROWS
    )
    last_column = (
        max([cell.column for cell in filled] + [block.max_col for block in blocks], default=0)
        + _MARGIN_COLUMNS
    )
    for place in [place for place in sheet._cells if place[0] > last_row or place[1] > last_column]:
        del sheet._cells[place]
