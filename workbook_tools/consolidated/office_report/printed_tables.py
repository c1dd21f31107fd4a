"""The printed table by area: areas down the rows, lines across pages by group; few areas side by side."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from xlsxwriter.utility import xl_range

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.office_report.line_table import NOTE, LineTable, write_lines
from workbook_tools.consolidated.summary import total_cells
from workbook_tools.consolidated.sums import build_rates, build_sums, rate_head, rated
from workbook_tools.sheetwriter.cell_text import line_count, number_width
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.short_heads import write_short_head
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

_NOTE = "Số tính vào tổng: mỗi kết quả chỉ tính một lần. Hàng tổng cộng các dòng đang hiện khi lọc."
_AREA_WIDTH, _WIDTH, _GREATEST_WIDTH = 28.0, 15.0, 22.0
_HEAD_LINES = 3
_GROUP_ROW, _LABEL_ROW, _TOTAL_ROW, _CODE_ROW, _FIRST_ROW = range(5)
# 120 pixels together, as all rows above the first area are frozen and must leave room for figures.
_GROUP_HEIGHT, _LABEL_HEIGHT = 15.0, 46.5
_PAGE_WIDTH = 165.0
"""Total width of the columns, areas included, on one landscape A4 page at the scale below."""
_SCALE = 75
_FEW = 5
"""Up to so many areas stand side by side: a page of lines for each few columns would be blank below them."""


def write_area_table(book: Book, collection: Collection) -> None:
    """Write a row for each area and a column for each line, above them the totals as live formulas.

    Few areas have a column each, and the lines a row.
    """
    sheet = book.sheet(words.areas_sheet(collection.template.campaign), TAB["figures"])
    sums = build_sums(collection, "area")
    if not sums.notna().any(axis=None):
        sheet.text(0, 0, "Chưa có số liệu.", "plain")
        sheet.page(landscape=True)
        return
    rates = build_rates(collection, "area")
    if len(sums) <= _FEW:
        titles, note = [str(area) for area in sums.index], f"{words.BY_AREA}. {NOTE}"
        write_lines(sheet, collection, LineTable(titles, sums, rates, note))
        return
    columns = list(_columns(collection, sums, rates))
    sheet.widths([_AREA_WIDTH, *(column.width for column in columns)])
    _write_area_heads(sheet, columns)
    last = _FIRST_ROW - 1 + len(sums)
    sheet.text(_TOTAL_ROW, 0, collection.template.campaign.whole_area, "total_text")
    for place, column in enumerate(columns, start=1):
        if column.target:
            # LibreOffice follows links only on texts, so the code below the total has the link, too.
            for row in (_CODE_ROW, _TOTAL_ROW):
                sheet.point(row, place, column.target)
        if column.is_sum:
            formula = f"=SUBTOTAL(109,{xl_range(_FIRST_ROW, place, last, place)})"
            sheet.formula(_TOTAL_ROW, place, formula, np.nan_to_num(column.total), column.total_style)
        else:
            sheet.number(_TOTAL_ROW, place, column.total, column.total_style)
    sheet.head(_CODE_ROW, [heads.AREA, *(column.code for column in columns)], 13.5)
    figures = (Column(column.figures, column.style) for column in columns)
    sheet.columns(_FIRST_ROW, [Column(list(sums.index)), *figures])
    sheet.raw.freeze_panes(_FIRST_ROW, 1)
    sheet.raw.autofilter(_CODE_ROW, 0, last, len(columns))
    sheet.page(landscape=True, repeat=(_GROUP_ROW, _CODE_ROW))
    sheet.raw.repeat_columns(0, 0)
    sheet.raw.set_print_scale(_SCALE)
    sheet.raw.set_v_pagebreaks(list(_page_ends(columns)))


class _AreaColumn(Struct, frozen=True, dict=True):
    """A column of the table: a line's figures by area and for all, or its rates.

    ``target`` is the link of a total, empty for a rate; ``is_sum`` says that the total is the figures' sum.
    """

    code: str
    label: str
    group: str
    figures: pd.Series
    total: float
    style: str = "rate"
    total_style: str = "total_rate"
    target: str = ""
    is_sum: bool = False

    @cached_property
    def width(self) -> float:
        """At least that of its figures, which Excel would show as ####; more for a long label."""
        needed = number_width([*self.figures, self.total], _WIDTH)
        while needed < _GREATEST_WIDTH and line_count(self.label, needed - 2) > _HEAD_LINES:
            needed += 1
        return needed


def _columns(collection: Collection, sums: pd.DataFrame, rates: pd.DataFrame) -> Iterator[_AreaColumn]:
    totals, targets, with_rate = collection.totals["total"], total_cells(collection), rated(collection)
    for code in map(str, sums.columns):
        line, number_format = collection.template.indicators[code], collection.template.number_format(code)
        yield _AreaColumn(
            code,
            line.full_label,
            line.group,
            sums[code],
            float(totals[code]),
            f"number|{number_format}",
            f"total|{number_format}",
            targets[code],
            line.additive,
        )
        if code in with_rate:
            rate = rates[code]
            head = rate_head(line, collection.roster)
            yield _AreaColumn(code, head, line.group, rate.iloc[:-1], float(rate.iloc[-1]))


def _write_area_heads(sheet: Sheet, columns: Sequence[_AreaColumn]) -> None:
    """Write groups and labels, cut to a few lines to leave room for figures; a note has the whole text."""
    sheet.height(_GROUP_ROW, _GROUP_HEIGHT)
    sheet.height(_LABEL_ROW, _LABEL_HEIGHT)
    sheet.text(_GROUP_ROW, 0, "Số tính vào tổng", "head")
    sheet.note(_GROUP_ROW, 0, _NOTE)
    sheet.text(_LABEL_ROW, 0, words.BY_AREA, "head")
    ends = [*_page_ends(columns)]
    pages = [bisect_right(ends, place) for place in range(1, len(columns) + 1)]
    place = 1
    for (_, group), members in groupby(zip(pages, (c.group for c in columns), strict=True)):
        count = len(list(members))
        sheet.merge(_GROUP_ROW, place, place + count - 1, group, "group_band")
        place += count
    for place, column in enumerate(columns, start=1):
        write_short_head(sheet, (_LABEL_ROW, place), column.label, (column.width - 2, _HEAD_LINES))


def _page_ends(columns: Sequence[_AreaColumn]) -> Iterator[int]:
    """Columns before which a page ends: a group that does not fit on the rest of a page begins a new one."""
    used, groups = 0.0, [list(members) for _, members in groupby(columns, key=lambda c: c.group)]
    place = 1
    for members in groups:
        width = sum(member.width for member in members)
        if used and used + width > _PAGE_WIDTH - _AREA_WIDTH:
            yield place
            used = 0.0
        for member in members:
            if used and used + member.width > _PAGE_WIDTH - _AREA_WIDTH:
                yield place
                used = 0.0
            used += member.width
            place += 1
