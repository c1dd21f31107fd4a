"""An empty campaign to start from: a letterhead, a table with one example line, one example unit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from workbook_tools import heads
from workbook_tools.propose.dictionary_sheets import (
    TYPE_ROWS,
    add_dictionary_sheet,
    add_guide,
    campaign_rows,
    fit_to_width,
)
from workbook_tools.propose.look import FONT, INPUT_FILL, RULED
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from datetime import date

_FORM = (
    ("A1:B1", "{{tien_do}}", False),
    ("C1:D1", "{{ma_bieu}}", False),
    ("A3:B3", "{{cap_tren_hoa}}", False),
    ("A4:B4", "{{don_vi_hoa}}", True),
    ("C3:D3", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
    ("C4:D4", "Độc lập - Tự do - Hạnh phúc", True),
    ("A6:D6", "{{tieu_de}}", True),
    ("A7:D7", "(Nộp trước ngày {{han_nop}})", False),
    ("C12:D12", "THỦ TRƯỞNG ĐƠN VỊ", True),
)
_TABLE = (
    (heads.CONTENT, "Số lượng", heads.MEASURE, heads.REMARK),
    ("Dòng ví dụ: thay bằng nội dung của biểu", "{{ct_1}}", "lượt", "{{ct_1.ghi_chu}}"),
)
_EXAMPLE = {
    heads.KEY: "ct_1",
    heads.GROUP: "Nhóm ví dụ",
    heads.CONTENT: "Dòng ví dụ: thay bằng nội dung của biểu",
    heads.MEASURE: "lượt",
    heads.KIND: "số đếm",
    heads.NEED: "bắt buộc",
    heads.LEAST: 0,
    heads.WHO_ANSWERS: words.EVERYBODY,
    heads.ADDING: "cộng",
    heads.HINT: "Dòng này chỉ để làm mẫu: sửa lại hoặc xóa đi, cùng với ký hiệu trên trang biểu.",
}
_UNIT = {heads.KEY: "vi-du", heads.UNIT_NAME: words.EXAMPLE_UNIT, heads.TYPE: "don_vi_bc"}


def build_starter(deadline: date) -> bytes:
    """Build the template workbook, which is valid without changes."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Biểu"
    for block, text, bold in _FORM:
        cell = sheet[block.split(":")[0]]
        cell.value = text
        size = 9 if text.startswith(("{{tien", "{{ma_b")) else 13
        cell.font = Font(name=FONT, size=size, bold=bold)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.merge_cells(block)
    for row, texts in enumerate(_TABLE, start=9):
        across = "center" if row == 9 else None
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column, text)
            cell.font, cell.border = Font(name=FONT, size=13, bold=row == 9), RULED
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=across)
    sheet["B10"].fill, sheet["B10"].number_format = INPUT_FILL, "#,##0"
    for letter, width in zip("ABCD", (52, 14, 16, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    fit_to_width(sheet)
    every = tuple(_EXAMPLE)
    add_dictionary_sheet(workbook, words.INDICATORS, [_EXAMPLE], every)
    add_dictionary_sheet(workbook, words.RULES, [])
    add_dictionary_sheet(workbook, words.UNIT_TYPES, TYPE_ROWS)
    add_dictionary_sheet(workbook, words.CAMPAIGN, campaign_rows("Tên báo cáo", deadline), (heads.VALUE,))
    add_guide(workbook)
    return _bytes(workbook)


def build_roster() -> bytes:
    """Build the roster with its headings and one example unit."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_dictionary_sheet(workbook, words.ROSTER, [_UNIT], tuple(_UNIT))
    return _bytes(workbook)


def _bytes(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
