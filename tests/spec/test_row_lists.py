"""What a template may say of lists, and what it is told where it cannot."""

from __future__ import annotations

import openpyxl
import pytest
from drawn_form import write_drawn
from list_campaign import FORM, LINES, REQUIRED, RULES

from workbook_tools.problems import has_errors
from workbook_tools.problems.list_problems import LIST_TEMPLATE_PROBLEMS
from workbook_tools.spec.row_lists.list_room import Room, move_formula
from workbook_tools.spec.template import read_template

FAULTS = [
    ("list-unknown", "Chỉ tiêu", "A3", FORM, LINES.replace("ds |", "dsx |", 1), RULES),
    ("list-without-columns", "Chỉ tiêu", "A2", FORM.replace("{{ds", "{{ct"), "ds|Danh sách||danh sách", ""),
    ("list-column-kind", "Chỉ tiêu", "E3", FORM, LINES.replace("tên | | văn bản", "tên | | nhắc lại"), RULES),
    ("list-column-types", "Chỉ tiêu", "I4", FORM, LINES.replace("Nam;Nữ", "Nam;Nữ|||xa"), RULES),
    ("list-room-invalid", "Chỉ tiêu", "H2", FORM, LINES.replace("| 1 | 12", "| 20 | 12"), RULES),
    ("list-room-invalid", "Chỉ tiêu", "H2", FORM, LINES.replace("| 1 | 12", "| | 5000"), RULES),
    (
        "list-scattered",
        "Biểu",
        "E5",
        FORM.replace("{{ds.ngay}}", "").replace("=SUM(D4) |", "=SUM(D4) |{{ds.ngay}}"),
        LINES,
        RULES,
    ),
    (
        "list-row-shared",
        "Biểu",
        "F4",
        FORM.replace("đồng", "{{ct_luot}}").replace("khen | {{ct_luot}}", "khen"),
        LINES,
        RULES,
    ),
    (
        "rule-of-two-lists",
        "Quy tắc",
        "B2",
        FORM,
        f"{LINES}dx|Khác||danh sách\ndx.so|Số||số đếm",
        "qt_1|=ds.so_tien>dx.so|lỗi|Sai",
    ),
]


def write(tmp_path, form=FORM, lines=LINES, rules=RULES):
    return write_drawn(tmp_path / "t.xlsx", {"Biểu": form}, lines, rules, REQUIRED)


@pytest.mark.parametrize(("code", "sheet", "ref", "form", "lines", "rules"), FAULTS)
def test_each_fault_is_named_with_its_place(code, sheet, ref, form, lines, rules, tmp_path):
    template, problems = read_template(write(tmp_path, form, lines, rules))
    assert template is None
    assert (code, sheet, ref) in {(p.code, p.place.sheet, p.place.cell) for p in problems}
    for problem in problems:
        assert "…" not in problem.message("vi")


def test_a_merged_block_that_leaves_the_row_is_refused(tmp_path):
    path = write(tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook["Biểu"].merge_cells("F4:F5")
    workbook.save(path)
    template, problems = read_template(path)
    assert template is None
    assert ("list-row-merged", "F4") in {(p.code, p.place.cell) for p in problems}


def test_every_problem_of_lists_in_templates_has_a_test():
    assert {fault[0] for fault in FAULTS} | {"list-row-merged"} == set(LIST_TEMPLATE_PROBLEMS)


def test_a_sound_template_is_told_nothing(tmp_path):
    template, problems = read_template(write(tmp_path))
    assert problems == []
    assert template is not None
    assert [one.formula for one in template.computed] == ["=COUNTA(ds.ten)", "=SUM(ds.so_tien)"]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("=D4+1", "formula-wrong"),
        ("=SUM(A4:D4)", "formula-wrong"),
        ("=AVERAGE(D4)", None),
        ("=SUM(D4,B6)", None),
        ("=SUM(D4:D4)/COUNTA(B4:B4)", None),
    ],
)
def test_formulas_over_a_list(formula, told, tmp_path):
    _, problems = read_template(write(tmp_path, FORM + f"Khác | {formula}\n"))
    found = {p.code for p in problems} - {"formula-in-form"}
    assert found == ({told} if told else set())
    assert has_errors(problems) is (told is not None)


def test_a_version_changes_with_what_a_list_asks(tmp_path):
    versions = [
        read_template(write(tmp_path, lines=lines))[0].version
        for lines in (
            LINES,
            LINES.replace("| 1 | 12", "| | 12"),
            LINES.replace("12", "13"),
            LINES.replace("Nam;Nữ", "Nam;Nữ;Khác"),
        )
    ]
    # How many rows are expected is a check, as bounds are.
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


@pytest.mark.parametrize(
    ("drawn", "moved"),
    [
        ("=SUM(E11)", "=SUM(E11:E15)"),
        ("=SUM(E11:E11)+E12", "=SUM(E11:E15)+E16"),
        ("=SUM(E9:E13)", "=SUM(E9:E17)"),
        ("=SUM($E$11)*Khác!E11", "=SUM($E$11:$E$15)*Khác!E11"),
        ("=VLOOKUP(A3,'Biểu 1'!A11:C11,3)", "=VLOOKUP(A3,'Biểu 1'!A11:C15,3)"),
        ('=IF(E2="E11",1,0)', '=IF(E2="E11",1,0)'),
        ("=SUM(11:11)", "=SUM(11:15)"),
    ],
)
def test_references_move_with_the_rows(drawn, moved):
    """A list drawn in row 11 with room for three has rows 12 to 14, between the hidden rows 11 and 15."""
    assert move_formula(drawn, "Biểu 1", {"Biểu 1": Room(((11, 3),))}) == moved
