"""The sheet ``Tổng quan``: what an officer says in the meeting."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.consolidated import words
from workbook_tools.consolidated.problem_list import NAME as PROBLEMS
from workbook_tools.consolidated.roll_call import NAME as ROLL_CALL
from workbook_tools.consolidated.summary import total_cell
from workbook_tools.locale import show_number
from workbook_tools.model import Outcome
from workbook_tools.problems import Problem, Severity
from workbook_tools.sheetwriter.cell_text import cut_text, line_count
from workbook_tools.sheetwriter.charts import Figures, write_chart
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.tally.status import MISSING, REPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.collection import Collection
    from workbook_tools.sheetwriter.book import Book, Sheet
    from workbook_tools.sheetwriter.whole_table import WholeTable

_WIDTHS = [28, 14, 14, 14, 14, 14, 14, 14]
_LABEL_WIDTH, _EXAMPLE_WIDTH, _PARAGRAPH_WIDTH, _BOLD_WIDTH = 80.0, 80.0, 118.0, 108.0
_PARAGRAPH_LINES = 20
_WHOLE_ROW, _CARDS_ROW, _CONTENTS_ROW = 2, 3, 6
_LINKS_A_ROW = 4
_SCALE = 68
_PAGE_POINTS = 1030.0
"""Height of a page's rows at that scale."""
_TOTALS_TOGETHER = 8
"""Rows of the totals that are not torn from their head."""
_LONGEST_SPAN = 62
_MOST_AREAS = 60
_LONGEST_LABEL = 30


def add_overview(book: Book) -> Sheet:
    """The first sheet; it is written last, when the others are known."""
    return book.sheet("Tổng quan", TAB["report"])


def write_overview(
    sheet: Sheet, collection: Collection, completeness: pd.DataFrame, whole: Sequence[WholeTable]
) -> None:
    """Write figures, names of who is late or missing, totals and charts on one page's width; what is ``whole`` elsewhere stands above."""
    sheet.widths(_WIDTHS)
    sheet.page(landscape=False)
    # Excel breaks pages where it is told to only at a fixed scale; at this one the columns take a page's width.
    sheet.raw.set_print_scale(_SCALE)
    sheet.raw.hide_gridlines(2)
    campaign = collection.template.campaign
    sheet.text(0, 0, campaign.title, "title")
    facts = f"{campaign.office} · hạn nộp {campaign.deadline:%d/%m/%Y} · tính đến ngày {collection.as_of:%d/%m/%Y}"
    sheet.text(1, 0, facts, "subtitle")
    if whole:
        notes = "\n".join(table.note() for table in whole)
        sheet.merge(_WHOLE_ROW, 0, len(_WIDTHS) - 1, notes, "alert")
        sheet.height(_WHOLE_ROW, 15.5 * line_count(notes, _BOLD_WIDTH) + 1)
    _write_cards(sheet, collection, _CARDS_ROW)
    row = _write_contents(sheet, _CONTENTS_ROW)
    row = _write_names(sheet, collection, row)
    starts = [0]
    for write in (
        _write_problems,
        _write_days,
        _write_areas,
        partial(_write_groups, completeness=completeness),
    ):
        starts.append(row)
        row = write(sheet, collection, row)
    last = _write_totals(sheet, collection, row)
    sheet.raw.print_area(0, 0, last, len(_WIDTHS) - 1)
    sheet.raw.set_h_pagebreaks(_page_breaks(sheet, [*starts, row, row + _TOTALS_TOGETHER]))


def _page_breaks(sheet: Sheet, sections: Sequence[int]) -> list[int]:
    """Breaks before those sections that would not go whole on the page; the last entry is the end of the last one."""
    breaks: list[int] = []
    top = 0
    for first, end in pairwise(sections):
        top = _page_top(sheet, top, first)
        if first > top and sheet.extent(top, end) > _PAGE_POINTS:
            breaks.append(first)
            top = first
    return breaks


def _page_top(sheet: Sheet, top: int, row: int) -> int:
    """The first row of the page that ``row`` comes to stand on, where rows fill the pages from ``top`` on."""
    used = 0.0
    for place in range(top, row):
        height = sheet.extent(place, place + 1)
        if used + height > _PAGE_POINTS:
            top, used = place, 0.0
        used += height
    return top


_UNIT_CARDS = 4


