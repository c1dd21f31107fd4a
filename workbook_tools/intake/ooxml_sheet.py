"""The cells of worksheet parts: only those with content, each with its text as stored."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

import msgspec

from workbook_tools.cells import parse_ref
from workbook_tools.intake.book import CellValue
from workbook_tools.intake.guard import Element, Limits, remember_small, text_of
from workbook_tools.intake.ooxml_parts import PieceMemory, read_main
from workbook_tools.intake.ooxml_text import decode_text, read_text
from workbook_tools.intake.refusal import CELL_TWICE, CUT_OFF, OFF_GRID, damaged

_ROWS, _COLUMNS = 1_048_576, 16_384
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_SPACE = " \t\r\n"
_CELLS_END, _SHEET_END = b"</sheetData>", b"</worksheet>"


class _Result(msgspec.Struct, frozen=True, gc=False):
    """A formula whose result is one of the workbook's strings."""

    index: int


class _Number(msgspec.Struct, frozen=True, gc=False):
    """A cell with a number, or a date in ISO 8601, which only the workbook's styles and date system tell the meaning of."""

    raw: str
    style: str | None
    is_formula: bool
    is_iso_date: bool


_Place: TypeAlias = tuple[int, int]
_Stored: TypeAlias = CellValue | _Number | _Result | int
"""What a cell holds: a value, or the index of a shared string."""
_Cell: TypeAlias = tuple[_Place, _Stored | None]
_NOT_SAID: _Place = (0, 0)


class CellReader:
    """Turns what a cell says into a value; shared by the sheets of one workbook."""

    def __init__(self, strings: Sequence[CellValue], date_styles: frozenset[str], date1904: bool) -> None:
        self._strings = strings
        self._date_styles = date_styles
        self._epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)

    def read(self, cells: Iterable[tuple[_Place, _Stored]]) -> dict[_Place, CellValue]:
        """The values of cells; those with an empty text are left out."""
        strings, read = self._strings, self._read
        try:
            return {
                place: value
                for place, stored in cells
                if (value := strings[stored] if isinstance(stored, int) else read(stored)).raw or value.is_formula
            }
        except IndexError as error:
            # The other strings may not be those of this sheet either.
            raise damaged(CUT_OFF, "shared string") from error

    def _read(self, stored: CellValue | _Number | _Result) -> CellValue:
        if isinstance(stored, _Result):
            text = self._strings[stored.index]
            return CellValue("text", text.raw, text.value, True)
        return self._read_number(stored) if isinstance(stored, _Number) else stored

    def _read_number(self, stored: _Number) -> CellValue:
        value = self._serial(stored.raw) if stored.is_iso_date else float(stored.raw) if _NUMBER.fullmatch(stored.raw) else math.nan
        if not math.isfinite(value):
            return CellValue("error", stored.raw, stored.raw, stored.is_formula)
        return CellValue("number", stored.raw, value, stored.is_formula, stored.is_iso_date or stored.style in self._date_styles)

    def _serial(self, raw: str) -> float:
        try:
            return (datetime.fromisoformat(raw).replace(tzinfo=None) - self._epoch) / timedelta(days=1)
        except ValueError:
            return math.nan


def read_cells(data: bytes, part: str, cell_reader: CellReader, limits: Limits) -> dict[_Place, CellValue]:
    """The cells of one worksheet by 1-based (row, column), in the order of the part.

    Rows and cells may come in any order and without addresses. RefusedFile where cells are off the grid or there twice.
    """
    return cell_reader.read(_read_stored(data, part, limits))


@remember_small
def _read_stored(data: bytes, part: str, limits: Limits) -> list[tuple[_Place, _Stored]]:
    """What the cells that are not empty hold."""
    found = _CELLS.read(data, part, limits, _without_tail(data))
    places = dict(found)
    if _NOT_SAID in places:
        found = _count_out(data, part, limits)
        places = dict(found)
    filled = [cell for cell in found if cell[1] is not None]
    if len(places) < len(found) and len(dict(filled)) < len(filled):
        raise damaged(CELL_TWICE, part)
    return filled  # type: ignore[return-value]  # none is empty


def _count_out(data: bytes, part: str, limits: Limits) -> list[_Cell]:
    """The cells of a part in which some have no address: they follow the one before, or begin their row."""
    root, prefix = read_main(data, part, limits)
    found: list[_Cell] = []
    row = column = 0
    for element in root.iter(f"{prefix}row", f"{prefix}c"):
        if element.tag.endswith("}row"):
            row, column = _parse_row(element.get("r"), row), 0
            continue
        place, value = _parse_cell(element, prefix)
        row, column = place if place is not _NOT_SAID else (row, column + 1)
        found.append((_on_grid(row, column), value))
    return found


def _parse_row(number: str | None, before: int) -> int:
    if number is None:
        return before + 1
    if not _ROW.fullmatch(number):
        raise damaged(OFF_GRID, f"row {number[:20]}")
    return int(number)


def _parse_cell(cell: Element, prefix: str) -> _Cell:
    ref = cell.get("r")
    try:
        place = _on_grid(*parse_ref(ref)) if ref is not None else _NOT_SAID
    except ValueError as error:
        raise damaged(OFF_GRID, ref[:20]) from error
    raw, is_formula = None, False
    for child in cell:
        name = child.tag.removeprefix(prefix)
        if name == "v":
            raw = text_of(child)
        elif name == "f":
            is_formula = True
        elif name == "is":
            raw = read_text(child, prefix)
    return place, _parse_value(cell, raw, is_formula)


def _parse_value(cell: Element, raw: str | None, is_formula: bool) -> _Stored | None:
    kind = cell.get("t", "n")
    is_text = kind in ("str", "inlineStr")
    if raw is None or not (is_text or raw.strip(_SPACE)):
        return CellValue("blank-formula", "", None, True) if is_formula else None
    if is_text:
        text = decode_text(raw)
        return CellValue("text", text, text, is_formula) if text or is_formula else None
    if kind == "s":
        index = _parse_index(raw.strip(_SPACE))
        return _Result(index) if is_formula else index
    if kind in ("n", "d"):
        return _Number(raw.strip(_SPACE), cell.get("s"), is_formula, kind == "d")
    value = _BOOLEANS.get(raw.strip(_SPACE).lower()) if kind == "b" else None
    if value is None:
        return CellValue("error", raw, raw, is_formula)
    return CellValue("bool", "TRUE" if value else "FALSE", value, is_formula)


def _parse_index(index: str) -> int:
    if not (index.isascii() and index.isdigit() and len(index) < 10):
        raise damaged(CUT_OFF, f"shared string {index[:20]}")
    return int(index)


def _check_rows(root: Element, prefix: str) -> None:
    for row in root.iter(f"{prefix}row"):
        _check_row(row.get("r"))


@lru_cache(maxsize=1 << 12)
def _check_row(number: str | None) -> None:
    _parse_row(number, 0)


_CELLS = PieceMemory("c", b"<c ", _parse_cell, _check_rows)


def _on_grid(row: int, column: int) -> _Place:
    if not (0 < row <= _ROWS and 0 < column <= _COLUMNS):
        raise damaged(OFF_GRID, f"{row}, {column}")
    return row, column


def _without_tail(data: bytes) -> bytes | None:
    """The part without what stands behind its cells, drop-down lists and the like, which is half of a form; None where that is not plain."""
    end = data.find(_CELLS_END)
    if end < 0 or not data.endswith(_SHEET_END) or data.find(b"sheetData", end + len(_CELLS_END)) >= 0:
        return None
    return data[:end] + _CELLS_END + _SHEET_END
