"""Shared by Excel's two binary formats: decoding values and looks, and collecting texts and cells."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from workbook_tools.excel import COLUMN_LIMIT, ROW_LIMIT, bool_text
from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import TextLook
from workbook_tools.readers.refused import CELL_TWICE, CUT_OFF, OFF_GRID, damaged, too_large
from workbook_tools.readers.sheet_book import CellValue

if TYPE_CHECKING:
    from workbook_tools.readers.limits import Limits

_STATES = ("visible", "hidden", "veryHidden")
_STRUCK = 8
_SCRIPTS = {1: TextLook.RAISED, 2: TextLook.LOWERED}
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
    """A number, its text the shortest that round-trips; an error value for NaN and infinity."""
    if not math.isfinite(value):
        return CellValue("error", str(value), str(value), is_formula)
    # Above 15 digits a double no longer holds every integer, so digits would be invented.
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return CellValue("number", text, value, is_formula, is_date)


def rk_number(stored: int) -> float:
    """Decode a number packed into 32 bits (MS-XLS 2.5.217).

    30 bits are an integer or the upper part of a double; one of the others says whether to divide by 100.
    """
    if stored & 2:
        upper = 1 << 30 if stored & 0x80000000 else 0
        number = float((stored >> 2) - upper)
    else:
        (number,) = struct.unpack("<d", struct.pack("<4xI", stored & 0xFFFFFFFC))
    return number / 100 if stored & 1 else number


def bool_value(stored: int, is_formula: bool = False) -> CellValue:
    """A boolean; an error value unless it is stored as 0 or 1."""
    if stored not in (0, 1):
        return error_value(stored, is_formula)
    value = bool(stored)
    return CellValue("bool", bool_text(value), value, is_formula)


def error_value(code: int, is_formula: bool = False) -> CellValue:
    """An error by its code; an unknown code is still an error."""
    text = _ERRORS.get(code, f"#ERROR {code}")
    return CellValue("error", text, text, is_formula)


def text_value(text: str, is_formula: bool = False) -> CellValue | None:
    """Text; None if empty, unless a formula returned it."""
    if text or is_formula:
        return CellValue("text", text, text, is_formula)
    return None


def sheet_state(stored: int) -> str:
    """The state of a sheet; an unknown one is as good as ``veryHidden``."""
    return _STATES[min(stored, 2)]


def font_look(bits: int, script: int) -> TextLook:
    """The look of a font by its flags and script (MS-XLS 2.4.122)."""
    if bits & _STRUCK:
        return TextLook.STRUCK
    return _SCRIPTS.get(script, TextLook.PLAIN)


class SharedStrings:
    """The texts that cells refer to by number; RefusedFile for more than the limits allow."""

    def __init__(self, limits: Limits, part: str = "") -> None:
        self._limits = limits
        self._part = part
        self._strings: list[CellValue] = []
        self._characters = 0

    def add(self, text: str, shown: str) -> None:
        """Add the next text; ``shown`` as in a :class:`CellValue`."""
        self._characters += len(text)
        if len(self._strings) >= self._limits.strings:
            raise too_large(self._limits.strings, _("texts"), self._part)
        if self._characters > self._limits.characters:
            raise too_large(self._limits.characters, _("characters"), self._part)
        self._strings.append(CellValue("text", text, text, shown=shown))

    def find(self, index: int) -> CellValue | None:
        """The text with that number; None if it is empty, RefusedFile if no text has that number."""
        # A dangling index means that the other strings may be wrong, too.
        if index >= len(self._strings):
            raise damaged(CUT_OFF, f"shared string {index}")
        text = self._strings[index]
        return text if text.raw else None


class CellGrid:
    """The filled cells of one sheet; RefusedFile if a cell is off the grid, repeated or beyond the limit."""

    def __init__(self, sheet: str, most: int, before: int = 0) -> None:
        """``most`` is the limit of the whole workbook, ``before`` the number of cells in earlier sheets."""
        self.cells: dict[tuple[int, int], CellValue] = {}
        self._sheet = sheet
        self._most = most
        self._left = most - before

    def keep(self, row: int, column: int, value: CellValue | None) -> None:
        """Store a cell by its 0-based row and column; None for an empty one."""
        if row >= ROW_LIMIT or column >= COLUMN_LIMIT:
            raise damaged(OFF_GRID, f"{self._sheet}: {row}, {column}")
        if value is None:
            return
        place = row + 1, column + 1
        # Programs differ in which of two contents they show, so neither is believed.
        if place in self.cells:
            raise damaged(CELL_TWICE, f"{self._sheet}: {place}")
        if len(self.cells) >= self._left:
            raise too_large(self._most, _("filled cells"), self._sheet)
        self.cells[place] = value
