"""The sheet ``Tổng quan``: what an officer says in the meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from workbook_tools.collection import Collection
from workbook_tools.consolidated import narrative, problem_list, roll_call, summary, words
from workbook_tools.consolidated.book import Book, Sheet
from workbook_tools.consolidated.style import FONT, TAB
from workbook_tools.model import Outcome
from workbook_tools.problems import Problem, Severity
from workbook_tools.status import MISSING

_WIDTHS = [28, 14, 14, 14, 14, 14, 14, 14]
_CHART_ROWS = 16


def write_overview(book: Book, collection: Collection) -> None:
    """Write figures, names of who is late or missing, totals and charts on one page's width."""
    sheet = book.sheet("Tổng quan", TAB["report"])
    sheet.widths(_WIDTHS)
    sheet.page(landscape=False)
    sheet.raw.hide_gridlines(2)
    campaign = collection.template.campaign
    sheet.text(0, 0, campaign.title, "title")
    facts = f"{campaign.office} · hạn nộp {campaign.deadline:%d/%m/%Y} · tính đến ngày {collection.as_of:%d/%m/%Y}"
    sheet.text(1, 0, facts, "subtitle")
    row = _write_cards(sheet, collection, 3)
    row = _write_links(sheet, row)
    row = _write_names(sheet, collection, row)
    row = _write_problems(sheet, collection, row)
    row = _write_days(sheet, collection, row)
    row = _write_areas(sheet, collection, row)
    _write_totals(sheet, collection, row)


def _write_cards(sheet: Sheet, collection: Collection, row: int) -> int:
    status = collection.status
    received = status["outcome"].isin([Outcome.ACCEPTED, Outcome.WARNED])
    late = sum(1 for days in status["days_late"] if days)
    cards = [
        (int(received.sum()), f"đơn vị đã nộp, trên {len(status)}"),
        (int((status["outcome"] == MISSING).sum()), "đơn vị chưa nộp"),
        (int((status["outcome"] == Outcome.REJECTED).sum()), "đơn vị gửi tệp chưa dùng được"),
        (late, "đơn vị nộp trễ"),
        (sum(p.severity is Severity.ERROR for p in collection.problems), "lỗi phải sửa"),
        (sum(p.severity is Severity.WARNING for p in collection.problems), "cảnh báo cần xem"),
    ]
    sheet.raw.set_row(row, 30)
    sheet.raw.set_row(row + 1, 32)
    for column, (number, caption) in enumerate(cards):
        sheet.number(row, column, number, "big")
        sheet.text(row + 1, column, caption, "caption")
    return row + 3


def _write_links(sheet: Sheet, row: int) -> int:
    for column, name in enumerate((roll_call.NAME, summary.NAME, problem_list.NAME, narrative.NAME)):
        sheet.link(row, column, f"internal:'{name}'!A1", f"→ {name}", "plain_link")
    return row + 2


def _write_names(sheet: Sheet, collection: Collection, row: int) -> int:
    status = collection.status
    for outcome, title in ((MISSING, "Chưa nộp"), (Outcome.REJECTED, "Đã gửi nhưng chưa dùng được")):
        names = [str(name) for name in status.loc[status["outcome"] == outcome, "name"]]
        row = _write_paragraph(sheet, row, f"{title} ({len(names)})", ", ".join(names) or "Không có.")
    late = status[[bool(days) for days in status["days_late"]]]
    texts = [f"{name} ({days} ngày)" for name, days in zip(late["name"], late["days_late"], strict=True)]
    return _write_paragraph(sheet, row, f"Nộp trễ ({len(texts)})", ", ".join(texts) or "Không có.")


