"""The head of a list, which is printed again on every page that the list runs on to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.model import ReportTemplate, RowList

_MOST_ROWS = 6


def repeat_list_head(sheet: Worksheet, drawn: ReportTemplate) -> None:
    """Print the head of a sheet's list on each page, unless the officer has chosen rows.

    ``drawn`` has the places of the sheet as it is. Excel knows one head for all pages of a sheet, so there is
    none for several lists, nor if more is asked below the list: that would seem to stand under its head.
    """
    lists = [one for one in drawn.lists.values() if one.sheet == sheet.title]
    if len(lists) != 1 or sheet.print_title_rows:
        return
    (one,) = lists
    asked = {
        cell.row
        for code, cell in drawn.inputs.items()
        if cell.sheet == one.sheet and drawn.indicators[code].asked
    }
    head = _find_head(sheet, one, asked)
    if head and max(asked, default=0) < one.top:
        sheet.print_title_rows = f"{head.start}:{head.stop - 1}"


def _find_head(sheet: Worksheet, one: RowList, asked: set[int]) -> range:
    """The rows right above a list with a text over most of its columns."""
    columns = set(one.positions)
    first = one.top
    for row in range(one.top - 1, max(0, one.top - 1 - _MOST_ROWS), -1):
        if row in asked or not _is_head(sheet, row, columns):
            break
        first = row
    return range(first, one.top)


def _is_head(sheet: Worksheet, row: int, columns: set[int]) -> bool:
    texts = [_text_over(sheet, row, column) for column in columns]
    filled = [text for text in texts if text]
    # A title is one text, whether it is merged over all columns or not.
    return 2 * len(filled) > len(columns) and (len(set(filled)) > 1 or len(columns) == 1)


def _text_over(sheet: Worksheet, row: int, column: int) -> str:
    """The text of a cell, or of the merged block that covers it."""
    for block in sheet.merged_cells.ranges:
        if block.min_row <= row <= block.max_row and block.min_col <= column <= block.max_col:
            row, column = block.min_row, block.min_col
            break
    return value_text(sheet.cell(row, column).value).strip()
