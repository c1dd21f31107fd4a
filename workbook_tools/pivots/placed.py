"""A pivot placed on a sheet: where its parts are, and the words in its labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range

from workbook_tools.pivots.date_groups import DateGroup
from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots.axis import AxisLine, ItemPath
    from workbook_tools.pivots.field import Item
    from workbook_tools.pivots.layout import Layout
    from workbook_tools.pivots.pivot import Look, Pivot


@dataclass(frozen=True)
class PlacedPivot:
    """A pivot on a sheet; ``row`` and ``column`` are its first cell: the first filter, if it has any."""

    pivot: Pivot
    layout: Layout
    sheet: Worksheet
    row: int
    column: int
    look: Look

    @property
    def top(self) -> int:
        """The row of the first headings: Excel leaves an empty row below the filters."""
        filters = len(self.pivot.filters)
        return self.row + filters + bool(filters)

    @property
    def first(self) -> tuple[int, int]:
        """Row and column of the first figure."""
        return self.top + self.layout.head_rows, self.column + self.pivot.label_columns

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
        self._check_charted()
        row, column = self.first
        return [self.sheet.get_name(), row, column - 1, row + len(self.layout.rows) - 1, column - 1]

    def figures(self, series: int) -> list[Any]:
        """The cells of a column of figures without its total, for a chart's values; columns count from 0."""
        self._check_charted()
        row, column = self.first
        return [self.sheet.get_name(), row, column + series, row + len(self.layout.rows) - 1, column + series]

    def head(self, series: int) -> list[Any]:
        """The cell above a column of figures, for a chart's series."""
        row, column = self.first
        return [self.sheet.get_name(), row - 1, column + series]

    def _check_charted(self) -> None:
        lines = [*self.layout.rows, *self.layout.columns]
        if len({len(line.items) for line in self.layout.rows}) > 1 or any(
            n.kind == "subtotal" for n in lines
        ):
            raise PivotError(
                f"the pivot {self.pivot.name!r} has rows of groups, which a chart would add up again; "
                "draw the chart over a pivot without"
            )

    def line_labels(self) -> list[tuple[Item, ...]]:
        """For each line of the body its labels, None for one repeated from the line above."""
        found: list[tuple[Item, ...]] = []
        previous: ItemPath = ()
        for line in self.layout.rows:
            found.append(self._labels(line, previous))
            previous = line.items
        return found

    def _labels(self, line: AxisLine, previous: ItemPath) -> tuple[Item, ...]:
        pivot, last = self.pivot, len(line.items) - 1
        texts: list[Item] = [self.caption(n, p) for n, p in zip(pivot.rows, line.items, strict=False)]
        if line.kind == "subtotal":
            texts[last] = self.subtotal_text(texts[last])
        if pivot.layout == "compact":
            return (texts[last],)
        is_new = [n == last or line.items[: n + 1] != previous[: n + 1] for n in range(len(texts))]
        if line.kind == "subtotal":
            is_new = [n == last for n in range(len(texts))]
        shown = [
            text if new or pivot.repeat_labels else None for text, new in zip(texts, is_new, strict=True)
        ]
        return (*shown, *[None] * (len(pivot.rows) - len(shown)))

    def subtotal_text(self, item: Item) -> str:
        """The label of an item's subtotals."""
        return self.pivot.captions.subtotal.format(self.item_text(item))

    def item_text(self, item: Item) -> str:
        """An item as part of a text."""
        if isinstance(item, datetime):
            return f"{item:%d/%m/%Y}"
        return f"{item:.15g}" if type(item) is float else str(item)

    def caption(self, name: str, place: int) -> Item:
        """The label of an item, given its rank in display order."""
        field, captions = self.pivot.source.field(name), self.pivot.captions
        position = field.shown[place]
        item = field.items[position]
        if isinstance(field, DateGroup) and field.part != "year" and 0 < position < len(field.items) - 1:
            names = captions.months if field.part == "month" else captions.quarters
            return names[position - 1]
        return captions.blank if item is None else item
