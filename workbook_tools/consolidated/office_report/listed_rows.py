"""Lists on the office's report: the rows of all units that count, in as many rows as there are."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.answers.list_answers import widen
from workbook_tools.excel import Cell
from workbook_tools.locale import show_number
from workbook_tools.spec.row_lists.list_room import make_room
from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.model import RowList

MOST_ROWS = 300
"""A longer list is attached to the report."""


def counted_rows(collection: Collection, one: RowList) -> pd.DataFrame:
    """The counted rows of a list, which no unit above includes in its own, in the shape of ``widen``."""
    wide = widen(collection.list_cells, one)
    return wide[wide["counts"].to_numpy(dtype=bool)].reset_index(drop=True)


def count_rows(collection: Collection) -> dict[str, int]:
    """List → the rows that it has on the report: one for a list that is left out."""
    rows = {code: len(counted_rows(collection, one)) for code, one in collection.template.lists.items()}
    return {code: count if 0 < count <= MOST_ROWS else 1 for code, count in rows.items()}


def with_room(collection: Collection, counts: Mapping[str, int]) -> Collection:
    """The collection with its template laid out for the report's rows."""
    drawn = collection.template.drawn
    if drawn is None:
        return collection
    return replace(collection, template=make_room(drawn, counts))


def build_list_entries(
    collection: Collection,
) -> tuple[dict[Cell, float | str], dict[Cell, str], dict[Cell, str]]:
    """The entries of lists' cells, the unit of each row, shown beside it, and the cells of attached lists.

    ``collection`` is that of :func:`with_room`.
    """
    entries: dict[Cell, float | str] = {}
    units: dict[Cell, str] = {}
    attached: dict[Cell, str] = {}
    for code, one in collection.template.lists.items():
        rows = counted_rows(collection, one)
        # All cells are blanked first: rows without an entry must not show the template's markers.
        entries |= {Cell(one.sheet, row, column): "" for row in one.rows for column in one.positions}
        if len(rows) > MOST_ROWS:
            first = Cell(one.sheet, one.top, min(one.places.values()))
            entries[first] = f"(Có danh sách kèm theo: {show_number(len(rows), 'vi')} dòng)"
            attached[first] = code
            continue
        for row, name in zip(one.rows, rows["unit"], strict=False):
            units[Cell(one.sheet, row, 1)] = collection.roster[name].name
            if one.number_column:
                entries[Cell(one.sheet, row, one.number_column)] = float(row - one.top + 1)
        for column in one.ordered:
            for row, value in zip(one.rows, rows[column.code], strict=False):
                entries[Cell(one.sheet, row, one.places[column.code])] = _shown(value)
    return entries, units, attached


def _shown(value: object) -> float | str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float):
        return "" if math.isnan(value) else float(value)
    return value_text(value)
