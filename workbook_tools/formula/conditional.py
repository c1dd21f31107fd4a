"""SUMIF, COUNTIF, SUMPRODUCT and their like, spelled out cell by cell in the functions of rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.errors import FormulaError
from workbook_tools.formula.criteria import CONDITION, criterion, fulfils
from workbook_tools.formula.list_functions import is_column
from workbook_tools.formula.tree import Call, Literal, Name, Node, Operation, Reference, walk
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONDITIONAL = frozenset({"SUMIF", "SUMIFS", "COUNTIF", "COUNTIFS", "AVERAGEIF", "AVERAGEIFS", "SUMPRODUCT"})
BLANK_CELL = Name("_blank")
"""A cell that is always blank, by a name that neither a code nor a column can have."""
_SHAPES = _("it needs ranges of the same size that contain no calculated cells")
_WILD = re.compile(r"[*?~]")
_YES, _NO = Literal(True), Literal(False)


def _any(code: str) -> bool:
    return True


def spell_out(
    node: Call, content: Callable[[Reference], Node], may_be_text: Callable[[str], bool] = _any
) -> Node:
    """The call in plain functions; ``content`` returns what a single cell holds.

    ``may_be_text`` says which names may hold texts, of which the number that they say counts. What printed
    cells decide is decided here, so a sum over printed words stays a sum. Raises FormulaError for a condition
    that depends on an answer.
    """
    if node.function == "SUMPRODUCT":
        return _sum_of_products(node.arguments, content)
    if node.function in ("COUNTIF", "COUNTIFS"):
        return _total(
            _chosen(node.arguments, content, may_be_text), lambda condition, at: (condition, Literal(1))
        )
    if node.function.endswith("IFS"):
        figures, conditions = node.arguments[0], node.arguments[1:]
    else:
        # SUMIF has the figures last, and adds up the tested range itself if they are left out.
        figures, conditions = (*node.arguments, node.arguments[0])[2], node.arguments[:2]
    chosen = _chosen(conditions, content, may_be_text)
    values = [content(cell) for cell in _like(figures, conditions[0])]
    total = _total(chosen, lambda condition, at: (condition, values[at]))
    if node.function.startswith("SUM"):
        return total
    count = _total(
        chosen, lambda condition, at: (_both(condition, Call("ISNUMBER", (values[at],))), Literal(1))
    )
    return Operation("/", (total, count))


def _total(chosen: Sequence[Node], term: Callable[[Node, int], tuple[Node, Node]]) -> Node:
    """The sum of what every cell adds; printed words add nothing."""
    terms: list[Node] = []
    for at, one in enumerate(chosen):
        condition, value = term(one, at)
        if condition == _NO or (isinstance(value, Literal) and isinstance(value.value, str)):
            continue
        if condition != _YES:
            value = Call("IF", (condition, value, Literal(0)))
        terms.append(value)
    return Call("SUM", tuple(terms) or (Literal(0),))


def _sum_of_products(arguments: Sequence[Node | None], content: Callable[[Reference], Node]) -> Node:
    ranges = [_like(argument, arguments[0]) for argument in arguments]
    terms: list[Node] = []
    for cells in zip(*ranges, strict=True):
        factors = [content(cell) for cell in cells]
        if any(isinstance(one, Literal) and isinstance(one.value, str) for one in factors):
            continue
        # SUM of a single cell is its number, and 0 for anything else.
        numbers: list[Node] = [one if isinstance(one, Literal) else Call("SUM", (one,)) for one in factors]
        product = numbers[0]
        for number in numbers[1:]:
            product = Operation("*", (product, number))
        terms.append(product)
    return Call("SUM", tuple(terms) or (Literal(0),))


def _chosen(
    arguments: Sequence[Node | None], content: Callable[[Reference], Node], may_be_text: Callable[[str], bool]
) -> list[Node]:
    """For each cell, whether it fulfils all conditions; ``arguments`` are ranges, each with its criterion."""
    pairs = list(zip(arguments[::2], arguments[1::2], strict=False))
    if not pairs or len(arguments) % 2:
        raise FormulaError(_("a function has too few or too many arguments"))
    found: list[Node] = [_YES] * len(_like(arguments[0], arguments[0]))
    for area, wanted in pairs:
        operator, compared = _criterion(wanted, content)
        cells = [content(cell) for cell in _like(area, arguments[0])]
        tests = [_fulfils(cell, operator, compared, may_be_text) for cell in cells]
        found = [_both(one, test) for one, test in zip(found, tests, strict=True)]
    return found


def _like(argument: Node | None, first: Node | None) -> list[Reference]:
    """The cells of a range, which has to be as large as the first one."""
    if (
        not isinstance(argument, Reference)
        or not isinstance(first, Reference)
        or _size(argument) != _size(first)
    ):
        raise FormulaError(_SHAPES)
    return list(argument.cells())


def _size(area: Reference) -> tuple[int, int]:
    return area.last[0] - area.first[0], area.last[1] - area.first[1]


def _both(one: Node, other: Node) -> Node:
    if _NO in (one, other):
        return _NO
    if one == _YES or other == _YES:
        return other if one == _YES else one
    return Call("AND", (one, other))


def _criterion(wanted: Node | None, content: Callable[[Reference], Node]) -> tuple[str, float | str]:
    """A condition's operator and the number or text it compares with."""
    if isinstance(wanted, Reference) and wanted.is_cell:
        wanted = content(wanted)
    return criterion(wanted)


