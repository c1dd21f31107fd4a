"""What the two binary workbook formats of Excel have in common: how numbers and errors are stored, and cells kept."""

from __future__ import annotations

import math
import struct

from workbook_tools.excel import COLUMN_LIMIT, ROW_LIMIT
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import CELL_TWICE, OFF_GRID, damaged, too_large
from workbook_tools.readers.workbook import CellValue

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def number_value(value: float, is_formula: bool = False, is_date: bool = False) -> CellValue:
    """A number, its text the shortest that says the same; an error where it is none."""
    if not math.isfinite(value):
        return CellValue("error", str(value), str(value), is_formula)
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return CellValue("number", text, value, is_formula, is_date)


def rk_number(stored: int) -> float:
    """A number packed into 32 bits (MS-XLS 2.5.217): 30 bits of it, whole or the upper part of a double, and whether to divide by 100."""
    if stored & 2:
        number = float((stored >> 2) - (1 << 30 if stored & 0x80000000 else 0))
    else:
        (number,) = struct.unpack("<d", struct.pack("<4xI", stored & 0xFFFFFFFC))
    return number / 100 if stored & 1 else number


def bool_value(stored: int, is_formula: bool = False) -> CellValue:
    """A truth value; an error for what is neither 0 nor 1."""
    if stored not in (0, 1):
        return error_value(stored, is_formula)
    return CellValue("bool", "TRUE" if stored else "FALSE", bool(stored), is_formula)


def error_value(code: int, is_formula: bool = False) -> CellValue:
    """An error by its number; one that is not known is still an error."""
    text = _ERRORS.get(code, f"#ERROR {code}")
    return CellValue("error", text, text, is_formula)


def text_value(text: str, is_formula: bool = False) -> CellValue | None:
    """A text; none of nothing, unless a formula gave it."""
    return CellValue("text", text, text, is_formula) if text or is_formula else None


class CellGrid:
    """The filled cells of one sheet; RefusedFile where one is off the grid, there twice, or one too many."""

    def __init__(self, sheet: str, most: int, before: int = 0) -> None:
        """``most`` is what the whole workbook may have, ``before`` how many its other sheets have already."""
        self.cells: dict[tuple[int, int], CellValue] = {}
        self._sheet = sheet
        self._most = most
        self._left = most - before

    def keep(self, row: int, column: int, value: CellValue | None) -> None:
        """Keep the value of a cell, its row and column counted from 0 as they are stored; None for one without content."""
        if row >= ROW_LIMIT or column >= COLUMN_LIMIT:
            raise damaged(OFF_GRID, f"{self._sheet}: {row}, {column}")
        if value is None:
            return
        place = row + 1, column + 1
        if place in self.cells:
            raise damaged(CELL_TWICE, f"{self._sheet}: {place}")
        if len(self.cells) >= self._left:
            raise too_large(self._most, _("filled cells"), self._sheet)
        self.cells[place] = value
