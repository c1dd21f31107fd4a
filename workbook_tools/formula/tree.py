"""A formula as a tree: its nodes, how they are walked, and how they are rendered with names replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import FormulaError
from workbook_tools.excel import STRING_LIMIT, bool_text, quote_text
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 5,
}
"""Excel's binary operators; one of a higher number binds more tightly."""


_FOR_ANY_VALUE = frozenset({"=", "<>", "&"})
_OF_ANY_VALUE = frozenset({
    "IF", "IFERROR", "COUNTA", "ISBLANK", "ISNUMBER", "ISTEXT", "ISLOGICAL", "ISERROR", "CONCATENATE", "LEN",
    "TRIM", "UPPER", "LOWER", "LEFT", "RIGHT", "MID", "FIND", "EXACT",
})  # fmt: skip
"""Operators and functions whose operands may be texts."""


class Literal(Struct, frozen=True):
    """A number, text or boolean."""

    value: float | str | bool


class Name(Struct, frozen=True):
    """The code of an indicator or fact; refers to its cell."""

    code: str


class Reference(Struct, frozen=True):
    """A cell or range; ``sheet`` is empty for the formula's own, rows and columns are 1-based."""

    sheet: str
    first: tuple[int, int]
    last: tuple[int, int]

    @property
    def is_cell(self) -> bool:
        """Whether it is a single cell."""
        return self.first == self.last

    def cells(self) -> Iterator[Reference]:
        """Its cells, row by row."""
        (top, left), (bottom, right) = self.first, self.last
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield Reference(self.sheet, (row, column), (row, column))


class Operation(Struct, frozen=True):
    """An operator with one (sign, percent) or two operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; an omitted argument is None."""

    function: str
    arguments: tuple[Node | None, ...]
    position: int = field(default=0, compare=False)


Node = Literal | Name | Reference | Operation | Call


def walk(node: Node | None) -> Iterator[Node]:
    """The node and all its descendants, from left to right."""
    # A list of nodes to visit: recursion would fail on a sum of a thousand terms.
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node is not None:
            yield node
            if isinstance(node, Operation):
                waiting += reversed(node.operands)
            elif isinstance(node, Call):
                waiting += reversed(node.arguments)


def names_of_figures(node: Node) -> frozenset[str]:
    """The names that a formula calculates with, besides those it only compares with, or handles as, texts."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Operation):
            parts: tuple[Node | None, ...] = node.operands
            as_text = node.operator in _FOR_ANY_VALUE
        elif isinstance(node, Call):
            parts, as_text = node.arguments, node.function in _OF_ANY_VALUE
        else:
            continue
        if not as_text:
            found |= {part.code for part in parts if isinstance(part, Name)}
        waiting += [part for part in parts if part is not None]
    return frozenset(found)


def unchain(node: Operation) -> tuple[Node, list[tuple[str, Node]]]:
    """Flatten a chain such as a+b-c: the first operand, then (operator, right operand) pairs.

    A sum of a thousand terms is a tree a thousand levels deep, beyond Python's recursion limit.
    """
    rest: list[tuple[str, Node]] = []
    first: Node = node
    while (
        isinstance(first, Operation)
        and len(first.operands) == 2
        and (not rest or _runs_on(first.operator, rest[-1][0]))
    ):
        rest.append((first.operator, first.operands[1]))
        first = first.operands[0]
    return first, rest[::-1]


def _runs_on(operator: str, following: str) -> bool:
    """Whether ``(a operator b) following c`` needs no brackets."""
    return PRECEDENCE[operator] >= PRECEDENCE[following]


def render(node: Node | None, replace: Callable[[str], str]) -> str:
    """Render without ``=``, every name replaced; only chains such as a+b-c go without brackets."""
    if node is None:
        return ""
    if isinstance(node, Literal):
        return _render_literal(node.value)
    if isinstance(node, Name):
        return replace(node.code)
    if isinstance(node, Reference):
        raise FormulaError(_("a cell address; name the indicator instead"))
    if isinstance(node, Call):
        return f"{node.function}({','.join(render(argument, replace) for argument in node.arguments)})"
    if len(node.operands) == 2:
        first, rest = unchain(node)
        return _in_brackets(first, replace) + "".join(
            operator + _in_brackets(operand, replace) for operator, operand in rest
        )
    only = _in_brackets(node.operands[0], replace)
    if node.operator == "%":
        return only + "%"
    return node.operator[0] + only


def _in_brackets(node: Node, replace: Callable[[str], str]) -> str:
    # Brackets everywhere but in chains: more than needed, and never wrong.
    if isinstance(node, Operation):
        return f"({render(node, replace)})"
    return render(node, replace)


def _render_literal(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return bool_text(value)
    if isinstance(value, str):
        quoted = quote_text(value)
        return quoted if len(value) <= STRING_LIMIT else f"({quoted})"
    # Excel keeps 15 digits of a number typed into a formula.
    return f"{value:.15g}"
