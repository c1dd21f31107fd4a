"""A drawn sheet as blocks: each cell or merged block once, with its text, fill and borders."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from openpyxl.cell.cell import MergedCell

from workbook_tools.excel import column_letters
from workbook_tools.propose.drawn_choices import DrawnChoices
from workbook_tools.spec.tables import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_DOTS = re.compile(r"[.…_\s]{3,}|…")
_ORDINAL = re.compile(r"[-+*•]|(?:\d{1,3}|[IVX]{1,5}|[a-zA-ZĐđ])(?:\.\d{1,2})*[.)]?")
_NUMBERED = re.compile(r"\(?(\d{1,2}|[A-Z])\)?(?:\s*=[\s\d()+-]+)?")
_MOST_ROWS, _MOST_COLUMNS = 2_000, 200


class Block(Struct, frozen=True):
    """A cell or merged block; rows and columns are 1-based and inclusive.

    ``edges`` holds those of ``LRTB`` (left, right, top, bottom) that have a line.
    """

    row: int
    column: int
    last_row: int
    last_column: int
    text: str
    is_formula: bool
    number_format: str
    fill: str
    edges: str
    bold: bool
    options: str = ""
    """The options of its drop-down, separated by semicolons."""

    @property
    def ref(self) -> str:
        """The address of its first cell."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def is_blank(self) -> bool:
        """Whether it is empty or holds only a dotted line."""
        return not self.is_formula and (not self.text or bool(_DOTS.fullmatch(self.text)))

    @property
    def is_boxed(self) -> bool:
        """Whether it is a cell of a ruled table; a figure and its measure may share one."""
        return {"T", "B"} <= set(self.edges) and ("L" in self.edges or "R" in self.edges)

    @property
    def is_ordinal(self) -> bool:
        """Whether it only numbers its row."""
        return bool(_ORDINAL.fullmatch(self.text))

    @property
    def column_number(self) -> str:
        """The number or letter that names a column, as in ``(1)`` or ``(1)=(2)+(3)``; else empty."""
        found = _NUMBERED.fullmatch(self.text)
        return found[1] if found else ""


class Grid:
    """The blocks of a sheet; ``at`` finds the one that covers a cell."""

    def __init__(self, sheet: Worksheet) -> None:
        self.name: str = sheet.title
        self._sheet = sheet
        # A format reaching to the last row of Excel makes max_row a million; no form is that large.
        rows, columns = min(sheet.max_row, _MOST_ROWS), min(sheet.max_column, _MOST_COLUMNS)
        ends = {(m.min_row, m.min_col): (m.max_row, m.max_col) for m in sheet.merged_cells.ranges}
        self.blocks: list[Block] = []
        self._at: dict[tuple[int, int], Block] = {}
        self._choices = DrawnChoices(sheet)
        for row in range(1, rows + 1):
            for column in range(1, columns + 1):
                # Read from the dictionary: sheet.cell() would create every cell that it is asked for.
                if isinstance(sheet._cells.get((row, column)), MergedCell):
                    continue
                block = self._block(row, column, *ends.get((row, column), (row, column)))
                self.blocks.append(block)
                for place in _places(block):
                    self._at[place] = block

    def at(self, row: int, column: int) -> Block | None:
        """Return the block that covers a cell; None outside the sheet."""
        return self._at.get((row, column))

    def row(self, number: int) -> list[Block]:
        """Return the blocks that cover a row, from left to right."""
        found = (self._at.get((number, column)) for column in range(1, self.columns + 1))
        return list(dict.fromkeys(block for block in found if block is not None))

    @cached_property
    def columns(self) -> int:
        """The last column with a text, border or merged cell."""
        used = [b.last_column for b in self.blocks if b.text or b.edges or b.last_column > b.column]
        return max(used, default=1)

    @cached_property
    def rows(self) -> int:
        """The last row with a text, border, fill or merged cell."""
        used = [b.last_row for b in self.blocks if b.text or b.edges or b.last_column > b.column or b.fill]
        return max(used, default=1)

    def _block(self, row: int, column: int, last_row: int, last_column: int) -> Block:
        cell = self._sheet._cells.get((row, column))
        text, is_formula, number_format, colour, is_bold = "", False, "General", "", False
        if cell is not None:
            text, is_formula, number_format = clean(cell.value), cell.data_type == "f", cell.number_format
            colour, is_bold = _colour(cell), bool(cell.font.b)
        return Block(
            row,
            column,
            last_row,
            last_column,
            text,
            is_formula,
            number_format,
            colour,
            self._edges(row, column, last_row, last_column),
            is_bold,
            self._choices.options(row, column),
        )

    def _edges(self, row: int, column: int, last_row: int, last_column: int) -> str:
        # Excel draws the line between two cells whichever of them has the border.
        sides = (
            ("L", (row, column, "left"), (row, column - 1, "right")),
            ("R", (row, last_column, "right"), (row, last_column + 1, "left")),
            ("T", (row, column, "top"), (row - 1, column, "bottom")),
            ("B", (last_row, column, "bottom"), (last_row + 1, column, "top")),
        )
        return "".join(name for name, own, other in sides if self._line(*own) or self._line(*other))

    def _line(self, row: int, column: int, side: str) -> bool:
        cell = self._sheet._cells.get((row, column))
        line = getattr(cell.border, side, None) if cell is not None else None
        return bool(line is not None and line.style)


def _colour(cell: Cell | MergedCell) -> str:
    """Return a name for the cell's fill; empty if it has none."""
    if not cell.fill.fill_type:
        return ""
    colour = cell.fill.fgColor
    if isinstance(colour.rgb, str):
        return colour.rgb
    return f"theme {colour.theme} {colour.tint:.2f}"


def _places(block: Block) -> Iterator[tuple[int, int]]:
    for row in range(block.row, block.last_row + 1):
        for column in range(block.column, block.last_column + 1):
            yield row, column
