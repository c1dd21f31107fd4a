"""Excel's operators over whole columns."""

from __future__ import annotations

import numpy as np

from workbook_tools.formula.vector import BLANK, BOOL, DIV0, NUMBER, TEXT, Mask, Vector, fifteen_digits


def apply(operator: str, operands: tuple[Vector, ...]) -> Vector:
    """Apply one operator; an operand's error is the result's error."""
    if operator == "&":
        left, right = (o.as_texts() for o in operands)
        return Vector.texts(
            [a + b for a, b in zip(left.text, right.text, strict=True)], len(left)
        ).with_errors_of(left, right)
    if operator in ("=", "<>", "<", ">", "<=", ">="):
        return _compare(operator, *operands)
    # Excel's unary plus changes nothing: text stays text.
    if operator == "+sign":
        return operands[0]
    numbers = tuple(o.as_numbers() for o in operands)
    with np.errstate(all="ignore"):
        result = _arithmetic(operator, numbers)
    return result.with_errors_of(*numbers)


def _arithmetic(operator: str, operands: tuple[Vector, ...]) -> Vector:
    left = operands[0].number
    if operator == "-sign":
        return Vector.numbers(-left)
    if operator == "%":
        return Vector.numbers(left / 100)
    right = operands[1].number
    if operator == "/":
        return Vector.numbers(left / np.where(right == 0, 1, right)).with_errors(right == 0, DIV0)
    if operator == "^":
        # In Excel, 0^0 is #NUM! and a negative power of 0 is #DIV/0!.
        result = Vector.numbers(np.where((left == 0) & (right == 0), np.nan, np.power(left, right)))
        return result.with_errors((left == 0) & (right < 0), DIV0)
    if operator == "*":
        return Vector.numbers(left * right)
    total = left + right if operator == "+" else left - right
    # Residues in the last bits become 0, so that 0.1+0.2-0.3 is 0. Excel does so at the end of a formula,
    # LibreOffice always.
    return Vector.numbers(np.where(np.abs(total) <= 4e-15 * np.abs(left), 0, total))


def _compare(operator: str, left: Vector, right: Vector) -> Vector:
    first, second = _fill_blank(left, right), _fill_blank(right, left)
    # Numbers come before texts, and those before booleans; so do the numbers of their kinds.
    order = np.sign(first.kind - second.kind)
    same = first.kind == second.kind
    numeric = same & (first.is_kind(NUMBER) | first.is_kind(BOOL))
    order = np.where(numeric, _order_numbers(first, second), order)
    for position in np.flatnonzero(same & first.is_kind(TEXT)):
        # Excel compares text without case.
        a, b = str(first.text[position]).casefold(), str(second.text[position]).casefold()
        order[position] = (a > b) - (a < b)
    result: Mask = {
        "=": order == 0,
        "<>": order != 0,
        "<": order < 0,
        ">": order > 0,
        "<=": order <= 0,
        ">=": order >= 0,
    }[operator]
    return Vector.bools(result).with_errors_of(left, right)


def _order_numbers(first: Vector, second: Vector) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Numbers are equal if they agree in 15 digits, as in Excel."""
    return np.sign(fifteen_digits(first.number) - fifteen_digits(second.number))


def _fill_blank(column: Vector, other: Vector) -> Vector:
    """A blank compares as 0, "" or FALSE, whichever fits the other side."""
    blank = column.is_kind(BLANK)
    if not blank.any():
        return column
    kind = np.where(other.is_kind(TEXT), TEXT, np.where(other.is_kind(BOOL), BOOL, NUMBER))
    return Vector(
        np.where(blank, kind, column.kind).astype(np.int8), np.where(blank, 0, column.number), column.text
    )
