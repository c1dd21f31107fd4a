"""The sheet ``Tình trạng nộp``: every unit, and what became of its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import ROLL_CALL_SHEET
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_RECEIVED = "Ngày nhận"
_BY_FILE, _SOME_BY_FILE = f"{_RECEIVED} (theo ngày lưu tệp)", f"{_RECEIVED} (*: theo ngày lưu tệp)"
_MARKED = 'date|dd/mm/yyyy"*"'
_HEAD = [
    "STT",
    heads.UNIT,
    heads.AREA,
    heads.STATE,
    _RECEIVED,
    "Trễ (ngày)",
    "Đã điền",
    "Phải điền",
    "Lỗi",
    "Cảnh báo",
    heads.PHONE,
    heads.KEY,
    heads.TYPE,
    heads.EMAIL,
    heads.FILE,
]
_WIDTHS = [6, 30, 22, 22, 12, 9, 9, 9, 7, 10, 16, 18, 22, 30, 44]


def write_roll_call(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write a line for every unit of the roster."""
    sheet = book.sheet(ROLL_CALL_SHEET, TAB["report"])
    head, widths = [*_HEAD], [*_WIDTHS]
    # The column for letters is there only for an office that sends mail by this program.
    if collection.mailed is not None:
        head.insert(-1, "Thư")
        widths.insert(-1, 18)
    status = collection.status
    came, unmailed = status["received"].notna().to_numpy(), _came_without_mail(collection)
    dates: str | list[str] = "date"
    if unmailed.any():
        head[head.index(_RECEIVED)] = _BY_FILE
    if unmailed.any() and (came & ~unmailed).any():
        head[head.index(_BY_FILE)] = _SOME_BY_FILE
        dates = [_MARKED if one else "date" for one in unmailed]
    sheet.widths(widths)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, head, 48)
    types = {code: kind.name for code, kind in collection.template.unit_types.items()}
    listed = sheet.columns(
        1,
        [
            Column(np.arange(1, len(status) + 1), "number"),
            *map(Column, (status["name"], status["area"])),
            Column(status["outcome"].map(words.OUTCOMES), status["outcome"].map(words.OUTCOME_STYLES)),
            Column(status["received"], dates),
            Column(status["days_late"], ["late" if days else "number" for days in status["days_late"]]),
            *(Column(status[name], "number") for name in ("answered", "asked", "errors", "warnings")),
            Column([unit.phone for unit in collection.roster]),
            *map(Column, (status["unit"], status["type"].map(types))),
            Column([unit.email for unit in collection.roster]),
            *_mail_column(collection),
            Column(status["file"], "link", links.of(status["file"])),
        ],
    )
    # The columns beyond are for the screen; on paper they would leave the others too small to read.
    sheet.raw.print_area(0, 0, max(listed, 1), head.index(heads.PHONE))
    sheet.raw.freeze_panes(1, 2)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(head) - 1)


def _came_without_mail(collection: Collection) -> np.ndarray:
    """Of each unit, whether its report is dated by its own saving, for want of a mail."""
    files, status = collection.files, collection.status
    mailed = set(files.loc[files["mailed"].notna(), "path"])
    return (status["received"].notna() & ~status["file"].isin(mailed)).to_numpy()


def _mail_column(collection: Collection) -> list[Column]:
    """The state of each unit's letters; no column if none was ever made."""
    if collection.mailed is None:
        return []
    states = [collection.mailed.states.get(unit) for unit in collection.status["unit"]]
    texts = [words.MAIL_STATES[state.kind].format(number=state.number) if state else "" for state in states]
    return [Column(texts, ["bad" if state and state.kind == "undeliverable" else "text" for state in states])]
