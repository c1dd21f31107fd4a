"""A faulty roster is named by cell, every fault of the catalogue."""

from __future__ import annotations

from datetime import date

import pytest
from campaigns import SECOND_TEMPLATE, SECOND_UNITS, TEMPLATE, UNITS
from sheets import write_template, write_units
from xlsxwriter import Workbook

from workbook_tools.problems.office_problems import ROSTER_PROBLEMS
from workbook_tools.spec.roster import read_roster
from workbook_tools.spec.template import load_template
from workbook_tools.spec.vocabulary import EXAMPLE_UNIT


def cell(row, column, value):
    def plant(rows):
        rows[row - 1][column - 1] = value

    return plant


def cycle(rows):
    rows[1][3], rows[2][3] = "t1", "x1"


def odd_head(rows):
    rows[0].append("dv_Số lớp")


def odd_label(rows):
    rows[0].append("Số lớp (dv_Số lớp)")


FAULTS = [
    ("roster-empty", "", lambda rows: rows.__delitem__(slice(1, None))),
    ("unit-code-duplicate", "A4", cell(4, 1, "X1")),
    ("unit-code-invalid", "A2", cell(2, 1, "xã 1")),
    ("parent-unknown", "D3", cell(3, 4, "x11")),
    ("parent-cycle", "D2", cycle),
    ("parent-level", "D4", cell(4, 4, "x1")),
    ("email-invalid", "E2", cell(2, 5, "xa1 tại mau.example")),
    ("email-invalid", "E2", cell(2, 5, "xa1@mau.example; xa1")),
    ("email-invalid", "E2", cell(2, 5, "xã1@mau.example")),
    ("email-invalid", "E2", cell(2, 5, "thcs.anlao.@mau.example")),
    ("email-invalid", "E2", cell(2, 5, "thcs..anlao@mau.example")),
    ("email-invalid", "E2", cell(2, 5, ".thcs@mau.example")),
    ("email-invalid", "E2", cell(2, 5, "=?utf-8?q?a?=@mau.example")),
    ("unit-name-similar", "B4", cell(4, 2, "xa  mot")),
    ("unit-example", "B4", cell(4, 2, EXAMPLE_UNIT)),
    ("fact-invalid", "", odd_head),
    ("fact-invalid", "", odd_label),
    ("fact-unknown", "A1", cell(1, 7, "dv_so_ttt")),
    ("fact-not-number", "G2", cell(2, 7, "khoảng 20")),
    ("fact-not-number", "G2", cell(2, 7, date(2023, 5, 3))),
    ("fact-not-number", "G2", cell(2, 7, True)),
    ("fact-missing", "G2", cell(2, 7, None)),
]


@pytest.fixture
def template(tmp_path):
    return load_template(write_template(tmp_path / "t.xlsx"))[0]


@pytest.mark.parametrize(("code", "ref", "plant"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_named_with_its_place(code, ref, plant, template, tmp_path):
    _, problems = read_roster(write_units(tmp_path / "u.xlsx", plant), template)
    assert (code, ref) in {(p.code, p.place.cell) for p in problems}


def test_a_fact_may_be_called_something_in_words(template, tmp_path):
    plain, _ = read_roster(write_units(tmp_path / "a.xlsx"), template)
    named = cell(1, 7, "Số Trung tâm\nHTCĐ (dv_so_tt)")
    called, problems = read_roster(write_units(tmp_path / "b.xlsx", named), template)
    assert problems == []
    assert called.fact_labels == {"dv_so_tt": "Số Trung tâm HTCĐ"}
    assert [unit.facts for unit in called] == [unit.facts for unit in plain]


def test_every_problem_of_rosters_has_a_test():
    assert {*(fault[0] for fault in FAULTS), "type-not-asked", "unit-struck"} == set(ROSTER_PROBLEMS)


@pytest.mark.parametrize(
    ("template_path", "units_path"), [(TEMPLATE, UNITS), (SECOND_TEMPLATE, SECOND_UNITS)]
)
def test_the_sample_rosters_are_sound(template_path, units_path):
    roster, problems = read_roster(units_path, load_template(template_path)[0])
    assert problems == []
    assert roster is not None


def test_the_sample_roster_is_the_district_s():
    roster, _ = read_roster(UNITS)
    kinds = [unit.type for unit in roster]
    assert len(roster) == 72
    assert kinds.count("xa") == 17
    assert len(roster.children[None]) == 21
    assert all(len(roster.children[unit.code]) == 3 for unit in roster if unit.type == "xa")


def test_the_first_sheet_with_cells_is_the_roster_whatever_its_name(tmp_path):
    with Workbook(tmp_path / "u.xlsx") as book:
        picture, _, units = (
            book.add_chartsheet(),
            book.add_worksheet(),
            book.add_worksheet("Xuất từ phần mềm"),
        )
        units.write_row(0, 0, ["Mã", "Tên đơn vị", "Loại"])
        units.write_row(1, 0, ["11629", "Xã An Thọ", "xa"])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": ["Xuất từ phần mềm", 1, 0, 1, 0]})
        picture.set_chart(chart)
    roster, _ = read_roster(tmp_path / "u.xlsx")
    assert [unit.name for unit in roster] == ["Xã An Thọ"]


def test_a_type_that_is_asked_nothing_is_named_once(tmp_path):
    """Its units got an empty form that says it may be sent, and were reminded of it."""

    def communes_only(tables):
        for line in tables["Chỉ tiêu"][1:]:
            line[8] = "xa"

    template = load_template(write_template(tmp_path / "t.xlsx", communes_only))[0]
    roster, problems = read_roster(write_units(tmp_path / "u.xlsx"), template)
    assert roster is not None
    assert [(p.code, p.params["value"]) for p in problems] == [("type-not-asked", roster["t1"].type)]


def test_an_unknown_type_is_named(template, tmp_path):
    roster, problems = read_roster(write_units(tmp_path / "u.xlsx", cell(3, 3, "trường")), template)
    assert roster is None
    assert ("type-unknown", "C3") in {(p.code, p.place.cell) for p in problems}
