"""Calculate the cells of a form that hold formulas, for many units at once, and compare results."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools.excel import ROUNDING, keep_digits
from workbook_tools.formula import ExcelError, parse_computed
from workbook_tools.formula.list_functions import is_measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbook_tools.model import Computed

Values = npt.NDArray[Any]
_SMALLEST = 1e-9
"""What remains of a difference that is 0 is smaller."""


def evaluate_formulas(
    calculated: Sequence[Computed], look_up: Callable[[str], Values | None], length: int
) -> dict[str, Values]:
    """Calculate cells, by name, for ``length`` units, areas or rows at once: numbers, text or None.

    ``look_up`` returns the values of a code or fact: numbers, text and dates, None or NaN if missing; None if
    it has no values at all. A result is None if all its inputs are blank, and on an error.
    """
    known: dict[str, Values] = {}
    for computed in calculated:
        if not computed.formula:
            continue
        formula = parse_computed(computed.formula)
        held: dict[str, pd.Series] = {}
        for name in dict.fromkeys((*formula.names, *computed.shown_with)):
            values = known[name] if name in known else look_up(name)
            if values is not None:
                held[name] = pd.Series(values, dtype=values.dtype)
        # A running total begins with the line's own figure of last period.
        own = [n for n in formula.names if n.startswith(f"{computed.name}.") or is_measure(n)]
        counting = [*computed.shown_with, *own]
        # A formula of constants alone always has a result.
        counting = counting or list(formula.names)
        there = np.full(length, not counting)
        for name in held.keys() & set(counting):
            there |= held[name].notna().to_numpy()
        result = formula.evaluate(pd.DataFrame(held, index=range(length)))
        shown = [_plain(value) if one else None for value, one in zip(result, there, strict=True)]
        known[computed.name] = np.fromiter(shown, dtype=object)
    return known


def _plain(value: object) -> object:
    """Return a result as the form shows it: None for an error or empty text, numbers to fifteen digits."""
    if isinstance(value, ExcelError) or value == "":
        return None
    if isinstance(value, float):
        return keep_digits(value)
    return value


def alike(theirs: object, ours: object) -> bool:
    """Whether two results look the same; a formula over blanks may show 0."""
    if ours is None:
        return not theirs
    if isinstance(theirs, str) and isinstance(ours, str):
        return theirs == ours
    # A text and a number are not compared.
    if isinstance(theirs, str) or isinstance(ours, str):
        return True
    return math.isclose(number_of(theirs), number_of(ours), rel_tol=ROUNDING, abs_tol=_SMALLEST)


def number_of(value: object) -> float:
    """A result as a number; NaN for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return math.nan
