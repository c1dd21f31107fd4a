"""The language of rules: Excel formulas over indicator codes, evaluated for all units at once.

A rule is written once; the form carries it as a live formula, the collector evaluates it here. The meaning is
Excel's: blanks count as 0, texts compare without regard to case, errors propagate.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools.errors import FormulaError
from workbook_tools.formula import operators
from workbook_tools.formula.columns import Column, ExcelError
from workbook_tools.formula.functions import FUNCTIONS
from workbook_tools.formula.parser import Call, Literal, Name, Node, Reference, parse, render, unchain, walk
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FUNCTIONS", "ExcelError", "Formula", "parse_computed", "parse_formula"]


class Formula:
    """A formula that has been parsed; ``names`` and ``functions`` tell what it uses."""

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self._tree = tree
        nodes = list(walk(tree))
        self.names: tuple[str, ...] = tuple(
            dict.fromkeys(node.code for node in nodes if isinstance(node, Name))
        )
        self.functions = frozenset(node.function for node in nodes if isinstance(node, Call))

    def rewrite(self, replacements: Mapping[str, str]) -> str:
        """The formula without ``=``, every name replaced by an expression; KeyError for a name not given."""
        return render(self._tree, replacements.__getitem__)

    def evaluate(self, frame: pd.DataFrame) -> pd.Series:
        """The result for every row of ``frame``, whose columns are names; a name without a column is blank.

        Cells: None or NaN (blank), numbers, texts, truth values, dates, ExcelError. Results the same, dates as
        Excel's serial numbers. Raises FormulaError for an unknown function.
        """
        result = _evaluate(self._tree, frame, {})
        return pd.Series(result.to_values(), index=frame.index, dtype=object)

    def evaluate_broken(self, frame: pd.DataFrame) -> pd.Series:
        """The same, of those rows only whose result is neither TRUE nor, as in Excel, a number other than 0."""
        result = _evaluate(self._tree, frame, {})
        broken = np.flatnonzero(~result.is_true())
        return pd.Series(result.take(broken).to_values(), index=frame.index[broken], dtype=object)


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """Parse an Excel formula in English notation; FormulaError with the place where it does not parse."""
    tree = parse(text)
    for node in walk(tree):
        if isinstance(node, Call) and node.function in FUNCTIONS:
            least, most, _function = FUNCTIONS[node.function]
            if not least <= len(node.arguments) <= most:
                raise FormulaError(_("a function has too few or too many arguments"), node.position)
    return Formula(text, tree)


@lru_cache(maxsize=4096)
def parse_computed(text: str) -> Formula:
    """Parse what a computed cell comes to, whose ranges were written out: a function may have any number of arguments."""
    return Formula(text, parse(text))


def _evaluate(node: Node | None, frame: pd.DataFrame, seen: dict[str, Column]) -> Column:
    length = len(frame)
    if node is None:
        return Column.constant(None, length)
    if isinstance(node, Literal):
        return Column.constant(node.value, length)
    if isinstance(node, Name):
        if node.code not in seen:
            seen[node.code] = Column.from_values(frame[node.code] if node.code in frame else [None] * length)
        return seen[node.code]
    if isinstance(node, Reference):
        raise FormulaError(_("a cell address; name the indicator instead"))
    if isinstance(node, Call):
        if node.function not in FUNCTIONS:
            raise FormulaError(_("a function that is not available in rules"))
        return FUNCTIONS[node.function][2]([_evaluate(a, frame, seen) for a in node.arguments], length)
    if len(node.operands) == 1:
        return operators.apply(node.operator, (_evaluate(node.operands[0], frame, seen),))
    first, rest = unchain(node)
    result = _evaluate(first, frame, seen)
    for operator, operand in rest:
        result = operators.apply(operator, (result, _evaluate(operand, frame, seen)))
    return result
