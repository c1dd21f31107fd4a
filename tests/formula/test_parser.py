"""What is written into a form is what was read: brackets, texts and signs; what Excel would refuse is never written."""

from __future__ import annotations

import pandas as pd
import pytest

from workbook_tools.errors import FormulaError
from workbook_tools.formula import parse_formula


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("=ct_1-(ct_2-ct_3)", "A1-(B1-C1)"),
        ("=ct_1-ct_2-ct_3", "A1-B1-C1"),
        ("=ct_1-ct_2*ct_3+2", "A1-(B1*C1)+2"),
        ("=(ct_1+ct_2)-ct_3&1", "A1+B1-C1&1"),
        ("=(ct_1>ct_2)=(ct_2>ct_3)", "A1>B1=(B1>C1)"),
        ("=ct_1*(ct_2>0)*ct_3", "A1*(B1>0)*C1"),
        ("=(ct_1>0)*ct_2*ct_3", "(A1>0)*B1*C1"),
        ("=2^ct_1^ct_2", "2^A1^B1"),
        ("=(ct_1+ct_2)*ct_3", "(A1+B1)*C1"),
        ("=ct_1+ct_2*ct_3", "A1+(B1*C1)"),
        ("=-ct_1^2", "(-A1)^2"),
        ("=-(ct_1^2)", "-(A1^2)"),
        ("=2^-ct_1", "2^(-A1)"),
        ("=(ct_1+ct_2)%", "(A1+B1)%"),
        ("=ct_1%%", "(A1%)%"),
        ("=NOT(ct_1>=ct_2)", "NOT(A1>=B1)"),
        ('=ct_1&"ct_1 ""x"""', 'A1&"ct_1 ""x"""'),
        ("=IF(ct_1,,ct_2)", "IF(A1,,B1)"),
        ("= sum( ct_1 , true )", "SUM(A1,TRUE)"),
        ("CT_1 > 0", "A1>0"),
        ("=ct_1\n  > .5", "A1>0.5"),
    ],
)
def test_rewrite(formula, written):
    assert parse_formula(formula).rewrite({"ct_1": "A1", "ct_2": "B1", "ct_3": "C1"}) == written


def test_a_long_text_is_written_in_the_pieces_that_excel_takes():
    """Excel calls a file damaged that has more than 255 characters between quotes."""
    long = "x" * 254 + '"' + "y" * 10
    quoted = long.replace('"', '""')
    written = parse_formula(f'=LEN("{quoted}")').rewrite({})
    assert written == f'LEN(("{"x" * 254}"""&"{"y" * 10}"))'
    assert list(parse_formula(written).evaluate(pd.DataFrame(index=[0]))) == [265]


@pytest.mark.parametrize("text", ["=ct1+1", "=$A$1", "=A1:B2", "=R1C1", "=Sheet1!A1", "=xfd9"])
def test_cell_addresses_are_refused(text):
    with pytest.raises(FormulaError):
        parse_formula(text)


def test_a_name_left_out_is_a_key_error():
    with pytest.raises(KeyError):
        parse_formula("=ct_1+ct_2").rewrite({"ct_1": "A1"})
