"""Parse one cell of a worksheet: address and value."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.excel import COLUMN_LIMIT, EPOCH, NUMBER_DIGITS, ROW_LIMIT, bool_text, parse_ref
from workbook_tools.readers.limits import Element, text_of
from workbook_tools.readers.refused import CUT_OFF, OFF_GRID, damaged
from workbook_tools.readers.sheet_book import CellValue
from workbook_tools.readers.xlsx.strings import decode_text, read_text, show_text

if TYPE_CHECKING:
    from workbook_tools.readers.cell_looks import CellLooks

_PLAIN = re.compile(
    r'r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="([0-9]{1,9})")?(?: t="([ns])")?>'
    r"<v>(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)</v></c>"
)
"""The rest of a cell after ``<c ``, if it holds only a number or a reference to a string."""
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_SPACE = " \t\r\n"


class Result(Struct, frozen=True, gc=False):
    """A shared string as the result of a formula, or struck out."""

    index: int
    is_formula: bool = True
    struck: bool = False
    """Whether the cell's font is struck through."""


Address: TypeAlias = tuple[int, int]
Stored: TypeAlias = CellValue | Result | int
"""A cell's content: a value, or the index of a shared string."""
Parsed: TypeAlias = "tuple[Address, Stored] | tuple[()]"
"""A cell's address and content; empty for a blank one."""
NOT_SAID: Address = (0, 0)
_SOMETHING = CellValue("blank-formula", "", None, True)


class CellParser(Struct, frozen=True):
    """Parses cells of workbooks with the same date system and equal cell formats.

    Compared by value, so it is usable as a cache key.
    """

    looks: CellLooks
    date1904: bool

    def __call__(self, cell: Element, prefix: str) -> Parsed:
        """The cell's address and content, or empty if it is blank; one without an address keeps its entry."""
        place, stored = self.parse(cell, prefix)
        if place is NOT_SAID:
            return NOT_SAID, _SOMETHING
        return (place, stored) if stored is not None else ()

    def parse_plain(self, piece: bytes) -> Parsed | None:
        """The same of the bytes behind ``<c ``, if they are a cell as most figures are written; else None.

        No parser can take them for anything else, and figures are most of what differs between returns.
        """
        match = _PLAIN.fullmatch(piece.decode("latin-1"))
        if match is None:
            return None
        ref, style, kind, raw = match.groups()
        stored = self._dress(self._parse_value(kind or "n", style, raw, False), style)
        if stored is not None:
            return _parse_place(ref), stored
        return ()

    def parse(self, cell: Element, prefix: str) -> tuple[Address, Stored | None]:
        """A cell's address, or ``NOT_SAID``, and its content; RefusedFile if it is off the grid."""
        ref = cell.get("r")
        try:
            place = _parse_place(ref) if ref is not None else NOT_SAID
        except ValueError as error:
            raise damaged(OFF_GRID, ref[:20]) from error
        raw, is_formula, shown, twice = None, False, "", ""
        for child in cell:
            name = child.tag.removeprefix(prefix)
            if name == "v":
                if raw is not None:
                    twice = f"{raw} | {text_of(child)}"
                raw = text_of(child)
            elif name == "f":
                is_formula = True
            elif name == "is":
                raw, shown = read_text(child, prefix), show_text(child, prefix)
        if twice:
            # Programs differ in which of two values they show, so neither is believed.
            return place, CellValue("error", twice, twice, is_formula)
        style = cell.get("s")
        stored = self._parse_value(cell.get("t", "n"), style, raw, is_formula)
        if shown and isinstance(stored, CellValue):
            stored = replace(stored, shown=shown)
        return place, self._dress(stored, style)

    def _dress(self, stored: Stored | None, style: str | None) -> Stored | None:
        """Add what the cell's format displays."""
        if stored is None or not self.looks.is_odd(style):
            return stored
        if isinstance(stored, CellValue):
            return self.looks.dress(stored, style)
        if not self.looks.is_struck(style):
            return stored
        index, is_formula = (stored, False) if isinstance(stored, int) else (stored.index, stored.is_formula)
        return Result(index, is_formula, True)

    def _parse_value(self, kind: str, style: str | None, raw: str | None, is_formula: bool) -> Stored | None:
        is_text = kind in ("str", "inlineStr")
        # Blanks are content of a text only; around a number they are formatting of the XML.
        if raw is None or not (is_text or raw.strip(_SPACE)):
            return CellValue("blank-formula", "", None, True) if is_formula else None
        if is_text:
            text = decode_text(raw)
            if text or is_formula:
                return CellValue("text", text, text, is_formula)
            return None
        if kind == "s":
            index = _parse_index(raw.strip(_SPACE))
            return Result(index) if is_formula else index
        if kind in ("n", "d"):
            return self._parse_number(
                raw.strip(_SPACE),
                is_formula,
                is_date=kind == "d" or style in self.looks.dates,
                iso=kind == "d",
            )
        # An unknown type, or a boolean that is none, is shown to the officer as an error, not guessed.
        value = _BOOLEANS.get(raw.strip(_SPACE).lower()) if kind == "b" else None
        if value is None:
            return CellValue("error", raw, raw, is_formula)
        return CellValue("bool", bool_text(value), value, is_formula)

    def _parse_number(self, raw: str, is_formula: bool, is_date: bool, iso: bool) -> CellValue:
        value = math.nan
        if iso:
            value = self._serial(raw)
        elif NUMBER_DIGITS.fullmatch(raw):
            value = float(raw)
        if not math.isfinite(value):
            return CellValue("error", raw, raw, is_formula)
        return CellValue("number", raw, value, is_formula, is_date)

    def _serial(self, raw: str) -> float:
        # Numbers count from the workbook's own epoch, so ISO dates are counted from it, too.
        epoch = datetime(1904, 1, 1) if self.date1904 else EPOCH
        try:
            return (datetime.fromisoformat(raw).replace(tzinfo=None) - epoch) / timedelta(days=1)
        except ValueError:
            return math.nan


@lru_cache(maxsize=1 << 14)
def _parse_place(ref: str) -> Address:
    """Cached, because the forms of a campaign share their addresses."""
    return check_grid(*parse_ref(ref))


def check_grid(row: int, column: int) -> Address:
    """Return the address; RefusedFile if it is off the grid."""
    if not (0 < row <= ROW_LIMIT and 0 < column <= COLUMN_LIMIT):
        raise damaged(OFF_GRID, f"{row}, {column}")
    return row, column


def _parse_index(index: str) -> int:
    if not (index.isascii() and index.isdigit() and len(index) < 10):
        raise damaged(CUT_OFF, f"shared string {index[:20]}")
    return int(index)
