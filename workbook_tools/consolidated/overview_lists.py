"""The lists of the sheet ``Tổng quan``: units to call, problems, lagging areas, greatest changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from workbook_tools.consolidated import words
from workbook_tools.consolidated.changes import describe_uneven_lines, find_movements
from workbook_tools.consolidated.lists.problem_list import count_kinds, find_kinds, kind_name
from workbook_tools.consolidated.words import (
    CHANGES_SHEET,
    NARRATIVE_SHEET,
    PROBLEMS_SHEET,
    ROLL_CALL_SHEET,
)
from workbook_tools.locale import show_figure, show_number
from workbook_tools.model import Outcome
from workbook_tools.sheetwriter.book_sheet import sheet_link
from workbook_tools.sheetwriter.cell_text import line_count
from workbook_tools.sheetwriter.style import STYLES
from workbook_tools.tally.status import MISSING, REPORTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book_sheet import Sheet

_LETTERS = 46
_STATED, _STATED_WIDTH = 21, 180.0
"""Lines of statements on the printed page, and the width of their column."""
Corner: TypeAlias = tuple[int, int]
"""Row and column of a list's heading."""
T = TypeVar("T")


def write_missing(sheet: Sheet, collection: Collection, corner: Corner, count: int) -> None:
    """Write the units that have not reported, with telephone and e-mail; a link to the roll-call counts the
    rest.
    """
    status, roster = collection.status, collection.roster
    missing, unusable = ([*status.loc[status["outcome"] == o, "unit"]] for o in (MISSING, Outcome.REJECTED))
    row, left = corner
    sheet.merge(
        row, left, left + 4, f"Chưa nộp ({show_number(len(missing) + len(unusable), 'vi')})", "section"
    )
    listed = [(unit, "") for unit in missing] + [(unit, " (tệp chưa dùng được)") for unit in unusable]
    if not listed:
        sheet.text(row + 1, left, "Tất cả đơn vị đã nộp.", "remark")
        return
    shown = _fitting(listed, count)
    for place, (code, remark) in enumerate(shown, start=row + 1):
        unit = roster[code]
        sheet.merge(place, left, left + 1, unit.name + remark, "short")
        sheet.text(place, left + 2, unit.phone or "–", "short")
        sheet.merge(place, left + 3, left + 4, unit.email or "–", "short")
    if len(listed) > len(shown):
        rest = show_number(len(listed) - len(shown), "vi")
        text = f"… và {rest} đơn vị khác: xem trang {ROLL_CALL_SHEET}"
        sheet.link(row + 1 + len(shown), left, sheet_link(ROLL_CALL_SHEET), text, "plain_link")


def write_problems(sheet: Sheet, collection: Collection, corner: Corner, count: int) -> None:
    """Write the kinds of problems, errors first, most frequent first; each count links to its lines."""
    row, left = corner
    sheet.merge(row, left, left + 4, "Vấn đề theo loại", "section")
    kinds = count_kinds(collection.problems)
    if not kinds:
        sheet.text(row + 1, left, "Không có lỗi hoặc cảnh báo nào.", "remark")
        return
    shown = _fitting(kinds, count)
    places = find_kinds(collection.problems)
    for place, (severity, code, times) in enumerate(shown, start=row + 1):
        sheet.text(place, left, words.SEVERITIES[severity], _middle(words.SEVERITY_STYLES[severity]))
        sheet.merge(place, left + 1, left + 3, kind_name(code), "short")
        sheet.link(
            place, left + 4, f"internal:{places[severity, code]}", show_number(times, "vi"), "linked_figure"
        )
    if len(kinds) > len(shown):
        rest = sum(times for _, _, times in kinds[len(shown) :])
        text = (
            f"… và {show_number(rest, 'vi')} vấn đề thuộc {len(kinds) - len(shown)} loại khác: xem trang "
            f"{PROBLEMS_SHEET}"
        )
        sheet.link(row + 1 + len(shown), left, sheet_link(PROBLEMS_SHEET), text, "plain_link")


def write_areas(sheet: Sheet, collection: Collection, corner: Corner, count: int) -> None:
    """Write the areas that lag, the least complete first, each with a bar."""
    status = collection.status
    row, left = corner
    sheet.merge(row, left, left + 4, "Địa bàn nộp chậm nhất", "section")
    received = status["outcome"].isin(REPORTED)
    areas = received.groupby(status["area"], sort=False).agg(["sum", "size", "mean"])
    # An area that is complete does not lag, however short the list.
    lagging = areas[areas["mean"] < 1].sort_values("mean", kind="stable")
    if lagging.empty:
        sheet.text(row + 1, left, "Địa bàn nào cũng đã nộp đủ.", "remark")
    for place, (area, line) in enumerate(lagging.head(count).iterrows(), start=row + 1):
        sheet.merge(place, left, left + 1, str(area), "short")
        sheet.text(place, left + 2, f"{int(line['sum'])}/{int(line['size'])} đơn vị", "short")
        sheet.bar(place, left + 3, left + 4, float(line["mean"]))


