"""Formulas that refer to cells: replace the leaves of their trees, and make them robust on the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from workbook_tools.excel import ARGUMENT_LIMIT, column_letters, quote_sheet
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Call, Literal, Name, Node, Operation, Reference, render, unchain, walk

_OF_NUMBERS = frozenset(
    ["IF", "IFERROR", "ROUND", "ROUNDUP", "ROUNDDOWN", "ABS", "INT", "MOD", "SIGN", "TRUNC", "SQRT", "POWER"]
)
"""Functions that take their cell arguments as numbers: text there counts as 0."""
_COMPARISONS = frozenset(("=", "<>", "<", ">", "<=", ">="))


class Leaf(Struct, frozen=True):
    """A literal, name or reference of a tree.

    ``function`` is the function whose argument it is, at any depth of operators; ``among_texts`` says that it
    is concatenated or compared with text.
    """

    node: Node
    function: str | None = None
    direct: bool = False
    among_texts: bool = False


def rebuild(node: Node, change: Callable[[Leaf], Sequence[Node]], function: str | None = None) -> Node:
    """Replace every leaf of a tree; an argument of a function may become several."""
    if isinstance(node, Call):
        arguments: list[Node | None] = []
        for argument in node.arguments:
            if argument is None or isinstance(argument, Call | Operation):
                arguments.append(argument and rebuild(argument, change, node.function))
            else:
                arguments += change(Leaf(argument, node.function, direct=True))
        return Call(node.function, tuple(arguments), node.position)
    if isinstance(node, Operation):
        return _rebuild_operation(node, change, function)
    return change(Leaf(node, function))[0]


def _rebuild_operation(
    node: Operation, change: Callable[[Leaf], Sequence[Node]], function: str | None
) -> Node:
    first, rest = unchain(node) if len(node.operands) == 2 else (node.operands[0], [])
    every = [first, *(operand for _, operand in rest)]
    operators = {operator for operator, _ in rest}
    texts = any(isinstance(one, Literal) and isinstance(one.value, str) for one in every)
    # N() would turn the text that is joined or compared into 0.
    among_texts = "&" in operators or (texts and bool(operators & _COMPARISONS))

    def inner(one: Node) -> Node:
        if isinstance(one, Call | Operation):
            return rebuild(one, change, function)
        return change(Leaf(one, function, among_texts=among_texts))[0]

    if not rest:
        return Operation(node.operator, (inner(first),))
    result = inner(first)
    for operator, operand in rest:
        result = Operation(operator, (result, inner(operand)))
    return result


def reference_text(node: Reference, home: str) -> str:
    """A reference as a formula on the sheet ``home`` writes it."""
    first = f"{column_letters(node.first[1])}{node.first[0]}"
    last = f"{column_letters(node.last[1])}{node.last[0]}"
    sheet = node.sheet or home
    cells = first if node.first == node.last else f"{first}:{last}"
    return cells if sheet == home else f"{quote_sheet(sheet)}!{cells}"


IsHeld: TypeAlias = Callable[[str, tuple[int, int]], bool]
"""Whether the cell of a sheet, at a row and column, holds something of a kind."""


def live_formula(
    tree: Node,
    home: str,
    holds_number: IsHeld,
    may_be_text: IsHeld,
    is_fixed: Callable[[Reference], bool],
    begins_with: str = "",
) -> str:
    """The formula for the form's cell: blank while its inputs are, and on errors; text in a number cell is 0.
    ``holds_number(sheet, place)`` says whether a cell is to hold a number, ``may_be_text`` whether it is
    calculated and may say a text, ``is_fixed`` whether nothing that a reference names is filled in or
    calculated. Names are not replaced; one that it ``begins_with`` suffices to show a result.
    """

    def change(leaf: Leaf) -> list[Node]:
        node = leaf.node
        if not isinstance(node, Reference):
            return [node]
        text = reference_text(node, home)
        # N() takes a single cell; in an aggregate it would turn a blank cell into a counted 0.
        as_number = (
            node.first == node.last
            and not leaf.among_texts
            and not (leaf.direct and leaf.function not in _OF_NUMBERS)
            and holds_number(node.sheet or home, node.first)
            and not may_be_text(node.sheet or home, node.first)
        )
        content = f"N({text})" if as_number else text
        return [Name(content)]

    body = render(rebuild(tree, change), str)
    every = list(dict.fromkeys(node for node in walk(tree) if isinstance(node, Reference)))
    cells = [one for one in every if not is_fixed(one)] or every
    if not cells:
        return f'=IFERROR({body},"")'
    # COUNTA would count a calculated cell that shows "".
    results = [one for one in cells if one.is_cell and may_be_text(one.sheet or home, one.last)]
    # A range counts as figures if its last cell does: the first may be a heading.
    of_figures = [one for one in cells if one not in results and holds_number(one.sheet or home, one.last)]
    others = [one for one in cells if one not in results and one not in of_figures]
    counts = [*_counts("COUNT", of_figures, home), *_counts("COUNTA", others, home)]
    counts += [f"LEN({reference_text(one, home)})" for one in results]
    if any(isinstance(node, Name) and node.code == begins_with for node in walk(tree)):
        counts.append(f"COUNT({begins_with})")
    return f'=IF({"+".join(counts)}=0,"",IFERROR({body},""))'


def _counts(function: str, cells: Sequence[Reference], home: str) -> Iterator[str]:
    texts = [reference_text(cell, home) for cell in cells]
    for start in range(0, len(texts), ARGUMENT_LIMIT):
        yield f"{function}({','.join(texts[start : start + ARGUMENT_LIMIT])})"


def live_names(formula: str) -> tuple[str, ...]:
    """The names left in a formula of :func:`live_formula`: facts of the unit that have no cell."""
    nodes = walk(parse(formula, places=True))
    return tuple(dict.fromkeys(node.code for node in nodes if isinstance(node, Name)))


def place_formula(
    formula: str,
    home: str,
    sheets: Mapping[str, str],
    facts: Mapping[str, str],
    refer: Callable[[Reference], str | None] = lambda node: None,
) -> str:
    """Render a live formula of the sheet ``home`` for renamed sheets; ``facts`` replace names.

    ``refer`` may return another expression for a reference.
    """

    def change(leaf: Leaf) -> list[Node]:
        node = leaf.node
        if isinstance(node, Reference):
            other = refer(node)
            if other is not None:
                return [Name(other)]
            moved = Reference(sheets.get(node.sheet or home, node.sheet), node.first, node.last)
            return [Name(reference_text(moved, sheets.get(home, home)))]
        if isinstance(node, Name):
            return [Name(facts.get(node.code, node.code))]
        return [node]

    return "=" + render(rebuild(parse(formula, places=True), change), str)
