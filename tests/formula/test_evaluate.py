"""What Excel does with errors, blanks and odd arguments inside functions, also where LibreOffice does otherwise."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.formula import ExcelError, parse_formula
from workbook_tools.formula.conditional import spell_out
from workbook_tools.formula.evaluation import Evaluator
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Literal
from workbook_tools.formula.vector import Vector

DIV0, VALUE, NUM = ExcelError("#DIV/0!"), ExcelError("#VALUE!"), ExcelError("#NUM!")
CELLS = {
    "n": 3,
    "blank": None,
    "word": "Có",
    "digits": "12",
    "yes": True,
    "bad": DIV0,
    "day": date(2023, 10, 13),
}

ERRORS_IN_TEXT_FUNCTIONS = [
    ("LEN(bad)", DIV0),
    ("UPPER(bad)", DIV0),
    ("TRIM(1/0)", DIV0),
    ("LEFT(bad,1)", DIV0),
    ("MID(word,bad,1)", DIV0),
    ('FIND("a",bad)', DIV0),
    ("bad&word", DIV0),
]
ARGUMENTS_THAT_COUNT = [
    ("LEFT(word,blank)", ""),
    ('LEFT(word,"1")', "C"),
    ("LEFT(word,yes)", "C"),
    ("LEFT(word,word)", VALUE),
    ("LEFT(word,-1)", VALUE),
    ("RIGHT(word,0)", ""),
    ("RIGHT(word)", "ó"),
    ("MID(word,9,2)", ""),
    ("MID(word,0,2)", VALUE),
    ('FIND("",word)', 1),
    ('FIND("a","banana",3)', 4),
    ('FIND(".",n)', VALUE),
    ("LEN(yes)", 4),
]
CELLS_AND_VALUES_TYPED_IN = [
    ("SUM(digits)", 0),
    ('SUM("12")', 12),
    ("SUM(IF(TRUE,word))", 0),
    ("SUM(IF(n>0,digits,0),1)", 1),
    ('SUM(IF(n>0,"12",digits))', 12),
    ("SUM(IFERROR(word,0))", 0),
    ("SUM(digits+0)", 12),
    ('SUM("x")', VALUE),
    ("COUNT(IF(TRUE,blank))", 0),
    ("COUNT(1,)", 2),
    ("COUNTA(1,)", 2),
    ("COUNT(yes,n>0,bad)", 1),
    ("MIN(1,)", 0),
    ("AVERAGE(yes,blank)", DIV0),
    ("AND(TRUE,)", False),
    ("AND(IF(TRUE,word),TRUE)", True),
    ('AND("x",TRUE)', VALUE),
    ("OR(FALSE,bad)", DIV0),
]
NUMBERS = [
    ("0.1+0.2-0.3=0", True),
    ("1000000-999999.75", 0.25),
    ('(-blank)&""', "0"),
    ('ROUND(-0.4,0)&""', "0"),
    ("ROUND(2.5,0)", 3),
    ("ROUND(-2.5,0)", -3),
    ("ROUND(12345,-2)", 12300),
    ("ROUND(67467.775,2)", 67467.78),
    ("ROUND(29425984.005,2)", 29425984.01),
    ("ROUNDUP(1.15*100,0)", 115),
    ("ROUNDDOWN(0.29*100,0)", 29),
    ("TRUNC(0.29*100)", 29),
    ("INT(0.29*100)", 29),
    ("INT(-1.5)", -2),
    ("4738.69=4738.69+6E-12", False),
    ("1234567.89=1234567.89+2E-10", True),
    ("ROUND(n,400)", 3),
    ("ROUND(12345,-400)", 0),
    ("ROUNDUP(-2.1,0)", -3),
    ("MOD(3,-5)", -2),
    ("INT((0.1+0.7)*10)", 8),
    ("0^0", NUM),
    ("0^-1", DIV0),
    ("(-8)^(1/3)", NUM),
]
ORDER_AND_CONDITIONS = [
    ("yes=1", False),
    ("yes>999", True),
    ("blank=FALSE", True),
    ("blank=blank", True),
    ('blank<"a"', True),
    ('IF("TRUE",1,2)', 1),
    ('IF("2",1,2)', VALUE),
    ("IF(word,1,2)", VALUE),
    ("ISBLANK(IF(TRUE,blank))", True),
    ("ISNUMBER(yes)", False),
    ("ISERROR(bad)", True),
    ("IFERROR(1,bad)", 1),
]
DATES = [
    ("DATE(2023,14,1)=DATE(2024,2,1)", True),
    ("DATE(2023,3,0)=DATE(2023,2,28)", True),
    ("DATE(1900,1,1)", 1),
    ("DATE(1900,2,29)", 60),
    ("DATE(1900,3,1)", 61),
    ("DATE(10000,1,1)", NUM),
    ("YEAR(blank)", 1900),
    ("MONTH(60)*100+DAY(60)", 229),
    ("DAY(0)", 0),
    ("YEAR(-1)", NUM),
    ("YEAR(2958465.9)", 9999),
    ("day+1-day", 1),
]


@pytest.mark.parametrize(
    ("formula", "result"),
    ERRORS_IN_TEXT_FUNCTIONS
    + ARGUMENTS_THAT_COUNT
    + CELLS_AND_VALUES_TYPED_IN
    + NUMBERS
    + ORDER_AND_CONDITIONS
    + DATES,
)
def test_meaning(formula, result):
    (found,) = parse_formula(formula).evaluate(pd.DataFrame([CELLS], dtype=object))
    assert found == (pytest.approx(result, rel=1e-9) if type(result) is float else result)
    assert isinstance(found, bool) == isinstance(result, bool)


@given(st.integers(1, 10**10), st.integers(0, 99), st.integers(0, 2))
def test_amounts_that_end_in_5_are_rounded_up(whole, part, digits):
    """Half up of the digits that Excel shows, however large the amount."""
    amount = Decimal(f"{whole}.{part:02d}5")
    expected = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    frame = pd.DataFrame({"so": [float(amount)]})
    assert list(parse_formula(f"=ROUND(so,{digits})").evaluate(frame)) == [float(expected)]


OF_NUMBERS = [
    ("9", "9", True),
    ("9", "09", True),
    ("01", "01", True),
    ("10%", 0.1, True),
    ("<>9", "9", False),
    ("<>9", "8", True),
    (">5", "9", False),
    ("9", True, False),
    ("nan", "nan", True),
    ("1_000", 1000.0, False),
]


@pytest.mark.parametrize(("wanted", "cell", "met"), OF_NUMBERS)
def test_a_text_is_counted_as_the_number_that_it_says(wanted, cell, met):
    """By COUNTIF, whether the text is printed on the form or filled in."""
    call = parse(f'=COUNTIF(A1,"{wanted}")', places=True)
    for content in (lambda node: Literal(cell), lambda node: node):
        counted = Evaluator(lambda node: Vector.from_values([cell]), 1).evaluate(spell_out(call, content))
        assert counted.to_values() == [met]


def test_a_missing_date_is_blank():
    """Pandas has NaT where a column of dates has a gap."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2023-10-13", None])})
    assert list(parse_formula("=ISBLANK(day)").evaluate(frame)) == [False, True]
    assert list(parse_formula("=day>0").evaluate(frame)) == [True, False]


def test_no_units_no_results():
    formula = parse_formula('=IF(SUM(n,blank)>0,LEFT(word,1),FIND("a",word)&AND(yes,n>0))')
    assert list(formula.evaluate(pd.DataFrame([CELLS], dtype=object).iloc[:0])) == []
