"""The sheet ``Nhật ký``: every file found, its fingerprint and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import JOURNAL_SHEET
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_SENDER = "Người gửi"
_HEAD = [
    heads.FILE,
    "Kết quả xử lý",
    heads.UNIT,
    "Lưu lần cuối",
    "Thư đến",
    _SENDER,
    "Chủ đề thư",
    "Dung lượng (byte)",
    "Mã kiểm tra nội dung tệp (SHA-256)",
]


def write_journal(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every file of the folder."""
    sheet = book.sheet(JOURNAL_SHEET, TAB["record"], last=True)
    sheet.widths([52, 22, 26, 17, 17, 26, 30, 14, 68])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    files, roster = collection.files, collection.roster
    listed = sheet.columns(
        1,
        [
            Column(files["path"], "link", links.of(files["path"])),
            Column(files["outcome"].map(words.OUTCOMES), files["outcome"].map(words.OUTCOME_STYLES)),
            Column([roster.names.get(unit, "") for unit in files["unit"]]),
            *(Column(files[name], "moment") for name in ("saved", "mailed")),
            *(Column(files[name]) for name in ("sender", "subject")),
            Column(files["size"], "number"),
            Column(files["sha256"]),
        ],
    )
    if files.empty:
        sheet.text(1, 0, "Thư mục không có tệp nào.", "plain")
    sheet.raw.print_area(0, 0, max(listed, 1), _HEAD.index(_SENDER))
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)
