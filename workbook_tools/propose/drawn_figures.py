"""Figures that a drawn form has already: zeros, which hold a place, and others, which all would print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.propose.grid import Grid
from workbook_tools.propose.inputs import row_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.propose.grid import Block

_FIGURE = re.compile(r"(?!(?:19|20)\d\d$)[-+]?\d[\d.,\s]*%?|[-–—]")
"""A figure, or the dash for none; a year is a heading."""
_OTHER = re.compile(r"[1-9]")
_WORD = re.compile(r"[^\W\d_]{2}")
_NAMED_CELLS = 12
Remark = tuple[str, str, str, str]


def empty_zeros(sheet: Worksheet) -> list[Remark]:
    """Empty the zeros of the rows of tables that have no other figures; a remark names them."""
    grid = Grid(sheet)
    zeros: list[Block] = []
    for number in range(2, grid.rows + 1):
        figures = [block for block in grid.row(number) if _is_figure(grid, block)]
        if not any(_OTHER.search(block.text) for block in figures):
            zeros += [block for block in figures if "0" in block.text]
    for block in zeros:
        sheet.cell(block.row, block.column).value = None
    why = (
        "Ô có sẵn số 0 được coi là ô để điền; không phải thì bỏ hàng của nó ở trang Chỉ tiêu và ghi lại số 0."
    )
    return _remark(sheet.title, zeros, why)


def note_figures(grid: Grid, inputs: Sequence[Block]) -> list[Remark]:
    """A remark on the figures in columns in which others are to be filled in."""
    columns = {block.column for block in inputs}
    figures = [block for block in grid.blocks if block.column in columns and _is_figure(grid, block)]
    why = (
        "Ô đã có sẵn số hoặc dấu gạch, biểu của mọi đơn vị sẽ in nguyên như vậy: nếu đơn vị phải điền thì để "
        "trống ô trên biểu gốc rồi lập lại tệp mẫu."
    )
    return _remark(grid.name, figures, why)


def _is_figure(grid: Grid, block: Block) -> bool:
    """Whether it is a figure in a row of a table that words name, below another row."""
    above = grid.at(block.row - 1, block.column)
    if block.is_formula or not block.is_boxed or above is None or not above.is_boxed:
        return False
    return bool(_FIGURE.fullmatch(block.text)) and any(
        _WORD.search(text.text) for text in row_texts(grid, block)
    )


def _remark(sheet: str, blocks: Iterable[Block], why: str) -> list[Remark]:
    refs = [block.ref for block in blocks]
    if not refs:
        return []
    more = ", …" if len(refs) > _NAMED_CELLS else ""
    return [(sheet, refs[0], ", ".join(refs[:_NAMED_CELLS]) + more, why)]
