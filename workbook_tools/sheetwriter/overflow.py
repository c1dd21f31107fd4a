"""Lists longer than a sheet: the note in the workbook, and the Parquet file that holds the whole list."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from workbook_tools.sheetwriter.cell_text import excel_text
from workbook_tools.sheetwriter.columns import factorize
from workbook_tools.sheetwriter.whole_table import WholeTable, whole_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workbook_tools.sheetwriter.columns import CellContent, Column, Places
    from workbook_tools.storage.location import Location

_ROWS = 131_072
TEXTS = "{head} (chữ)"
"""Heading for the text values of a column that mixes them with numbers, such as those of ``Dữ liệu``."""


class LongList(Struct, frozen=True):
    """A list that its sheet, of this name, cannot hold: its rows begin at ``first``, and ``shown`` fit."""

    sheet: str
    heads: Sequence[str]
    columns: Sequence[Column]
    first: int
    shown: int

    def describe(self, workbook: Location) -> WholeTable:
        """What is left out, and the file beside this workbook that has it all."""
        return WholeTable(self.sheet, len(self.columns[0]), self.shown, whole_path(workbook, self.sheet))

    def write(self, path: Path) -> None:
        """Write the whole list as Parquet, under the sheet's headings, with the values that its cells show.

        Text becomes strings, numbers doubles, days dates, datetimes timestamps, blank cells nulls. A column
        of numbers and text becomes two, because Parquet columns have a single type: see :data:`TEXTS`.
        """
        # Few runs need it.
        from pyarrow.parquet import ParquetWriter

        every = [
            one
            for head, column in zip(self.heads, self.columns, strict=True)
            for one in _take_apart(head, column)
        ]
        schema = pa.schema([(one.name, one.kind) for one in every])
        with ParquetWriter(path, schema) as file:
            # Some rows at a time: the texts of all of them would be held a second time.
            for start in range(0, len(self.columns[0]), _ROWS):
                rows = slice(start, start + _ROWS)
                file.write_table(pa.table([one.cells(rows) for one in every], schema))


class _Values(Struct, frozen=True):
    """A Parquet column: the distinct values of the sheet's column, None for those of other kinds, and each
    row's index among them, -1 for a blank cell.
    """

    name: str
    kind: pa.DataType
    distinct: Sequence[CellContent]
    places: Places

    def cells(self, rows: slice) -> pa.Array:
        """Some of the cells, with the values that are among them only."""
        is_used = np.zeros(len(self.distinct) + 1, dtype=bool)
        # The index -1 is that of the last, which stands for blank cells.
        is_used[self.places[rows]] = True
        is_used &= [*(value is not None for value in self.distinct), False]
        values = [self.distinct[place] for place in np.flatnonzero(is_used).tolist()]
        numbers = np.where(is_used, np.cumsum(is_used) - 1, -1)[self.places[rows]]
        numbers = pa.array(numbers, pa.int32(), mask=numbers < 0)
        if not pa.types.is_dictionary(self.kind):
            return pa.array(values, self.kind).take(numbers)
        # As bytes, because pyarrow leaves the UTF-8 of a Python text inside it.
        texts = pa.array([str(text).encode() for text in values], pa.string())
        return pa.DictionaryArray.from_arrays(numbers, texts)


def _take_apart(head: str, column: Column) -> Iterator[_Values]:
    """The Parquet columns of a sheet's column: one for each type of value in it."""
    places, found = factorize(column.values)
    # The smallest type: the rows of all columns are held until the file is written.
    places = places.astype(np.min_scalar_type(-len(found) - 1))
    days = [value if isinstance(value, date) else None for value in found]
    numbers = [
        float(value) if isinstance(value, int | float) and not math.isnan(value) else None for value in found
    ]
    texts = [excel_text(value) or None if isinstance(value, str) else None for value in found]
    has_days, has_numbers = any(day is not None for day in days), any(n is not None for n in numbers)
    if has_days:
        yield _Values(head, pa.array(days).type, days, places)
    if has_numbers:
        yield _Values(head, pa.float64(), numbers, places)
    # A column without any value is one of text.
    if any(texts) or not (has_days or has_numbers):
        name = TEXTS.format(head=head) if has_days or has_numbers else head
        yield _Values(name, pa.dictionary(pa.int32(), pa.string()), texts, places)
