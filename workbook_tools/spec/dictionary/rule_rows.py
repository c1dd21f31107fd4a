"""Rows of ``Quy tắc``: the rules, each with a formula that can be parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.errors import FormulaError
from workbook_tools.excel import STRING_LIMIT
from workbook_tools.formula import FUNCTIONS, parse_formula
from workbook_tools.formula.list_functions import is_column, list_of, name_parts
from workbook_tools.model import Indicator, Rule, UnitType
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.dictionary.codes import read_code, read_types
from workbook_tools.spec.markers import FACT_PREFIX, LAST_SUFFIX
from workbook_tools.spec.tables import CodeBook, Row, Table
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_rules(
    table: Table, unit_types: Mapping[str, UnitType], indicators: Mapping[str, Indicator]
) -> tuple[Rule, ...]:
    """The rules whose code and formula are valid; all other faults are noted."""
    seen, found = CodeBook(), []
    for row in table:
        code = read_code(row, seen)
        message = row.text(heads.MESSAGE, required=True)
        if len(message) > STRING_LIMIT:
            row.note("rule-message-long", heads.MESSAGE, length=len(message))
        shown_at = row.text(heads.SHOWN_AT).lower()
        if shown_at and shown_at not in indicators:
            row.note(
                "rule-name-unknown", heads.SHOWN_AT, value=shown_at, suggestion=suggest(shown_at, indicators)
            )
        formula = row.text(heads.FORMULA, required=True)
        is_error = row.one_of(heads.SEVERITY, words.SEVERITIES, True)
        who = read_types(row, heads.RULE_FOR, unit_types)
        if formula and _formula_is_sound(row, formula, indicators) and code:
            found.append(Rule(code, formula, is_error, message, who, shown_at or None))
    return tuple(found)


def _formula_is_sound(row: Row, text: str, indicators: Mapping[str, Indicator]) -> bool:
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        row.note("rule-syntax", heads.FORMULA, value=text, reason=error.reason)
        return False
    sound = True
    for name in [part for each in formula.names for part in name_parts(each)]:
        base = name.removesuffix(LAST_SUFFIX)
        if base not in indicators and not name.startswith(FACT_PREFIX):
            row.note("rule-name-unknown", heads.FORMULA, value=name, suggestion=suggest(name, indicators))
            sound = False
    # A rule is evaluated row by row, and rows of two lists do not correspond.
    lists = {list_of(name) for name in formula.names if is_column(name)}
    if len(lists) > 1:
        row.note("rule-of-two-lists", heads.FORMULA, value=", ".join(sorted(lists)))
        sound = False
    for function in sorted(formula.functions - set(FUNCTIONS)):
        row.note(
            "rule-function-unknown", heads.FORMULA, value=function, accepted=", ".join(sorted(FUNCTIONS))
        )
        sound = False
    return sound
