"""Conditions of SUMIF, COUNTIF and their like: a comparison with a fixed number or text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.excel import number_of_text
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
        number = number_of_text(text)
        if number is not None:
            return operator, number
        if not text or operator not in ("=", "<>"):
            raise FormulaError(CONDITION)
        return operator, text
    return "=", float(wanted.value)


def fulfils(value: float | str | bool, operator: str, wanted: float | str) -> bool:
    """Whether a value fulfils a condition.

    A text equals the number that it says, "09" as well as "9"; only numbers are larger or smaller than one.
    """
    if isinstance(wanted, str):
        same = isinstance(value, str) and pattern(wanted).fullmatch(value) is not None
        return same == (operator == "=")
    number = None if isinstance(value, str) else value
    if isinstance(value, str) and operator in ("=", "<>"):
        number = number_of_text(value)
    if number is None or isinstance(number, bool):
        return operator == "<>"
    return {
        "=": number == wanted,
        "<>": number != wanted,
        "<": number < wanted,
        ">": number > wanted,
        "<=": number <= wanted,
        ">=": number >= wanted,
    }[operator]


@lru_cache(maxsize=1 << 12)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a text with wildcards; ~ escapes them."""
    pieces = re.findall(r"~[*?~]|.", text, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(p) or re.escape(p[-1]) for p in pieces), re.DOTALL | re.IGNORECASE)
