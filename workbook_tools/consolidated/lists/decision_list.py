"""The sheet ``Xử lý``: what the officer decided, why, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.words import DECIDED_SHEET
from workbook_tools.model import DecisionKind
from workbook_tools.sheetwriter.cell_text import line_count
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from workbook_tools.frames import Collection, Settled
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

_HEAD = [
    heads.DECISION,
    heads.UNIT,
    heads.LABEL,
    heads.FILE,
    heads.VALUE,
    "Trong báo cáo",
    heads.REASON,
    heads.DECIDED_BY,
    heads.DAY,
    "Kết quả",
    heads.LINE,
]
_WIDTHS = [20.0, 24.0, 34.0, 32.0, 14.0, 14.0, 36.0, 20.0, 12.0, 20.0, 7.0]
APPLIED, MISFIT = "Đã áp dụng", "Không còn phù hợp"


def write_decision_list(book: Book, collection: Collection) -> None:
    """Write a line for every decision; no sheet without any."""
    if not collection.decisions:
        return
    sheet = book.sheet(DECIDED_SHEET, TAB["report"])
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    for row, settled in enumerate(collection.decisions, start=1):
        _write_line(sheet, row, settled, collection)
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, len(collection.decisions), len(_HEAD) - 1)


def _write_line(sheet: Sheet, row: int, settled: Settled, collection: Collection) -> None:
    decision = settled.decision
    # Decisions about a file alone name no unit.
    unit = collection.roster.names.get(decision.unit, "")
    indicator = collection.template.indicators.get(decision.indicator)
    label = f"{indicator.code}: {indicator.label}" if indicator else ""
    texts = (words.DECISIONS[decision.kind], unit, label, decision.file)
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "wrap")
    _write_value(sheet, row, decision.value)
    old = settled.old if decision.kind is DecisionKind.SET else ""
    later = (old, decision.reason, decision.who)
    for column, text in enumerate(later, start=5):
        sheet.text(row, column, text, "wrap")
    sheet.date(row, 8, decision.when)
    verdict, look = (APPLIED, "good") if settled.applied else (MISFIT, "warn")
    sheet.text(row, 9, verdict, look)
    sheet.number(row, 10, decision.cell.row)
    wrapped = zip((*texts, *later), (*_WIDTHS[:4], *_WIDTHS[5:8]), strict=True)
    sheet.height(row, 15.5 * max(line_count(text, width) for text, width in wrapped) + 2)


def _write_value(sheet: Sheet, row: int, value: object) -> None:
    if isinstance(value, date):
        sheet.date(row, 4, value)
    elif isinstance(value, float):
        sheet.number(row, 4, value)
    else:
        sheet.text(row, 4, value_text(value), "wrap")