def _write_paragraph(sheet: Sheet, row: int, title: str, text: str) -> int:
    for column in range(len(_WIDTHS)):
        sheet.text(row, column, title if column == 0 else "", "section")
    wrapped = {"text_wrap": True, "valign": "top"}
    sheet.raw.merge_range(row + 1, 0, row + 1, len(_WIDTHS) - 1, "", sheet.book.format(wrapped))
    sheet.text(row + 1, 0, text, wrapped)
    sheet.raw.set_row(row + 1, min(16.0 * (1 + len(text) // 115), 400))
    return row + 3


def _write_problems(sheet: Sheet, collection: Collection, row: int) -> int:
    """Problems by kind, the most frequent first."""
    counts = Counter((p.severity, p.code) for p in collection.problems if p.severity is not Severity.NOTICE)
    if not counts:
        return row
    first: dict[tuple[Severity, str], Problem] = {}
    for problem in collection.problems:
        first.setdefault((problem.severity, problem.code), problem)
    for column in range(len(_WIDTHS)):
        sheet.text(row, column, "Vấn đề thường gặp" if column == 0 else "", "section")
    for (severity, code), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8]:
        row += 1
        sheet.text(row, 0, words.SEVERITIES[severity], words.SEVERITY_STYLES[severity])
        sheet.number(row, 1, count)
        example = "ví dụ: " + first[severity, code].message("vi")
        sheet.text(row, 2, example if len(example) < 105 else example[:103] + "…", {"indent": 1})
    return row + 2


def _write_days(sheet: Sheet, collection: Collection, row: int) -> int:
    days = Counter(day for day in collection.status["received"] if day is not None and not pd.isna(day))
    lines = [(f"{day:%d/%m/%Y}", float(count)) for day, count in sorted(days.items())]
    return _write_chart(sheet, row, "Số đơn vị nộp theo ngày", ["Ngày", "Số đơn vị"], lines, "column")


def _write_areas(sheet: Sheet, collection: Collection, row: int) -> int:
    status = collection.status
    received = status["outcome"].isin([Outcome.ACCEPTED, Outcome.WARNED])
    shares = received.groupby(status["area"], sort=False).mean()
    lines = [(str(area), float(share)) for area, share in shares.items()]
    if len(lines) > 60:
        lines = sorted(lines, key=lambda line: line[1])[:60]
    return _write_chart(sheet, row, "Tỷ lệ đơn vị đã nộp theo địa bàn", ["Địa bàn", "Tỷ lệ đã nộp"], lines, "bar", "percent")


def _write_chart(
    sheet: Sheet, row: int, title: str, heads: Sequence[str], lines: Sequence[tuple[str, float]], kind: str, style: str = "number"
) -> int:
    """A small table and its chart, in one dark grey that prints."""
    for column in range(len(_WIDTHS)):
        sheet.text(row, column, title if column == 0 else "", "section")
    if not lines:
        sheet.text(row + 1, 0, "Chưa có số liệu.", "plain")
        return row + 3
    sheet.head(row + 1, heads, 18)
    for offset, (label, value) in enumerate(lines, start=row + 2):
        sheet.text(offset, 0, label)
        sheet.number(offset, 1, value, style)
    last = row + 1 + len(lines)
    chart = sheet.book.workbook.add_chart({"type": kind})
    chart.add_series(
        {
            "categories": [sheet.name, row + 2, 0, last, 0],
            "values": [sheet.name, row + 2, 1, last, 1],
            "fill": {"color": "#595959"},
            "gap": 60,
            "data_labels": {"value": True, "font": {"name": FONT, "size": 9}},
        }
    )
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "bold": True}, "overlay": False})
    axis = {"num_font": {"name": FONT, "size": 9}}
    chart.set_x_axis({**axis, "major_gridlines": {"visible": False}, "visible": kind == "column"})
    chart.set_y_axis({**axis, "major_gridlines": {"visible": False}, "reverse": kind == "bar", "visible": kind == "bar"})
    chart.set_legend({"none": True})
    height = max(len(lines) + 1, _CHART_ROWS)
    chart.set_size({"width": 610, "height": 20 * height})
    sheet.raw.insert_chart(row + 1, 2, chart, {"x_offset": 8, "y_offset": 2, "description": title})
    return row + 2 + height + 1


def _write_totals(sheet: Sheet, collection: Collection, row: int) -> None:
    for column in range(len(_WIDTHS)):
        sheet.text(row, column, "Số liệu tổng hợp" if column == 0 else "", "section")
    row += 1
    for column, head in enumerate(("Chỉ tiêu", "", "", "", "", "Tổng số", "Đơn vị tính", "Số đơn vị có số")):
        sheet.text(row, column, head, "head")
    sheet.raw.merge_range(row, 0, row, 4, "Chỉ tiêu", sheet.book.format("head"))
    for code, line in collection.totals.iterrows():
        row += 1
        indicator = collection.template.indicators[str(code)]
        sheet.raw.merge_range(row, 0, row, 4, "", sheet.book.format("wrap"))
        sheet.text(row, 0, indicator.label, "wrap")
        sheet.raw.set_row(row, 15.5 * (1 + len(indicator.label) // 84) + 2)
        sheet.number(row, 5, float(line["total"]), "total")
        sheet.text(row, 6, indicator.measure)
        sheet.number(row, 7, float(line["units"]))
