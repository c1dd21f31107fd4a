"""The pivot sheets: indicator × area, indicator × unit type, area × group as completeness.

No total anywhere adds different indicators: leaflets and đồng do not sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbook_tools.collection import Collection
from workbook_tools.consolidated.book import Book, Sheet, line_count
from workbook_tools.consolidated.style import TAB
from workbook_tools.model import Need, State


def write_cross_tables(book: Book, collection: Collection) -> None:
    """Write the three pivot sheets from the counted values and the lines answered."""
    status, template = collection.status, collection.template
    area = dict(zip(status["unit"], status["area"], strict=True))
    kind = {unit.code: template.unit_types[unit.type].name for unit in collection.roster}
    top = template.campaign.level_names.get(1, "đơn vị")
    middle = template.campaign.level_names.get(2, "địa bàn")
    _write_figures(book, collection, f"Chỉ tiêu theo {middle}", area, f"Toàn {top}")
    _write_figures(book, collection, "Chỉ tiêu theo loại đơn vị", kind, f"Toàn {top}")
    _write_completeness(book, collection, f"Mức đầy đủ theo {middle}", area)


def _write_figures(book: Book, collection: Collection, name: str, columns_of: Mapping[str, str], total_head: str) -> None:
    sheet = book.sheet(name, TAB["figures"])
    heads = list(dict.fromkeys(columns_of[unit.code] for unit in collection.roster))
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.widths([10, 46, 11, 13, *[12.0] * len(heads)])
    sheet.text(0, 0, "Số tính vào tổng: mỗi kết quả chỉ tính một lần, mỗi hàng chỉ cộng một chỉ tiêu.", "subtitle")
    sheet.head(1, ["Mã", "Chỉ tiêu", "Đơn vị tính", total_head, *heads], 48)
    answers = collection.answers
    table = _pivot(answers[answers["counted"].notna()], columns_of)
    row, group = 2, ""
    for code in collection.totals.index:
        indicator = collection.template.indicators[str(code)]
        if indicator.group != group:
            group = indicator.group
            for column in range(4 + len(heads)):
                sheet.text(row, column, group if column == 0 else "", "band")
            sheet.raw.merge_range(row, 0, row, 3, group, book.format("band"))
            sheet.raw.set_row(row, 15.5 * line_count(group, 72) + 3)
            row += 1
        _write_line(sheet, row, [indicator.code, indicator.label, indicator.measure], collection, str(code), table, heads)
        row += 1
    sheet.raw.freeze_panes(2, 4)


def _write_line(
    sheet: Sheet, row: int, texts: Sequence[str], collection: Collection, code: str, table: pd.DataFrame, heads: Sequence[str]
) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "wrap")
    sheet.raw.set_row(row, 15.5 * line_count(texts[1], 44) + 2)
    sheet.number(row, 3, float(collection.totals["total"][code]), "total")
    for column, head in enumerate(heads, start=4):
        known = code in table.index and head in table.columns
        sheet.number(row, column, float(table[head][code]) if known else None)


def _pivot(counted: pd.DataFrame, columns_of: Mapping[str, str]) -> pd.DataFrame:
    heads = counted["unit"].map(columns_of).rename("head")
    return counted.groupby(["indicator", heads])["counted"].sum().unstack()


def _write_completeness(book: Book, collection: Collection, name: str, columns_of: Mapping[str, str]) -> None:
    """Lines answered of lines asked; a unit that has not reported answered none."""
    sheet = book.sheet(name, TAB["figures"])
    template = collection.template
    wanted = {i.code for i in template.indicators.values() if i.asked and i.need is not Need.OPTIONAL}
    groups = [group for group in template.groups if any(template.indicators[code].group == group for code in wanted)]
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.widths([26, 11, 11, 11, *[16.0] * len(groups)])
    sheet.text(0, 0, "Tỷ lệ dòng đã trả lời trên số dòng phải trả lời; đơn vị chưa nộp tính là chưa trả lời dòng nào.", "subtitle")
    sheet.head(1, ["Địa bàn", "Đã trả lời", "Phải trả lời", "Tỷ lệ", *groups], 96)
    group_of = {i.code: i.group for i in template.indicators.values()}
    asked: dict[tuple[str, str], int] = {}
    for unit in collection.roster:
        for indicator in template.wanted_for(unit.type):
            key = (columns_of[unit.code], indicator.group)
            asked[key] = asked.get(key, 0) + 1
    answers = collection.answers
    answered = answers[answers["state"].isin([State.ANSWERED, State.NO_FIGURE]) & answers["indicator"].isin(wanted)]
    counts = answered.groupby([answered["unit"].map(columns_of).rename("area"), answered["indicator"].map(group_of)]).size()
    found: dict[Any, int] = dict(counts.items())
    for row, area in enumerate(dict.fromkeys(columns_of[unit.code] for unit in collection.roster), start=2):
        sheet.text(row, 0, area)
        total_asked = sum(asked.get((area, group), 0) for group in groups)
        total_found = sum(found.get((area, group), 0) for group in groups)
        sheet.number(row, 1, total_found)
        sheet.number(row, 2, total_asked)
        sheet.number(row, 3, total_found / total_asked if total_asked else None, "percent")
        for column, group in enumerate(groups, start=4):
            count = asked.get((area, group), 0)
            sheet.number(row, column, found.get((area, group), 0) / count if count else None, "percent")
    sheet.raw.freeze_panes(2, 1)
