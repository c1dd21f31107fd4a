"""Which cell formats of an Excel workbook show a number as a date or a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.readers.limits import Element, Limits, remember_small
from workbook_tools.readers.xlsx.cutter import read_main

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUILTIN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)


@remember_small
def read_date_styles(data: bytes, part: str, limits: Limits) -> frozenset[str]:
    """The indexes, as cells write them in ``s``, of the formats of dates and times."""
    root, prefix = read_main(data, part, limits)
    formats = {_number(element): element.get("formatCode", "") for element in root.iter(f"{prefix}numFmt")}
    dates = find_date_formats(formats)
    cells = (
        element
        for formats in root.iter(f"{prefix}cellXfs")
        for element in formats.iterchildren(f"{prefix}xf")
    )
    return frozenset(str(index) for index, element in enumerate(cells) if _number(element) in dates)


def _number(element: Element) -> int:
    stored = element.get("numFmtId", "0")
    return int(stored) if stored.isascii() and stored.isdigit() and len(stored) < 10 else 0


def find_date_formats(codes: Mapping[int, str]) -> frozenset[int]:
    """The numbers of the formats of dates and times: those built in, and those that a workbook defines."""
    return frozenset(number for number, code in codes.items() if is_date_format(code)) | (
        _BUILTIN_DATES - codes.keys()
    )


def is_date_format(code: str) -> bool:
    """Whether a number format, in its section for positive numbers, shows parts of a date or time."""
    return _DATE_LETTER.search(_LITERAL.sub("", code).partition(";")[0]) is not None
