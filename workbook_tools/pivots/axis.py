"""The lines of an axis: those of the innermost items, and those of the groups around them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.pivots.pivot import Side

ItemPath = tuple[int, ...]
"""For each field of an axis, the place of its item in the order in which items are shown."""


@dataclass(frozen=True, slots=True)
class AxisLine:
    """A row or column of a pivot's body; a group's has the items down to the group only.

    ``filled`` is whether figures stand in it.
    """

    items: ItemPath
    kind: Literal["item", "subtotal"] = "item"
    filled: bool = True


@dataclass(frozen=True, slots=True)
class AxisGroup:
    """How the items of a field group those inside: with a line of their own as a head, with subtotals, or neither."""

    has_head: bool
    subtotals: Side | None


def arrange(lines: Iterable[ItemPath], groups: Sequence[AxisGroup], level: int = 0) -> Iterator[AxisLine]:
    """The lines of an axis, given those of its innermost items in order; ``groups`` are those of the fields around them."""
    if level == len(groups):
        yield from map(AxisLine, lines)
        return
    group = groups[level]
    for items, members in groupby(lines, key=lambda line: line[: level + 1]):
        if group.has_head:
            yield AxisLine(items, filled=group.subtotals == "above")
        yield from arrange(members, groups, level + 1)
        if group.subtotals == "below":
            yield AxisLine(items, "subtotal")
