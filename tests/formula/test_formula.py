"""Formulas mean what they mean in Excel: readable cases one by one, and LibreOffice's word on a few hundred made by chance."""

from __future__ import annotations

import random
from datetime import date

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import recalculate, requires_libreoffice
from openpyxl import load_workbook

from workbook_tools.errors import FormulaError
from workbook_tools.formula import FUNCTIONS, ExcelError, parse_formula

DIV0, VALUE = ExcelError("#DIV/0!"), ExcelError("#VALUE!")
CELLS = {
    "n": 3,
    "m": -2.5,
    "zero": 0,
    "blank": None,
    "text": "Có",
    "digits": "12",
    "yes": True,
    "bad": DIV0,
    "day": date(2023, 10, 13),
}


def evaluate(formula, **cells):
    (result,) = parse_formula(formula).evaluate(pd.DataFrame([{**CELLS, **cells}], dtype=object))
    return result


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=blank=0", True),
        ('=blank=""', True),
        ("=blank+1", 1),
        ('=text="CÓ"', True),
        ('=n<"a"', True),
        ('="a"<TRUE', True),
        ("=n>digits", False),
        ("=digits+1", 13),
        ("=text+1", VALUE),
        ("=-2^2", 4),
        ("=2^3^2", 64),
        ("=50%*4", 2),
        ('=n&"/"&text', "3/Có"),
        ("=1/zero", DIV0),
        ("=bad+1", DIV0),
        ("=IF(n>0,1,bad)", 1),
        ("=IF(bad,1,2)", DIV0),
        ("=IF(FALSE,1)", False),
        ("=IFERROR(bad,7)", 7),
        ("=SUM(n,text,yes,blank,digits)", 3),
        ('=SUM("12",TRUE)', 13),
        ("=SUM(n,bad)", DIV0),
        ("=MAX(blank,text)", 0),
        ("=MIN(n,m)", -2.5),
        ("=AVERAGE(n,blank,5)", 4),
        ("=AVERAGE(blank)", DIV0),
        ("=COUNT(n,text,blank,day)", 2),
        ("=COUNTA(n,text,blank,bad)", 3),
        ("=AND(n,text,blank)", True),
        ("=OR(text)", VALUE),
        ("=NOT(blank)", True),
        ("=ROUND(m,0)", -3),
        ("=ROUND(1.005,2)", 1.01),
        ("=ROUNDDOWN(m,0)", -2),
        ("=INT(m)", -3),
        ("=MOD(-3,5)", 2),
        ("=MOD(3,zero)", DIV0),
        ('=LEN(TRIM("  a  b "))', 3),
        ('=MID("abcdef",2,3)', "bcd"),
        ('=FIND("c","abc")', 3),
        ('=EXACT("A","a")', False),
        ("=DATE(2023,10,13)=day", True),
        ("=YEAR(day)*100+MONTH(day)", 202310),
        ("=ISTEXT(text)=ISNUMBER(n)", True),
        ("=ISBLANK(blank)", True),
        ("=0.1+0.2=0.3", True),
        ('="5%"+0', 0.05),
        ("=10-4-3", 3),
    ],
)
def test_meaning(formula, result):
    assert evaluate(formula) == result


@pytest.mark.parametrize(
    ("formula", "position"),
    [
        ("=SUM(a;b)", 6),
        ("=(a>0", 5),
        ("=a b", 3),
        ("=a+", 3),
        ("=1,2", 2),
        ("=D10>0", 1),
        ("=a>#", 3),
        ("=IF(a)", 1),
        ("=a+ IF(b)", 4),
        ("=", 1),
    ],
)
def test_what_does_not_parse_is_placed(formula, position):
    with pytest.raises(FormulaError) as caught:
        parse_formula(formula)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("formula", "position", "reason"),
    [
        ("=" + "(" * 65 + "a" + ")" * 65, 65, "64 deep"),
        ("=" + "(" * 1500 + "a" + ")" * 1500, 65, "64 deep"),
        ("=" + "ABS(" * 65 + "a" + ")" * 65, 257, "64 deep"),
        ("=" + "-" * 65 + "a", 65, "64 deep"),
        ("=a%%%", 4, "percent"),
        ("=a>1E400", 3, "larger than Excel"),
    ],
)
def test_what_excel_would_not_take_is_refused(formula, position, reason):
    with pytest.raises(FormulaError, match=reason) as caught:
        parse_formula(formula)
    assert caught.value.position == position


