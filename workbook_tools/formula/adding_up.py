"""What a formula gives: a text, a whole number, or one that can be added up over units, unlike a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.formula.tree import Call, Literal, Name, Node, Operation, unchain, walk

if TYPE_CHECKING:
    from collections.abc import Callable

_SUMS = frozenset(("+", "-"))
_FIRST = frozenset({"ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC", "INT", "ABS", "MOD", "SQRT", "POWER"})
"""Functions of one figure; what else they are given says how."""
_TEXTS = frozenset({"CONCATENATE", "TRIM", "UPPER", "LOWER", "LEFT", "RIGHT", "MID"})
_BROKEN = frozenset({"AVERAGE", "SQRT", "POWER"})
_LARGEST = frozenset({"SUM", "MAX", "MIN", "AVERAGE", "IF", "IFERROR"})


def is_sum(tree: Node, adds_up: Callable[[str], bool]) -> bool:
    """Whether a formula only adds, subtracts and scales cells that add up, so its results add up, too."""
    # In a loop: a sum of a thousand terms is nested too deep for recursion.
    while isinstance(tree, Operation):
        left, right = tree.operands[0], tree.operands[-1]
        if len(tree.operands) == 1:
            tree = left
        elif tree.operator in _SUMS:
            if not is_sum(right, adds_up):
                return False
            tree = left
        elif tree.operator == "*" and _fixed_number(left) is not None:
            tree = right
        elif tree.operator in ("*", "/") and _fixed_number(right) is not None:
            tree = left
        else:
            return False
    if isinstance(tree, Name):
        return adds_up(tree.code)
    if not isinstance(tree, Call):
        return False
    parts = [one for one in tree.arguments if one is not None]
    return tree.function == "SUM" and all(is_sum(one, adds_up) for one in parts)


def _fixed_number(node: Node | None) -> float | None:
    """The number that stands in a formula, such as 2, -2 or 50%; None for anything else."""
    if isinstance(node, Literal):
        return None if isinstance(node.value, str) else float(node.value)
    if not isinstance(node, Operation) or len(node.operands) > 1:
        return None
    number = _fixed_number(node.operands[0])
    if number is None:
        return None
    return number * {"-sign": -1, "%": 0.01}.get(node.operator, 1)


def is_whole(tree: Node, of_name: Callable[[str], bool]) -> bool:
    """Whether a formula gives whole numbers for any whole numbers; ``of_name`` says which names are whole."""
    for node in walk(tree):
        if isinstance(node, Name) and not of_name(node.code):
            return False
        if isinstance(node, Literal) and not (isinstance(node.value, str) or float(node.value).is_integer()):
            return False
        if isinstance(node, Operation) and node.operator in ("/", "%", "^", "&"):
            return False
        if isinstance(node, Call) and (node.function in _BROKEN or any(map(_is_word, node.arguments))):
            return False
    return True


def gives_text(tree: Node | None, of_name: Callable[[str], bool]) -> bool:
    """Whether a result may be a text that says something; ``of_name`` says which names may be one."""
    if isinstance(tree, Name):
        return of_name(tree.code)
    if isinstance(tree, Literal):
        return isinstance(tree.value, str) and tree.value != ""
    if isinstance(tree, Operation):
        return tree.operator == "&" or (tree.operator == "+sign" and gives_text(tree.operands[0], of_name))
    if not isinstance(tree, Call):
        return False
    # The first argument of IF is a condition.
    chosen = {"IF": tree.arguments[1:], "IFERROR": tree.arguments}.get(tree.function, ())
    return tree.function in _TEXTS or any(gives_text(one, of_name) for one in chosen)


def _is_word(node: Node | None) -> bool:
    """Whether a function that is given it may return it: what is only compared is part of an operation."""
    return isinstance(node, Literal) and isinstance(node.value, str) and bool(node.value)


def growth(node: Node | None, of_name: Callable[[str], float]) -> float:
    """The power of a unit's size with which a result grows: 1 for sums, 0 for rates, 2 for a product of sums.

    ``of_name`` is that of each name: 1 if it is added up over units, 0 if it is a rate, a price or a text.
    """
    if isinstance(node, Name):
        return of_name(node.code)
    if isinstance(node, Operation):
        return _of_operation(node, of_name)
    if not isinstance(node, Call):
        return 0
    # The first argument of IF is a condition.
    parts = [growth(one, of_name) for one in node.arguments[node.function == "IF" :]]
    if node.function == "POWER":
        return _raised(parts[0], node.arguments[1])
    if node.function == "PRODUCT":
        return sum(parts)
    if node.function in _FIRST:
        return parts[0] / 2 if node.function == "SQRT" else parts[0]
    # What is left are counts, texts and conditions.
    if node.function in _LARGEST:
        return max(parts, default=0)
    return 0


def _of_operation(node: Operation, of_name: Callable[[str], float]) -> float:
    if len(node.operands) == 1:
        return growth(node.operands[0], of_name)
    first, rest = unchain(node)
    found = growth(first, of_name)
    for operator, operand in rest:
        other = growth(operand, of_name)
        if operator == "^":
            found = _raised(found, operand)
        elif operator == "*":
            found += other
        elif operator == "/":
            found -= other
        else:
            # A comparison or a text is no figure.
            found = max(found, other) if operator in _SUMS else 0
    return found


def _raised(base: float, exponent: Node | None) -> float:
    fixed = _fixed_number(exponent)
    # Of a calculated exponent nobody can tell how much it is.
    return base * (2 if fixed is None else fixed)
