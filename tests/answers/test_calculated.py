"""A calculated line without anything to calculate with is blank, not 0."""

from __future__ import annotations

import numpy as np
import pytest

from workbook_tools.excel import Cell
from workbook_tools.formula.calculate import evaluate_formulas
from workbook_tools.model import Computed

GIVEN = {"a": [None, 1.0, 0.0, None], "b": [None, None, None, 2.0]}


@pytest.mark.parametrize(
    ("formula", "shown_with", "expected"),
    [
        ("=a+b", (), [None, 1.0, 0.0, 2.0]),
        ("=SUM(a,b)", (), [None, 1.0, 0.0, 2.0]),
        # Nobody is asked c: it has no values at all.
        ("=SUM(a,c)", (), [None, 1.0, 0.0, None]),
        ("=SUM(a,b)", ("b",), [None, None, None, 2.0]),
        ("=2*3", (), [6.0] * 4),
    ],
)
def test_of_blanks_alone_nothing_is_calculated(formula, shown_with, expected):
    line = Computed("x", Cell("Biểu", 1, 1), formula, "", shown_with)
    values = {name: np.array(of_units, dtype=object) for name, of_units in GIVEN.items()}
    assert list(evaluate_formulas([line], values.get, 4)["x"]) == expected
