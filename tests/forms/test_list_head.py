"""A list that runs on to other pages has its head on each of them, on the forms and on the office's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from campaigns import Campaign
from collecting import read_back
from drawn_form import draw, write_drawn, write_roster
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference

from workbook_tools.usecases.collect import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

UNITS = "x1 | Xã Một | xa"
LIST = """ds | Danh sách cá nhân | | danh sách | | | 1 | 90
ds.ten | Họ và tên | | văn bản
ds.lop | Lớp | | văn bản
"""
LINE = "ct_1 | Số nữ | người | số đếm | cộng\n"
SECOND = LIST.replace("ds", "bs")
TITLE, HEAD, ROW = "Báo cáo của {{don_vi}}\n", "TT | Họ và tên | Lớp\n", "1 | {{ds.ten}} | {{ds.lop}}\n"
FOOT = "Cộng | =COUNTA(B4)\nNgười lập | ký tên\n"


@pytest.mark.parametrize(
    ("form", "lines", "expected"),
    [
        (TITLE + HEAD + ROW + FOOT, LIST, "$3:$3"),
        (TITLE + HEAD + "A | B | C\n" + ROW + FOOT, LIST, "$3:$4"),
        (TITLE + "Số nữ | {{ct_1}}\n" + HEAD + ROW + FOOT, LIST + LINE, "$4:$4"),
        # There is no head, or it would stand above other things, too.
        (TITLE + ROW + "Người lập | ký tên\n", LIST, None),
        (TITLE + HEAD + ROW + "Số nữ | {{ct_1}}\n", LIST + LINE, None),
        (TITLE + HEAD + ROW + FOOT + HEAD + ROW.replace("ds", "bs"), LIST + SECOND, None),
    ],
)
def test_the_head_of_the_only_list_is_repeated(
    tmp_path: Path, form: str, lines: str, expected: str | None
) -> None:
    campaign = draw(tmp_path, {"Biểu": form}, lines, UNITS)
    assert load_workbook(campaign.forms["x1"])["Biểu"].print_title_rows == expected
    write_workbook(read_back(campaign, tmp_path / "forms"), tmp_path / "o.xlsx")
    assert load_workbook(tmp_path / "o.xlsx")["Báo cáo huyện"].print_title_rows == expected


def test_a_head_merged_over_two_rows_is_repeated_whole_and_the_officer_s_choice_is_kept(
    tmp_path: Path,
) -> None:
    form = TITLE + "TT | Học sinh\n | Họ và tên | Lớp\n" + ROW + FOOT
    path = write_drawn(tmp_path / "template.xlsx", {"Biểu": form}, LIST)
    book = load_workbook(path)
    book["Biểu"].merge_cells("A3:A4")
    book["Biểu"].merge_cells("B3:C3")
    book.save(path)
    roster = write_roster(tmp_path / "units.xlsx", UNITS)
    found = load_workbook(Campaign(path, roster, tmp_path / "1").forms["x1"])["Biểu"]
    assert found.print_title_rows == "$3:$4"
    book["Biểu"].print_title_rows = "2:4"
    book.save(path)
    found = load_workbook(Campaign(path, roster, tmp_path / "2").forms["x1"])["Biểu"]
    assert found.print_title_rows == "$2:$4"


@pytest.mark.parametrize("name", ["Biểu 1, 2", "Biểu 1's", "Biểu!1"])
def test_a_print_area_is_kept_whatever_the_sheet_is_called(tmp_path: Path, name: str) -> None:
    path = write_drawn(tmp_path / "template.xlsx", {name: TITLE + HEAD + ROW + FOOT}, LIST)
    book = load_workbook(path)
    book[name].print_area = "A1:D8"
    book.save(path)
    campaign = Campaign(path, write_roster(tmp_path / "units.xlsx", UNITS), tmp_path)
    # The list's 90 rows stand where one was drawn.
    assert load_workbook(campaign.forms["x1"])[name].print_area.endswith("!$A$1:$D$99")
    write_workbook(read_back(campaign, tmp_path / "forms"), tmp_path / "o.xlsx")
    assert load_workbook(tmp_path / "o.xlsx")["Báo cáo huyện"].print_area.startswith(
        "'Báo cáo huyện'!$A$1:$D$"
    )


def test_a_chart_draws_the_same_figures_below_a_list(tmp_path: Path) -> None:
    path = write_drawn(tmp_path / "template.xlsx", {"Biểu": TITLE + HEAD + ROW + FOOT}, LIST)
    book = load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(book["Biểu"], min_col=2, min_row=5, max_row=5))
    book["Biểu"].add_chart(chart, "F7")
    book.save(path)
    form = load_workbook(Campaign(path, write_roster(tmp_path / "units.xlsx", UNITS), tmp_path).forms["x1"])
    (drawn,) = form["Biểu"]._charts
    (row,) = [cell.row for (cell,) in form["Biểu"]["A1:A120"] if cell.value == "Cộng"]
    assert drawn.ser[0].val.numRef.f == f"'Biểu'!$B${row}"
