"""A campaign with a list of any length, small enough to read at a glance, and ways to fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns import Campaign
from collecting import SAVED
from drawn_form import write_drawn, write_roster

from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORM = """Báo cáo khen thưởng của {{don_vi}}
TT | Họ và tên | Giới tính | Số tiền | Ngày | Ghi chú
1 | {{ds.ten}} | {{ds.gioi}} | {{ds.so_tien}} | {{ds.ngay}} | đồng
Cộng | =COUNTA(B4) | | =SUM(D4) | |
Số người nữ | {{ct_nu}}
Số lượt khen | {{ct_luot}}
Người lập | ký tên
"""
LINES = """ds | Danh sách cá nhân | | danh sách | | | 1 | 12
ds.ten | Họ và tên | | văn bản
ds.gioi | Giới tính | | lựa chọn | | Nam;Nữ
ds.so_tien | Số tiền | đồng | tiền | cộng | | | 5000000
ds.ngay | Ngày | | ngày
ct_so | Số người | người | công thức | cộng | =Biểu!B5
ct_tong | Tổng tiền | đồng | công thức | cộng | =Biểu!D5
ct_nu | Số nữ | người | số đếm | cộng
ct_luot | Số lượt | lượt | số đếm | cộng
"""
RULES = """qt_1 | =OR(ds.so_tien=0,ds.so_tien>=1000) | lỗi | Số tiền phải từ 1.000 đồng
qt_2 | =ct_nu<=COUNTA(ds.ten) | lỗi | Số nữ không quá số người
"""
UNITS = """x1 | Xã Một | xa
t1 | Trường A | truong | x1
x2 | Xã Hai | xa
"""
REQUIRED = ("ds", "ds.ten")
FIRST, ROOM = 5, 12
"""The first row to be filled in on the form, and how many there are."""


def draw_list(
    folder: Path,
    form: str = FORM,
    lines: str = LINES,
    rules: str = RULES,
    units: str = UNITS,
    required: Sequence[str] = REQUIRED,
    **campaign: object,
) -> Campaign:
    """The campaign with its blank forms; its list and the names in it are required."""
    path = write_drawn(folder / "template.xlsx", {"Biểu": form}, lines, rules, required, **campaign)
    return Campaign(path, write_roster(folder / "units.xlsx", units), folder)


def list_values(
    rows: Mapping[int, Sequence[Any]], others: Mapping[str, Any], campaign: Campaign
) -> dict[Cell, Any]:
    """What to type: values of the list's columns by row of the sheet, and of other lines by code."""
    one = campaign.template.lists["ds"]
    columns = sorted(one.places.values())
    cells = {
        Cell(one.sheet, row, column): value
        for row, values in rows.items()
        for column, value in zip(columns, values, strict=False)
        if value is not None
    }
    return cells | {campaign.template.inputs[code]: value for code, value in others.items()}


def fill_list(
    campaign: Campaign, unit: str, target: Path, rows: Mapping[int, Sequence[Any]], **others: Any
) -> Path:
    """Fill in the form of a unit, as :func:`list_values` has it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    form = campaign.forms[unit].read_bytes()
    target.write_bytes(fill_form(form, list_values(rows, others, campaign), SAVED))
    return target
