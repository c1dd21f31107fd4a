"""The sheet ``Tình trạng nộp``: every unit, and what became of its report."""

from __future__ import annotations

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import Book
from workbook_tools.consolidated.files import FileLinks
from workbook_tools.consolidated.style import TAB

NAME = "Tình trạng nộp"
_HEAD = ["STT", "Mã", "Đơn vị", "Loại", "Địa bàn", "Tình trạng", "Ngày nộp", "Trễ (ngày)", "Đã điền", "Phải điền", "Lỗi", "Cảnh báo", "Tệp"]


def write_roll_call(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every unit of the roster."""
    sheet = book.sheet(NAME, TAB["report"])
    sheet.widths([6, 18, 30, 22, 22, 22, 12, 9, 9, 9, 7, 10, 44])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    types = collection.template.unit_types
    for row, unit in enumerate(rows(collection.status), start=1):
        sheet.number(row, 0, row)
        texts = [str(unit.unit), str(unit.name), types[str(unit.type)].name, str(unit.area)]
        for column, text in enumerate(texts, start=1):
            sheet.text(row, column, text)
        sheet.text(row, 5, words.OUTCOMES[str(unit.outcome)], words.OUTCOME_STYLES[str(unit.outcome)])
        sheet.date(row, 6, unit.received)
        sheet.number(row, 7, unit.days_late, "late" if unit.days_late else "number")
        for column, value in enumerate((unit.answered, unit.asked, unit.errors, unit.warnings), start=8):
            sheet.number(row, column, value)
        links.write(sheet, row, 12, str(unit.file))
    sheet.raw.freeze_panes(1, 3)
    sheet.raw.autofilter(0, 0, max(len(collection.status), 1), len(_HEAD) - 1)
