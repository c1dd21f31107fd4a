"""Names for the cells of lists: the column's code and the number of the filled row, such as ``ds.ten 3``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbook_tools.model import RawAnswer


def number_rows(cells: Iterable[RawAnswer]) -> Iterator[tuple[str, RawAnswer]]:
    """Each cell of a return's lists, in the order found, with its name."""
    seen: Counter[str] = Counter()
    for cell in cells:
        seen[cell.code] += 1
        yield f"{cell.code} {seen[cell.code]}", cell


def with_rows(answers: Iterable[RawAnswer], cells: Iterable[RawAnswer]) -> tuple[RawAnswer, ...]:
    """The answers of a return and the cells of its lists, these under their names."""
    numbered = (replace(cell, code=name) for name, cell in number_rows(cells))
    return (*answers, *numbered)
