"""Lists that are longer than a sheet: what the workbook says of them, and the Parquet files in which they are whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbook_tools.sheetwriter.cell_text import clean_text
from workbook_tools.sheetwriter.columns import Column, factorize, pick
from workbook_tools.sheetwriter.whole_table import WholeTable, whole_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workbook_tools.storage.location import Location

TEXTS = "{head} (chữ)"
"""The head of the texts of a column that mixes them with numbers, such as the values of the sheet ``Dữ liệu``."""


@dataclass(frozen=True, slots=True)
class LongList:
    """A list of the workbook that its sheet, of this name, cannot hold; its rows begin with ``first``, ``shown`` are there."""

    sheet: str
    heads: Sequence[str]
    columns: Sequence[Column]
    first: int
    shown: int

    def describe(self, workbook: Location) -> WholeTable:
        """What is left out, and where it is whole beside this workbook."""
        return WholeTable(self.sheet, len(self.columns[0]), self.shown, whole_path(workbook, self.sheet))

    def write(self, path: Path) -> None:
        """Write the list whole as Parquet, under the sheet's heads, with the values that its cells show.

        Texts are strings, numbers doubles, days dates, moments timestamps, blank cells nulls. A column that mixes numbers
        and texts becomes two, for Parquet has but one type in each: see :data:`TEXTS`.
        """
        frame = pd.DataFrame(
            {
                name: values
                for head, column in zip(self.heads, self.columns, strict=True)
                for name, values in _build_columns(head, column)
            }
        )
        frame.to_parquet(path, index=False)


def _build_columns(head: str, column: Column) -> Iterator[tuple[str, pd.Categorical | pd.Series]]:
    """What a column of the sheet becomes: a column for each type of values that stands in it."""
    places, found = factorize(column.values)
    days = [value if isinstance(value, date) else None for value in found]
    numbers = [value if isinstance(value, int | float) else np.nan for value in found]
    texts = [clean_text(value) or None if isinstance(value, str) else None for value in found]
    has_days, has_numbers = any(day is not None for day in days), not np.isnan(numbers).all()
    # What is not there has the place -1, which finds the last one.
    if has_days:
        yield head, pd.Series([*days, None]).iloc[places].reset_index(drop=True)
    if has_numbers:
        yield head, pd.Series(np.array([*numbers, np.nan])[places])
    if any(texts) or not (has_days or has_numbers):
        listed = pick(texts, places)
        # Without a type of their own, no texts at all would be a column of nothing.
        yield (
            TEXTS.format(head=head) if has_days or has_numbers else head,
            listed.set_categories(listed.categories.astype("str")),
        )
