"""Find the input cells of a drawn form, and the cells for remarks."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from workbook_tools.propose.grid import Block, Grid

_NOTES = frozenset({"ghi chu", "ghi chu (neu co)", "giai trinh", "remarks", "note", "notes"})
ORDINALS = frozenset({"tt", "stt", "so tt", "so thu tu", "no", "no."})
MEASURES = frozenset({"dvt", "don vi tinh", "don vi", "unit"})
_NOT_FILLED = re.compile(r"khong (?:phai )?(?:dien|ghi|nhap)\b")
# Parts of an official letter (Decree 30/2020): what follows them is not an answer.
_NO_LABELS = ("noi nhan", "kinh gui", "so", "tm", "kt", "can cu")
_LETTER = re.compile(r"[^\W\d_]")
_LEAST_COLOURED = 3
_GREY = re.compile(r"FF([0-9A-F]{2})\1\1")


class Found(Struct):
    """The inputs of one sheet in reading order, and its remark cells by row."""

    inputs: list[Block] = field(default_factory=list)
    notes: dict[int, Block] = field(default_factory=dict)


def find_inputs(grid: Grid) -> Found:
    """Find blank cells of ruled tables beside a label, coloured blanks, and wide blanks below a heading.

    If most blanks of tables have a colour that no text has, that colour marks the inputs.
    """
    colours = _input_colours(grid)
    found = Found()
    for block in grid.blocks:
        if not block.is_blank or block.row > grid.rows or block.column > grid.columns:
            continue
        if block.is_boxed and _is_noted(grid, block):
            found.notes.setdefault(block.row, block)
        elif _is_filled_in(grid, block, colours):
            found.inputs.append(block)
    with_inputs = {block.row for block in found.inputs}
    found.notes = {row: block for row, block in found.notes.items() if row in with_inputs}
    return found


def heads(grid: Grid, block: Block) -> list[str]:
    """Return the headings of a table cell's column, from the top, without rows that span the table."""
    found: list[str] = []
    row = block.row - 1
    while (above := grid.at(row, block.column)) is not None and above.is_boxed:
        if above.text and not above.is_formula and not above.column_number and is_head_row(grid, above):
            found.insert(0, " ".join(above.text.split()))
        row = above.row - 1
    if above is not None and block.is_boxed and not found and _is_open_head(grid, above):
        found.append(" ".join(above.text.split()))
    return list(dict.fromkeys(found))


def _is_open_head(grid: Grid, above: Block) -> bool:
    """Whether the row without borders on top of a ruled table names all of its columns: a table style draws
    no borders in the cells.
    """
    ruled = [b for b in grid.row(above.last_row + 1) if b.is_boxed]
    names = [grid.at(above.row, b.column) for b in ruled]
    return len(ruled) > 1 and all(n is not None and n.text and not n.is_boxed for n in names)


def row_texts(grid: Grid, block: Block) -> list[Block]:
    """Return the texts to the left of a block that label its row."""
    texts = [b for b in grid.row(block.row) if b.column < block.column and b.text and not b.is_formula]
    return [b for b in texts if not b.is_ordinal and not b.is_blank and b.is_boxed == block.is_boxed]


def spans_table(grid: Grid, block: Block) -> bool:
    """Whether a boxed text is alone in its row of the table, except for the row's number."""
    return not any(b is not block and b.is_boxed and not b.is_ordinal for b in grid.row(block.row))


def is_head_row(grid: Grid, block: Block) -> bool:
    """Whether all cells of its row of the table are texts."""
    boxed = [b for b in grid.row(block.row) if b.is_boxed and not b.is_ordinal]
    return len(boxed) > 1 and all(b.text and not b.is_formula for b in boxed)


def _input_colours(grid: Grid) -> frozenset[str]:
    # A colour of many blanks and few texts is likely to mark inputs. Grey usually marks the opposite.
    blank = Counter(b.fill for b in grid.blocks if b.fill and b.is_blank)
    texts = Counter(b.fill for b in grid.blocks if b.fill and not b.is_blank)
    ruled = [b for b in grid.blocks if b.is_blank and b.is_boxed and not _is_noted(grid, b)]
    likely = {
        fill
        for fill, count in blank.items()
        if count >= _LEAST_COLOURED and count > 3 * texts[fill] and not _GREY.fullmatch(fill)
    }
    covered = sum(b.fill in likely for b in ruled)
    # A colour that covers less than half of the blanks may be decoration.
    if not ruled or 2 * covered >= len(ruled):
        return frozenset(likely)
    return frozenset()


