"""Rows of lists that count and may be no entries: those that repeat others, and headings between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.frames import rows as tuples
from workbook_tools.model import Kind, Need
from workbook_tools.problems import Place, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from workbook_tools.model import ReportTemplate, RowList

_QUOTED = 5
_LEAST_OTHERS = 2


def check_odd_rows(cells: pd.DataFrame, template: ReportTemplate) -> Iterator[Problem]:
    """Warn of rows that may count without being an entry; ``cells`` is the frame ``list_cells``."""
    for one in template.lists.values():
        texts = [column.code for column in one.asked if column.kind is Kind.TEXT]
        own = cells[(cells["list"] == one.code) & cells["indicator"].isin([c.code for c in one.asked])]
        # Without a name, two rows may well be alike, such as two amounts of one kind.
        if texts and len(own):
            rows = _as_written(own, one)
            yield from _tell("list-row-repeated", one, *_find_repeated(rows, one, texts))
            yield from _tell("list-row-bare", one, *_find_bare(rows, one, texts[0]))


def _as_written(own: pd.DataFrame, one: RowList) -> pd.DataFrame:
    """A row for each row of the list: its unit, number and place, and by code what stands in its cells."""
    # Not what was read: of two figures in doubt, nobody knows that they are the same.
    raw = own.assign(raw=own["raw"].str.strip().replace("", None))
    cells = raw.drop_duplicates(["unit", "row", "indicator"]).set_index(["unit", "row", "indicator"])
    written = cells["raw"].unstack("indicator")
    places = own.drop_duplicates(["unit", "row"])[["unit", "row", "file", "sheet", "cell"]]
    return places.join(written.reindex(columns=[c.code for c in one.asked]), on=["unit", "row"])


def _find_repeated(
    rows: pd.DataFrame, one: RowList, texts: list[str]
) -> tuple[pd.DataFrame, Iterable[object]]:
    """Rows that say the same as another one of the unit's own, as after pasting twice; and these others."""
    named = rows[rows[texts].notna().any(axis="columns")]
    keys = ["unit", *(column.code for column in one.asked)]
    same = named.groupby(keys, dropna=False, sort=False)["row"].transform("min")
    is_repeated = same != named["row"]
    return named[is_repeated], [f"= {row}" for row in same[is_repeated]]


def _find_bare(rows: pd.DataFrame, one: RowList, name: str) -> tuple[pd.DataFrame, Iterable[object]]:
    """Rows with nothing but a name, and the names, where all other rows of the unit have figures."""
    others = [column for column in one.asked if column.code != name]
    figures = [column.code for column in others if column.kind.is_figure]
    # A required cell that is blank is told as that.
    if not figures or any(column.need is Need.REQUIRED for column in others):
        return rows[:0], []
    is_full = rows[figures].notna().any(axis="columns")
    is_bare = rows[name].notna() & rows[[column.code for column in others]].isna().all(axis="columns")
    every = (is_bare | is_full).groupby(rows["unit"], sort=False).transform("all")
    full = is_full.groupby(rows["unit"], sort=False).transform("sum")
    found = rows[is_bare & every & (full >= _LEAST_OTHERS)]
    return found, found[name]


def _tell(code: str, one: RowList, rows: pd.DataFrame, words: Iterable[object]) -> Iterator[Problem]:
    """A problem for each unit, at its first such row."""
    units: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for row, said in zip(tuples(rows), words, strict=True):
        units.setdefault(row.unit, []).append(f"{row.row} ({said})")
        places.setdefault(row.unit, Place(row.file, row.sheet, row.cell, row.unit, one.asked[0].code))
    for unit, found in units.items():
        more = ", …" if len(found) > _QUOTED else ""
        listed = ", ".join(found[:_QUOTED]) + more
        yield problem(code, places[unit], list=one.label, count=len(found), rows=listed)
