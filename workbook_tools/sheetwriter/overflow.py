"""Lists longer than a sheet: the note in the workbook, and the Parquet file that holds the whole list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from workbook_tools.sheetwriter.cell_text import excel_text
from workbook_tools.sheetwriter.columns import Column, factorize, pick
from workbook_tools.sheetwriter.whole_table import WholeTable, whole_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workbook_tools.storage.location import Location

TEXTS = "{head} (chữ)"
"""Heading for the text values of a column that mixes them with numbers, such as those of ``Dữ liệu``."""


class LongList(Struct, frozen=True):
    """A list that its sheet, of this name, cannot hold; rows begin at ``first``, and
    ``shown`` of them fit.
    """

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
        frame = pd.DataFrame(
            {
                name: values
                for head, column in zip(self.heads, self.columns, strict=True)
                for name, values in _build_columns(head, column)
            },
            copy=False,
        )
        frame.to_parquet(path, index=False)


def _build_columns(head: str, column: Column) -> Iterator[tuple[str, pd.Categorical | pd.Series]]:
    """The Parquet columns of a sheet's column: one for each type of value in it."""
    places, found = factorize(column.values)
    days = [value if isinstance(value, date) else None for value in found]
    numbers = [value if isinstance(value, int | float) else np.nan for value in found]
    texts = [excel_text(value) or None if isinstance(value, str) else None for value in found]
    has_days, has_numbers = any(day is not None for day in days), not np.isnan(numbers).all()
    # Missing values have the index -1, which selects the last entry.
    if has_days:
        yield head, pd.Series([*days, None]).iloc[places].reset_index(drop=True)
    if has_numbers:
        yield head, pd.Series(np.array([*numbers, np.nan])[places])
    # A column without any value is one of text.
    if any(texts) or not (has_days or has_numbers):
        listed = pick(texts, places)
        # Without an explicit type, an empty column of text would have the type null.
        yield (
            TEXTS.format(head=head) if has_days or has_numbers else head,
            listed.set_categories(listed.categories.astype("str")),
        )
