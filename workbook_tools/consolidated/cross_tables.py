"""The pivot sheets: indicator × area, indicator × unit type, area × group as completeness.

No total anywhere adds different indicators: leaflets and đồng do not sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from workbook_tools.collection import Collection
from workbook_tools.consolidated.book import Book, Sheet, line_count, number_width
from workbook_tools.consolidated.completeness import build_completeness
from workbook_tools.consolidated.style import TAB

_COLUMNS_A_PAGE = 12
_GROUP_WIDTH = 11.5


def write_cross_tables(book: Book, collection: Collection) -> None:
    """Write the three pivot sheets from the counted values and the lines answered."""
    status, template = collection.status, collection.template
    area = dict(zip(status["unit"], status["area"], strict=True))
    kind = {unit.code: template.unit_types[unit.type].name for unit in collection.roster}
    top = template.campaign.level_names.get(1, "đơn vị")
    middle = template.campaign.level_names.get(2, "địa bàn")
    _write_figures(book, collection, f"Chỉ tiêu theo {middle}", area, f"Toàn {top}")
    _write_figures(book, collection, "Chỉ tiêu theo loại đơn vị", kind, f"Toàn {top}")
    _write_completeness(book, collection, f"Mức đầy đủ theo {middle}", f"Toàn {top}")


def _write_figures(book: Book, collection: Collection, name: str, columns_of: Mapping[str, str], total_head: str) -> None:
    sheet = book.sheet(name, TAB["figures"])
    heads = list(dict.fromkeys(columns_of[unit.code] for unit in collection.roster))
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.text(0, 0, "Số tính vào tổng: mỗi kết quả chỉ tính một lần, mỗi hàng chỉ cộng một chỉ tiêu.", "subtitle")
    sheet.head(1, ["Mã", "Chỉ tiêu", "Đơn vị tính", total_head, *heads], 48)
    answers = collection.answers
    table = _pivot(answers[answers["counted"].notna()], columns_of)
    widths = [number_width(table[head]) if head in table.columns else 12.0 for head in heads]
    sheet.widths([_code_width(collection), 46, 11, number_width(collection.totals["total"], 13), *widths])
    row, group = 2, ""
    for code in collection.totals.index:
        indicator = collection.template.indicators[str(code)]
        if indicator.group != group:
            group = indicator.group
            for column in range(4, 4 + len(heads)):
                sheet.text(row, column, "", "band")
            sheet.merge(row, 0, 3, group, "band")
            sheet.height(row, 15.5 * line_count(group, 72) + 3)
            row += 1
        _write_line(sheet, row, [indicator.code, indicator.label, indicator.measure], collection, str(code), table, heads)
        row += 1
    sheet.raw.repeat_columns(0, 3)
    sheet.raw.fit_to_pages(max(math.ceil(len(heads) / _COLUMNS_A_PAGE), 1), 0)
    sheet.raw.freeze_panes(2, 4)


def _write_line(
    sheet: Sheet, row: int, texts: Sequence[str], collection: Collection, code: str, table: pd.DataFrame, heads: Sequence[str]
) -> None:
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "wrap")
    sheet.height(row, 15.5 * line_count(texts[1], 44) + 2)
    sheet.number(row, 3, float(collection.totals["total"][code]), "total")
    for column, head in enumerate(heads, start=4):
        known = code in table.index and head in table.columns
        sheet.number(row, column, float(table[head][code]) if known else None)


def _code_width(collection: Collection) -> float:
    return min(max((len(str(code)) for code in collection.totals.index), default=0) + 4.0, 30.0)


def _pivot(counted: pd.DataFrame, columns_of: Mapping[str, str]) -> pd.DataFrame:
    heads = counted["unit"].map(columns_of).rename("head")
    return counted.groupby(["indicator", heads])["counted"].sum().unstack()


def _write_completeness(book: Book, collection: Collection, name: str, total_head: str) -> None:
    """Lines answered of lines asked; a unit that has not reported answered none."""
    sheet = book.sheet(name, TAB["figures"])
    lines = build_completeness(collection)
    groups = [str(group) for group in lines.index.unique("group")]
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.widths([26, 11, 11, 11, *[_GROUP_WIDTH] * len(groups)])
    sheet.text(0, 0, "Tỷ lệ dòng đã trả lời trên số dòng phải trả lời; đơn vị chưa nộp tính là chưa trả lời dòng nào.", "subtitle")
    height = 15.0 * max((line_count(group, _GROUP_WIDTH - 2) for group in groups), default=2) + 4
    sheet.head(1, ["Địa bàn", "Đã trả lời", "Phải trả lời", "Tỷ lệ", *groups], height)
    row = 2
    for area, found in lines.groupby(level="area", sort=False):
        _write_shares(sheet, row, str(area), found.droplevel("area"), total=False)
        row += 1
    _write_shares(sheet, row, total_head, lines.groupby(level="group", sort=False).sum(), total=True)
    sheet.raw.freeze_panes(2, 1)


def _write_shares(sheet: Sheet, row: int, head: str, lines: pd.DataFrame, *, total: bool) -> None:
    answered, asked = int(lines["answered"].sum()), int(lines["asked"].sum())
    sheet.text(row, 0, head, "total_text" if total else "text")
    sheet.number(row, 1, answered, "total" if total else "number")
    sheet.number(row, 2, asked, "total" if total else "number")
    shares = [(answered, asked), *zip(lines["answered"], lines["asked"], strict=True)]
    for column, (some, all_) in enumerate(shares, start=3):
        sheet.number(row, column, some / all_ if all_ else None, "total_percent" if total else "percent")
