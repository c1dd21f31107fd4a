"""The sheet ``Đối chiếu``: units against the sum of the units below them."""

from __future__ import annotations

import math
from typing import Any

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated.book import Book, Sheet
from workbook_tools.consolidated.style import TAB
from workbook_tools.consolidated.texts import line_count, number_width
from workbook_tools.model import Outcome

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
_LABEL, _REMARK = 50.0, 42.0
_INCLUDED = {True: "Có", False: "Không", None: "Chưa khai"}
_PAGE_ROWS = 25


def write_comparison(book: Book, collection: Collection) -> None:
    """Write a line for every figure that can be compared; those to look at stand first."""
    sheet = book.sheet("Đối chiếu", TAB["figures"])
    frame = collection.comparison
    frame = frame[frame["own"].notna() | frame["below"].notna()]
    frame = frame.sort_values("verdict", key=lambda column: column != "below", kind="stable")
    figures = [number_width(frame[column].astype("float64")) for column in ("own", "below", "difference")]
    sheet.widths([26, 12, _LABEL, 12, figures[0], figures[1], 12, figures[2], _REMARK])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD, 48)
    status = collection.status
    returned = set(status.loc[status["outcome"].isin([Outcome.ACCEPTED, Outcome.WARNED]), "unit"])
    for row, line in enumerate(rows(frame), start=1):
        _write_line(sheet, row, line, collection, returned=line.unit in returned)
    if frame.empty:
        sheet.text(1, 0, "Chưa có số liệu để đối chiếu.", "plain")
    # Those to look at stand first, and only they are printed: of 300 communes the whole list takes as many pages.
    printed = max(int((frame["verdict"] == "below").sum()), min(len(frame), _PAGE_ROWS), 1)
    sheet.raw.print_area(0, 0, printed, len(_HEAD) - 1)
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(len(frame), 1), len(_HEAD) - 1)


def _write_line(sheet: Sheet, row: int, line: Any, collection: Collection, *, returned: bool) -> None:
    indicator = collection.template.indicators[str(line.indicator)]
    remark = _remark(line, collection, returned=returned)
    sheet.text(row, 0, collection.roster[str(line.unit)].name)
    sheet.text(row, 1, indicator.code)
    sheet.text(row, 2, indicator.label, "wrap")
    sheet.text(row, 3, _INCLUDED[line.included] if returned else "Chưa có báo cáo")
    for column, value in enumerate((line.own, line.below, line.units, line.difference), start=4):
        sheet.number(row, column, value)
    sheet.text(row, 8, remark, "bad" if line.verdict == "below" else "wrap")
    sheet.height(row, 15.5 * max(line_count(indicator.label, _LABEL), line_count(remark, _REMARK)) + 2)


def _remark(line: Any, collection: Collection, *, returned: bool) -> str:
    """What the two figures mean for the total."""
    if line.verdict == "below":
        return "Thấp hơn tổng cấp dưới dù khai đã gồm"
    if line.verdict == "ok":
        return "Phù hợp: không thấp hơn tổng cấp dưới"
    if not returned:
        return "Chưa có báo cáo: lấy tổng cấp dưới"
    if line.units == 0:
        return "Chưa có số của cấp dưới"
    choice = collection.template.indicators.get(collection.template.campaign.inclusion or "")
    asked = choice is not None and choice.applies_to(collection.roster[str(line.unit)].type)
    contains = asked and line.included is not False
    if math.isnan(line.own):
        return "Đơn vị không có số; số cấp dưới coi là đã gồm" if contains else "Đơn vị không có số: lấy tổng cấp dưới"
    return "Chưa khai: coi là đã gồm cấp dưới" if contains else "Hai số được cộng vào tổng"
