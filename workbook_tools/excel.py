"""Facts about Excel: limits, serial dates, addresses, sheet names."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from msgspec import Struct

ROW_LIMIT, COLUMN_LIMIT = 1_048_576, 16_384
"""Rows and columns of a sheet."""
TEXT_LIMIT = 32_767
"""Characters of a text in a cell."""
FORMULA_LIMIT = 8_192
"""Characters of a formula."""
NESTING_LIMIT = 64
"""Levels of functions and brackets within one another in a formula."""
SHEET_NAME_LIMIT = 31
"""Characters of a sheet's name."""
STRING_LIMIT = 255
"""Characters of a string literal in a formula, of a cell's input message, and of a page's header or footer.

Excel reports a file as damaged if one is longer.
"""
PROMPT_TITLE_LIMIT = 32
"""Characters of the title of an input message."""
ARGUMENT_LIMIT = 255
"""Arguments of a function."""
ROW_HEIGHT_LIMIT = 409.0
"""Points of a row's height."""
DEFAULT_ROW_HEIGHT = 15.0
"""Points of a row without a height of its own."""
A4_PAPER = 9
"""The number of A4 in a sheet's page setup."""
FIRST_SERIAL = 61
"""01/03/1900; before it Excel counts a day that never was, and programs disagree. What is less is a time."""
LAST_SERIAL = 2_958_465
"""31/12/9999, Excel's last day."""
DAYS_1904 = 1_462
"""Days between the 1904 date system (old Macintosh workbooks) and the 1900 one."""
ROUNDING = 1e-13
"""How far apart, relatively, the same result of two programs may be, which add up in different orders: less
than one đồng of thousands of billions.
"""
EPOCH = datetime(1899, 12, 30)
"""Day 0. Excel takes 1900 for a leap year, so serials below 61 are a day off; nobody reports those days."""


def to_serial(moment: date) -> float:
    """A date or datetime as an Excel serial number: days since the epoch."""
    if not isinstance(moment, datetime):
        return float((moment - EPOCH.date()).days)
    return (moment - EPOCH) / timedelta(days=1)


def from_serial(serial: float) -> date:
    """The day of a serial number; OverflowError past the year 9999."""
    return EPOCH.date() + timedelta(days=int(serial))


def keep_digits(number: float) -> float:
    """A number to the fifteen digits that Excel and other programs keep; −0 is 0."""
    return float(f"{number:.15g}") + 0.0


# float() would also accept nan, inf, underscores and the digits of other scripts.
NUMBER_DIGITS = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as files store it, and formulas read it in a text."""


def number_of_text(text: str) -> float | None:
    """The number that a text says, such as "12", " 1e3 " or "5%"; None if Excel sees none in it."""
    stripped = text.strip()
    digits = stripped.removesuffix("%")
    if not NUMBER_DIGITS.fullmatch(digits):
        return None
    number = float(digits)
    if not math.isfinite(number):
        return None
    return number if digits == stripped else number / 100


def quote_sheet(name: str) -> str:
    """A sheet name quoted for a formula, always: ``'Đợt 1''s'``."""
    return "'" + name.replace("'", "''") + "'"


class Cell(Struct, frozen=True, order=True, gc=False, array_like=True):
    """A place in a workbook: sheet name, 1-based row and column."""

    sheet: str
    row: int
    column: int

    @property
    def ref(self) -> str:
        """The address without its sheet, as ``D10``."""
        return _address(self.row, self.column)

    @property
    def fixed(self) -> str:
        """The address as a formula keeps it when it is copied, as ``$D$10``."""
        return f"${column_letters(self.column)}${self.row}"


@lru_cache(maxsize=1 << 16)
def _address(row: int, column: int) -> str:
    """Cached, because the answers of all returns share their addresses."""
    return f"{column_letters(column)}{row}"


@cache
def column_letters(column: int) -> str:
    """1 → ``A``, 27 → ``AA``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


def parse_ref(ref: str) -> tuple[int, int]:
    """``D10`` or ``$D$10`` → (10, 4), row and column; ValueError for anything else."""
    match = _REF.fullmatch(ref)
    if not match:
        raise ValueError(ref)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def bool_text(value: bool) -> str:
    """A boolean as Excel shows it."""
    return "TRUE" if value else "FALSE"


def quote_text(text: str) -> str:
    """A text as a string literal in a formula; one over the limit is split into pieces, joined by ``&``."""
    pieces = [text[i : i + STRING_LIMIT] for i in range(0, len(text), STRING_LIMIT)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def round_as_shown(number: float, decimals: int) -> float:
    """Round as a cell shows it: the fifteen digits that Excel keeps, halves away from zero."""
    if not math.isfinite(number):
        return number
    return float(Decimal(f"{number:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
