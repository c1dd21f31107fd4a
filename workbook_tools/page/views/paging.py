"""Long tables, one page at a time: a browser shows a hundred rows at once, ten thousand only slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from flask import request
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
ROWS = 100


class Section(Struct, Generic[T], frozen=True):
    """One page of a long table: its rows, its number from 1, the number of pages and of all rows."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int

    @property
    def links(self) -> list[int]:
        """The pages to link to: the first, the last, and those around this one."""
        near = range(self.number - 2, self.number + 3)
        return [n for n in range(1, self.pages + 1) if n in (1, self.pages) or n in near]


def cut(rows: Sequence[T], size: int = ROWS) -> Section[T]:
    """Return the page that the request asks for, or the nearest one that exists."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return Section(rows[(number - 1) * size : number * size], number, pages, len(rows))
