"""The sheet ``Thư đã gửi``: every letter to a unit, the server's answer, bounces and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import MAILS_SHEET
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_HEAD = [
    "Thời gian",
    heads.KEY,
    heads.UNIT,
    heads.LETTER_KIND,
    "Lần",
    heads.ADDRESS,
    heads.SUBJECT,
    "Kết quả",
    "Trả lời của máy chủ",
    "Không đến được",
    "Đơn vị trả lời",
]


def write_sent_mails(book: Book, collection: Collection) -> None:
    """Write a line for every letter, in chronological order; no sheet without letters."""
    mailed = collection.mailed
    if mailed is None or mailed.mails.empty:
        return
    sheet = book.sheet(MAILS_SHEET, TAB["record"])
    sheet.widths([17, 18, 30, 16, 6, 40, 60, 14, 40, 44, 17])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    mails, roster = mailed.mails, collection.roster
    styles = [
        "bad" if lost else words.LETTER_STATE_STYLES[state]
        for lost, state in zip(mails["bounced"], mails["state"], strict=True)
    ]
    listed = sheet.columns(
        1,
        [
            Column(mails["at"], "moment"),
            Column(mails["unit"]),
            Column([roster[unit].name for unit in mails["unit"]]),
            Column(mails["kind"].map(words.LETTER_KINDS)),
            Column(mails["number"], "number"),
            *(Column(mails[name]) for name in ("addresses", "subject")),
            Column(mails["state"].map(words.LETTER_STATES), styles),
            *(Column(mails[name]) for name in ("answer", "bounced")),
            Column(mails["replied"], "moment"),
        ],
    )
    sheet.raw.freeze_panes(1, 3)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)