def _fulfils(cell: Node, operator: str, wanted: float | str, may_be_text: Callable[[str], bool]) -> Node:
    """Whether a cell fulfils a condition; a text equals the number that it says."""
    # A blank cell fulfils only <>: in Excel even "=0" does not count it.
    if cell == BLANK_CELL:
        return Literal(operator == "<>")
    if isinstance(cell, Literal):
        return _YES if fulfils(cell.value, operator, wanted) else _NO
    # The comparison below knows no wildcards, and what an answer will be is not known yet.
    if isinstance(wanted, str) and _WILD.search(wanted):
        raise FormulaError(CONDITION)
    otherwise = Literal(operator == "<>")
    compared: Node = Operation(operator, (cell, Literal(wanted)))
    if isinstance(wanted, str):
        return Call("IF", (Call("ISTEXT", (cell,)), compared, otherwise))
    if operator in ("=", "<>") and not (isinstance(cell, Name) and not may_be_text(cell.code)):
        # A text that says no number is an error once it is multiplied.
        said = Operation(operator, (Operation("*", (cell, Literal(1.0))), Literal(wanted)))
        otherwise_text = Call("IF", (Call("ISTEXT", (cell,)), Call("IFERROR", (said, otherwise)), otherwise))
        return Call("IF", (Call("ISNUMBER", (cell,)), compared, otherwise_text))
    return Call("IF", (Call("ISNUMBER", (cell,)), compared, otherwise))


def spell_out_all(
    node: Node, content: Callable[[Reference], Node], may_be_text: Callable[[str], bool] = _any
) -> Node:
    """A tree with every call of :data:`CONDITIONAL` spelled out, as :func:`spell_out` does."""
    if not any(isinstance(one, Call) and one.function in CONDITIONAL for one in walk(node)):
        return node
    if isinstance(node, Call):
        # A column of a list is looked at by its own functions, however many rows there are.
        of_list = any(isinstance(one, Name) and is_column(one.code) for one in node.arguments)
        if node.function in CONDITIONAL and not of_list:
            return spell_out(node, content, may_be_text)
        arguments = tuple(one and spell_out_all(one, content, may_be_text) for one in node.arguments)
        return Call(node.function, arguments, node.position)
    if isinstance(node, Operation):
        operands = tuple(spell_out_all(one, content, may_be_text) for one in node.operands)
        return Operation(node.operator, operands)
    return node
