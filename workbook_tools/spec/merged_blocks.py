"""Merged blocks of a workbook as openpyxl opens it, in half the time."""

from __future__ import annotations

from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.styles.borders import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.merge import MergedCellRange

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMAT = MergedCellRange.format


@contextmanager
def fast_blocks() -> Iterator[None]:
    """Have openpyxl draw merged blocks by :func:`draw_block`, for which it has no setting.

    Another thread that opens a workbook at the same time draws the same, perhaps the slow way.
    """
    _set_format(draw_block)
    try:
        yield
    finally:
        _set_format(_FORMAT)


def _set_format(method: Any) -> None:
    setattr(MergedCellRange, "format", method)  # noqa: B010 - mypy knows it has other types


def draw_block(block: Any) -> None:
    """Do what ``MergedCellRange.format`` does when a workbook is opened: edges of the block, and protection.

    openpyxl compares the border of every covered cell with all borders of the workbook, field by field: half
    of what opening a template takes. Cells that had the same border before get the same one.
    """
    cells, start = block.ws._cells, block.start_cell
    drawn: dict[tuple[str, int, int], int] = block.ws.parent.__dict__.setdefault("_drawn_borders", {})
    for edge in ("top", "left", "right", "bottom"):
        side = getattr(start.border, edge)
        if side and side.style is None:
            continue
        of_start = start._style.borderId
        for place in getattr(block, edge):
            cell = cells[place]
            key = edge, of_start, _style(cell).borderId
            if key not in drawn:
                cell.border += Border(**{edge: side})
                drawn[key] = cell._style.borderId
            cell._style.borderId = drawn[key]
    block.start_cell.protection = copy(block.start_cell.protection)
    for place in block.cells:
        _style(cells[place]).protectionId = block.start_cell._style.protectionId


def _style(cell: Any) -> Any:
    if cell._style is None:
        cell._style = StyleArray()
    return cell._style
