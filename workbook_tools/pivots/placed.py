"""A pivot in its place on a sheet: where its parts stand, and the cells one sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from typing import TYPE_CHECKING, Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, Worksheet

from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from workbook_tools.pivots.layout import ItemPath, Layout
    from workbook_tools.pivots.pivot import Look, Pivot
    from workbook_tools.pivots.source import Item

MakeFormat = Callable[[Mapping[str, Any]], Format]


@dataclass(frozen=True)
class PlacedPivot:
    """A pivot on a sheet; ``row`` and ``column`` are its first cell, that of the first filter where there is one."""

    pivot: Pivot
    layout: Layout
    sheet: Worksheet
    row: int
    column: int
    look: Look

    @property
    def top(self) -> int:
        """The row of the first heads: below the filters stands an empty row."""
        filters = len(self.pivot.filters)
        return self.row + filters + (1 if filters else 0)

    @property
    def first(self) -> tuple[int, int]:
        """Row and column of the first figure."""
        return self.top + self.layout.head_rows, self.column + len(self.pivot.rows)

    @property
    def last(self) -> tuple[int, int]:
        """Row and column of the last cell, totals included."""
        return self.top + self.layout.height - 1, self.column + self.layout.width - 1

    @property
    def ref(self) -> str:
        """The pivot's cells, such as ``A3:F20``, without the filters."""
        return str(xl_range(self.top, self.column, *self.last))

    def labels(self) -> list[Any]:
        """The cells with the labels of the innermost rows, for a chart's categories."""
        row, column = self.first
        return [self.sheet.get_name(), row, column - 1, row + len(self.layout.rows) - 1, column - 1]

    def figures(self, series: int) -> list[Any]:
        """The cells of a column of figures without its total, for a chart's values; columns count from 0."""
        row, column = self.first
        return [self.sheet.get_name(), row, column + series, row + len(self.layout.rows) - 1, column + series]

    def head(self, series: int) -> list[Any]:
        """The cell above a column of figures, for a chart's series."""
        row, column = self.first
        return [self.sheet.get_name(), row - 1, column + series]

    def line_labels(self) -> list[tuple[Item, ...]]:
        """For each line of the body the labels it shows, None where one is as in the line above."""
        found: list[tuple[Item, ...]] = []
        previous: ItemPath = ()
        for line in self.layout.rows:
            new = [line[: level + 1] != previous[: level + 1] for level in range(len(line))]
            found.append(
                tuple(
                    self.caption(n, p) if is_new else None
                    for n, p, is_new in zip(self.pivot.rows, line, new, strict=True)
                )
            )
            previous = line
        return found

    def caption(self, name: str, place: int) -> Item:
        """What an item is called, by its place in the order in which items of the field are shown."""
        field = self.pivot.source.field(name)
        item = field.items[field.shown[place]]
        return self.pivot.captions.blank if item is None else item


def write_cells(placed: PlacedPivot, make_format: MakeFormat, button: Format) -> None:
    """Write what one sees of a pivot."""
    writer = _Writer(placed, make_format, button)
    writer.write_filters()
    writer.write_heads()
    writer.write_labels()
    writer.write_figures()


def write_item(sheet: Worksheet, cell: tuple[int, int], item: Item, made: Format) -> int:
    """Write an item into a cell; what xlsxwriter says of it, 0 where all is well."""
    if item is None:
        return int(sheet.write_blank(*cell, None, made))
    if isinstance(item, str):
        return int(sheet.write_string(*cell, item, made))
    if isinstance(item, bool):
        return int(sheet.write_boolean(*cell, item, made))
    if isinstance(item, datetime):
        return int(sheet.write_datetime(*cell, item, made))
    return int(sheet.write_number(*cell, item, made))


