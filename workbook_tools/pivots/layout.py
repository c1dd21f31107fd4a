"""The layout of a pivot: its rows, columns and figures, computed as Excel would."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools.pivots.axis import AxisGroup, AxisLine, ItemPath, arrange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.pivots.pivot import Pivot, Sort, Top, Value

Places = dict[ItemPath, int]
"""The items of a line → its row or column of figures."""
_FUNCTIONS = {"sum": "sum", "count": "count", "average": "mean", "min": "min", "max": "max"}


@dataclass(frozen=True)
class Layout:
    """A pivot's lines and figures; rows and columns count from the first cell of its heads."""

    pivot: Pivot

    @cached_property
    def _kept(self) -> npt.NDArray[np.bool_]:
        """Which records pass the filters."""
        return self._passing()

    def _passing(self, free: str | None = None) -> npt.NDArray[np.bool_]:
        """Which records pass the filters of all fields except ``free``."""
        source, pivot = self.pivot.source, self.pivot
        kept = np.ones(len(source), dtype=bool)
        for name, chosen in pivot.filters.items():
            if chosen is not None and name != free:
                kept &= source.field(name).codes == source.field(name).find(chosen)
        for name, ticked in pivot.shown.items():
            field = source.field(name)
            if name != free:
                kept &= np.isin(field.codes, [field.find(item) for item in ticked])
        return kept

    def filled_items(self, name: str) -> frozenset[int]:
        """Positions of a field's items that have records under the other filters."""
        return frozenset(np.unique(self.pivot.source.field(name).codes[self._passing(name)]).tolist())

    @cached_property
    def _records(self) -> pd.DataFrame:
        """The records shown: those that pass the filters and the limits to the greatest items."""
        records = self._passed
        for level, name in enumerate(self.pivot.rows):
            if name in self.pivot.top:
                records = self._cut(records, level, self.pivot.top[name])
        return records

    def _cut(self, records: pd.DataFrame, level: int, top: Top) -> pd.DataFrame:
        keys = self._row_keys[: level + 1]
        groups: dict[ItemPath, list[tuple[float, ItemPath]]] = {}
        sign = 1 if top.bottom else -1
        for line, figure in self._rank(records, level, top.by).items():
            groups.setdefault(line[:-1], []).append((sign * figure, line))
        kept = set()
        for group in groups.values():
            # As in Excel, items tied for the last place are all kept.
            edge = sorted(group)[: top.count][-1][0]
            kept |= {line for figure, line in group if figure <= edge}
        lines = list(records[keys].itertuples(index=False, name=None))
        # As an array: pandas would take an empty list for a choice of no columns.
        return records[np.array([line in kept for line in lines], dtype=bool)]

    def _rank(self, records: pd.DataFrame, level: int, by: str) -> dict[ItemPath, float]:
        """Items down to a level of the rows → the figure by which they are arranged."""
        number = [value.name for value in self.pivot.values].index(by)
        keys = self._row_keys[: level + 1]
        return dict(_aggregate(records, keys, _figure(number), self.pivot.values[number]))

    @cached_property
    def _passed(self) -> pd.DataFrame:
        """The records that pass the filters: a column for each field on an axis, then one for each value."""
        source, pivot = self.pivot.source, self.pivot
        fields = [source.field(name) for name in (*pivot.rows, *pivot.columns)]
        keys = {_key(number): field.ranks[field.codes[self._kept]] for number, field in enumerate(fields)}
        figures = {_figure(number): self._figures(value) for number, value in enumerate(pivot.values)}
        return pd.DataFrame({**keys, **figures})

    def _figures(self, value: Value) -> npt.NDArray[np.float64]:
        field = self.pivot.source.field(value.field)
        if field.numeric:
            return field.numbers[self._kept]
        # Texts can only be counted; a 1 for each filled cell lets one code path do it.
        filled = np.array([item is not None for item in field.items])[field.codes[self._kept]]
        return np.where(filled, 1.0, np.nan)

    @property
    def _row_keys(self) -> list[str]:
        return [_key(number) for number in range(len(self.pivot.rows))]

    @property
    def _column_keys(self) -> list[str]:
        return [_key(len(self.pivot.rows) + number) for number in range(len(self.pivot.columns))]

    @cached_property
    def rows(self) -> list[AxisLine]:
        """The lines of the body, without the total."""
        has_heads = self.pivot.layout != "tabular"
        groups = [AxisGroup(has_heads, self.pivot.subtotals.get(name)) for name in self.pivot.rows[:-1]]
        return list(arrange(self._innermost_rows, groups))

    @cached_property
    def _innermost_rows(self) -> list[ItemPath]:
        lines = _lines(self._records, self._row_keys)
        # Innermost first: the sort is stable, so each outer field keeps the order within its items.
        for level, name in reversed(list(enumerate(self.pivot.rows))):
            if name in self.pivot.sort:
                lines = self._sorted(lines, level, self.pivot.sort[name])
        return lines

    def _sorted(self, lines: list[ItemPath], level: int, sort: Sort) -> list[ItemPath]:
        """Sort the items of a level by their figures; items without a figure are last."""
        figures = self._rank(self._records, level, sort.by)
        sign = -1 if sort.descending else 1

        def key(line: ItemPath) -> tuple[ItemPath, float]:
            return line[:level], sign * figures.get(line[: level + 1], sign * math.inf)

        return sorted(lines, key=key)

    @cached_property
    def columns(self) -> list[AxisLine]:
        """The lines of the column fields, without values and total; one empty line if there are none."""
        if not self.pivot.columns:
            return [AxisLine(())]
        groups = [
            AxisGroup(has_head=False, subtotals=self.pivot.subtotals.get(name))
            for name in self.pivot.columns[:-1]
        ]
        return list(arrange(_lines(self._records, self._column_keys), groups))

    @property
    def has_row_totals(self) -> bool:
        """Whether there are columns of totals: only if there are columns to total."""
        return self.pivot.row_totals and bool(self.pivot.columns)

    @property
    def head_rows(self) -> int:
        """The number of rows of heads."""
        # With columns, the names of several values need a row of their own below the items.
        several = len(self.pivot.values) > 1 and bool(self.pivot.columns)
        return 1 + len(self.pivot.columns) + several

    @property
    def height(self) -> int:
        """Rows of heads, body and total."""
        return self.head_rows + len(self.rows) + self.pivot.column_totals

    @property
    def width(self) -> int:
        """Columns of labels and figures."""
        return self.pivot.label_columns + len(self.pivot.values) * (len(self.columns) + self.has_row_totals)

    @cached_property
    def figures(self) -> npt.NDArray[np.float64]:
        """The figures right of the labels and below the heads, with totals; NaN where a cell is empty."""
        values = len(self.pivot.values)
        grid = np.full(
            (len(self.rows) + self.pivot.column_totals, values * (len(self.columns) + self.has_row_totals)),
            np.nan,
        )
        # Totals are computed from the records: a mean of means would be wrong.
        for number, value in enumerate(self.pivot.values):
            part = grid[:, number::values]
            for row_depth in {len(items) for items in self._row_places}:
                for column_depth in {len(items) for items in self._column_places}:
                    self._fill(part, number, row_depth, column_depth)
            if value.show_as != "value":
                filled = list(self._row_places.values())
                # Where there is nothing, Excel shows a share of zero.
                whole = np.broadcast_to(self._whole(number, value, part.shape), part.shape)
                shares = np.divide(np.nan_to_num(part), whole, out=np.zeros(part.shape), where=whole != 0)
                part[filled] = shares[filled]
        return grid

    @cached_property
    def _row_places(self) -> Places:
        return _places(self.rows, has_total=self.pivot.column_totals)

    @cached_property
    def _column_places(self) -> Places:
        return _places(self.columns, has_total=self.has_row_totals)

    def _whole(self, number: int, value: Value, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
        """The base of each figure's share, broadcast over rows or columns."""
        sides = {
            "percent_of_total": ({}, []),
            "percent_of_column": (self._column_places, self._column_keys),
            "percent_of_row": (self._row_places, self._row_keys),
        }
        places, keys = sides[value.show_as]
        along_rows = value.show_as == "percent_of_row"
        lines = shape[0] if along_rows else shape[1]
        whole = np.full(lines, self._sums(number, value, []).get((), math.nan))
        for depth in {len(items) for items in places}:
            sums = self._sums(number, value, keys[:depth])
            for items, place in places.items():
                if len(items) == depth:
                    whole[place] = sums.get(items, math.nan)
        if along_rows:
            return whole[:, np.newaxis]
        return whole[np.newaxis, :]

    def _sums(self, number: int, value: Value, keys: list[str]) -> dict[ItemPath, float]:
        return dict(_aggregate(self._records, keys, _figure(number), value))

    def _fill(self, part: npt.NDArray[np.float64], number: int, row_depth: int, column_depth: int) -> None:
        """Fill in a value's figures for all lines at these depths of rows and columns."""
        keys = [*self._row_keys[:row_depth], *self._column_keys[:column_depth]]
        for line, figure in _aggregate(self._records, keys, _figure(number), self.pivot.values[number]):
            # A group's line has no figures if its subtotals are elsewhere.
            row = self._row_places.get(line[:row_depth])
            column = self._column_places.get(line[row_depth:])
            if row is not None and column is not None:
                part[row, column] = figure


def _places(lines: Sequence[AxisLine], *, has_total: bool) -> Places:
    """Filled lines by their items → position of their figures; the total has no items."""
    found = {line.items: place for place, line in enumerate(lines) if line.filled}
    if has_total:
        return {**found, (): len(lines)}
    return found


def _key(number: int) -> str:
    return f"field {number}"


def _figure(number: int) -> str:
    return f"value {number}"


def _lines(records: pd.DataFrame, keys: list[str]) -> list[ItemPath]:
    found = records[keys].drop_duplicates().sort_values(keys)
    return [tuple(int(place) for place in line) for line in found.itertuples(index=False, name=None)]


def _aggregate(
    records: pd.DataFrame, keys: list[str], column: str, value: Value
) -> list[tuple[ItemPath, float]]:
    known = records[records[column].notna()]
    if known.empty:
        return []
    function = _FUNCTIONS[value.function]
    if not keys:
        return [((), float(known[column].agg(function)))]
    found = known.groupby(keys, sort=False)[column].agg(function)
    return [(line if isinstance(line, tuple) else (line,), float(figure)) for line, figure in found.items()]
