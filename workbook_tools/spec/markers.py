"""Markers: codes in double braces by which a template says what belongs in a cell."""

from __future__ import annotations

import re
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from workbook_tools.excel import STRING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.model import Unit, UnitType

MARKER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*\}\}")
ANY_BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NOTE_SUFFIX = ".ghi_chu"
LAST_SUFFIX = ".ky_truoc"
"""After a line's code: the unit's own figure of last period."""
FACT_PREFIX = "dv_"
FACT = re.compile(rf"{FACT_PREFIX}[a-z0-9_]{{1,57}}")
"""A fact's name: the heading of its column of the roster."""
_HEADER_CODE = re.compile(r'&"[^"]*"|&K.{6}|&[0-9]+|&.|.', re.DOTALL)
"""A letter or code of a header, neither of which can be cut in two."""
_DEPTH = 3
"""Texts of a unit type may hold markers whose texts hold markers; deeper nesting is a loop."""


def marker(code: str) -> str:
    """``ct_1`` → ``{{ct_1}}``."""
    return "{{" + code + "}}"


def unit_values(unit: Unit, above: str) -> dict[str, str]:
    """Marker → what it stands for in the texts for a unit; ``above`` is the name of the unit above."""
    return {
        "don_vi": unit.name,
        "don_vi_hoa": unit.name.upper(),
        "don_vi_thuong": unit.name[:1].lower() + unit.name[1:],
        "ma_don_vi": unit.code,
        "cap_tren": above,
        "cap_tren_hoa": above.upper(),
    }


def address_unit(unit: Unit, unit_type: UnitType) -> str:
    """A unit as an office addresses it: “Trường Mầm non An Lão” for “Mầm non An Lão”."""
    return fill_markers(unit_type.addressee, unit_values(unit, "")) or unit.name


def fill_markers(text: str, values: Mapping[str, str]) -> str:
    """Replace every marker in ``values``; the others stay."""
    for _ in range(_DEPTH):
        filled = MARKER.sub(lambda match: values.get(match[1], match[0]), text)
        if filled == text:
            break
        text = filled
    return text


def fill_header(text: str, fill: Callable[[str], str]) -> str:
    """Fill in the markers of a page's header or footer, cut to the length that Excel accepts.

    An ampersand begins a code there, so those of filled-in texts are doubled.
    """
    filled = MARKER.sub(lambda match: fill(match[0]).replace("&", "&&"), text)
    codes = _HEADER_CODE.findall(filled)
    ends = accumulate(map(len, codes))
    return "".join(code for code, end in zip(codes, ends, strict=True) if end <= STRING_LIMIT)


def marker_text(value: str | float | date) -> str:
    """A value as written into a form: dates as day/month/year, integers without decimals."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_fact(name: str) -> bool:
    """Whether a name is a fact of the unit: a column of the roster, or last period's figure."""
    return name.startswith(FACT_PREFIX) or name.endswith(LAST_SUFFIX)
