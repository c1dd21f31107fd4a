"""The sheet ``Nổi bật``: for each line who has most and least, with its share, and who changed most since last period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools import heads
from workbook_tools.consolidated.data import data_cell
from workbook_tools.sheetwriter.cell_text import number_width
from workbook_tools.sheetwriter.columns import Column, row_heights
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

NAME = heads.EXTREMES_SHEET
_SHOWN = 5
"""So many units of each kind for each line."""
_LABEL, _UNIT = 46.0, 28.0
MOST, LEAST, JUMPED, OUTLIER = "Cao nhất", "Thấp nhất", "Thay đổi nhiều nhất", "Khác thường"
_UNUSUAL = ("outlier", "jump", "jump-from-none")
"""Kinds of problems that say of a figure that it is unlike the others, or unlike last period's."""
_COLUMNS = ["kind", "label", "name", "figure", "share", "last", "change", "place", "format"]


def write_extremes(book: Book, collection: Collection) -> None:
    """Write the greatest and least figures of each line with their share of the total, what changed most, what is unusual."""
    sheet = book.sheet(NAME, TAB["figures"])
    lines = pd.DataFrame(_find_lines(collection), columns=_COLUMNS)
    with_last = collection.changes is not None
    titles = [heads.TYPE, heads.LABEL, heads.UNIT, "Số liệu", "Tỷ trọng"] + [
        heads.LAST,
        "Thay đổi",
    ] * with_last
    widths = [number_width(lines[name].astype("float64"), 14) for name in ("figure", "last")]
    sheet.widths([20, _LABEL, _UNIT, widths[0], 11, widths[1], 12])
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, titles)
    if lines.empty:
        sheet.text(1, 0, "Chưa có số liệu.", "plain")
        return
    links = [data_cell(int(place)) for place in lines["place"]]
    style = lines["kind"].map({MOST: "text", LEAST: "text", JUMPED: "warn", OUTLIER: "warn"})
    number = [f"number|{one}" for one in lines["format"]]
    figures: list[tuple[str, str | list[str]]] = [("figure", number), ("share", "rate_percent")]
    figures += [("last", number), ("change", "change")] if with_last else []
    columns = [Column(lines[name].astype("float64"), look) for name, look in figures]
    listed = sheet.columns(
        1,
        [
            Column(lines["kind"], style),
            Column(lines["label"], "wrap"),
            Column(lines["name"], "wrapped_link", links),
            *columns,
        ],
        row_heights((lines["label"], _LABEL - 2), (lines["name"], _UNIT - 2)),
    )
    sheet.raw.freeze_panes(1, 1)
    sheet.raw.autofilter(0, 0, max(listed, 1), len(titles) - 1)


def _find_lines(collection: Collection) -> Iterator[tuple[object, ...]]:
    """A row for each line of the sheet, in the order of the dictionary; ``place`` is the answer's position."""
    answers = collection.answers
    names = {unit.code: unit.name for unit in collection.roster}
    numbers = answers.assign(place=np.arange(len(answers)))
    numbers = numbers[numbers["number"].notna() & numbers["indicator"].isin(collection.totals.index)]
    changes = _find_changes(collection)
    unusual = {(p.place.unit, p.place.indicator) for p in collection.problems if p.code in _UNUSUAL}
    odd_lines = {code for _, code in unusual}
    for code, found in numbers.groupby("indicator", sort=False):
        label, total = (
            collection.template.indicators[str(code)].label,
            float(collection.totals["total"][code]),
        )
        number_format = collection.template.number_format(str(code))
        ranked = found.sort_values("number", kind="stable", ascending=False)
        few = len(ranked) < 2 * _SHOWN
        kinds = [(MOST, ranked.head(_SHOWN)), (LEAST, ranked.iloc[::-1].head(0 if few else _SHOWN))]
        if changes:
            moved = ranked.assign(
                ratio=[changes.get((u, str(code)), (np.nan, 0.0))[1] for u in ranked["unit"]]
            )
            ratios = moved[moved["ratio"] > 0].sort_values("ratio", ascending=False)
            kinds.append((JUMPED, ratios.head(_SHOWN)))
        if str(code) in odd_lines:
            kinds.append((OUTLIER, ranked[[(u, code) in unusual for u in ranked["unit"]]].head(_SHOWN)))
        for kind, rows in kinds:
            for unit, number, counted, place in zip(
                *(rows[n] for n in ("unit", "number", "counted", "place")), strict=True
            ):
                last = changes.get((unit, str(code)), (np.nan, 0.0))[0]
                change = (number - last) / last if last else np.nan
                share = counted / total if total else np.nan
                yield kind, label, names[unit], number, share, last, change, place, number_format


def _find_changes(collection: Collection) -> dict[tuple[str, str], tuple[float, float]]:
    """Unit and code → last period's figure, and how many times more or less this one is, as a logarithm."""
    if collection.changes is None:
        return {}
    both = collection.changes.dropna(subset=["last"])
    ratio = np.abs(np.log((both["now"].fillna(0) + 1) / (both["last"] + 1)))
    keys = zip(both["unit"], both["indicator"], strict=True)
    return dict(zip(keys, zip(both["last"], ratio, strict=True), strict=True))
