"""Evaluate a formula's tree over whole columns, for all units at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import FormulaError
from workbook_tools.formula import operators
from workbook_tools.formula.functions import COMPUTE
from workbook_tools.formula.tree import Call, Literal, Name, Node, Reference, unchain
from workbook_tools.formula.vector import Vector
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd


def evaluate(tree: Node, frame: pd.DataFrame) -> Vector:
    """Evaluate a rule for every row of ``frame``; its names are columns, one that is missing is blank."""
    seen: dict[str, Vector] = {}

    def look_up(node: Name | Reference) -> Vector:
        if isinstance(node, Reference):
            raise FormulaError(_("a cell address; name the indicator instead"))
        code = node.code
        if code not in seen:
            values = frame[code] if code in frame else [None] * len(frame)
            seen[code] = Vector.from_values(values)
        return seen[code]

    return Evaluator(look_up, len(frame)).evaluate(tree)


class Evaluator(Struct, frozen=True):
    """Evaluates trees.

    ``look_up`` returns the column of a name or of one cell; every column has ``length`` values.
    """

    look_up: Callable[[Name | Reference], Vector]
    length: int

    def evaluate(self, node: Node | None) -> Vector:
        """Evaluate a node; FormulaError for an unknown function, or a range where one value belongs."""
        if node is None:
            return Vector.constant(None, self.length)
        if isinstance(node, Literal):
            return Vector.constant(node.value, self.length)
        if isinstance(node, Name | Reference):
            return self.look_up(node)
        if isinstance(node, Call):
            return self.call(node)
        if len(node.operands) == 1:
            return operators.apply(node.operator, (self.evaluate(node.operands[0]),))
        # In a loop: a sum of a thousand terms is nested too deep for recursion.
        first, rest = unchain(node)
        result = self.evaluate(first)
        for operator, operand in rest:
            result = operators.apply(operator, (result, self.evaluate(operand)))
        return result

    def call(self, node: Call) -> Vector:
        """Call a function."""
        if node.function not in COMPUTE:
            raise FormulaError(_("a function that is not available in rules"))
        arguments = [column for argument in node.arguments for column in self._columns(argument)]
        return COMPUTE[node.function](arguments, self.length)

    def _columns(self, argument: Node | None) -> Iterator[Vector]:
        """An argument as columns: a range gives one for each cell."""
        if isinstance(argument, Reference) and not argument.is_cell:
            # Each cell a column, so that aggregates see blanks and texts as cells, not as values.
            yield from (self.look_up(cell) for cell in argument.cells())
        else:
            yield self.evaluate(argument)
