"""Conditions of SUMIF, COUNTIF and their like: a comparison with a fixed number or text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.formula.tree import Literal
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from workbook_tools.formula.tree import Node

CONDITION = _("its condition is not a fixed text or number")
_COMPARISON = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)


def criterion(wanted: Node | None) -> tuple[str, float | str]:
    """A condition's operator and the number or text it compares with; FormulaError for anything else."""
    if not isinstance(wanted, Literal) or isinstance(wanted.value, bool):
        raise FormulaError(CONDITION)
    if isinstance(wanted.value, str):
        match = _COMPARISON.fullmatch(wanted.value)
        assert match is not None
        operator, text = match[1] or "=", match[2]
        try:
            return operator, float(text)
        except ValueError:
            if not text or operator not in ("=", "<>"):
                raise FormulaError(CONDITION) from None
            return operator, text
    return "=", float(wanted.value)


def fulfils(value: float | str | bool, operator: str, wanted: float | str) -> bool:
    """Whether a value fulfils a condition; numbers are compared with numbers and texts with texts only."""
    if isinstance(wanted, str):
        same = isinstance(value, str) and pattern(wanted).fullmatch(value) is not None
        return same == (operator == "=")
    # The wanted value is a number here, and text is unequal to every number.
    if isinstance(value, str | bool):
        return operator == "<>"
    return {
        "=": value == wanted,
        "<>": value != wanted,
        "<": value < wanted,
        ">": value > wanted,
        "<=": value <= wanted,
        ">=": value >= wanted,
    }[operator]


@lru_cache(maxsize=1 << 12)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a text with wildcards; ~ escapes them."""
    pieces = re.findall(r"~[*?~]|.", text, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(p) or re.escape(p[-1]) for p in pieces), re.DOTALL | re.IGNORECASE)
