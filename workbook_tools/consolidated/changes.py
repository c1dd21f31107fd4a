"""The sheet ``So với kỳ trước``: this period's figures beside last period's, totals first, then units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools import heads
from workbook_tools.consolidated.words import CHANGES_SHEET
from workbook_tools.locale import show_number
from workbook_tools.sheetwriter.cell_text import code_width
from workbook_tools.sheetwriter.columns import Column, factorize, heights_of_texts, pick
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.tally.last_figures import running_totals
from workbook_tools.tally.previous import is_jump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_HEAD = [
    heads.UNIT,
    heads.CODE,
    heads.LABEL,
    heads.MEASURE,
    heads.LAST,
    "Kỳ này",
    "Chênh lệch",
    "Tỷ lệ",
    "Nhận xét",
]
_LABEL, _NAME = 46.0, 28.0
_FIGURES = [12, 15, 15, 15, 10, 30]
_REMARKED = ["unit", "indicator", "last", "now"]
_STYLES = (("_text", "wrap"), ("_percent", "percent"))
"""Endings of the totals' styles, each with the style of other rows."""
JUMP, ONLY_LAST, ONLY_NOW, UNKNOWN_TOTAL, GONE_UNIT, GONE_LINE = (
    "Tăng, giảm bất thường",
    "Kỳ này không có số",
    "Kỳ trước không có số",
    "Không tính lại được số chung kỳ trước",
    "Đơn vị không có trong danh sách kỳ này",
    "Chỉ tiêu không có trong biểu kỳ này",
)


def write_changes(book: Book, collection: Collection) -> None:
    """Write the comparison; no sheet without last period's workbook."""
    changes, previous = collection.changes, collection.previous_totals
    if changes is None or previous is None:
        return
    sheet = book.sheet(CHANGES_SHEET, TAB["figures"])
    sheet.widths([_NAME, code_width(collection.template.indicators, 13), _LABEL, *_FIGURES])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, _HEAD)
    lines = _build_lines(collection, changes, previous)
    uneven = describe_uneven_lines(collection)
    remarks = [
        _remark(line, collection, uneven) for line in zip(*(lines[name] for name in _REMARKED), strict=True)
    ]
    is_total = (lines["unit"] == "").to_numpy()
    # As categories and objects: of arrays of texts each cell takes as much memory as the longest.
    texts, shares = (pick((usual, f"total{kind}"), is_total.astype(np.int8)) for kind, usual in _STYLES)
    jumped = np.array([remark == JUMP for remark in remarks], dtype=bool)
    numbers = _number_styles(lines, is_total, collection)
    difference = lines["now"] - lines["last"]
    listed = sheet.columns(
        1,
        [
            *(Column(lines[name], texts) for name in ("name", "indicator", "label", "measure")),
            *(Column(column, numbers) for column in (lines["last"], lines["now"], difference)),
            # No share of nothing: an infinite number would not even open in Excel.
            Column((difference / lines["last"]).where(lines["last"] != 0), shares),
            Column(remarks, np.where(jumped, "warn", np.asarray(texts, dtype=object))),
        ],
        heights_of_texts((lines["label"], _LABEL - 2), (lines["name"], _NAME - 2), (remarks, 28)),
    )
    # The totals come first, and only they are printed: the lines of 72 units take 80 pages.
    sheet.raw.print_area(0, 0, max(min(int(is_total.sum()), listed), 1), len(_HEAD) - 1)
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(_HEAD) - 1)


def find_movements(collection: Collection) -> list[tuple[str, float, float]]:
    """Code, last period's total and this one's, the greatest proportional change first; running totals, which
    always rise, are left out.
    """
    if collection.previous_totals is None:
        return []
    last, now = collection.previous_totals, collection.totals["total"]
    compared = set(last.index) - running_totals(collection.template)
    codes = [code for code in now.index if code in compared]
    both = [(str(code), float(last[code]), float(now[code])) for code in codes]
    known = [line for line in both if not math.isnan(line[1] + line[2]) and line[1] and line[1] != line[2]]
    return sorted(known, key=lambda line: _change(line[1], line[2]), reverse=True)


def describe_uneven_lines(collection: Collection) -> dict[str, str]:
    """Code → how many units have a figure in only one of the periods, which changes the total as well."""
    changes = collection.changes
    if changes is None:
        return {}
    had, has = changes["last"].notna(), changes["now"].notna()
    found: dict[str, str] = {}
    for only, words in ((had & ~has, "kỳ này"), (has & ~had, "kỳ trước")):
        for code, count in changes.loc[only, "indicator"].astype(str).value_counts(sort=False).items():
            said = f"{show_number(count, 'vi')} đơn vị chưa có số {words}"
            found[str(code)] = "; ".join(filter(None, [found.get(str(code)), said]))
    return found


def _change(last: float, now: float) -> float:
    """How much a figure changed: by the logarithm, so that a half and a double change by the same amount."""
    if last > 0:
        return abs(math.log(max(now, 1e-9) / last))
    return 0.0


def _build_lines(collection: Collection, changes: pd.DataFrame, previous: pd.Series) -> pd.DataFrame:
    """A row for each line of the sheet, totals first.

    Columns ``unit`` (empty for totals), ``name``, ``indicator``, ``label``, ``measure``, ``last``, ``now``.
    """
    indicators = collection.template.indicators
    codes = collection.totals.index.union(previous.index, sort=False)
    everybody = collection.template.campaign.whole_area
    last, now = previous.reindex(codes).to_numpy(), collection.totals["total"].reindex(codes).to_numpy()
    totals = pd.DataFrame(
        {"unit": "", "name": everybody, "indicator": codes, "label": codes, "last": last, "now": now}
    )
    lines = pd.concat([totals, changes[totals.columns]], ignore_index=True)
    known = {code: indicator.label for code, indicator in indicators.items()}
    # Lines that the template no longer has keep the label they came with.
    lines["label"] = lines["indicator"].map(known).fillna(lines["label"])
    lines["measure"] = (
        lines["indicator"].map({code: indicator.measure for code, indicator in indicators.items()}).fillna("")
    )
    return lines


def _number_styles(
    lines: pd.DataFrame, is_total: npt.NDArray[np.bool_], collection: Collection
) -> pd.Categorical:
    """Each line in the number format of its cell: a per cent is no 0,49."""
    template = collection.template
    formats = {code: f"|{template.number_format(code)}" for code in template.indicators}
    of_line, codes = factorize(lines["indicator"])
    styles = [f"{kind}{formats.get(str(code), '')}" for kind in ("number", "total") for code in codes]
    return pick(styles, of_line + len(codes) * is_total)


def _remark(line: tuple[str, str, float, float], collection: Collection, uneven: Mapping[str, str]) -> str:
    unit, code, last, now = line
    indicator = collection.template.indicators.get(code)
    if unit and unit not in collection.roster:
        return GONE_UNIT
    # A line that was dropped has no figure now, so this comes before the test for missing figures.
    if indicator is None:
        return GONE_LINE
    if math.isnan(now):
        return ONLY_LAST
    if math.isnan(last):
        changes = collection.changes
        had = not unit and changes is not None and changes.loc[changes["indicator"] == code, "last"].any()
        return UNKNOWN_TOTAL if had else ONLY_NOW
    if not unit:
        return uneven.get(code, "")
    if is_jump(last, now, indicator.kind):
        return JUMP
    return ""
