"""Counts and sums of a list in a formula: ``SUM(ds.so_tien)`` is one value for each unit, hence a name."""

from __future__ import annotations

import re
from functools import lru_cache

from workbook_tools.errors import FormulaError
from workbook_tools.formula.criteria import CONDITION, criterion
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Call, Literal, Name, Node, Operation, render, unchain
from workbook_tools.locale import mark as _

# The suffixes of a line's remark and of last period's figure are not columns.
_COLUMN = re.compile(r"[a-z][a-z0-9_]*\.(?!(?:ghi_chu|ky_truoc)$)[a-z][a-z0-9_]*")
_ADDED = frozenset({"SUM", "COUNT", "COUNTA", "COUNTIF", "SUMIF"})
CHOOSING = frozenset({"COUNTIF", "SUMIF"})
"""Functions that look at a column with a fixed condition."""
MEASURES = _ADDED | {"MIN", "MAX", "AVERAGE"}
"""The functions that take a whole column of a list."""
_MIXED = _("a list column among other values; give it a function of its own, such as MAX(MAX(ds.so),ct_1)")


def is_column(name: str) -> bool:
    """Whether a name is that of a list's column, such as ``ds.so_tien``."""
    return bool(_COLUMN.fullmatch(name))


def list_of(column: str) -> str:
    """The code of a column's list."""
    return column.partition(".")[0]


def is_measure(name: str) -> bool:
    """Whether a name is a count or sum of a list."""
    return name.endswith(")")


@lru_cache(maxsize=1024)
def measure_call(name: str) -> Call:
    """The call behind a measure's name."""
    call = parse(name)
    assert isinstance(call, Call)
    return call


def measure_parts(name: str) -> tuple[str, tuple[str, ...]]:
    """The function and the columns of a measure's name."""
    call = measure_call(name)
    return call.function, tuple(one.code for one in call.arguments if isinstance(one, Name))


def adds_up(name: str) -> bool:
    """Whether a measure of several units is the sum of theirs."""
    return measure_parts(name)[0] in _ADDED


def with_measures(node: Node) -> Node:
    """Replace every count or sum of columns by a name.

    FormulaError where a column stands among other values.
    """
    if isinstance(node, Call):
        columns = [one for one in node.arguments if isinstance(one, Name) and is_column(one.code)]
        if columns and node.function in CHOOSING:
            return _chosen(node)
        if columns and node.function in MEASURES:
            return _measured(node, columns)
        return Call(node.function, tuple(one and with_measures(one) for one in node.arguments), node.position)
    if isinstance(node, Operation):
        return _in_operation(node)
    return node


def _chosen(node: Call) -> Node:
    """COUNTIF or SUMIF of columns with a fixed condition."""
    area, *rest = node.arguments
    wanted, *figures = rest or [None]
    columns = [area, *figures]
    if not all(isinstance(one, Name) and is_column(one.code) for one in columns) or len(figures) > 1:
        raise FormulaError(_MIXED, node.position)
    if not isinstance(wanted, Literal):
        raise FormulaError(CONDITION, node.position)
    criterion(wanted)
    return Name(render(Call(node.function, node.arguments), str))


def without_blank_rows(node: Call) -> Node:
    """COUNTIF of a list's column less the form's blank rows, which to Excel are all unequal to "Nam"."""
    area, *rest = node.arguments
    wanted = rest[0].value if rest and isinstance(rest[0], Literal) else None
    if node.function == "COUNTIF" and isinstance(wanted, str) and wanted.startswith("<>"):
        return Operation("-", (node, Call("COUNTBLANK", (area,))))
    return node


def _measured(node: Call, columns: list[Name]) -> Node:
    if len(columns) == len(node.arguments):
        return _named(node.function, columns)
    # Only a sum may be split: MAX or AVERAGE of a list and single values is not one of parts.
    if node.function != "SUM":
        raise FormulaError(_MIXED, node.position)
    others = [one and with_measures(one) for one in node.arguments if one not in columns]
    return Call("SUM", (_named("SUM", columns), *others), node.position)


def _named(function: str, columns: list[Name]) -> Node:
    # Means of units cannot be added up; their sums and counts can.
    if function == "AVERAGE":
        return Operation("/", (_named("SUM", columns), _named("COUNT", columns)))
    return Name(render(Call(function, tuple(columns)), str))


def _in_operation(node: Operation) -> Node:
    if len(node.operands) == 1:
        return Operation(node.operator, (with_measures(node.operands[0]),))
    # In a loop, for a sum of a thousand terms is nested too deep for recursion.
    first, rest = unchain(node)
    result = with_measures(first)
    for operator, operand in rest:
        result = Operation(operator, (result, with_measures(operand)))
    return result


def name_parts(name: str) -> tuple[str, ...]:
    """The codes behind a name of a formula: the columns of a count or sum, otherwise itself."""
    if is_measure(name):
        return measure_parts(name)[1]
    return (name,)
