"""The language of rules: Excel formulas over indicator codes, evaluated for all units at once.

A rule is written once: the form carries it as a live formula, and the collector evaluates it here. The
semantics are Excel's: blanks count as 0, text compares without case, errors propagate.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.formula.function_list import FUNCTIONS, ExcelError
from workbook_tools.formula.list_functions import with_measures
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Call, Name, Node, Operation, names_of_figures, render, walk
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["FUNCTIONS", "ExcelError", "Formula", "parse_computed", "parse_formula"]


class Formula:
    """A parsed formula; ``names``, ``functions`` and ``operators`` list what it uses."""

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self._tree = tree
        nodes = list(walk(tree))
        # A count or sum of a list is a name, too: that of its text.
        self.names: tuple[str, ...] = tuple(
            dict.fromkeys(node.code for node in nodes if isinstance(node, Name))
        )
        self.functions = frozenset(node.function for node in nodes if isinstance(node, Call))
        self.names_of_figures = names_of_figures(tree)
        self.operators = frozenset(node.operator for node in nodes if isinstance(node, Operation))

    def rewrite(self, replacements: Mapping[str, str]) -> str:
        """The formula without ``=``, every name replaced by an expression; KeyError for a missing name."""
        return render(self._tree, replacements.__getitem__)

    def evaluate(self, frame: pd.DataFrame) -> pd.Series:
        """Evaluate for every row of ``frame``, whose columns are names; a name without a column is blank.

        Cells: None or NaN (blank), numbers, text, booleans, dates, ExcelError. Results likewise, with dates
        as Excel's serial numbers. Raises FormulaError for an unknown function.
        """
        import pandas as pd  # late: who only parses formulas, such as a template's, needs neither of these

        from workbook_tools.formula.evaluation import evaluate

        result = evaluate(self._tree, frame)
        return pd.Series(result.to_values(), index=frame.index, dtype=object)

    def evaluate_broken(self, frame: pd.DataFrame) -> pd.Series:
        """Evaluate only rows for which the rule fails: not TRUE nor, as in Excel, a number other than 0."""
        import pandas as pd

        from workbook_tools.formula.evaluation import evaluate

        result = evaluate(self._tree, frame)
        broken = (~result.is_true()).nonzero()[0]
        return pd.Series(result.take(broken).to_values(), index=frame.index[broken], dtype=object)


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """Parse an Excel formula in English notation; FormulaError names the place of a syntax error."""
    tree = parse(text)
    for node in walk(tree):
        if isinstance(node, Call) and node.function in FUNCTIONS:
            least, most = FUNCTIONS[node.function]
            # Excel refuses to open a form with such a formula, so it has to be found before the form is made.
            if not least <= len(node.arguments) <= most:
                raise FormulaError(_("a function has too few or too many arguments"), node.position)
    return Formula(text, with_measures(tree))


@lru_cache(maxsize=4096)
def parse_computed(text: str) -> Formula:
    """Parse a computed cell's formula with its ranges expanded: no limit on the number of arguments."""
    # It is only evaluated here, never written into a cell, where Excel's limit would hold.
    return Formula(text, with_measures(parse(text)))
