"""A sheet of the template to be copied, what differs on the copy, and the sizes of its columns and rows."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.cell_range import CellRange

from workbook_tools.consolidated.office_report.copied_page import print_area
from workbook_tools.forms.row_heights import fit_heights, has_height
from workbook_tools.spec.markers import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.consolidated.office_report.copied_style import CopiedStyles

_DIGIT_WIDTHS = {"Times New Roman": 0.5, "Arial": 0.556, "Cambria": 0.554, "Tahoma": 0.546, "Verdana": 0.636}
"""Width of a digit in parts of the font's size; Calibri and most others are near 0.507."""
# As files store it, Excel's default width includes the padding: 64 pixels, of 7 per digit.
_DEFAULT_WIDTH = 9.14

Place: TypeAlias = tuple[int, int]
"""Row and column, from 1."""


class SheetCopy(Struct, frozen=True, dict=True):
    """A sheet to be copied, and what differs from it.

    ``entries`` replace the markers of inputs and remarks (a number, or a text, perhaps empty), black on white
    whatever the input looked like; ``fill`` replaces the markers of a printed text; of ``idle_rows`` only the
    height is copied. ``hidden_rows`` are hidden; rows of ``short_entries``, drawn for long answers, are
    only a few lines high.
    """

    source: Worksheet
    styles: CopiedStyles
    entries: Mapping[Place, float | str]
    fill: Callable[[str], str]
    idle_rows: Sequence[int] = ()
    hidden_rows: Sequence[int] = ()
    short_entries: Sequence[Place] = ()
    sentences: Mapping[int, str] = field(default_factory=dict)
    """Blank rows that hold a sentence on the copy, across the whole form."""
    formulas: Mapping[Place, tuple[str, float | str]] = field(default_factory=dict)
    """Formulas with their results; any other formula of the template becomes an entry, or empty."""

    @cached_property
    def blocks(self) -> dict[Place, CellRange]:
        """Every cell of a merged block → the block."""
        ranges = [block for block in self.source.merged_cells.ranges if block.min_row not in self.idle_rows]
        return {place: block for block in ranges for place in block.cells}

    def block_of(self, place: Place) -> CellRange:
        """The merged block of a cell, or the cell alone."""
        row, column = place
        alone = CellRange(min_row=row, max_row=row, min_col=column, max_col=column)
        return self.blocks.get(place, alone)

    @cached_property
    def digit_width(self) -> int:
        """Pixels of a digit in the template's standard font, the measure of its column widths."""
        font = SheetCell(self.source, row=1, column=1).font
        return round((font.sz or 11) * 96 / 72 * _DIGIT_WIDTHS.get(font.name or "", 0.507))

    def width(self, column: int) -> float:
        """A column's width in pixels."""
        for dimension in self.source.column_dimensions.values():
            if dimension.min and dimension.max and dimension.min <= column <= dimension.max:
                return float(dimension.width) * self.digit_width
        return float(self.source.sheet_format.defaultColWidth or _DEFAULT_WIDTH) * self.digit_width

    @property
    def first_entry(self) -> Place:
        """The entry whose font the sentences have."""
        return min(self.short_entries or self.entries)

    @property
    def printed(self) -> tuple[int, int, int, int]:
        """First row, first column, last row and last column that print: without a print area, all but what
        stands idle above the form.
        """
        area = print_area(self.source)
        first = next(row for row in count(1) if row not in self.idle_rows)
        return area or (first, 1, self.source.max_row, self.source.max_column)

    @property
    def printed_width(self) -> float:
        """The width of the printed columns in points."""
        _, first, _, last = self.printed
        return self.points(first, last)

    def points(self, first: int, last: int) -> float:
        """The width of some columns together, in points."""
        return sum(self.width(column) for column in range(first, last + 1)) * 72 / 96

    def height(self, row: int) -> float | None:
        """A row's height in points; None for a blank row whose height the template leaves to Excel."""
        needed = self.fitted.get(row)
        if not has_height(self.source, row):
            return needed
        return max(float(self.source.row_dimensions[row].height), needed or 0.0)

    @cached_property
    def fitted(self) -> dict[int, float]:
        """Heights that texts need, of rows without one in the template and of rows whose text is filled in
        here: the officer drew those without knowing how long it would be.
        """
        bare, filled = [], []
        for row, cells in enumerate(self.source.iter_rows(), start=1):
            if row in self.idle_rows or all(cell.value is None for cell in cells):
                continue
            if not has_height(self.source, row):
                bare.append(row)
            elif any(self._filled(cell) for cell in cells):
                filled.append(row)
        return fit_heights(self.source, bare, self._text) | fit_heights(self.source, filled, self._filled)

    def _filled(self, cell: SheetCell | MergedCell) -> str | None:
        """A text of one row whose markers are filled in; None for other cells."""
        place = (int(cell.row or 0), int(cell.column or 0))
        if not isinstance(cell.value, str) or place in self.entries or not MARKER.search(cell.value):
            return None
        if self._is_in_one_row(place):
            return self.fill(cell.value)
        return None

    def _is_in_one_row(self, place: Place) -> bool:
        block = self.blocks.get(place)
        return block is None or block.size["rows"] == 1

    def _text(self, cell: SheetCell) -> str | None:
        """What a cell prints as text; a number takes one line."""
        place = (cell.row, cell.column)
        if place in self.entries or place in self.formulas:
            entry = self.entries.get(place)
            # Blocks of several rows grow by what their entries need, not by their last row.
            if isinstance(entry, str) and self._is_in_one_row(place):
                return entry
            return "0"
        if cell.value is None or cell.data_type == "f":
            return None
        if isinstance(cell.value, str):
            return self.fill(cell.value)
        return "0"
