"""A number format never makes another number of what a cell holds without that being known."""

from __future__ import annotations

import pytest

from workbook_tools.readers.number_format import find_odd_formats, format_number

PLAIN = [
    "General",
    "0",
    "#,##0",
    "0.00",
    "#,##0.0",
    "@",
    "0.00E+00",
    "# ?/?",
    "#,##0;[Red]-#,##0",
    '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    "[$-42A]#,##0",
    "#\\.##0",
    "#,##0_);(#,##0)",
    "???0",
    "0.0;(0.0)",
    "0.00;[Red]0.00",
]


@pytest.mark.parametrize("code", PLAIN)
def test_usual_formats_show_what_the_cell_holds(code):
    assert not {164} & find_odd_formats({164: code}).keys()
    assert [format_number(code, value) for value in (1.25, -1.25, 1500.5)] == ["", "", ""]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ('#,##0" nghìn"', 1500, "1500 nghìn"),
        ("#,##0\\ \\t\\r", 5, "5 tr"),
        ('"khoảng "0', 12, "khoảng 12"),
        ("0%", 1, "100%"),
        ("0.00%", 12, "1200.00%"),
        ("#,##0,", 1500, "2"),
        ("0.0,,", 1_500_000, "1.5"),
        ("00000", 12, "00012"),
        ('0"."00', 1500, "15.00"),
        ('0"/"0', 12, "1/2"),
        ('0"+"', 12, "12+"),
        ('0"000"', 12, "12000"),
        ("0\\0\\0", 12, "1200"),
        ("0.000", 12, "12.000"),
        (";;;", 12, " "),
        ("#,###", 0, " "),
        ('#" lượt"', 0, " lượt"),
        ('""', 12, " "),
        ("[>=1000]#,##0,;0", 1500, "2"),
        ('[<10]0" chục";0', 5, "5 chục"),
        ('0;0;"không"', 0, "không"),
        ("[$₫-42A]\\ #,##0", 1500, "₫ 1500"),
        ("1#,##0", 12, "112"),
        ('0.0" tỷ"', 1.5, "1.5 tỷ"),
        ("#,##0.0,", 1500.5, "1.5"),
        ('0.0"%"', 0.5, "0.5%"),
        ('0"%"', 45, "45%"),
        ("0%", 0.875, "87.5%"),
        ('"khoảng "General', 1.5, "khoảng 1.5"),
        ('0.0"°"', -1.5, "-1.5°"),
        ('0" độ"', -5, "-5 độ"),
        ("0;0", -5, "5"),
        ("0.0;0.0", -5.5, "5.5"),
        ('"-"0', 5, "-5"),
    ],
)
def test_what_other_formats_show(code, value, shown):
    assert 164 in find_odd_formats({164: code})
    assert format_number(code, float(value)).replace(",", ".") == shown


def test_literals_that_group_thousands_show_what_the_cell_holds():
    """Written so where the settings of the computer have another sign."""
    for value in (5, 1500, 1_234_567):
        assert format_number("#\\.##0", float(value)) == ""
        assert format_number('#" "###" "##0', float(value)) == ""


def test_a_format_by_condition_is_plain_where_the_condition_does_not_hold():
    assert format_number("[>=1000]#,##0,;0", 12.0) == ""


def test_per_cents_are_built_in_unless_the_workbook_says_otherwise():
    assert find_odd_formats({}).keys() == {9, 10}
    assert find_odd_formats({9: "0"}).keys() == {10}
