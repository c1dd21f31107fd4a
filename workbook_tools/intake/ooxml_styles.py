"""Which cell formats of an Excel workbook show a number as a date or a time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbook_tools.intake.guard import LIMITS, Limits, XmlHandlers, parse_xml
from workbook_tools.intake.ooxml_text import MAIN

_BUILTIN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)


def read_date_styles(data: bytes, part: str, limits: Limits = LIMITS) -> frozenset[str]:
    """The indexes, as cells write them in ``s``, of the formats of dates and times."""
    formats: dict[int, str] = {}
    cells: list[int] = []
    in_cell_formats = False

    def start_format(attributes: dict[str, str]) -> None:
        formats[_number(attributes)] = attributes.get("formatCode", "")

    def start_cell_formats(attributes: dict[str, str]) -> None:
        nonlocal in_cell_formats
        in_cell_formats = True

    def end_cell_formats() -> None:
        nonlocal in_cell_formats
        in_cell_formats = False

    def start_cell_format(attributes: dict[str, str]) -> None:
        if in_cell_formats:
            cells.append(_number(attributes))

    starts = {"numFmt": start_format, "cellXfs": start_cell_formats, "xf": start_cell_format}
    parse_xml(data, XmlHandlers(MAIN, starts, {"cellXfs": end_cell_formats}, str), part, limits)
    dates = find_date_formats(formats)
    return frozenset(str(index) for index, number in enumerate(cells) if number in dates)


def _number(attributes: dict[str, str]) -> int:
    stored = attributes.get("numFmtId", "0")
    return int(stored) if stored.isascii() and stored.isdigit() and len(stored) < 10 else 0


def find_date_formats(codes: Mapping[int, str]) -> frozenset[int]:
    """The numbers of the formats of dates and times: those built in, and those that a workbook defines."""
    return frozenset(number for number, code in codes.items() if is_date_format(code)) | (_BUILTIN_DATES - codes.keys())


def is_date_format(code: str) -> bool:
    """Whether a number format, in its section for positive numbers, shows parts of a date or time."""
    return _DATE_LETTER.search(_LITERAL.sub("", code).partition(";")[0]) is not None
