"""A figure typed over a formula that is only printed is told with the result, never lost; a result that a program left
in place of its formula is none.
"""

from __future__ import annotations

import pytest
from collecting import fill, read_back
from drawn_form import draw
from openpyxl import load_workbook

FORM = """
Báo cáo của {{don_vi}}
Khối | Số lớp | Số em | Em mỗi lớp
Khối 1 | {{k1_lop}} | {{k1_em}} | =C4/B4 [0.0]
Khối 2 | {{k2_lop}} | {{k2_em}} | =C5/B5 [0.0]
Cộng | =SUM(B4:B5) | =SUM(C4:C5) | =C6/B6 [0.0]
Nhận xét | =IF(B6>5,"Đông","Ít")
Lớp khác | {{khac}}"""
LINES = """
k1_lop | Khối 1: lớp | lớp | số đếm | cộng
k1_em | Khối 1: em | em | số đếm | cộng
k2_lop | Khối 2: lớp | lớp | số đếm | cộng
k2_em | Khối 2: em | em | số đếm | cộng
khac | Lớp khác | lớp | số đếm | cộng"""
ANSWERS = {"k1_lop": 2, "k1_em": 40, "k2_lop": 1, "k2_em": 35, "khac": 0}
RESULTS = {"D4": 20, "D5": 35, "B6": 3, "C6": 75, "D6": 25, "B7": "Ít"}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("gõ"), {"Biểu": FORM}, LINES, "x1 | Xã Một | xa")


@pytest.fixture
def tell(campaign, tmp_path):
    """What is said of a form with these answers, into which somebody typed more."""

    def read(typed, answers=ANSWERS, change=None):
        path = fill(campaign, "x1", answers, tmp_path / "r" / "x1.xlsx")
        book = load_workbook(path)
        for ref, value in typed.items():
            book["Biểu"][ref] = value
        if change is not None:
            change(book)
        book.save(path)
        found = read_back(campaign, path.parent)
        codes = ("result-typed-over", "entry-outside", "computed-differs")
        return [
            (p.code, p.place.cell, p.params["value"], p.params.get("expected"))
            for p in found.problems
            if p.code in codes
        ]

    return read


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"B6": 9}, [("B6", "9", "3")]),
        ({"B6": 9, "C6": 75, "D6": "chưa tính"}, [("B6", "9 · chưa tính", "3 · 25")]),
        ({"B7": "Đông"}, [("B7", "Đông", "Ít")]),
        ({"B6": 3, "C6": 75.0000000001}, []),
        (RESULTS, []),
    ],
)
def test_what_is_typed_over_a_printed_formula_is_told_unless_it_is_the_result(tell, typed, told):
    assert tell(typed) == [("result-typed-over", *one) for one in told]


def test_a_result_of_billions_that_is_a_few_dong_off_is_told(tell):
    answers = {**ANSWERS, "k1_em": 12_345_678_901}
    assert tell({"C6": 12_345_678_936}, answers) == []
    told = [("result-typed-over", "C6", "12345678947", "12345678936")]
    assert tell({"C6": 12_345_678_947}, answers) == told


def test_a_sum_without_its_parts_is_told(tell):
    only = {"khac": 0}
    assert tell({"B6": 3, "C6": 75}, only) == [("result-typed-over", "B6", "3 · 75", "– · –")]
    assert tell({"B6": 0}, only) == []


def test_a_row_added_where_the_sum_was_is_an_entry_of_its_own(tell):
    def add_row(book):
        book["Biểu"].insert_rows(6)
        book["Biểu"]["A6"], book["Biểu"]["B6"] = "Khối 3", 3

    assert [told[:2] for told in tell({}, change=add_row)] == [("entry-outside", "B6")]


def test_a_program_that_keeps_only_results_is_not_blamed(tell):
    """A form in which nothing is a formula any more, as SheetJS writes .xls."""

    def flatten(book):
        for row in book["Biểu"].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = RESULTS.get(cell.coordinate)

    assert tell({}, change=flatten) == []
