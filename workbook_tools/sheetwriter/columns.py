"""Columns of a long list, in terms of their distinct values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from workbook_tools.sheetwriter.cell_text import line_count

CellContent: TypeAlias = str | float | date | None
Places: TypeAlias = npt.NDArray[np.integer]
CellValues: TypeAlias = pd.Series | pd.Categorical | npt.NDArray[np.generic] | Sequence[CellContent]


_SHORT = 1_000


class Column(Struct, frozen=True):
    """A column of cells: text, numbers, dates, and None or NaN for blanks.

    ``style`` is one style for all, or one per cell; ``links`` are targets or None.
    """

    values: CellValues
    style: str | CellValues = "text"
    links: Sequence[str | None] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def head(self, count: int) -> Column:
        """The first ``count`` cells."""
        style = self.style if isinstance(self.style, str) else _first(self.style, count)
        return Column(_first(self.values, count), style, None if self.links is None else self.links[:count])

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


def _first(values: CellValues, count: int) -> CellValues:
    return values.iloc[:count] if isinstance(values, pd.Series) else values[:count]


def factorize(values: CellValues) -> tuple[npt.NDArray[np.intp], list[CellContent]]:
    """Each row's value index, -1 for missing ones, and the distinct values (all
    categories if categorical).
    """
    column = values.array if isinstance(values, pd.Series) else values
    if isinstance(column, pd.Categorical):
        return column.codes.astype(np.intp), list(column.categories)
    if len(column) <= _SHORT:
        return _factorize_few(column.tolist() if hasattr(column, "tolist") else column)
    # As objects: pandas' own type of text, which it would infer, holds no lone surrogates.
    places, found = pd.factorize(
        values if isinstance(values, pd.Series) else pd.Series(np.asarray(values, dtype=object), dtype=object)
    )
    return places, list(found)


def _factorize_few(values: Sequence[Any]) -> tuple[npt.NDArray[np.intp], list[CellContent]]:
    """The same without pandas, which takes a thousand values' time to begin."""
    found: dict[CellContent, int] = {}
    places = [
        -1 if value is None or value is pd.NA or value != value else found.setdefault(value, len(found))
        for value in values
    ]
    return np.array(places, dtype=np.intp), list(found)


def line_counts(texts: CellValues, width: float) -> npt.NDArray[np.intp]:
    """Lines that each row's text takes in a column of that width, at least one."""
    places, found = factorize(texts)
    return np.array([*(line_count(str(text), width) for text in found), 1])[places]


def row_heights(*wrapped: tuple[CellValues, float]) -> npt.NDArray[np.float64]:
    """Height in points that each row needs for its texts, each in a column of its width."""
    lines: npt.NDArray[np.intp] = np.max([line_counts(texts, width) for texts, width in wrapped], axis=0)
    return (15.5 * lines + 2).astype(np.float64)


def pick(choices: Iterable[CellContent], places: Places) -> pd.Categorical:
    """A column from each row's index among ``choices``, which may hold duplicates; -1 is a blank cell."""
    again, found = factorize(list(choices))
    return pd.Categorical.from_codes(np.append(again, -1)[places], pd.Index(found, dtype=object))


def _small(places: Places, count: int) -> Places:
    """Use the smallest integer type: a million rows of many columns stay in memory until
    the file is written.
    """
    return places.astype(np.min_scalar_type(count))
