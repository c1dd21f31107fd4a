"""How complete the reports are: lines answered of those whose answer is wanted, by area and group; and their sheet."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from workbook_tools.collection import Collection
from workbook_tools.consolidated.book import Book, Sheet
from workbook_tools.consolidated.style import TAB
from workbook_tools.consolidated.texts import line_count
from workbook_tools.model import Need, State

_GROUP_WIDTH = 11.5


def build_completeness(collection: Collection) -> pd.DataFrame:
    """Index area and group, in the order of roster and dictionary; columns ``answered`` and ``asked``, whole numbers.

    Optional lines are left out, as in the status frame, and so are groups that have no others. A unit that has not
    reported answered none of its lines; "no figures" is an answer.
    """
    template, status = collection.template, collection.status
    area_of = dict(zip(status["unit"], status["area"], strict=True))
    group_of = {i.code: i.group for i in template.indicators.values() if i.asked and i.need is not Need.OPTIONAL}
    asked_of_type = {kind: Counter(i.group for i in template.wanted_for(kind)) for kind in template.unit_types}
    asked: Counter[tuple[str, str]] = Counter()
    for unit in collection.roster:
        for group, lines in asked_of_type[unit.type].items():
            asked[area_of[unit.code], group] += lines
    answers = collection.answers
    given = answers[answers["state"].isin([State.ANSWERED, State.NO_FIGURE]) & answers["indicator"].isin(list(group_of))]
    answered = Counter((area_of[unit], group_of[code]) for unit, code in zip(given["unit"], given["indicator"], strict=True))
    groups = [group for group in template.groups if group in set(group_of.values())]
    index = pd.MultiIndex.from_product([list(dict.fromkeys(status["area"])), groups], names=["area", "group"])
    return pd.DataFrame({"answered": [answered[key] for key in index], "asked": [asked[key] for key in index]}, index=index, dtype="int64")


def write_completeness(book: Book, collection: Collection) -> None:
    """Write lines answered of lines asked by area and group; a unit that has not reported answered none."""
    levels = collection.template.campaign.level_names
    sheet = book.sheet(f"Mức đầy đủ theo {levels.get(2, 'địa bàn')}", TAB["figures"])
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
    _write_shares(sheet, row, f"Toàn {levels.get(1, 'đơn vị')}", lines.groupby(level="group", sort=False).sum(), total=True)
    sheet.raw.freeze_panes(2, 1)


def _write_shares(sheet: Sheet, row: int, head: str, lines: pd.DataFrame, *, total: bool) -> None:
    answered, asked = int(lines["answered"].sum()), int(lines["asked"].sum())
    sheet.text(row, 0, head, "total_text" if total else "text")
    sheet.number(row, 1, answered, "total" if total else "number")
    sheet.number(row, 2, asked, "total" if total else "number")
    shares = [(answered, asked), *zip(lines["answered"], lines["asked"], strict=True)]
    for column, (some, all_) in enumerate(shares, start=3):
        sheet.number(row, column, some / all_ if all_ else None, "total_percent" if total else "percent")