@dataclass(frozen=True)
class _Writer:
    placed: PlacedPivot
    make_format: MakeFormat
    button: Format

    def write_filters(self) -> None:
        pivot, placed = self.placed.pivot, self.placed
        for row, (name, chosen) in enumerate(pivot.filters.items(), start=placed.row):
            self._put(row, placed.column, name, self.button)
            self._put(
                row,
                placed.column + 1,
                pivot.captions.all if chosen is None else chosen,
                self.make_format(placed.look.label),
            )

    def write_heads(self) -> None:
        placed, pivot, layout = self.placed, self.placed.pivot, self.placed.layout
        _, left = placed.first
        lowest = placed.top + layout.head_rows - 1
        head = self.make_format(placed.look.head)
        for row in range(placed.top, lowest + 1):
            for column in range(placed.column, placed.last[1] + 1):
                self._put(row, column, None, head)
        for column, name in enumerate(pivot.rows, start=placed.column):
            self._put(lowest, column, name, self.button)
        if pivot.columns and len(pivot.values) == 1:
            self._put(placed.top, placed.column, pivot.values[0].name, head)
        for column, name in enumerate(pivot.columns, start=left):
            self._put(placed.top, column, name, self.button)
        if pivot.columns and len(pivot.values) > 1:
            self._put(placed.top, left + len(pivot.columns), pivot.captions.values, head)
        previous: ItemPath | None = None
        for number, line in enumerate(layout.columns):
            self._write_column_head(left + number * len(pivot.values), line, previous, head)
            previous = line
        if layout.has_row_totals:
            self._write_total_heads(left + len(layout.columns) * len(pivot.values), head)

    def _write_column_head(
        self, column: int, line: ItemPath, previous: ItemPath | None, head: Format
    ) -> None:
        placed, pivot = self.placed, self.placed.pivot
        for level, name in enumerate(pivot.columns):
            if previous is None or line[: level + 1] != previous[: level + 1]:
                self._put(placed.top + 1 + level, column, placed.caption(name, line[level]), head)
        if len(pivot.values) > 1 or not pivot.columns:
            for offset, value in enumerate(pivot.values):
                self._put(placed.first[0] - 1, column + offset, value.name, head)

    def _write_total_heads(self, column: int, head: Format) -> None:
        pivot, captions = self.placed.pivot, self.placed.pivot.captions
        if len(pivot.values) == 1:
            self._put(self.placed.top + 1, column, captions.total, head)
        else:
            for offset, value in enumerate(pivot.values):
                self._put(self.placed.top + 1, column + offset, f"{captions.total}: {value.name}", head)

    def write_labels(self) -> None:
        placed, pivot = self.placed, self.placed.pivot
        label = self.make_format(placed.look.label)
        for row, labels in enumerate(placed.line_labels(), start=placed.first[0]):
            for column, item in enumerate(labels, start=placed.column):
                self._put(row, column, item, label)
        if pivot.column_totals:
            total = self.make_format(placed.look.total)
            for level in range(len(pivot.rows)):
                self._put(
                    placed.last[0], placed.column + level, pivot.captions.total if level == 0 else None, total
                )

    def write_figures(self) -> None:
        placed, pivot, layout = self.placed, self.placed.pivot, self.placed.layout
        top, left = placed.first
        totals_from = len(layout.columns) * len(pivot.values)
        formats = [
            self.make_format({**placed.look.figure, "num_format": value.number_format})
            for value in pivot.values
        ]
        total_formats = [
            self.make_format({**placed.look.total, "num_format": value.number_format})
            for value in pivot.values
        ]
        in_totals = [total_formats[column % len(pivot.values)] for column in range(layout.figures.shape[1])]
        in_body = [formats[column % len(pivot.values)] for column in range(totals_from)] + in_totals[
            totals_from:
        ]
        for corner in ((top, left), placed.last):
            self._check(placed.sheet._check_dimensions(*corner))
        for row, figures in enumerate(layout.figures.tolist()):
            looks = in_totals if row == len(layout.rows) else in_body
            # As xlsxwriter keeps cells: by area figures are tens of thousands, and it looks at each four times.
            placed.sheet.table[top + row].update(
                (column, CellBlankTuple(made) if isnan(figure) else CellNumberTuple(figure, made))
                for column, (figure, made) in enumerate(zip(figures, looks, strict=True), start=left)
            )

    def _put(self, row: int, column: int, item: Item, made: Format) -> None:
        if isinstance(item, datetime):
            made = self.make_format({**self.placed.look.label, "num_format": self.placed.look.day})
        self._check(write_item(self.placed.sheet, (row, column), item, made))

    def _check(self, code: int) -> None:
        if code:
            raise PivotError(
                f"the pivot {self.placed.pivot.name!r} does not fit on the sheet "
                f"{self.placed.sheet.get_name()!r}"
            )
