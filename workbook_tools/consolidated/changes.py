"""The sheet ``So với kỳ trước``: this period's figures beside last period's, the totals first, then every unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated.book import Book, Sheet
from workbook_tools.consolidated.style import TAB
from workbook_tools.consolidated.texts import line_count
from workbook_tools.previous import is_jump

NAME = "So với kỳ trước"
_HEAD = ["Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Kỳ trước", "Kỳ này", "Chênh lệch", "Tỷ lệ", "Nhận xét"]
_LABEL, _NAME = 46.0, 28.0
_WIDTHS = [_NAME, 13, _LABEL, 12, 15, 15, 15, 10, 30]
JUMP, ONLY_LAST, ONLY_NOW, GONE_UNIT, GONE_LINE = (
    "Tăng, giảm bất thường",
    "Kỳ này không có số",
    "Kỳ trước không có số",
    "Đơn vị không có trong danh sách kỳ này",
    "Chỉ tiêu không có trong biểu kỳ này",
)


def write_changes(book: Book, collection: Collection) -> None:
    """Write the comparison; no sheet where last period's workbook was not given."""
    changes, previous = collection.changes, collection.previous_totals
    if changes is None or previous is None:
        return
    sheet = book.sheet(NAME, TAB["figures"])
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    everybody = f"Toàn {collection.template.campaign.level_names.get(1, 'đơn vị')}"
    row = 1
    for code in collection.totals.index.union(previous.index, sort=False):
        last, now = float(previous.get(code, math.nan)), float(collection.totals["total"].get(code, math.nan))
        _write_line(sheet, row, (everybody, str(code), last, now), collection, total=True)
        row += 1
    for line in rows(changes):
        label = "" if line.indicator in collection.template.indicators else str(line.label)
        _write_line(sheet, row, (str(line.name), str(line.indicator), line.last, line.now), collection, unit=str(line.unit), label=label)
        row += 1
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(row - 1, 1), len(_HEAD) - 1)


def _write_line(
    sheet: Sheet,
    row: int,
    figures: tuple[str, str, float, float],
    collection: Collection,
    *,
    total: bool = False,
    unit: str = "",
    label: str = "",
) -> None:
    name, code, last, now = figures
    indicator = collection.template.indicators.get(code)
    label = indicator.label if indicator else label or code
    style = "total_text" if total else "wrap"
    for column, text in enumerate((name, code, label, indicator.measure if indicator else "")):
        sheet.text(row, column, text, style)
    difference = now - last
    for column, number in enumerate((last, now, difference), start=4):
        sheet.number(row, column, number, "total" if total else "number")
    sheet.number(row, 7, difference / last if last else None, "total_percent" if total else "percent")
    remark = _remark(figures, collection, unit)
    sheet.text(row, 8, remark, "warn" if remark == JUMP else style)
    sheet.height(row, 15.5 * max(line_count(label, _LABEL - 2), line_count(name, _NAME - 2), line_count(remark, 28)) + 2)


def _remark(figures: Sequence[object], collection: Collection, unit: str) -> str:
    _name, code, last, now = figures
    indicator = collection.template.indicators.get(str(code))
    if unit and unit not in collection.roster:
        return GONE_UNIT
    if indicator is None:
        return GONE_LINE
    assert isinstance(last, float)
    assert isinstance(now, float)
    if math.isnan(now):
        return ONLY_LAST
    if math.isnan(last):
        return ONLY_NOW
    return JUMP if unit and is_jump(last, now, indicator.kind) else ""
