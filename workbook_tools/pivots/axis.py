"""The lines of an axis: innermost items, group heads and subtotals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.pivots.pivot import Side

ItemPath = tuple[int, ...]
"""For each field of an axis, the rank of its item in display order."""


@dataclass(frozen=True, slots=True)
class AxisLine:
    """A row or column of a pivot's body; a group's line has the items down to the group only.

    ``filled``: whether it holds figures.
    """

    items: ItemPath
    kind: Literal["item", "subtotal"] = "item"
    filled: bool = True


@dataclass(frozen=True, slots=True)
class AxisGroup:
    """How a field's items group the inner ones: with a line as a head, with subtotals, or neither."""

    has_head: bool
    subtotals: Side | None


def arrange(lines: Iterable[ItemPath], groups: Sequence[AxisGroup], level: int = 0) -> Iterator[AxisLine]:
    """The lines of an axis: ``lines`` of its innermost items, in order, with heads and subtotals of
    ``groups``.

    ``groups`` describe the outer fields, outermost first.
    """
    if level == len(groups):
        yield from map(AxisLine, lines)
        return
    group = groups[level]
    for items, members in groupby(lines, key=lambda line: line[: level + 1]):
        if group.has_head:
            # The head's line is there in any case; it is empty if subtotals are below or absent.
            yield AxisLine(items, filled=group.subtotals == "above")
        yield from arrange(members, groups, level + 1)
        if group.subtotals == "below":
            yield AxisLine(items, "subtotal")
