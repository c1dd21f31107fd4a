"""Explicit row heights: programs do not fit the rows of generated files, and wrapped labels would overlap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from openpyxl.cell.cell import MergedCell

from workbook_tools.excel import column_letters

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_DEFAULT_WIDTH, _DEFAULT_SIZE = 8.43, 11.0
_LINE = 1.32
"""Line height as a multiple of the font size."""
_HIGHEST = 409.0
"""Excel's maximum row height, in points."""


def set_missing_heights(sheet: Worksheet, last_row: int) -> None:
    """Fit every row without a height set by the officer to its texts."""
    spans = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    for row in range(1, last_row + 1):
        # The officer's own height stays, even where it clips.
        if sheet.row_dimensions[row].height is not None:
            continue
        heights = [_DEFAULT_SIZE * _LINE]
        for cell in sheet[row]:
            if isinstance(cell, MergedCell) or not isinstance(cell.value, str) or cell.value.startswith("="):
                continue
            span = spans.get((row, cell.column))
            # A block over several rows is charged to its last one, where there is room to grow.
            if span is None or span.max_row == row:
                last = span.max_col if span is not None else cell.column
                width = sum(_width(sheet, column) for column in range(cell.column, last + 1))
                size = float(cell.font.size or _DEFAULT_SIZE)
                heights.append(
                    _lines(cell.value, width * _DEFAULT_SIZE / size, bool(cell.alignment.wrap_text))
                    * size
                    * _LINE
                )
        sheet.row_dimensions[row].height = min(round(max(heights) + 2, 2), _HIGHEST)


def _width(sheet: Worksheet, column: int) -> float:
    dimension = sheet.column_dimensions[column_letters(column)]
    return float(dimension.width or _DEFAULT_WIDTH)


def _lines(text: str, width: float, wraps: bool) -> int:
    parts = text.split("\n")
    return sum(max(1, math.ceil(len(part) / max(width, 1))) for part in parts) if wraps else len(parts)
