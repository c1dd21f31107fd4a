"""The sheet ``Tổng quan``: what an officer says in the meeting, on one screen (1366 × 768) and one page.

The page is higher than the screen: below the lists it has the statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.consolidated.list_sheets import list_sheet_names, pivot_sheet_name
from workbook_tools.consolidated.office_report.district_report import report_sheet_names
from workbook_tools.consolidated.overview_lists import (
    write_areas,
    write_missing,
    write_movements,
    write_problems,
    write_statements,
)
from workbook_tools.consolidated.words import OVERVIEW_SHEET, PROBLEMS_SHEET, ROLL_CALL_SHEET
from workbook_tools.locale import show_number
from workbook_tools.model import Outcome
from workbook_tools.problems import count_problems
from workbook_tools.sheetwriter.book_sheet import sheet_link
from workbook_tools.sheetwriter.cell_text import line_count, percent_text
from workbook_tools.sheetwriter.report_charts import Days, write_days_chart
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.tally.status import MISSING, REPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.model import ReportTemplate
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet
    from workbook_tools.sheetwriter.whole_table import WholeTable

COLUMNS = 15
# 100 pixels: at a zoom of 85 %, 15 columns fit on a screen of 1366 pixels.
_WIDTH, _ALERT_WIDTH = 13.57, 190.0
_ZOOM = 85
_FACTS_ROW, _WHOLE_ROW, _BUTTONS_ROW = 1, 2, 3
_LISTED, _LAGGING = 9, 5
"""Rows of the upper and the lower lists that fit on the screen."""
_ROW = 16.5
_BUTTON_LETTERS, _COMMON, _BY = 16, "Chỉ tiêu ", " theo"


def add_overview(book: Book) -> None:
    """Add the first sheet; it is written last, when the others are known."""
    book.sheet(OVERVIEW_SHEET, TAB["report"])


def write_overview(
    book: Book,
    collection: Collection,
    completeness: pd.DataFrame,
    statements: Sequence[Statement],
    whole: Sequence[WholeTable],
) -> None:
    """Write reported and missing units, problems, returns by day and changes; below the screen, statements.

    ``completeness`` as :func:`~workbook_tools.consolidated.completeness.build_completeness` has it. A note
    above names the lists whose ``whole`` content is in another file.
    """
    sheet = next(sheet for sheet in book.sheets if sheet.name == OVERVIEW_SHEET)
    names = [other.name for other in book.sheets if other is not sheet]
    _set_page(sheet)
    campaign = collection.template.campaign
    sheet.text(0, 0, campaign.title, "title")
    sheet.height(0, 21)
    day = f"số liệu đến ngày {collection.as_of:%d/%m/%Y}"
    sheet.text(_FACTS_ROW, 0, f"{campaign.office} · {day} · mã số liệu {collection.code}", "subtitle")
    if whole:
        notes = "\n".join(table.note() for table in whole)
        sheet.merge(_WHOLE_ROW, 0, COLUMNS - 1, notes, "alert")
        sheet.height(_WHOLE_ROW, 15.5 * line_count(notes, _ALERT_WIDTH) + 1)
    else:
        sheet.height(_WHOLE_ROW, 4)
    row = _write_buttons(sheet, _pick_sheets(names, collection.template), _BUTTONS_ROW)
    row = _write_cards(sheet, collection, row)
    lists = row
    # Fixed heights, so that the lists end together with the chart beside them.
    for place in range(lists, lists + _LISTED + _LAGGING + 4):
        sheet.height(place, _ROW)
    write_missing(sheet, collection, (lists, 0), _LISTED)
    write_problems(sheet, collection, (lists, 5), _LISTED)
    _write_days(sheet, collection, lists)
    below = lists + _LISTED + 2
    sheet.height(below - 1, 4)
    write_areas(sheet, collection, (below, 0), _LAGGING)
    write_movements(sheet, collection, (below, 5), _LAGGING, completeness)
    last = write_statements(sheet, statements, below + _LAGGING + 1, COLUMNS)
    sheet.raw.print_area(0, 0, last, COLUMNS - 1)


def _set_page(sheet: Sheet) -> None:
    sheet.widths([_WIDTH] * COLUMNS)
    sheet.page(landscape=True)
    # The overview is the one sheet that is pinned to a wall or put before the meeting.
    sheet.raw.fit_to_pages(1, 1)
    sheet.raw.hide_gridlines(2)
    sheet.raw.hide_row_col_headers()
    sheet.raw.set_zoom(_ZOOM)


def _write_buttons(sheet: Sheet, names: Sequence[str], row: int) -> int:
    """One row of links to other sheets; the row below it."""
    for column, name in enumerate(names):
        sheet.link(row, column, sheet_link(name), _button_text(name), "button")
    sheet.height(row, 20)
    sheet.height(row + 1, 4)
    return row + 2


def _pick_sheets(names: Sequence[str], template: ReportTemplate) -> list[str]:
    """The sheets that a row has room for; those beside another of their kind are left out first."""
    lists = [*list_sheet_names(template).values()]
    further = [*lists[1:], *[*report_sheet_names(template).values()][1:], *map(pivot_sheet_name, lists)]
    ranks = {name: rank for rank, name in enumerate(further, start=1)}
    kept = set(sorted(names, key=lambda name: ranks.get(name, 0))[:COLUMNS])
    return [name for name in names if name in kept]


def _button_text(name: str) -> str:
    """A sheet's name cut to fit a button: some programs neither wrap nor shrink a link."""
    text = name.removeprefix(_COMMON)
    text = text[:1].upper() + text[1:]
    if len(text) <= _BUTTON_LETTERS:
        return text
    end = text.rfind(" ", 0, _BUTTON_LETTERS)
    if end <= 0:
        end = _BUTTON_LETTERS - 1
    short = text[:end]
    # A trailing "by" would look as if something were missing.
    if short.endswith(_BY):
        return short.removesuffix(_BY)
    return short + "…"


