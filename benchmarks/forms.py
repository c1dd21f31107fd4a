"""Templates of other sizes than the sample's: hundreds of inputs, or a list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import load_workbook

from workbook_tools.usecases.init import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

SAMPLE = "46"
"""The sample's own form, by how many inputs it has."""
OTHERS = ("369", "900", "list")
LIST, LIST_ROOM, LIST_FILLED = "ds", 60, 40
_ACROSS = 10
_PANEL = ("{{tien_do}}", None, None, "{{ma_bieu}}")


def write_template(path: Path, form: str) -> None:
    """The sample's template, with a second sheet that brings it to so many inputs, or holds a list."""
    sample = bundled("templates/report_template.xlsx")
    if form == SAMPLE:
        path.write_bytes(sample.read_bytes())
        return
    workbook = load_workbook(sample)
    if form == "list":
        _add_list(workbook)
    else:
        _add_inputs(workbook, int(form) - int(SAMPLE))
    workbook.save(path)


def _add_inputs(workbook: Workbook, count: int) -> None:
    sheet = workbook.create_sheet("Phụ lục", 1)
    sheet.append(_PANEL)
    lines = workbook["Chỉ tiêu"]
    for number in range(count):
        row, column = divmod(number, _ACROSS)
        code = f"pl_{number + 1}"
        sheet.cell(row + 3, 1, f"Nội dung {row + 1}")
        sheet.cell(2, column + 2, f"Cột {column + 1}")
        sheet.cell(row + 3, column + 2, "{{" + code + "}}")
        lines.append(
            _line(code, f"Nội dung {row + 1}, cột {column + 1}", "số đếm", "cộng", least=0, most=100_000)
        )


def _add_list(workbook: Workbook) -> None:
    sheet = workbook.create_sheet("Danh sách", 1)
    sheet.append(_PANEL)
    sheet.append(["Họ và tên", "Thành tích", "Số tiền"])
    sheet.append(["{{ds.ten}}", "{{ds.thanh_tich}}", "{{ds.so_tien}}"])
    lines = workbook["Chỉ tiêu"]
    lines.append(_line(LIST, "Danh sách khen thưởng", "danh sách", None, least=1, most=LIST_ROOM))
    lines.append(_line(f"{LIST}.ten", "Họ và tên", "văn bản", "không cộng"))
    lines.append(_line(f"{LIST}.thanh_tich", "Thành tích", "văn bản", "không cộng"))
    lines.append(_line(f"{LIST}.so_tien", "Số tiền", "tiền", "cộng", least=0, most=100_000_000))


def _line(
    code: str, label: str, kind: str, adding: str | None, least: int | None = None, most: int | None = None
) -> list[object]:
    """A row of the sheet ``Chỉ tiêu``, in the order of the sample's columns."""
    return [code, "Phụ lục", label, None, kind, "bắt buộc", least, most, "tất cả", adding, None, None]
