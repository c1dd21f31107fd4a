"""Where a cell stands: its sheet, row and column, and its address as Excel writes it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec


class Cell(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """A place in a workbook: sheet name, 1-based row and column."""

    sheet: str
    row: int
    column: int

    @property
    def ref(self) -> str:
        """The address without its sheet, as ``D10``."""
        return _address(self.row, self.column)


@lru_cache(maxsize=1 << 16)
def _address(row: int, column: int) -> str:
    """The answers of all returns stand at the same addresses: so each is there once."""
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