def _write_cards(sheet: Sheet, collection: Collection, row: int) -> None:
    status = collection.status
    received = status["outcome"].isin(REPORTED)
    late = sum(1 for days in status["days_late"] if days)
    cards = [
        (int(received.sum()), f"đơn vị đã nộp, trên {show_number(len(status), 'vi')}"),
        (int((status["outcome"] == MISSING).sum()), "đơn vị chưa nộp"),
        (int((status["outcome"] == Outcome.REJECTED).sum()), "đơn vị gửi tệp chưa dùng được"),
        (late, "đơn vị nộp trễ"),
        (sum(p.severity is Severity.ERROR for p in collection.problems), "lỗi phải sửa"),
        (sum(p.severity is Severity.WARNING for p in collection.problems), "cảnh báo cần xem"),
    ]
    sheet.height(row, 30)
    sheet.height(row + 1, 32)
    # Units stand in the roll-call, which can be filtered; problems in their own list.
    for column, (number, caption) in enumerate(cards):
        target = ROLL_CALL if column < _UNIT_CARDS else PROBLEMS
        sheet.point(row, column, f"internal:'{target}'!A1")
        sheet.number(row, column, number, "big")
        sheet.text(row + 1, column, caption, "caption")


def _write_contents(sheet: Sheet, row: int) -> int:
    """Links to all other sheets."""
    others = [other.name for other in sheet.book.sheets if other is not sheet]
    for place, name in enumerate(others):
        below, column = divmod(place, _LINKS_A_ROW)
        target = name.replace("'", "''")
        sheet.link(row + below, 2 * column, f"internal:'{target}'!A1", f"→ {name}", "plain_link")
    return row - (-len(others) // _LINKS_A_ROW) + 1


def _write_names(sheet: Sheet, collection: Collection, row: int) -> int:
    status = collection.status
    for outcome, title in ((MISSING, "Chưa nộp"), (Outcome.REJECTED, "Đã gửi nhưng chưa dùng được")):
        names = [str(name) for name in status.loc[status["outcome"] == outcome, "name"]]
        row = _write_paragraph(sheet, row, f"{title} ({len(names)})", ", ".join(names) or "Không có.")
    late = status[[bool(days) for days in status["days_late"]]]
    texts = [f"{name} ({days} ngày)" for name, days in zip(late["name"], late["days_late"], strict=True)]
    return _write_paragraph(sheet, row, f"Nộp trễ ({len(texts)})", ", ".join(texts) or "Không có.")


def _write_paragraph(sheet: Sheet, row: int, title: str, text: str) -> int:
    """A heading and a text over the page's width; a long one goes on over several rows, for nobody may be left unnamed."""
    _write_section(sheet, row, title)
    for piece in cut_text(text, _PARAGRAPH_WIDTH, _PARAGRAPH_LINES):
        row += 1
        sheet.merge(row, 0, len(_WIDTHS) - 1, piece, "paragraph")
        sheet.height(row, 15.5 * line_count(piece, _PARAGRAPH_WIDTH) + 1)
    return row + 2


def _write_problems(sheet: Sheet, collection: Collection, row: int) -> int:
    """Problems by kind, the most frequent first."""
    counts = Counter((p.severity, p.code) for p in collection.problems if p.severity is not Severity.NOTICE)
    if not counts:
        return row
    first: dict[tuple[Severity, str], Problem] = {}
    for problem in collection.problems:
        first.setdefault((problem.severity, problem.code), problem)
    _write_section(sheet, row, "Vấn đề thường gặp")
    for (severity, code), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8]:
        row += 1
        sheet.text(row, 0, words.SEVERITIES[severity], words.SEVERITY_STYLES[severity])
        sheet.number(row, 1, count)
        example = "ví dụ: " + first[severity, code].message("vi")
        sheet.merge(row, 2, len(_WIDTHS) - 1, example if len(example) < 200 else example[:198] + "…", "wrap")
        sheet.height(row, 15.5 * line_count(example[:199], _EXAMPLE_WIDTH))
    return row + 2