def _is_noted(grid: Grid, block: Block) -> bool:
    return any(fold(head) in _NOTES for head in heads(grid, block)[-1:])


def _is_filled_in(grid: Grid, block: Block, colours: frozenset[str]) -> bool:
    # The officer's own colours are more reliable than any guess.
    if colours:
        return block.fill in colours or (bool(block.text) and block.is_boxed)
    # White is the only grey that does not exclude a cell: programs write it for "no colour".
    if _GREY.fullmatch(block.fill) and block.fill != "FFFFFFFF":
        return False
    # "Không điền": the form itself says so.
    if any(_NOT_FILLED.search(fold(b.text)) for b in grid.row(block.row)):
        return False
    if block.is_boxed:
        return _is_table_input(grid, block) or _is_wide_blank(grid, block)
    return _is_line(grid, block) or _is_wide_blank(grid, block)


def _is_table_input(grid: Grid, block: Block) -> bool:
    above = heads(grid, block)
    if above and fold(above[-1]).rstrip(".") in ORDINALS | MEASURES:
        return False
    if row_texts(grid, block):
        return not _is_of_labels(grid, block)
    boxed = [b for b in grid.row(block.row) if b.is_boxed]
    is_list = (
        bool(above) and len(boxed) > 1 and all(b.is_blank or b.is_ordinal or b.is_formula for b in boxed)
    )
    return is_list and not is_head_row(grid, block)


def _is_of_labels(grid: Grid, block: Block) -> bool:
    """Whether its column of the table mostly has words, so that a blank is an empty label, not an input."""
    words = blank = 0
    for step in (-1, 1):
        row = block.row + step
        while (other := grid.at(row, block.column)) is not None and other.is_boxed:
            words += _is_label(grid, other)
            blank += other.is_blank
            row = other.row - 1 if step < 0 else other.last_row + 1
    return words > blank + 1


def _is_line(grid: Grid, block: Block) -> bool:
    """Whether it is a blank after a label with a colon, outside tables."""
    left = grid.at(block.row, block.column - 1)
    if left is None or not left.text.endswith(":") or left.is_boxed:
        return False
    below = grid.at(left.last_row + 1, left.column)
    if below is not None and below.is_blank and _is_wide_blank(grid, below):
        return False
    word = fold(left.text.rstrip(":"))
    return word not in _NO_LABELS and not word.startswith(_NO_LABELS[:2])


def _is_wide_blank(grid: Grid, block: Block) -> bool:
    """Whether it is a merged blank more than half as wide as the form, below a heading."""
    if 2 * (block.last_column - block.column + 1) <= grid.columns or block.last_column == block.column:
        return False
    above = grid.at(block.row - 1, block.column)
    return bool(above and above.text and above.column == block.column and is_heading(above))


_NUMBERED_PART = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2})(?:\.\d{1,2})*[.)/]\s*\S")
_HEADING = re.compile(rf"{_NUMBERED_PART.pattern}|.*:$", re.DOTALL)


def is_heading(block: Block) -> bool:
    """Whether a text numbers a part of the form, or ends with a colon."""
    return bool(_HEADING.match(block.text))


def is_label(grid: Grid, block: Block) -> bool:
    """Whether a text with a colon, outside tables and without a number, labels the blank beside it."""
    neighbour = grid.at(block.row, block.last_column + 1)
    return (
        not _NUMBERED_PART.match(block.text)
        and neighbour is not None
        and neighbour.is_blank
        and not neighbour.is_boxed
        and _is_line(grid, neighbour)
    )


def _is_label(grid: Grid, block: Block) -> bool:
    """Whether it has words of its row; a measure has no line on its left: it shares its figure's box."""
    if block.is_blank or not _LETTER.search(block.text) or "L" not in block.edges:
        return False
    return not is_head_row(grid, block) and not spans_table(grid, block)
