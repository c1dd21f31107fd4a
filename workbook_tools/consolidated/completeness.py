"""How complete the reports are: answered and wanted lines by area and group, and their sheet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.model import Need, State
from workbook_tools.sheetwriter.columns import Column, factorize
from workbook_tools.sheetwriter.short_heads import write_short_head
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_GROUP_WIDTH, _HEAD_LINES = 11.5, 4
"""Of the columns of groups, and lines of their heads: frozen rows take at most 120 pixels."""
_STYLES = (("text", "total_text"), ("number", "total"), ("percent", "total_percent"))


def build_completeness(collection: Collection) -> pd.DataFrame:
    """Index area and group, in the order of roster and dictionary; integer columns ``answered`` and
    ``asked``.

    Optional lines are left out, as in the status frame, and so are groups of optional lines only. A unit that
    has not reported answered none of its lines; "no figures" is an answer.
    """
    template, status, answers = collection.template, collection.status, collection.answers
    wanted = {kind: Counter(i.group for i in template.wanted_for(kind)) for kind in template.unit_types}
    group_of = {
        i.code: i.group for i in template.indicators.values() if i.asked and i.need is not Need.OPTIONAL
    }
    areas = list(dict.fromkeys(status["area"]))
    groups = [group for group in template.groups if group in set(group_of.values())]
    units = status.groupby(["type", "area"]).size().unstack("area", fill_value=0)[areas]
    lines = pd.DataFrame(
        {group: [wanted[str(kind)][group] for kind in units.index] for group in groups}, index=units.index
    )
    of_area, of_group = ({name: place for place, name in enumerate(names)} for names in (areas, groups))
    rows = _positions(
        answers["unit"],
        {unit: of_area[area] for unit, area in collection.area_of.items()},
    )
    columns = _positions(answers["indicator"], {code: of_group[group] for code, group in group_of.items()})
    given = (columns >= 0) & (rows >= 0) & answers["state"].isin([State.ANSWERED, State.NO_FIGURE]).to_numpy()
    index = pd.MultiIndex.from_product([areas, groups], names=["area", "group"])
    answered = np.bincount(rows[given] * len(groups) + columns[given], minlength=len(index))
    # From the counts of units by type and area, instead of unit by unit.
    asked = (units.T @ lines).to_numpy().ravel()
    return pd.DataFrame({"answered": answered, "asked": asked}, index=index, dtype="int64")


def _positions(codes: pd.Series, known: Mapping[str, int]) -> npt.NDArray[np.intp]:
    """Map each code to its position; -1 if unknown."""
    places, found = factorize(codes)
    return np.array([*(known.get(str(code), -1) for code in found), -1], dtype=np.intp)[places]


def write_completeness(book: Book, collection: Collection, lines: pd.DataFrame) -> None:
    """Write lines answered of lines asked by area and group, as :func:`build_completeness` counts them."""
    sheet = book.sheet(words.completeness_sheet(collection.template.campaign), TAB["figures"])
    groups = [str(group) for group in lines.index.unique("group")]
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.widths([26, 11, 11, 11, *[_GROUP_WIDTH] * len(groups)])
    sheet.text(
        0,
        0,
        f"{words.BY_AREA}: tỷ lệ dòng đã trả lời trên số dòng phải trả lời; đơn vị chưa nộp tính là chưa trả "
        "lời dòng nào.",
        "subtitle",
    )
    titles = [heads.AREA, "Đã trả lời", "Phải trả lời", "Tỷ lệ"]
    sheet.head(1, titles, 15.0 * _HEAD_LINES + 4)
    for place, group in enumerate(groups, start=len(titles)):
        write_short_head(sheet, (1, place), group, (_GROUP_WIDTH - 2, _HEAD_LINES))
    areas = lines.index.unique("area")
    answered, asked = (
        _with_total(lines[name].unstack("group").loc[areas, groups]) for name in ("answered", "asked")
    )
    # Where nothing was asked the cell stays blank; 0 % would blame the area.
    shares = answered / asked.where(asked > 0)
    all_answered, all_asked = answered.sum(axis=1), asked.sum(axis=1)
    texts, numbers, percents = ([usual] * len(areas) + [total] for usual, total in _STYLES)
    sheet.columns(
        2,
        [
            Column([*areas, collection.template.campaign.whole_area], texts),
            *(Column(sums, numbers) for sums in (all_answered, all_asked)),
            Column(all_answered / all_asked.where(all_asked > 0), percents),
            *(Column(shares[group], percents) for group in groups),
        ],
    )
    sheet.raw.freeze_panes(2, 1)


def _with_total(lines: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([lines, lines.sum().to_frame().T], ignore_index=True)
