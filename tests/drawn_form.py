"""Campaigns of which form, dictionary and roster are small tables of text, for forms of every structure.

A form sheet has a line for each row and a ``|`` between cells; a cell that begins with ``=`` is a formula, and one that
ends with a number format in square brackets, as ``{{ct_1}} [0.0%]``, has it. Row 1 holds what every form has.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from campaigns import Campaign
from openpyxl import Workbook
from sheets import CAMPAIGN, TYPES

from workbook_tools.excel import parse_ref

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

HEADS = {
    "Chỉ tiêu": "Mã|Nhóm|Nội dung|Đơn vị tính|Kiểu|Mức|Nhỏ nhất|Lớn nhất|Ai điền|Cách cộng|Lựa chọn|Gợi ý|Hàng|Cột",
    "Quy tắc": "Mã|Công thức|Mức độ|Thông báo|Ai|Hiện ở",
}
LINE = "Mã|Nội dung|Đơn vị tính|Kiểu|Cách cộng|Lựa chọn|Nhỏ nhất|Lớn nhất|Ai điền|Hàng|Cột"
"""How a line of the dictionary is written in the tests; what is left out at its end is empty."""
_FORMAT = re.compile(r"(.*?)\s*\[([^\]]+)\]", re.DOTALL)


def write_drawn(
    path: Path,
    forms: Mapping[str, str],
    lines: str,
    rules: str = "",
    required: Collection[str] = (),
    **campaign: object,
) -> Path:
    """A template of these form sheets, dictionary lines (:data:`LINE`) and rules (``code|formula|severity|message``).

    Lines with ``required`` codes are required, all others optional.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, text in forms.items():
        sheet = workbook.create_sheet(name)
        sheet.append(["{{tien_do}}", None, None, "{{ma_bieu}}"])
        for row in _rows(text):
            sheet.append(row)
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                _set_format(cell)
    _append(workbook, "Chỉ tiêu", [_line(row, required) for row in _rows(lines)])
    _append(workbook, "Quy tắc", [[*row, "tất cả"] for row in _rows(rules)])
    for name, table in (("Loại đơn vị", TYPES), ("Đợt báo cáo", CAMPAIGN)):
        sheet = workbook.create_sheet(name)
        for row in table:
            sheet.append(row)
        for code, value in campaign.items() if name == "Đợt báo cáo" else ():
            sheet.append([code, None, value])
    workbook.save(path)
    return path


def write_roster(path: Path, text: str) -> Path:
    """A roster of lines ``code|name|type|above``, then facts such as ``dv_hs=120``."""
    rows = _rows(text)
    facts = list(dict.fromkeys(cell.split("=")[0] for row in rows for cell in row[4:]))
    workbook = Workbook()
    workbook.active.title = "Đơn vị"
    workbook.active.append(["Mã", "Tên đơn vị", "Loại", "Trực thuộc", *facts])
    for row in rows:
        given = dict(cell.split("=") for cell in row[4:])
        workbook.active.append([*row[:4], *(_value(given.get(fact)) for fact in facts)])
    workbook.save(path)
    return path


def draw(folder: Path, forms: Mapping[str, str], lines: str, units: str, rules: str = "") -> Campaign:
    """The campaign with its blank forms."""
    template = write_drawn(folder / "template.xlsx", forms, lines, rules)
    return Campaign(template, write_roster(folder / "units.xlsx", units), folder)


def show_result(form: Path, ref: str, value: object, sheet: int = 1) -> None:
    """Let a calculated cell of a form show something, as a program that calculates would leave it."""
    parse_ref(ref)
    with zipfile.ZipFile(form) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = f"xl/worksheets/sheet{sheet}.xml"
    cell = re.compile(rf'(<c r="{ref}"[^>]*?)(?: t="str")?(><f>.*?</f>)<v>.*?</v>')
    text, count = cell.subn(rf"\1\2<v>{value}</v>", parts[name].decode())
    assert count == 1
    parts[name] = text.encode()
    with zipfile.ZipFile(form, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)


def _rows(text: str) -> list[list[str | None]]:
    return [[cell.strip() or None for cell in line.split("|")] for line in text.strip("\n").splitlines()]


def _line(row: list[str | None], required: Collection[str]) -> list[object]:
    given = dict(zip(LINE.split("|"), row, strict=False))
    usual = {
        "Nhóm": "Nhóm",
        "Mức": "bắt buộc" if row[0] in required else "tuỳ ý",
        "Ai điền": "tất cả",
        "Cách cộng": "không cộng",
    }
    heads = HEADS["Chỉ tiêu"].split("|")
    values = {head: given.get(head) or usual.get(head) for head in heads}
    return [_value(value) if head in ("Nhỏ nhất", "Lớn nhất") else value for head, value in values.items()]


def _append(workbook: Workbook, name: str, rows: list[list[object]]) -> None:
    sheet = workbook.create_sheet(name)
    sheet.append(HEADS[name].split("|"))
    for row in rows:
        sheet.append(row)


def _set_format(cell) -> None:
    match = _FORMAT.fullmatch(cell.value) if isinstance(cell.value, str) else None
    if match:
        cell.value, cell.number_format = match[1] or None, match[2]
    if isinstance(cell.value, str):
        cell.value = _value(cell.value)


def _value(text: str | None) -> object:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return text
