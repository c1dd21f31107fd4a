"""A formula over the totals of several units means something only if it grows as they do."""

from __future__ import annotations

import pytest

from workbook_tools.formula.adding_up import growth, is_sum
from workbook_tools.formula.parser import parse

GROWTHS = {"sach": 1, "gia": 1, "em": 1, "ty_le": 0}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=sach+em-5", 1),
        ("=sach*2/3", 1),
        ("=sach*gia", 2),
        ("=-(sach*gia)", 2),
        ("=sach/em", 0),
        ("=sach/em*1000", 0),
        ("=1-sach/em", 0),
        ("=ROUND(sach/em%,1)", 0),
        ('=IF(em=0,"",sach/em)', 0),
        ("=IFERROR(sach/em,0)", 0),
        ("=AVERAGE(sach,em)/em", 0),
        ("=sach/(gia*em)", -1),
        ("=sach*gia/em", 1),
        ("=sach*ty_le", 1),
        ("=sach^2", 2),
        ("=sach*em^-1", 0),
        ("=sach^em", 2),
        ("=POWER(sach,2)", 2),
        ("=SQRT(sach*gia)", 1),
        ("=em+sach*gia", 2),
        ("=SUM(sach,em)*em", 2),
        ("=ROUND(sach*gia,0)", 2),
        ("=IF(sach*gia>0,sach,em)", 1),
        ("=IF(sach>0,sach*gia,0)", 2),
        ("=MAX(0,sach-em)", 1),
        ("=PRODUCT(sach,gia)", 2),
        ("=COUNT(sach,gia)*em", 1),
        ("=(sach>5)*em", 1),
        ("=sach&gia", 0),
        ("=LEFT(sach,2)", 0),
        ("=10", 0),
    ],
)
def test_the_growth_of_a_formula(formula: str, expected: float) -> None:
    assert growth(parse(formula), GROWTHS.__getitem__) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=em+sach*2", True),
        ("=sach*2+em", True),
        ("=sach/2-em", True),
        ("=2*sach+3*em/4", True),
        ("=sach*50%+em*-1", True),
        ("=SUM(sach*2,em)", True),
        ("=" + "sach+" * 3000 + "em", True),
        ("=sach+5", False),
        ("=sach*gia+em", False),
        ("=2/sach+em", False),
        ("=ty_le+em", False),
    ],
)
def test_a_sum_is_one_in_whatever_order(formula: str, expected: bool) -> None:
    assert is_sum(parse(formula), lambda code: code != "ty_le") is expected