def test_a_sum_may_be_as_long_as_a_formula():
    names = [f"x_{number}" for number in range(1300)]
    formula = parse_formula("=" + "+".join(names))
    frame = pd.DataFrame({name: [1.0, 2.0] for name in names})
    assert list(formula.evaluate(frame)) == [1300, 2600]
    assert formula.rewrite(dict.fromkeys(names, "A1")) == "+".join(["A1"] * 1300)
    assert parse_formula("=" + "(" * 64 + "x_1" + ")" * 64).names == ("x_1",)


def test_rewriting_leaves_texts_alone():
    formula = parse_formula('=IF(ct_1>0,"ct_1 > 0",-ct_2^2)')
    assert formula.names == ("ct_1", "ct_2")
    assert formula.rewrite({"ct_1": "$B$2", "ct_2": "C3"}) == 'IF($B$2>0,"ct_1 > 0",(-C3)^2)'


def test_functions_that_are_not_available_are_listed():
    assert parse_formula("=TODAY()>ct_1").functions - set(FUNCTIONS) == {"TODAY"}


def test_many_units_at_once_give_what_one_at_a_time_gives():
    frame = pd.DataFrame({"a": [1, None, "x", True, DIV0], "b": [0, 2, 3.5, None, 1]}, dtype=object)
    formula = parse_formula("=IF(a>b,a-b,b/a)")
    assert list(formula.evaluate(frame)) == [
        formula.evaluate(frame.iloc[[row]]).iloc[0] for row in range(len(frame))
    ]


@pytest.mark.parametrize("text", ["=a", "=IF(TRUE,a)"])
def test_broken_is_whatever_is_neither_true_nor_a_number_other_than_0(text):
    values = [True, False, 2, 0, -0.5, "TRUE", None, DIV0]
    frame = pd.DataFrame({"a": values}, index=[f"unit {n}" for n in range(len(values))], dtype=object)
    broken = parse_formula(text).evaluate_broken(frame)
    assert broken.to_dict() == {
        "unit 1": False,
        "unit 3": 0,
        "unit 5": "TRUE",
        "unit 6": None,
        "unit 7": DIV0,
    }


_NAMES = ["a", "b", "c", "d", "e", "f"]
_ROWS = [
    [1, 2, 0, "abc", True, 45212],
    [None, -3.5, 12, "", False, 45212],
    [0, None, 7, "Có", None, 44927],
    [1000, 0.25, -1, "12", True, 36526],
    [5, 5, 5, None, False, 73050],
]


def make_number(chance, depth):
    if depth == 0:
        return chance.choice(["a", "b", "c", "f", "1", "2.5", "100", "0"])
    inner = [make_number(chance, depth - 1) for _ in range(3)]
    condition = make_condition(chance, depth - 1)
    # Powers stay small: LibreOffice and Excel differ in how they report an overflow. Truth values in cells stay out of
    # aggregates: to LibreOffice they are numbers, Excel passes them over.
    return chance.choice(
        [
            f"({inner[0]}{chance.choice('+-*/')}{inner[1]})",
            f"(-{inner[0]})",
            f"{inner[0]}%" if inner[0].isalnum() else inner[0],
            f"({chance.choice(['a', 'b', 'c'])}^2)",
            f"{chance.choice(['SUM', 'MAX', 'MIN', 'COUNT', 'COUNTA', 'AVERAGE'])}({','.join(inner)})",
            f"{chance.choice(['SUM', 'MAX', 'MIN', 'COUNT', 'COUNTA'])}({chance.choice('abcd')},d,{inner[1]})",
            f"IF({condition},{inner[0]},{inner[1]})",
            f"IFERROR({inner[0]},{inner[1]})",
            f"{chance.choice(['ABS', 'INT', 'SIGN'])}({inner[0]})",
            f"{chance.choice(['ROUND', 'ROUNDUP', 'ROUNDDOWN', 'TRUNC'])}({inner[0]},{chance.choice('012')})",
            f"{chance.choice(['SQRT(', 'POWER(2,', 'PRODUCT(2,'])}{chance.choice('abc')})",
            f"MOD({chance.choice(['a', 'c', '17'])},{chance.choice(['3', '5', 'c'])})",
            f"LEN({make_text(chance, depth - 1)})",
            f"{chance.choice(['YEAR', 'MONTH', 'DAY'])}(f)",
            f"DATE(2023,{chance.choice(['1', '13', '6'])},{chance.choice(['1', '31'])})",
        ]
    )


