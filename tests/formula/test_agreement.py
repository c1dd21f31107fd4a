"""LibreOffice's word on formulas made by chance: every function, over every kind of cell, error by error.

Where LibreOffice itself is not Excel, the makers below leave the case out and say why; tests/formula/test_evaluate.py
pins what Excel does there.
"""

from __future__ import annotations

import random
from datetime import date, datetime

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import recalculate, requires_libreoffice
from openpyxl import load_workbook

from workbook_tools.formula import FUNCTIONS, ExcelError, parse_formula
from workbook_tools.formula.conditional import BLANK_CELL, spell_out_all
from workbook_tools.formula.evaluation import Evaluator
from workbook_tools.formula.parser import parse
from workbook_tools.formula.tree import Literal
from workbook_tools.formula.vector import Vector

DIV0, NA = ExcelError("#DIV/0!"), ExcelError("#N/A")
COLUMNS = ["num", "amt", "txt", "dig", "yes", "day", "mix"]
ROWS = [
    [3, 2.5, "abc", "12", True, date(2023, 10, 13), 7],
    [None, -3.5, "Có", "-4", False, date(2023, 2, 28), None],
    [0, None, None, "7", None, date(2000, 1, 1), "x"],
    [-2, 0.25, " a  b ", None, True, date(2024, 2, 29), DIV0],
    [1000, 0, "ABC", "0", False, date(2099, 12, 31), NA],
    [5, 5, 'a "b"', "100", None, date(1990, 6, 15), "y"],
]
FOUND = ['"b"', '"2"', '"ó"']
COMPARED = ['""', '"x"', "0", "num"]


class Maker:
    """Formulas by chance: of a number, a condition or a text, so many levels deep."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, *makers):
        return self.chance.choice(makers)()

    def one(self, *texts):
        return self.chance.choice(texts)

    def number(self, depth):
        if depth <= 0:
            # Fractions are sums of powers of two: LibreOffice's INT and ROUNDDOWN forgive the last bits, Excel's do not.
            return self.one("num", "amt", "dig", "mix", "day", "0", "2", "7", "0.5", "1000")
        n, c, t = (
            (lambda: self.number(depth - 1)),
            (lambda: self.condition(depth - 1)),
            (lambda: self.text(depth - 1)),
        )
        return self.pick(
            lambda: f"({n()}{self.one(*'+-*/')}{n()})",
            lambda: f"(-{n()})",
            # Small whole powers: the two differ in 0^0 and in roots of negative numbers.
            lambda: f"({self.one('num', 'amt', '-3')}^{self.one('1', '2', '3')})",
            lambda: f"POWER({self.one('num', 'amt', '-3')},{self.one('1', '2', '3')})",
            lambda: f"({n()})%",
            lambda: (
                f"{self.one('SUM', 'PRODUCT', 'MAX', 'MIN', 'COUNT', 'COUNTA')}({self.counted(depth)},{self.counted(depth)})"
            ),
            lambda: f"AVERAGE({n()},{self.one('num', 'txt', 'dig', 'mix', 'TRUE', '')})",
            lambda: f"IF({c()},{n()},{n()})",
            lambda: f"IFERROR({n()},{n()})",
            lambda: f"{self.one('ABS', 'INT', 'SIGN', 'SQRT')}({n()})",
            lambda: (
                f"{self.one('ROUND', 'ROUNDUP', 'ROUNDDOWN', 'TRUNC')}({n()},{self.one('0', '1', '2', '-1')})"
            ),
            # Whole numbers: LibreOffice forgives the last bits of a remainder too.
            lambda: (
                f"MOD({self.one('num', 'INT(amt)', '17', '-17', 'mix')},{self.one('3', '-5', 'num', '0')})"
            ),
            lambda: f"LEN({t()})",
            # A text to find is never empty: LibreOffice does not find it.
            lambda: f"FIND({self.one(*FOUND)},{t()}{self.one('', ',1', ',2', ',num')})",
            # A blank or small number as a date: LibreOffice's calendar begins at 30/12/1899, Excel's at 0/1/1900.
            lambda: (
                f"{self.one('YEAR', 'MONTH', 'DAY')}({self.one('day', 'day+400', 'UPPER(txt)', 'DATE(2023,num,1)')})"
            ),
            lambda: f"DATE(2023,{self.one('1', '13', 'num', '-2')},{self.one('1', '31', 'num', '0')})",
        )

    def counted(self, depth):
        """An argument of SUM and its like. A truth value in a cell is a number to LibreOffice; Excel passes over it.

        Nor is a numeric text ever typed in: Excel takes it for its number, LibreOffice refuses it.
        """
        return self.pick(
            lambda: self.number(depth - 1),
            lambda: self.one("num", "txt", "dig", "mix", "day", "TRUE", ""),
            lambda: f"NOT({self.condition(depth - 1)})",
            lambda: (
                f"IF({self.condition(depth - 1)},{self.one('txt', 'dig', 'mix')},{self.one('num', '1', '')})"
            ),
        )

    def condition(self, depth):
        if depth <= 0:
            # No text that is a number: a condition to LibreOffice, #VALUE! to Excel.
            return self.one("yes", "TRUE", "FALSE", "num>0", "num", "mix", "txt")
        n, c, t = (
            (lambda: self.number(depth - 1)),
            (lambda: self.condition(depth - 1)),
            (lambda: self.text(depth - 1)),
        )
        # Numbers, truth values and texts are compared only with their like: to LibreOffice TRUE equals 1. Texts are not
        # put in order: both sort by the rules of a language, each by its own.
        return self.pick(
            lambda: f"({n()}{self.one('=', '<>', '<', '>', '<=', '>=')}{n()})",
            lambda: f"({t()}{self.one('=', '<>')}{t()})",
            lambda: f"({self.one('num', 'mix', 'dig')}{self.one('=', '<>')}{self.one(*COMPARED)})",
            lambda: f"{self.one('AND', 'OR')}({c()},{c()},{self.one('yes', 'num', 'TRUE', 'mix', 'txt')})",
            lambda: f"NOT({c()})",
            lambda: f"IF({c()},{c()},{c()})",
            lambda: f"IFERROR({c()},{c()})",
            lambda: f"ISERROR({self.pick(n, c, t)})",
            lambda: f"{self.one('ISBLANK', 'ISNUMBER', 'ISTEXT')}({self.one('num', 'mix', 'txt', n(), t())})",
            lambda: f"ISLOGICAL({self.one('yes', 'num', 'txt', f'NOT({c()})')})",
            lambda: f"EXACT({t()},{t()})",
        )

    def text(self, depth):
        # A truth value is never turned into a text: LibreOffice writes that of a cell as 1.
        if depth <= 0:
            return self.one("txt", "dig", "mix", "num", "amt", '"abc"', '"CÓ"', '"a ""b"""', '""')
        n, t = (lambda: self.number(0)), (lambda: self.text(depth - 1))
        return self.pick(
            lambda: f"({t()}&{t()})",
            lambda: f"CONCATENATE({t()},{t()},{t()})",
            lambda: f"{self.one('UPPER', 'LOWER', 'TRIM')}({t()})",
            lambda: f"{self.one('LEFT', 'RIGHT')}({t()}{self.one('', ',2', f',{n()}')})",
            lambda: f"MID({t()},{self.one('1', '2', n())},{self.one('2', n())})",
            lambda: f"IF({self.condition(depth - 1)},{t()},{t()})",
            lambda: f"IFERROR({t()},{t()})",
        )

    def formula(self, depth):
        return "=" + self.pick(
            lambda: self.number(depth), lambda: self.condition(depth), lambda: self.text(depth)
        )


