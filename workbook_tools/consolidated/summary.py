"""The sheet ``Tổng hợp``: units × indicators, with totals that follow the filter and count nothing twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import Book, Sheet
from workbook_tools.consolidated.style import TAB
from workbook_tools.model import Indicator, Kind

NAME = "Tổng hợp"
_FIXED = ["Mã", "Đơn vị", "Loại", "Địa bàn", "Tình trạng"]
_NOTE = (
    "Hàng tổng cộng các dòng đang hiện khi lọc và không tính trùng: số in nghiêng màu xám đã nằm trong số của đơn vị cấp trên. "
    "Phần tính vào tổng của từng đơn vị ở các cột thu gọn bên phải (bấm dấu + phía trên)."
)
_COLUMNS_A_PAGE = 13
_GROUP_ROW, _LABEL_ROW, _CODE_ROW, _TOTAL_ROW, _FIRST_ROW = 1, 2, 3, 4, 5


def write_summary(book: Book, collection: Collection) -> None:
    """Write the matrix as reported, and beside it, folded away, the part of each figure that enters the totals."""
    sheet = book.sheet(NAME, TAB["figures"])
    indicators = [i for i in collection.template.indicators.values() if i.asked and i.kind is not Kind.TEXT]
    additive = [i for i in indicators if i.code in collection.totals.index]
    left, right = len(_FIXED), len(_FIXED) + len(indicators) + 1
    _write_heads(sheet, indicators, additive, left, right)
    answers = collection.answers.set_index(["unit", "indicator"])
    values = answers["value"].unstack(fill_value=None) if len(answers) else pd.DataFrame()
    counted = answers["counted"].unstack() if len(answers) else pd.DataFrame()
    for row, unit in enumerate(rows(collection.status), start=_FIRST_ROW):
        _write_unit(sheet, row, unit, collection)
        _write_figures(sheet, row, str(unit.unit), indicators, values, counted, left)
        for column, indicator in enumerate(additive, start=right):
            sheet.number(row, column, _at(counted, str(unit.unit), indicator.code), "contained")
    last = _FIRST_ROW + max(len(collection.status), 1) - 1
    _write_totals(sheet, indicators, additive, collection, (left, right, last))
    sheet.raw.freeze_panes(_FIRST_ROW, 2)
    sheet.raw.autofilter(_CODE_ROW, 0, last, left + len(indicators) - 1)
    sheet.page(landscape=True, repeat=(_GROUP_ROW, _TOTAL_ROW))
    sheet.raw.repeat_columns(0, 1)
    sheet.raw.fit_to_pages(math.ceil(len(indicators) / _COLUMNS_A_PAGE), 0)
    sheet.raw.print_area(0, 0, last, left + len(indicators) - 1)


def _write_heads(sheet: Sheet, indicators: Sequence[Indicator], additive: Sequence[Indicator], left: int, right: int) -> None:
    sheet.widths([18, 28, 20, 20, 20])
    sheet.raw.set_column(left, left + len(indicators) - 1, 14)
    sheet.raw.set_column(right, right + len(additive) - 1, 13, None, {"level": 1, "hidden": True})
    sheet.raw.set_column(right + len(additive), right + len(additive), 3, None, {"collapsed": True})
    sheet.text(0, 0, _NOTE, "subtitle")
    sheet.raw.set_row(_LABEL_ROW, 150)
    sheet.raw.set_row(_GROUP_ROW, 48)
    for column, head in enumerate(_FIXED):
        for row in (_GROUP_ROW, _LABEL_ROW):
            sheet.text(row, column, "", "head")
        sheet.text(_CODE_ROW, column, head, "head")
    for first, shown, suffix in ((left, indicators, ""), (right, additive, " (tính vào tổng)")):
        _write_groups(sheet, first, shown)
        for column, indicator in enumerate(shown, start=first):
            measure = f" ({indicator.measure})" if indicator.measure else ""
            sheet.text(_LABEL_ROW, column, indicator.label + measure + suffix, "head")
            sheet.text(_CODE_ROW, column, indicator.code, "head")


def _write_groups(sheet: Sheet, first: int, indicators: Sequence[Indicator]) -> None:
    """A group's head over all columns of the group."""
    column = first
    for group, members in groupby(indicators, key=lambda indicator: indicator.group):
        last = column + len(list(members)) - 1
        if last > column:
            sheet.raw.merge_range(_GROUP_ROW, column, _GROUP_ROW, last, "", sheet.book.format("head"))
        sheet.text(_GROUP_ROW, column, group, "head")
        column = last + 1


def _write_unit(sheet: Sheet, row: int, unit: Any, collection: Collection) -> None:
    code, outcome = str(unit.unit), str(unit.outcome)
    texts = [code, collection.roster[code].name, collection.template.unit_types[collection.roster[code].type].name]
    texts.append(str(unit.area))
    for column, text in enumerate(texts):
        sheet.text(row, column, text)
    sheet.text(row, 4, words.OUTCOMES[outcome], words.OUTCOME_STYLES[outcome])


def _write_figures(
    sheet: Sheet, row: int, unit: str, indicators: Sequence[Indicator], values: pd.DataFrame, counted: pd.DataFrame, left: int
) -> None:
    for column, indicator in enumerate(indicators, start=left):
        value = _at(values, unit, indicator.code)
        if isinstance(value, date):
            sheet.date(row, column, value)
        elif isinstance(value, str):
            sheet.text(row, column, value)
        else:
            contained = indicator.additive and value is not None and _at(counted, unit, indicator.code) is None
            sheet.number(row, column, value, "contained" if contained else "number")


def _write_totals(
    sheet: Sheet, indicators: Sequence[Indicator], additive: Sequence[Indicator], collection: Collection, extent: tuple[int, int, int]
) -> None:
    left, right, last = extent
    counted_columns = {indicator.code: column for column, indicator in enumerate(additive, start=right)}
    for column in range(left):
        sheet.text(_TOTAL_ROW, column, "Tổng các dòng đang hiện" if column == 1 else "", "total_text")
    for column, indicator in enumerate(indicators, start=left):
        if indicator.code not in counted_columns:
            sheet.text(_TOTAL_ROW, column, "", "total_text")
            continue
        letters = xl_col_to_name(counted_columns[indicator.code])
        total = collection.totals["total"].get(indicator.code)
        value = 0.0 if total is None or pd.isna(total) else float(total)
        formula = f"=SUBTOTAL(109,{letters}{_FIRST_ROW + 1}:{letters}{last + 1})"
        sheet.formula(_TOTAL_ROW, column, formula, value, "total")
        sheet.formula(_TOTAL_ROW, counted_columns[indicator.code], formula, value, "total")


def _at(frame: pd.DataFrame, unit: str, code: str) -> Any:
    if code not in frame.columns or unit not in frame.index:
        return None
    value: Any = frame.at[unit, code]
    return None if value is None or value != value else value
