"""A worksheet whose rows are those of a frame: up to a million, where writing cell by cell would take minutes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

_CHUNK = 4_096
_ROW = "\0"
"""Stands for the number of the row in the text of a cell; XML has no such character."""
_TEXT, _NUMBER = 0, 1


@dataclass(frozen=True, slots=True)
class _Column:
    """The distinct cells of a column, each as its format (text or number) and the rest of its XML; which of them each row has."""

    cells: Sequence[tuple[int, str]]
    codes: npt.NDArray[np.intp]


class FrameSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of xlsxwriter with a frame below its first row.

    The first row, and all that is not a cell, goes through xlsxwriter as ever. The rows below are the frame's alone;
    they are put together from texts that are made once for each value of a column, and are never all in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[_Column] = []
        self._formats: tuple[Format, ...] = ()
        self._row_count = 0
        self._is_linking = False

    def write_url(self, *place_and_link: Any) -> int:
        """As of xlsxwriter; in the rows of the frame the cell keeps what the frame says, and leads there."""
        self._is_linking = True
        try:
            code: int = super().write_url(*place_and_link)
        finally:
            self._is_linking = False
        return code

    def lay_frame(self, frame: pd.DataFrame, text: Format, number: Format) -> None:
        """Put a frame below the first row; its cells are texts that Excel takes or numbers, None, NaN and the empty text blank ones.

        Raises ValueError for an infinite number.
        """
        self._formats, self._row_count = (text, number), len(frame)
        self._columns = [self._lay_column(column) for _, column in frame.items()]
        super()._check_dimensions(len(frame), len(self._columns) - 1)

    def lay_table(self, options: Mapping[str, Any]) -> int:
        """Make the first row and the frame an Excel Table; options and the code given back are those of ``add_table``."""
        end = max(self._row_count, 1), len(self._columns) - 1
        # xlsxwriter keeps an entry for each cell of a table, to find tables that overlap: it is shown the first rows only.
        code: int = self.add_table(0, 0, 1, end[1], options)
        if not code:
            self.tables[-1].update(dict.fromkeys(("range", "a_range", "autofilter"), xl_range(0, 0, *end)))
        return code

    def _lay_column(self, column: pd.Series) -> _Column:
        codes, values = pd.factorize(column)
        uses = np.bincount(codes[codes >= 0], minlength=len(values))
        cells = [self._lay_cell(value, int(times)) for value, times in zip(values, uses, strict=True)]
        # What is not there has the code -1, which finds the last one.
        blank = _NUMBER if pd.api.types.is_numeric_dtype(column) else _TEXT
        return _Column([*cells, (blank, "/>")], codes)

    def _lay_cell(self, value: str | float, times: int) -> tuple[int, str]:
        if not isinstance(value, str):
            if math.isinf(value):
                raise ValueError("no cell holds an infinite number")
            return _NUMBER, f"><v>{value:.16G}</v></c>"
        if not value:
            return _TEXT, "/>"
        index = self.str_table._get_shared_string_index(value)
        self.str_table.count += times - 1
        return _TEXT, f' t="s"><v>{index}</v></c>'

    def _check_dimensions(self, row: int, col: int, ignore_row: bool = False, ignore_col: bool = False) -> int:
        # A cell below the first row would not be written; xlsxwriter is to say so, as for one off the sheet.
        is_taken = row > 0 and not ignore_row and not self._is_linking
        return -1 if is_taken else super()._check_dimensions(row, col, ignore_row, ignore_col)

    def _write_rows(self) -> None:
        self.dim_rowmax = 0
        super()._write_rows()
        self.dim_rowmax = self._row_count
        self.fh.writelines(self._render_rows())

    def _render_rows(self) -> Iterator[str]:
        columns = [(column.codes, self._render_cells(place, column)) for place, column in enumerate(self._columns)]
        row = f'<row r="{_ROW}" spans="1:{len(columns)}">'
        for first in range(0, self._row_count, _CHUNK):
            chunk = [[cells[code] for code in codes[first : first + _CHUNK].tolist()] for codes, cells in columns]
            for number, cells in enumerate(zip(*chunk, strict=True), start=first + 2):
                yield f"{row}{''.join(cells)}</row>".replace(_ROW, str(number))

    def _render_cells(self, place: int, column: _Column) -> list[str]:
        starts = [f'<c r="{xl_col_to_name(place)}{_ROW}" s="{style._get_xf_index()}"' for style in self._formats]
        return [starts[style] + rest for style, rest in column.cells]
