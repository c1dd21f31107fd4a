"""The elements ``rowItems`` and ``colItems``: which items each row and column of a pivot stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.pivots.parts.xml import Attribute, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.pivots.axis import AxisLine, ItemPath


def render_lines(lines: Sequence[AxisLine], values: int, totals: int) -> list[str]:
    """Each line once for each of its ``values``, then the ``totals``."""
    texts = [text for line, before in _with_previous(lines) for text in _with_values(line, before, values)]
    return [*texts, *(_total(number) for number in range(totals))]


def _with_previous(lines: Sequence[AxisLine]) -> list[tuple[AxisLine, ItemPath]]:
    return list(zip(lines, [(), *(line.items for line in lines[:-1])], strict=True))


def _line(line: AxisLine, before: ItemPath) -> str:
    """A row or column: the number of leading items it shares with the one before, and its other items."""
    if line.kind == "subtotal":
        return _subtotal(line, 0)
    return _items_after(line.items, before, 0)


def _with_values(line: AxisLine, before: ItemPath, values: int) -> list[str]:
    """The columns of a line: one for each value."""
    if values == 1:
        return [_line(line, before)]
    if line.kind == "subtotal":
        return [_subtotal(line, value) for value in range(values)]
    first = _items_after((*line.items, 0), before, 0)
    others = [_items_after((*line.items, value), line.items, value) for value in range(1, values)]
    return [first, *others]


def _items_after(line: ItemPath, before: ItemPath, value: int) -> str:
    same = 0
    while same < min(len(line), len(before)) and line[same] == before[same]:
        same += 1
    # The last field is always written, even if another value of the same item follows. One x too many makes
    # Excel for Mac remove the pivot.
    same = min(same, max(len(line) - 1, 0))
    return element("i", {"r": same or None, "i": value or None}, [_item(place) for place in line[same:]])


def _subtotal(line: AxisLine, value: int) -> str:
    attributes: dict[str, Attribute] = {"t": "default", "r": len(line.items) - 1 or None, "i": value or None}
    return element("i", attributes, [_item(line.items[-1])])


def _total(value: int = 0) -> str:
    return element("i", {"t": "grand", "i": value or None}, [_item(0)])


def _item(place: int) -> str:
    # The position among the field's items in display order, not in the cache; the default is 0.
    return element("x", {"v": place or None})
