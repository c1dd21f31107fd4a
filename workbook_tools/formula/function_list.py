"""The list of functions that rules may use, and Excel's error values.

Imports neither numpy nor pandas: a template is read and checked before they are opened.
"""

from __future__ import annotations

from msgspec import Struct

from workbook_tools.excel import ARGUMENT_LIMIT


class ExcelError(Struct, frozen=True):
    """An Excel error value, such as ``#DIV/0!``."""

    name: str

    def __str__(self) -> str:
        return self.name


FUNCTIONS: dict[str, tuple[int, int]] = {
    "IF": (2, 3),
    "IFERROR": (2, 2),
    "AND": (1, ARGUMENT_LIMIT),
    "OR": (1, ARGUMENT_LIMIT),
    "NOT": (1, 1),
    "SUM": (1, ARGUMENT_LIMIT),
    "MAX": (1, ARGUMENT_LIMIT),
    "MIN": (1, ARGUMENT_LIMIT),
    "AVERAGE": (1, ARGUMENT_LIMIT),
    "COUNT": (1, ARGUMENT_LIMIT),
    "COUNTA": (1, ARGUMENT_LIMIT),
    "ABS": (1, 1),
    "SIGN": (1, 1),
    "INT": (1, 1),
    "ROUND": (2, 2),
    "ROUNDUP": (2, 2),
    "ROUNDDOWN": (2, 2),
    "TRUNC": (1, 2),
    "POWER": (2, 2),
    "SQRT": (1, 1),
    "PRODUCT": (1, ARGUMENT_LIMIT),
    "MOD": (2, 2),
    "ISBLANK": (1, 1),
    "ISNUMBER": (1, 1),
    "ISTEXT": (1, 1),
    "ISLOGICAL": (1, 1),
    "ISERROR": (1, 1),
    "CONCATENATE": (1, ARGUMENT_LIMIT),
    "LEN": (1, 1),
    "TRIM": (1, 1),
    "UPPER": (1, 1),
    "LOWER": (1, 1),
    "LEFT": (1, 2),
    "RIGHT": (1, 2),
    "MID": (3, 3),
    "FIND": (2, 3),
    "EXACT": (2, 2),
    "DATE": (3, 3),
    "YEAR": (1, 1),
    "MONTH": (1, 1),
    "DAY": (1, 1),
}
"""Name → least and greatest number of arguments; ``functions.COMPUTE`` has what they do."""
