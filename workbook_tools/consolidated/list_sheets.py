"""A sheet for each list: the rows of all units in one tidy Excel Table, and a native pivot over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from workbook_tools import heads
from workbook_tools.answers.list_answers import widen
from workbook_tools.consolidated import words
from workbook_tools.consolidated.data import MOST_LINKS
from workbook_tools.consolidated.data_source import COUNTS, COUNTS_NOT
from workbook_tools.excel import SHEET_NAME_LIMIT
from workbook_tools.model import Kind, ReportTemplate, RowList, State
from workbook_tools.pivots import Item, Pivot, Source, Value
from workbook_tools.sheetwriter.cell_text import (
    cut_name,
    excel_text,
    excel_value,
    free_sheet_name,
    tell_apart,
)
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.fitting_sheet import FittingSheet
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.text.clean import truncate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.consolidated.lists.file_links import FileLinks
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.columns import Links

ROW, UNCLEAR = "Số thứ tự", "Chưa rõ"
_BEFORE = (heads.UNIT_CODE, heads.UNIT, heads.UNIT_TYPE, heads.AREA, ROW)
_AFTER = (UNCLEAR, heads.IN_TOTAL, heads.FILE, heads.CELL)
_ROWS, _SUM = "Số dòng", "Tổng"
_LONGEST_HEAD = 200
"""Excel takes 255 characters for the name of a column, and for that of a sum over it."""


def list_sheet_names(template: ReportTemplate) -> dict[str, str]:
    """List → its sheet, as ``DS Danh sách cá nhân``; each legal in Excel and different."""
    names: dict[str, str] = {}
    for code, one in template.lists.items():
        names[code] = free_sheet_name(f"DS {one.label}", names.values())
    return names


def pivot_sheet_name(name: str) -> str:
    """The sheet of the pivot over the list on the sheet of this name."""
    ending = " - PT"
    return cut_name(name, SHEET_NAME_LIMIT - len(ending)) + ending


def write_lists(book: Book, collection: Collection, links: FileLinks) -> None:
    """Write every list of the template; the pivots are on sheets of their own."""
    for code, name in list_sheet_names(collection.template).items():
        table = _Table(collection, collection.template.lists[code])
        sheet = book.sheet(name, TAB["record"])
        frame = table.frame()
        titles = [str(head) for head in frame]
        sheet.widths([table.width(head) for head in titles])
        sheet.page(landscape=True, repeat=(0, 0))
        sheet.head(0, titles)
        sheet.raw.freeze_panes(1, 2)
        # Excel accepts neither a table nor a pivot without rows.
        if frame.empty:
            sheet.text(1, 0, "Chưa có dòng nào.", "plain")
            continue
        links_of = {heads.CELL: table.links(links)}
        styles = table.styles()
        sheet.columns(
            1,
            [Column(frame[head], styles.get(head, "text"), links_of.get(head)) for head in titles],
        )
        sheet.table(table.name, titles)
        _write_pivot(book, table, Source(table.name, frame, table.order()), name)


def _write_pivot(book: Book, table: _Table, source: Source, name: str) -> None:
    # On a sheet of its own, because both the pivot and the list grow downwards.
    sheet = book.sheet(pivot_sheet_name(name), TAB["figures"], FittingSheet)
    sheet.text(
        0,
        0,
        f"Bảng xoay trên trang “{name}”: kéo thả, lọc, sắp xếp tùy ý theo các cột của danh sách.",
        "subtitle",
    )
    filters: dict[str, Item] = {heads.UNIT_TYPE: None, heads.IN_TOTAL: COUNTS}
    chosen = [table.labels[c.code] for c in table.row_list.ordered if c.kind is Kind.CHOICE]
    filters |= dict.fromkeys(chosen)
    # If no row counts, the source has no such item to filter on.
    if not (source.frame[heads.IN_TOTAL] == COUNTS).any():
        filters[heads.IN_TOTAL] = None
    values = [Value(_ROWS, heads.UNIT_CODE, "count")]
    values += [
        Value(
            f"{_SUM}: {table.labels[c.code]}", table.labels[c.code], number_format=table.number_format(c.code)
        )
        for c in table.row_list.ordered
        if c.additive
    ]
    pivot = Pivot(
        f"PT_{table.name}",
        source,
        [heads.AREA, heads.UNIT],
        values,
        filters=filters,
        column_totals=True,
        captions=words.pivot_captions(table.collection.template.campaign),
    )
    placed = sheet.pivot(2, 0, pivot)
    for column, width in enumerate([30.0, 34.0, *[18.0] * len(values)], start=placed.column):
        sheet.raw.set_column(column, column, width)
    sheet.page(landscape=True)


class _Table(Struct, frozen=True):
    """The table of one list."""

    collection: Collection
    row_list: RowList

    @property
    def name(self) -> str:
        """The name of the Excel Table."""
        return f"DS_{self.row_list.code}"

    @property
    def labels(self) -> Mapping[str, str]:
        """Column → its heading, different from all others."""
        own = {c.code: truncate(excel_text(c.label), _LONGEST_HEAD) for c in self.row_list.ordered}
        # A column of the list may be called as one of the program's own; the heads of a table and the values
        # of its pivot must differ.
        sums = [f"{_SUM}: {label}" for label in own.values()]
        fixed = {f"_{head}": head for head in (*_BEFORE, *_AFTER, _ROWS, *sums)}
        return {code: label for code, label in tell_apart({**fixed, **own}).items() if code in own}

    @property
    def wide(self) -> pd.DataFrame:
        """A row for each row of the list."""
        return widen(self.collection.list_cells, self.row_list)

    def frame(self) -> pd.DataFrame:
        """The table, with its heads."""
        collection, wide = self.collection, self.wide
        roster, types = collection.roster, collection.template.unit_types
        # A pivot would add up units or types of the same name.
        names = tell_apart(roster.names)
        kinds = tell_apart({code: kind.name for code, kind in types.items()})
        of_unit = {
            heads.UNIT_CODE: wide["unit"],
            heads.UNIT: wide["unit"].map(names),
            heads.UNIT_TYPE: wide["unit"].map({unit.code: kinds[unit.type] for unit in roster}),
            heads.AREA: wide["unit"].map(collection.area_of),
            ROW: wide["row"].astype("float64"),
        }
        columns = {self.labels[c.code]: self._values(wide[c.code], c.kind) for c in self.row_list.ordered}
        place = wide["sheet"] + "!" + wide["cell"]
        ends = {
            UNCLEAR: self._unclear(wide),
            heads.IN_TOTAL: np.where(wide["counts"].to_numpy(dtype=bool), COUNTS, COUNTS_NOT),
            heads.FILE: wide["file"].map(excel_text),
            heads.CELL: place.map(excel_text),
        }
        return pd.DataFrame({**of_unit, **columns, **ends})

    def _values(self, values: pd.Series, kind: Kind) -> pd.Series:
        if kind.numeric:
            return values.astype("float64")
        return values.map(excel_value)

    def _unclear(self, wide: pd.DataFrame) -> list[str]:
        """The verbatim answers of cells that are in doubt or have no figure."""
        cells = self.collection.list_cells
        odd = cells[
            (cells["list"] == self.row_list.code) & cells["state"].isin([State.IN_DOUBT, State.NO_FIGURE])
        ]
        # In a column of its own: a word among the figures would make Excel count a column instead of adding.
        verbatim: dict[tuple[str, int], list[str]] = {}
        for unit, row, code, raw in odd[["unit", "row", "indicator", "raw"]].itertuples(
            index=False, name=None
        ):
            verbatim.setdefault((unit, row), []).append(f"{self.row_list.columns[code].label}: {raw}")
        pairs = zip(wide["unit"], wide["row"], strict=True)
        return [excel_text("; ".join(verbatim.get(pair, ()))) for pair in pairs]

    def links(self, links: FileLinks) -> Links:
        """The link of each row; with very many rows, only the first of each file has one."""
        wide = self.wide
        linked = (len(wide) <= MOST_LINKS) | ~wide["file"].duplicated().to_numpy()
        return links.of(wide["file"], wide["sheet"], wide["cell"]).only(linked)

    def number_format(self, code: str) -> str:
        """The number format of a column."""
        return self.collection.template.number_format(code)

    def styles(self) -> Mapping[str, str]:
        """Head → style, for all that are not text."""
        found = {ROW: "number"}
        for column in self.row_list.ordered:
            if column.kind.is_figure:
                found[self.labels[column.code]] = f"number|{self.number_format(column.code)}"
            elif column.kind is Kind.DATE:
                found[self.labels[column.code]] = "date"
        return found

    def order(self) -> dict[str, list[Item]]:
        """Items in the order of roster and dictionary."""
        collection = self.collection
        found: dict[str, list[Item]] = {
            heads.AREA: [excel_text(collection.area_of[unit.code]) for unit in collection.roster],
            heads.IN_TOTAL: [COUNTS, COUNTS_NOT],
        }
        for column in self.row_list.ordered:
            if column.options:
                found[self.labels[column.code]] = [excel_text(option) for option in column.options]
        return found

    def width(self, head: str) -> float:
        """A column's width by its heading."""
        fixed = {heads.UNIT_CODE: 14, heads.UNIT: 28, heads.UNIT_TYPE: 18, heads.AREA: 20, ROW: 8}
        fixed |= {UNCLEAR: 24, heads.IN_TOTAL: 9, heads.FILE: 32, heads.CELL: 16}
        kinds = {self.labels[c.code]: c.kind for c in self.row_list.ordered}
        usual = 28 if kinds.get(head) in (Kind.TEXT, Kind.CHOICES) else 15
        return float(fixed.get(head, usual))
