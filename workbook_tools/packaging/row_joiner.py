"""Build long text output from columns with pyarrow, three times as fast as Python strings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Numbers: TypeAlias = npt.NDArray[np.integer]
_PIECE = 12_000_000
"""Upper bound in bytes of one piece, so that the whole is never in memory."""
_POOL = pa.system_memory_pool()
"""pyarrow's own keeps some 60 MB of what was freed, and is not faster here."""


class TextColumn(Struct, frozen=True):
    """A dictionary-encoded column: its distinct texts, and for each row the index of its text."""

    distinct: Sequence[str]
    places: Numbers


def join_rows(
    columns: Sequence[TextColumn | Numbers], first: int | None = None
) -> Iterator[Callable[[], memoryview]]:
    """Yield the rows in pieces of UTF-8, in order; each piece is built when called, in any thread.

    A row is the texts of its columns side by side; of numbers it is their digits. With ``first``, the row's
    number stands between each two of them; the first row has that number.
    """
    places = [column.places if isinstance(column, TextColumn) else column for column in columns]
    count = len(places[0])
    texts = [
        pa.array(column.distinct, pa.string(), memory_pool=_POOL) if isinstance(column, TextColumn) else None
        for column in columns
    ]
    longest = 8 * len(columns) + sum(
        max(map(len, column.distinct), default=0) for column in columns if isinstance(column, TextColumn)
    )
    step = max(_PIECE // longest, 1)
    for start in range(0, count, step):
        end = min(start + step, count)
        number = None if first is None else first + start
        yield partial(_join, texts, [of_row[start:end] for of_row in places], number)


def _join(texts: Sequence[pa.StringArray | None], places: Sequence[Numbers], first: int | None) -> memoryview:
    parts = [
        _digits(of_row) if found is None else pc.take(found, pa.array(of_row), memory_pool=_POOL)
        for found, of_row in zip(texts, places, strict=True)
    ]
    count = len(parts[0])
    between = "" if first is None else _digits(np.arange(first, first + count))
    # The raw buffer of a pyarrow string array is its texts without separators: no copy needed.
    _, lengths, letters = pc.binary_join_element_wise(*parts, between, memory_pool=_POOL).buffers()
    return memoryview(letters)[: int(np.frombuffer(lengths, np.int32)[count])]


def _digits(numbers: Numbers) -> pa.StringArray:
    return pc.cast(pa.array(numbers), pa.string(), memory_pool=_POOL)