def write_movements(
    sheet: Sheet, collection: Collection, corner: Corner, count: int, completeness: pd.DataFrame
) -> None:
    """Write the totals that changed most since last period; without one, the groups with most unanswered
    lines.
    """
    row, left = corner
    if collection.previous_totals is None:
        sheet.merge(
            row, left, left + 4, "Nhóm chỉ tiêu còn thiếu nhiều nhất (tỷ lệ dòng đã trả lời)", "section"
        )
        _write_groups(sheet, (row, left), count, completeness)
        return
    moved = find_movements(collection)[:count]
    # Beside the figures there is no room to say how many units have one of a single period.
    uneven = {code for code, _, _ in moved} & describe_uneven_lines(collection).keys()
    title = "Thay đổi nhiều nhất so với kỳ trước"
    if uneven:
        title = "Thay đổi nhiều nhất (hai kỳ chưa đủ cùng đơn vị)"
    sheet.merge(row, left, left + 4, title, "section")
    if not moved:
        sheet.text(row + 1, left, "Không chỉ tiêu nào thay đổi.", "remark")
    for place, (code, last, now) in enumerate(moved, start=row + 1):
        sheet.merge(place, left, left + 2, _short(collection.template.indicators[code].label), "short")
        sheet.point(place, left + 3, sheet_link(CHANGES_SHEET))
        shown = collection.template.number_format(code)
        figures = " → ".join(show_figure(figure, shown, "vi") for figure in (last, now))
        sheet.text(place, left + 3, figures, "short")
        sheet.number(place, left + 4, (now - last) / last, "change")


def write_statements(sheet: Sheet, statements: Sequence[Statement], row: int, columns: int) -> int:
    """Write as many statements as the printed page has room for, each with its source; the last row."""
    sheet.height(row, 4)
    sheet.merge(row + 1, 0, columns - 1, "Nhận định từ số liệu", "section")
    row, room = row + 2, _STATED
    for place, found in enumerate(statements):
        lines = line_count(found.text, _STATED_WIDTH)
        if lines > room - (place + 1 < len(statements)):
            rest = show_number(len(statements) - place, "vi")
            text = f"… và {rest} nhận định khác: xem trang {NARRATIVE_SHEET}"
            sheet.link(row, 0, sheet_link(NARRATIVE_SHEET), text, "plain_link")
            return row
        room -= lines
        sheet.height(row, 15.5 * lines + 2)
        # Before the merge, as for the cards.
        sheet.point(row, columns - 2, sheet_link(found.sheet))
        sheet.merge(row, 0, columns - 3, found.text, "wrap")
        sheet.merge(row, columns - 2, columns - 1, found.sheet, "wrapped_link")
        row += 1
    return row - 1


def _fitting(listed: list[T], count: int) -> list[T]:
    """What so many rows can show; the last one is needed to say how many more there are."""
    return listed if len(listed) <= count else listed[: count - 1]


def _short(text: str) -> str:
    """Cut a text to fit its cells; shrinking would make the letters too small to read."""
    if len(text) <= _LETTERS:
        return text
    end = text.rfind(" ", 0, _LETTERS)
    if end <= 0:
        end = _LETTERS
    return text[:end] + "…"


def _middle(style: str) -> Mapping[str, object]:
    return {**STYLES[style], "valign": "vcenter"}


def _write_groups(sheet: Sheet, corner: Corner, count: int, completeness: pd.DataFrame) -> None:
    row, left = corner
    sums = completeness.groupby("group", sort=False).sum()
    # A group without required lines has no share of answers.
    asked = sums[sums["asked"] > 0]
    shares = (asked["answered"] / asked["asked"]).sort_values(kind="stable")
    if shares.empty:
        sheet.text(row + 1, left, "Không có dòng nào bắt buộc trả lời.", "remark")
    for place, (group, share) in enumerate(shares.head(count).items(), start=row + 1):
        sheet.merge(place, left, left + 2, _short(str(group)), "short")
        sheet.bar(place, left + 3, left + 4, float(share))