def _write_days(sheet: Sheet, collection: Collection, row: int) -> int:
    """Days without returns are shown, too, unless a clock that was wrong draws them out over months."""
    days = Counter(day for day in collection.status["received"] if day is not None and not pd.isna(day))
    if not days:
        return _write_nothing(sheet, row, "Số đơn vị nộp theo ngày")
    first, last = min(days), max(days)
    span = (last - first).days + 1
    shown = [first + timedelta(days=n) for n in range(span)] if span <= _LONGEST_SPAN else sorted(days)
    deadline = collection.template.campaign.deadline
    labels = {day: f"{day:%d/%m/%Y}" + (" (trễ)" if day > deadline else "") for day in shown}
    lines = [(labels[day], float(days[day])) for day in shown]
    late = frozenset(label for day, label in labels.items() if day > deadline)
    _write_section(sheet, row, "Số đơn vị nộp theo ngày")
    return (
        write_chart(
            sheet,
            row + 1,
            Figures("Số đơn vị nộp theo ngày", ("Ngày", "Số đơn vị"), lines, "column", pale=late),
        )
        + 1
    )


def _write_areas(sheet: Sheet, collection: Collection, row: int) -> int:
    status = collection.status
    received = status["outcome"].isin(REPORTED)
    shares = received.groupby(status["area"], sort=False).mean()
    lines = [(str(area), float(share)) for area, share in shares.items()]
    title = "Tỷ lệ đơn vị đã nộp theo địa bàn"
    if len(lines) > _MOST_AREAS:
        lines = sorted(lines, key=lambda line: line[1])[:_MOST_AREAS]
        title += f" ({_MOST_AREAS} địa bàn thấp nhất)"
    if not lines:
        return _write_nothing(sheet, row, title)
    _write_section(sheet, row, title)
    return (
        write_chart(sheet, row + 1, Figures(title, ("Địa bàn", "Tỷ lệ đã nộp"), lines, "bar", "percent")) + 1
    )


def _write_groups(sheet: Sheet, _: Collection, row: int, completeness: pd.DataFrame) -> int:
    title = "Tỷ lệ dòng đã trả lời theo nhóm chỉ tiêu (đơn vị chưa nộp tính là chưa trả lời)"
    sums = completeness.groupby("group", sort=False).sum()
    asked = sums[sums["asked"] > 0]
    if asked.empty:
        return _write_nothing(sheet, row, title)
    lines = [
        (_short(str(group)), float(share)) for group, share in (asked["answered"] / asked["asked"]).items()
    ]
    _write_section(sheet, row, title)
    return (
        write_chart(sheet, row + 1, Figures(title, ("Nhóm chỉ tiêu", "Tỷ lệ"), lines, "bar", "percent")) + 1
    )


def _write_section(sheet: Sheet, row: int, title: str) -> None:
    for column in range(len(_WIDTHS)):
        sheet.text(row, column, title if column == 0 else "", "section")


def _write_nothing(sheet: Sheet, row: int, title: str) -> int:
    _write_section(sheet, row, title)
    sheet.text(row + 1, 0, "Chưa có số liệu.", "plain")
    return row + 3


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1].rstrip() + "…"


def _write_totals(sheet: Sheet, collection: Collection, row: int) -> int:
    """The total of each indicator under its group: a label such as "Về tài chính" says nothing without it."""
    _write_section(sheet, row, "Số liệu tổng hợp (mỗi kết quả chỉ tính một lần)")
    row += 1
    sheet.height(row, 32)
    sheet.merge(row, 0, 4, "Chỉ tiêu", "head")
    for column, head in enumerate(("Tổng số", "Đơn vị tính", "Số đơn vị được tính"), start=5):
        sheet.text(row, column, head, "head")
    group = ""
    for code, line in collection.totals.iterrows():
        row += 1
        indicator = collection.template.indicators[str(code)]
        if indicator.group != group:
            group = indicator.group
            sheet.merge(row, 0, len(_WIDTHS) - 1, group, "band")
            sheet.height(row, 15.5 * line_count(group, 115) + 3)
            row += 1
        sheet.merge(row, 0, 4, indicator.label, "wrap")
        sheet.height(row, 15.5 * line_count(indicator.label, _LABEL_WIDTH) + 2)
        sheet.point(row, 5, total_cell(collection, str(code)))
        sheet.number(
            row, 5, float(line["total"]), f"total|{collection.template.number_format(indicator.code)}"
        )
        sheet.text(row, 6, indicator.measure)
        sheet.number(row, 7, float(line["units"]))
    return row