def made_formulas(count):
    maker = Maker(20231013)
    return [parse_formula(maker.formula(1 + i % 3)) for i in range(count)]


def write_sheet(path, formulas):
    """One row for each of ROWS: its cells, and beside them every formula over them."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet, as_date = workbook.add_worksheet(), workbook.add_format({"num_format": "dd/mm/yyyy"})
        for row, values in enumerate(ROWS):
            for column, value in enumerate(values):
                if isinstance(value, ExcelError):
                    sheet.write_formula(row, column, {DIV0: "=1/0", NA: "=NA()"}[value])
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), as_date)
                elif value is not None:
                    sheet.write(row, column, value)
            refs = {name: f"${chr(65 + i)}${row + 1}" for i, name in enumerate(COLUMNS)}
            for column, formula in enumerate(formulas, start=len(COLUMNS)):
                sheet.write_formula(row, column, "=" + formula.rewrite(refs))


def agrees(formula, ours, theirs):
    if isinstance(ours, ExcelError):
        # Where these meet two errors, LibreOffice may report another than Excel does; so there any error will do.
        either = "&" in formula.text or formula.functions & {"AND", "OR", "MOD", "MID", "SQRT"}
        return theirs == ours.name or (bool(either) and str(theirs).startswith("#"))
    if ours is None:
        # A formula that hands on a blank cell shows 0, and an empty text where a text is expected.
        return theirs in (None, "", 0)
    if isinstance(ours, str):
        return (theirs or "") == ours
    if isinstance(theirs, datetime):
        theirs = (theirs - datetime(1899, 12, 30)).total_seconds() / 86400
    # LibreOffice writes a truth value from IF or IFERROR as 1 or 0, and so for ours the kind is not compared.
    return isinstance(theirs, int | float) and theirs == pytest.approx(float(ours), rel=1e-12, abs=1e-12)


@requires_libreoffice
def test_libreoffice_agrees_error_by_error(tmp_path):
    formulas = made_formulas(600)
    assert {function for formula in formulas for function in formula.functions} == set(FUNCTIONS)
    write_sheet(tmp_path / "formulas.xlsx", formulas)
    (calculated,) = recalculate([tmp_path / "formulas.xlsx"], tmp_path / "out")
    sheet = load_workbook(calculated, data_only=True).worksheets[0]
    frame = pd.DataFrame(ROWS, columns=COLUMNS, dtype=object)
    differences = [
        f"{formula.text}  over {ROWS[row]}: {ours!r}, LibreOffice {theirs!r}"
        for column, formula in enumerate(formulas, start=len(COLUMNS) + 1)
        for row, ours in enumerate(formula.evaluate(frame))
        if not agrees(formula, ours, theirs := sheet.cell(row + 1, column).value)
    ]
    assert not differences, f"{len(differences)} differ:\n" + "\n".join(differences[:40])


AREA = [
    [3, "kiên cố", 2, 1.5],
    [0, "khác", None, 4],
    [-2, "Kiên cố", 7, "x"],
    [None, None, 1, 2],
    ["12 lượt", "tạm", 5, None],
]
WHERE = ['"kiên cố"', '"khác"', '"<>khác"', "3", '">0"', '"<=0"', '"<>0"', '"=7"', "E1"]
OVER_RANGES = [
    *(f"=COUNTIF({column}1:{column}5,{wanted})" for column in "ABC" for wanted in WHERE),
    *(f"=SUMIF({column}1:{column}5,{wanted},C1:C5)" for column in "ABD" for wanted in WHERE),
    *(f"=AVERAGEIF(B1:B5,{wanted},D1:D5)" for wanted in WHERE[:4]),
    '=COUNTIF(B1:B5,"k*")',
    '=SUMIF(B1:B5,"<>k*",C1:C5)',
    '=SUMIF(C1:C5,">1")',
    '=SUMIFS(C1:C5,B1:B5,"kiên cố",A1:A5,">0")',
    '=COUNTIFS(B1:B5,"kiên cố",C1:C5,">=2")',
    '=AVERAGEIFS(D1:D5,C1:C5,">1",A1:A5,"<>0")',
    "=SUMPRODUCT(A1:A5,C1:C5)",
    "=SUMPRODUCT(A1:D5)",
    "=SUMPRODUCT(C1:C5,D1:D5)/SUM(C1:C5)",
]


def held(node):
    if node == BLANK_CELL:
        return None
    row, column = node.first
    return (*AREA[row - 1], 3)[column - 1]


def printed(node):
    """Texts of column B and the number in column E are printed on the form; all else is filled in."""
    if node.first[1] not in (2, 5):
        return node
    return BLANK_CELL if held(node) is None else Literal(held(node))


@requires_libreoffice
def test_conditions_over_ranges_are_libreoffice_s(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "ranges.xlsx")) as workbook:
        sheet = workbook.add_worksheet("S")
        for row, values in enumerate(AREA):
            sheet.write_row(row, 0, [*values, 3])
        for row, formula in enumerate(OVER_RANGES):
            sheet.write_formula(row, 5, formula)
    (calculated,) = recalculate([tmp_path / "ranges.xlsx"], tmp_path / "out")
    theirs = [row[5].value for row in load_workbook(calculated, data_only=True)["S"].iter_rows()]
    trees = [spell_out_all(parse(formula, places=True), printed) for formula in OVER_RANGES]
    evaluator = Evaluator(lambda node: Vector.from_values([held(node)]), 1)
    ours = [evaluator.evaluate(tree).to_values()[0] for tree in trees]
    differing = {
        formula: (one, other)
        for formula, one, other in zip(OVER_RANGES, ours, theirs, strict=True)
        if not (str(one) == other or one == pytest.approx(other))
    }
    assert differing == {}


CELLS = (
    st.none()
    | st.integers(-5, 5)
    | st.floats(-9, 9)
    | st.text('ab1"ó ', max_size=3)
    | st.booleans()
    | st.dates()
    | st.just(DIV0)
)
UNITS = st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=4)


@given(st.integers(0, 100_000), UNITS)
def test_written_again_it_means_the_same(seed, units):
    formula = parse_formula(Maker(seed).formula(3))
    again = parse_formula(formula.rewrite({name: name for name in formula.names}))
    frame = pd.DataFrame(units, columns=COLUMNS, dtype=object)
    assert list(again.evaluate(frame)) == list(formula.evaluate(frame))


@given(st.integers(0, 100_000), UNITS)
def test_a_unit_is_judged_by_its_own_cells(seed, units):
    """Whatever cells the other units have, a unit's result is the one it would have alone."""
    formula = parse_formula(Maker(seed).formula(3))
    frame = pd.DataFrame(units, columns=COLUMNS, dtype=object)
    assert list(formula.evaluate(frame)) == [
        formula.evaluate(frame.iloc[[row]]).iloc[0] for row in range(len(frame))
    ]
