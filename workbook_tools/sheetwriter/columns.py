"""Columns of a long list, in terms of their distinct values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.sheetwriter.cell_text import line_count

CellContent: TypeAlias = str | float | date | None
Flags: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.integer]
CellValues: TypeAlias = pd.Series | pd.Categorical | npt.NDArray[np.generic] | Sequence[CellContent]


_LONGEST_ROW = 7
"""Digits of the last row of a sheet."""


class Column(Struct, frozen=True):
    """A column of cells: text, numbers, dates, and None or NaN for blanks.

    ``style`` is one style for all, or one per cell.
    """

    values: CellValues
    style: str | CellValues = "text"
    links: Links | None = None

    def __len__(self) -> int:
        return len(self.values)

    def head(self, count: int) -> Column:
        """The first ``count`` cells."""
        style = self.style if isinstance(self.style, str) else _first(self.style, count)
        return Column(_first(self.values, count), style, self.links and self.links.head(count))

    def distinct(self) -> tuple[list[tuple[CellContent, str]], Places]:
        """The distinct cells as (value, style), and each row's index among them."""
        places, found = factorize(self.values)
        values = [*found, None]
        # Missing values have the index -1, which selects the last entry.
        if isinstance(self.style, str):
            return [(value, self.style) for value in values], _small(places % len(values), len(values))
        looks, styles = factorize(self.style)
        # Value and style as one number: a million pairs of Python objects would be slow.
        both, pairs = pd.factorize(places % len(values) * len(styles) + looks)
        return [(values[pair // len(styles)], str(styles[pair % len(styles)])) for pair in pairs], _small(
            both, len(pairs)
        )


class Links(Struct, frozen=True):
    """For each cell of a column, the place where its link leads; a blank place is no link.

    ``places`` are in the file of the same row, as ``'Biểu 1'!B5``, or "" for the file as a whole; without a
    file, they are in this workbook. ``files`` are written as Excel for Windows writes paths. Where there are
    ``rows``, the places are columns, as ``'Dữ liệu'!I``, and each is completed by the number of a row.
    """

    places: pd.Categorical
    files: pd.Categorical
    rows: Places | None = None

    @classmethod
    def within(cls, places: Sequence[str | None]) -> Self:
        """Links to places of this workbook."""
        codes, found = factorize(places)
        return cls(pick(found, codes), pick((), np.full(len(codes), -1)))

    @classmethod
    def down(cls, column: str, rows: Places) -> Self:
        """Links to rows, counted from 1, of a column of this workbook; 0 is no link."""
        nowhere = np.full(len(rows), -1)
        return cls(pick([column], np.where(rows > 0, 0, -1)), pick((), nowhere), rows)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def there(self) -> Flags:
        """Which cells are links."""
        return np.asarray(self.places.codes >= 0)

    @property
    def lengths(self) -> npt.NDArray[np.intp]:
        """Characters of each link, at most."""
        row = 0 if self.rows is None else _LONGEST_ROW
        return _lengths(self.places) + _lengths(self.files) + row

    def head(self, count: int) -> Self:
        """The links of the first cells."""
        rows = None if self.rows is None else self.rows[:count]
        return replace(self, places=self.places[:count], files=self.files[:count], rows=rows)

    def only(self, which: Flags) -> Self:
        """The same with links in some of the cells only."""
        codes = np.where(which, self.places.codes, -1)
        return replace(self, places=pd.Categorical.from_codes(codes, dtype=self.places.dtype))

    def spread(self, where: npt.NDArray[np.intp], count: int) -> Self:
        """The same links in the cells ``where`` of a column of ``count`` cells; not for links to rows."""
        return replace(
            self, places=_spread(self.places, where, count), files=_spread(self.files, where, count)
        )


def _first(values: CellValues, count: int) -> CellValues:
    if isinstance(values, pd.Series):
        return values.iloc[:count]
    return values[:count]


def factorize(values: CellValues) -> tuple[npt.NDArray[np.intp], list[CellContent]]:
    """Each row's value index, -1 if missing, and the distinct values (all categories if categorical)."""
    column = values.array if isinstance(values, pd.Series) else values
    if isinstance(column, pd.Categorical):
        return column.codes.astype(np.intp), list(column.categories)
    if not isinstance(column, Sequence) and column.dtype.kind in "iuf":
        codes, numbers = pd.factorize(np.asarray(column))
        return codes, numbers.tolist()
    # By way of numpy: pandas' own arrays make lists one item at a time. Not by pandas' factorize: it takes
    # several times as long for texts, and leaves a copy of each in UTF-8 inside it.
    found: dict[CellContent, int] = {}
    places = [
        -1 if value is None or value is pd.NA or value != value else found.setdefault(value, len(found))
        for value in np.asarray(column, dtype=object).tolist()
    ]
    return np.array(places, dtype=np.intp), list(found)


def line_counts(texts: CellValues, width: float) -> npt.NDArray[np.intp]:
    """Lines that each row's text takes in a column of that width, at least one."""
    places, found = factorize(texts)
    return np.array([*(line_count(str(text), width) for text in found), 1])[places]


def heights_of_texts(*wrapped: tuple[CellValues, float]) -> npt.NDArray[np.float64]:
    """Height in points that each row needs for its texts, each in a column of its width."""
    lines: npt.NDArray[np.intp] = np.max([line_counts(texts, width) for texts, width in wrapped], axis=0)
    return (15.5 * lines + 2).astype(np.float64)


def pick(choices: Iterable[CellContent], places: Places) -> pd.Categorical:
    """A column from each row's index among ``choices``, which may hold duplicates; -1 is a blank cell."""
    again, found = factorize(list(choices))
    return pd.Categorical.from_codes(np.append(again, -1)[places], pd.Index(found, dtype=object))


def _small(places: Places, count: int) -> Places:
    """Use the smallest integer type: a million rows of many columns are held until the file is written."""
    return places.astype(np.min_scalar_type(count))


def _lengths(column: pd.Categorical) -> npt.NDArray[np.intp]:
    return np.asarray(np.array([*map(len, column.categories), 0])[column.codes])


def _spread(column: pd.Categorical, rows: npt.NDArray[np.intp], count: int) -> pd.Categorical:
    codes = np.full(count, -1)
    codes[rows] = column.codes
    return pd.Categorical.from_codes(codes, dtype=column.dtype)
