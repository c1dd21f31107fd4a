"""At which rows the pages of a sheet begin, so that no heading ends one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# 210 × 297 mm.
A4_POINTS = (595.3, 841.9)
_SURE_ROOM = 0.97
"""Programs differ by some points per page: a page ends where it fits in all of them."""


def find_page_starts(
    heights: Sequence[float], stays_with_next: Callable[[int], bool], room: float, repeated: float
) -> list[int]:
    """The rows, from 0, that begin a page after the first.

    ``heights`` are in points, as is the ``room`` of a page and what is ``repeated`` at the top of each.
    """
    starts: list[int] = []
    start, row, used = 0, 0, 0.0
    while row < len(heights):
        if used + heights[row] > _SURE_ROOM * room and row > start:
            begin = row
            # Up over headings, but never to the page's own first row, which would never end.
            while begin - 1 > start and stays_with_next(begin - 1):
                begin -= 1
            if begin - 1 > start:
                row = begin
            start = row
            starts.append(row)
            used = repeated
        used += heights[row]
        row += 1
    return starts