def make_condition(chance, depth):
    if depth == 0:
        return chance.choice(["e", "TRUE", "FALSE", "a>0", "b<=c", "ISBLANK(a)", "ISNUMBER(b)", "ISTEXT(d)"])
    inner = [make_condition(chance, depth - 1) for _ in range(2)]
    numbers = [make_number(chance, depth - 1) for _ in range(2)]
    texts = [make_text(chance, depth - 1) for _ in range(2)]
    return chance.choice(
        [
            f"({numbers[0]}{chance.choice(['=', '<>', '<', '>', '<=', '>='])}{numbers[1]})",
            f"({texts[0]}{chance.choice(['=', '<>'])}{texts[1]})",
            f"{chance.choice(['AND', 'OR'])}({inner[0]},{inner[1]})",
            f"NOT({inner[0]})",
            f"ISERROR({numbers[0]})",
            f"EXACT({texts[0]},{texts[1]})",
        ]
    )


def make_text(chance, depth):
    if depth == 0:
        return chance.choice(["d", '"abc"', '"CÓ"', '"a ""b"""', '""'])
    inner = make_text(chance, depth - 1)
    return chance.choice(
        [
            f"({inner}&{make_text(chance, depth - 1)})",
            f"CONCATENATE({inner},{make_text(chance, depth - 1)})",
            f"{chance.choice(['UPPER', 'LOWER', 'TRIM'])}({inner})",
            f"{chance.choice(['LEFT', 'RIGHT'])}({inner},2)",
            f"MID({inner},2,2)",
            f"IF({make_condition(chance, depth - 1)},{inner},{make_text(chance, depth - 1)})",
        ]
    )


def made_formulas(count):
    chance = random.Random(20231013)
    makers = [make_number, make_condition, make_text]
    return [f"={makers[i % 3](chance, 1 + i % 3)}" for i in range(count)]


@requires_libreoffice
def test_libreoffice_agrees(tmp_path):
    """Blanks, texts, numbers, truth values, errors and dates through every function: the same results, all of them."""
    formulas = [parse_formula(text) for text in made_formulas(600)]
    assert {f for formula in formulas for f in formula.functions} >= set(FUNCTIONS) - {"FIND", "ISLOGICAL"}
    path = tmp_path / "formulas.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    for row, values in enumerate(_ROWS):
        for column, value in enumerate(values):
            if value is not None and value != "":
                sheet.write(row, column, value)
        refs = {name: f"{chr(65 + i)}{row + 1}" for i, name in enumerate(_NAMES)}
        for column, formula in enumerate(formulas, start=10):
            sheet.write_formula(row, column, "=" + formula.rewrite(refs))
    workbook.close()
    (calculated,) = recalculate([path], tmp_path / "out")
    theirs = load_workbook(calculated, data_only=True).worksheets[0]
    frame = pd.DataFrame(
        [[None if v == "" else v for v in values] for values in _ROWS], columns=_NAMES, dtype=object
    )
    differences = []
    for column, formula in enumerate(formulas, start=11):
        for row, ours in enumerate(formula.evaluate(frame), start=1):
            if not agrees(ours, theirs.cell(row, column).value):
                differences.append((formula.text, _ROWS[row - 1], ours, theirs.cell(row, column).value))
    assert not differences, "\n".join(map(str, differences))


def agrees(ours, theirs):
    if ours is None or ours == "":
        return theirs in (None, "", 0)
    if isinstance(ours, ExcelError):
        return str(theirs).startswith("#")
    if isinstance(ours, float) and not isinstance(theirs, str | None):
        theirs = (theirs - pd.Timestamp(1899, 12, 30)).days if hasattr(theirs, "year") else theirs
        return theirs == pytest.approx(ours, rel=1e-9, abs=1e-12)
    return theirs == ours


@given(
    st.integers(0, 10_000),
    st.lists(
        st.none() | st.integers(-5, 5) | st.text("ab1", max_size=2) | st.booleans(), min_size=6, max_size=6
    ),
)
def test_a_formula_written_again_means_the_same(seed, cells):
    formula = parse_formula("=" + make_condition(random.Random(seed), 3))
    again = parse_formula("=" + formula.rewrite({name: name for name in formula.names}))
    frame = pd.DataFrame([cells], columns=_NAMES, dtype=object)
    assert list(formula.evaluate(frame)) == list(again.evaluate(frame))