def _write_cards(sheet: Sheet, collection: Collection, row: int) -> int:
    """Write the numbers of reports, with a bar, of missing, unusable and late units, and of problems."""
    status = collection.status
    reported = int(status["outcome"].isin(REPORTED).sum())
    late = sum(1 for days in status["days_late"] if days)
    errors, warnings, _notices = count_problems(collection.problems)
    share = reported / max(len(status), 1)
    text = f"{_count(reported)}/{_count(len(status))} đơn vị đã nộp = {percent_text(share)}"
    deadline = collection.template.campaign.deadline
    cards = [
        (4, 6, _days_text(deadline, collection.as_of), f"hạn nộp {deadline:%d/%m/%Y}", ROLL_CALL_SHEET),
        (7, 8, _count(int((status["outcome"] == MISSING).sum())), "đơn vị chưa nộp", ROLL_CALL_SHEET),
        (
            9,
            10,
            _count(int((status["outcome"] == Outcome.REJECTED).sum())),
            "gửi tệp chưa dùng được",
            ROLL_CALL_SHEET,
        ),
        (11, 12, _count(late), "đơn vị nộp trễ", ROLL_CALL_SHEET),
        (13, 13, _count(errors), "lỗi phải sửa", PROBLEMS_SHEET),
        (14, 14, _count(warnings), "cảnh báo", PROBLEMS_SHEET),
    ]
    sheet.height(row, 28)
    sheet.height(row + 1, 16.5)
    # Before the merge: xlsxwriter writes the text of the link over the cell.
    sheet.point(row, 0, sheet_link(ROLL_CALL_SHEET))
    sheet.merge(row, 0, 3, text, "big")
    sheet.bar(row + 1, 0, 3, share)
    for first, last, number, caption, target in cards:
        sheet.point(row, first, sheet_link(target))
        sheet.merge(row, first, last, number, "big")
        sheet.merge(row + 1, first, last, caption, "caption")
    sheet.height(row + 2, 4)
    return row + 3


def _count(number: int) -> str:
    return show_number(number, "vi")


def _days_text(deadline: date, as_of: date) -> str:
    days = (deadline - as_of).days
    # On the last day nothing is left and nothing is late.
    if days == 0:
        return "Đúng ngày hạn nộp"
    return f"Còn {days} ngày" if days > 0 else f"Quá hạn {-days} ngày"


def _write_days(sheet: Sheet, collection: Collection, row: int) -> None:
    """The chart of returns by day, at the right of the lists."""
    title = "Số đơn vị nộp theo ngày"
    sheet.merge(row, 10, COLUMNS - 1, title, "section")
    days = Days.count(collection.status["received"], collection.template.campaign.deadline)
    if not days.lines:
        sheet.text(row + 1, 10, "Chưa có báo cáo nào.", "remark")
        return
    write_days_chart(sheet, (row + 1, 10), days, (COLUMNS + 2, title))
