"""The sheet ``Đối chiếu``: units against the sum of the units below them."""

from __future__ import annotations

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated.book import Book, line_count
from workbook_tools.consolidated.style import TAB

_HEAD = [
    "Đơn vị",
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đã gồm cấp dưới?",
    "Số của đơn vị",
    "Tổng cấp dưới",
    "Số đơn vị cấp dưới",
    "Chênh lệch",
    "Nhận xét",
]
_VERDICTS = {"below": "Thấp hơn tổng cấp dưới dù khai đã gồm", "ok": "Khớp"}


def write_comparison(book: Book, collection: Collection) -> None:
    """Write a line for every figure that can be compared; those to look at stand first."""
    sheet = book.sheet("Đối chiếu", TAB["figures"])
    sheet.widths([26, 12, 50, 12, 14, 14, 12, 14, 40])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD, 48)
    frame = collection.comparison
    frame = frame[frame["own"].notna() | frame["below"].notna()]
    frame = frame.sort_values("verdict", key=lambda column: column != "below", kind="stable")
    for row, line in enumerate(rows(frame), start=1):
        indicator = collection.template.indicators[str(line.indicator)]
        sheet.text(row, 0, collection.roster[str(line.unit)].name)
        sheet.text(row, 1, indicator.code)
        sheet.text(row, 2, indicator.label, "wrap")
        sheet.raw.set_row(row, 15.5 * line_count(indicator.label, 46) + 2)
        sheet.text(row, 3, "Có" if line.included is True else "Không" if line.included is False else "Chưa rõ")
        for column, value in enumerate((line.own, line.below, line.units, line.difference), start=4):
            sheet.number(row, column, value)
        sheet.text(row, 8, _VERDICTS.get(str(line.verdict), ""), "bad" if line.verdict == "below" else "text")
    if frame.empty:
        sheet.text(1, 0, "Chưa có số liệu để đối chiếu.", "plain")
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(len(frame), 1), len(_HEAD) - 1)
