"""The visible cells of a pivot, as a viewer without pivots shows them, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from typing import TYPE_CHECKING, Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, Worksheet

from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from workbook_tools.pivots.axis import AxisLine, ItemPath
    from workbook_tools.pivots.field import Item
    from workbook_tools.pivots.placed import PlacedPivot

MakeFormat = Callable[[Mapping[str, Any]], Format]


def write_cells(placed: PlacedPivot, make_format: MakeFormat, button: Format) -> None:
    """Write the visible cells of a pivot, which viewers without pivots show, too."""
    writer = _Writer(placed, make_format, button)
    writer.write_filters()
    writer.write_heads()
    writer.write_labels()
    writer.write_figures()


def write_item(sheet: Worksheet, cell: tuple[int, int], item: Item, made: Format | None) -> int:
    """Write an item into a cell; return xlsxwriter's code, 0 if all is well."""
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
            shown = pivot.captions.all if chosen is None else chosen
            self._put(row, placed.column + 1, shown, self.make_format(placed.look.label))

    def write_heads(self) -> None:
        placed, pivot, layout = self.placed, self.placed.pivot, self.placed.layout
        _, left = placed.first
        lowest = placed.top + layout.head_rows - 1
        head = self.make_format(placed.look.head)
        # The whole block first, so that blank cells look like headings, too; names then replace some of them.
        for row in range(placed.top, lowest + 1):
            for column in range(placed.column, placed.last[1] + 1):
                self._put(row, column, None, head)
        is_compact = pivot.layout == "compact"
        names = [pivot.captions.rows] if is_compact else pivot.rows
        for column, name in enumerate(names, start=placed.column):
            self._put(lowest, column, name, self.button)
        # Excel names a single value in the corner, and several above their columns.
        if pivot.columns and len(pivot.values) == 1:
            self._put(placed.top, placed.column, pivot.values[0].name, head)
        buttons = [pivot.captions.columns] if is_compact and pivot.columns else pivot.columns
        for column, name in enumerate(buttons, start=left):
            self._put(placed.top, column, name, self.button)
        if pivot.columns and len(pivot.values) > 1 and not is_compact:
            self._put(placed.top, left + len(pivot.columns), pivot.captions.values, head)
        previous: ItemPath = ()
        for number, line in enumerate(layout.columns):
            self._write_column_head(left + number * len(pivot.values), line, previous, head)
            previous = line.items
        if layout.has_row_totals:
            self._write_total_heads(left + len(layout.columns) * len(pivot.values), head)

    def _write_column_head(self, column: int, line: AxisLine, previous: ItemPath, head: Format) -> None:
        placed, pivot = self.placed, self.placed.pivot
        if line.kind == "subtotal":
            self._write_subtotal_head(column, line, head)
            return
        for level, name in enumerate(pivot.columns):
            if line.items[: level + 1] != previous[: level + 1]:
                self._put(placed.top + 1 + level, column, placed.caption(name, line.items[level]), head)
        if len(pivot.values) > 1 or not pivot.columns:
            for offset, value in enumerate(pivot.values):
                self._put(placed.first[0] - 1, column + offset, value.name, head)

    def _write_subtotal_head(self, column: int, line: AxisLine, head: Format) -> None:
        """The group's name, followed by that of the value if there are several."""
        placed, pivot = self.placed, self.placed.pivot
        level = len(line.items) - 1
        item = placed.caption(pivot.columns[level], line.items[level])
        texts = [f"{placed.item_text(item)} {value.name}" for value in pivot.values]
        if len(texts) == 1:
            texts = [placed.subtotal_text(item)]
        for offset, text in enumerate(texts):
            self._put(placed.top + 1 + level, column + offset, text, head)

    def _write_total_heads(self, column: int, head: Format) -> None:
        pivot, captions = self.placed.pivot, self.placed.pivot.captions
        if len(pivot.values) == 1:
            self._put(self.placed.top + 1, column, captions.total, head)
        else:
            for offset, value in enumerate(pivot.values):
                self._put(self.placed.top + 1, column + offset, captions.totals.format(value.name), head)

    def write_labels(self) -> None:
        placed, pivot = self.placed, self.placed.pivot
        is_compact = pivot.layout == "compact"
        lines = zip(placed.layout.rows, placed.line_labels(), strict=True)
        for row, (line, labels) in enumerate(lines, start=placed.first[0]):
            look = self._line_look(placed.look.label, line)
            indent = {}
            if is_compact and len(line.items) > 1:
                indent = {"indent": len(line.items) - 1}
            label = self.make_format({**look, **indent})
            for column, item in enumerate(labels, start=placed.column):
                self._put(row, column, item, label)
        if pivot.column_totals:
            total = self.make_format(placed.look.total)
            for level in range(pivot.label_columns):
                caption = pivot.captions.total if level == 0 else None
                self._put(placed.last[0], placed.column + level, caption, total)

    def _line_look(self, look: Mapping[str, Any], line: AxisLine) -> Mapping[str, Any]:
        """The look of a line's cells: lines with subtotals, below a group or in its head, stand out."""
        outermost = len(self.placed.pivot.rows)
        is_group = line.kind == "subtotal" or len(line.items) < outermost
        if is_group and line.filled:
            return {**look, **self.placed.look.subtotal}
        return look

    def write_figures(self) -> None:
        placed, layout = self.placed, self.placed.layout
        top, left = placed.first
        # The cells bypass xlsxwriter's methods, so the sheet's dimensions are extended by the corners.
        for corner in ((top, left), placed.last):
            self._check(placed.sheet._check_dimensions(*corner))
        looks = {look: self._figure_formats(look) for look in ("figure", "subtotal", "total")}
        for row, figures in enumerate(layout.figures.tolist()):
            made = looks[self._kind(row)]
            # Written the way xlsxwriter stores cells: pivots by area have tens of thousands of figures, and
            # its public methods check each four times.
            placed.sheet.table[top + row].update(
                (column, CellBlankTuple(form) if isnan(figure) else CellNumberTuple(figure, form))
                for column, (figure, form) in enumerate(zip(figures, made, strict=True), start=left)
            )

    def _kind(self, row: int) -> str:
        lines = self.placed.layout.rows
        if row == len(lines):
            return "total"
        return "figure" if self._line_look({}, lines[row]) == {} else "subtotal"

    def _figure_formats(self, kind: str) -> list[Format]:
        """The formats of a row's figures, in the order of the columns."""
        placed, values = self.placed, self.placed.pivot.values
        plain, total = placed.look.figure, placed.look.total
        of_row = {"figure": plain, "subtotal": {**plain, **placed.look.subtotal}, "total": total}[kind]
        columns = placed.layout.columns
        of_group = of_row if kind == "total" else {**of_row, **placed.look.subtotal}
        looks = [of_group if c.kind == "subtotal" else of_row for c in columns]
        looks += [total] * placed.layout.has_row_totals
        return [
            self.make_format({**look, "num_format": value.number_format})
            for look in looks
            for value in values
        ]

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
