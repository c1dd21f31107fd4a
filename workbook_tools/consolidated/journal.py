"""The sheet ``Nhật ký``: every file found, its fingerprint and what became of it."""

from __future__ import annotations

import pandas as pd

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import ROW_LIMIT, Book
from workbook_tools.consolidated.files import FileLinks
from workbook_tools.consolidated.style import TAB

_HEAD = ["Tệp", "Dung lượng (byte)", "Kết cục", "Đơn vị", "Lưu lần cuối", "Thư đến", "Người gửi", "Chủ đề thư", "SHA-256"]


def write_journal(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every file of the folder."""
    sheet = book.sheet("Nhật ký", TAB["record"])
    sheet.widths([52, 14, 22, 26, 17, 17, 26, 30, 68])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    roster = collection.roster
    for row, file in enumerate(rows(collection.files.head(ROW_LIMIT - 2)), start=1):
        links.write(sheet, row, 0, str(file.path))
        sheet.number(row, 1, file.size)
        sheet.text(row, 2, words.OUTCOMES[str(file.outcome)], words.OUTCOME_STYLES[str(file.outcome)])
        sheet.text(row, 3, roster[str(file.unit)].name if file.unit in roster else "")
        for column, moment in ((4, file.saved), (5, file.mailed)):
            sheet.date(row, column, None if pd.isna(moment) else moment.to_pydatetime(), "moment")
        for column, text in ((6, file.sender), (7, file.subject), (8, file.sha256)):
            sheet.text(row, column, str(text))
    if collection.files.empty:
        sheet.text(1, 0, "Thư mục không có tệp nào.", "plain")
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(len(collection.files), 1), len(_HEAD) - 1)
