"""Ruled empty rows below one heading: a list of any length, of which the template keeps the first row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from openpyxl.formula.translate import Translator

from workbook_tools.forms.list_rows.sheet_room import move_rows
from workbook_tools.propose.grid import Grid
from workbook_tools.propose.guesses import guess_line
from workbook_tools.propose.inputs import ORDINALS, find_inputs, heads, is_head_row, spans_table
from workbook_tools.spec.row_lists.list_columns import RESERVED
from workbook_tools.spec.row_lists.list_room import Room, move_formula
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from workbook_tools.propose.grid import Block
    from workbook_tools.propose.guesses import ProposedLine

_LEAST_ROWS, _LEAST_COLUMNS = 2, 2
_BRACKETS = re.compile(r"\([^()]*\)")
_COUNTED = re.compile(r"\b(?:so|tong|sl|don gia|thanh tien)\b")
_NAMED = re.compile(
    r"\b(?:so (?:cccd|cmnd|quyet dinh|qd|hieu|dinh danh|tai khoan|the|so|van ban|cong van|bao danh|"
    r"dien thoai)|ma)\b"
)
_COLUMN_LENGTH = 24


class RuledRows(Struct, frozen=True):
    """The first row of a list, its number of rows, and its column of running numbers (0 if it has none)."""

    row: int
    count: int
    number_column: int = 0

    def columns(self, grid: Grid) -> list[Block]:
        """Return the cells of the first row that are columns of the list."""
        return [b for b in grid.row(self.row) if b.is_boxed and b.column != self.number_column]


class _Closing(Room, frozen=True):
    """How rows move up when each list (first row, number of rows) keeps only its first row."""

    closed: tuple[tuple[int, int], ...] = ()

    def shift(self, row: int) -> int:
        """Return a row's place; for a row that is removed, that of the list's first row."""
        return row - sum(min(max(row - first, 0), count - 1) for first, count in self.closed)

    def end(self, row: int) -> int:
        """Return the same place, because no row is repeated."""
        return self.shift(row)

    def rows(self, row: int) -> range:
        """Return the row's only place."""
        return range(self.shift(row), self.shift(row) + 1)


def close_lists(workbook: Workbook, sheets: Sequence[Worksheet]) -> Mapping[str, Sequence[RuledRows]]:
    """Remove all but the first row of every list; return the lists by sheet at their new places."""
    drawn = {sheet.title: tuple(find_ruled_rows(Grid(sheet))) for sheet in sheets}
    rooms: dict[str, Room] = {
        name: _Closing(closed=tuple((one.row, one.count) for one in found))
        for name, found in drawn.items()
        if found
    }
    if not rooms:
        return {}
    for sheet in sheets:
        for one in drawn[sheet.title]:
            _drop_rows(sheet, range(one.row + 1, one.row + one.count))
    move_rows(workbook, [sheet.title for sheet in workbook.worksheets], rooms)
    # Defined names refer to rows, too, and move_rows knows only what is on the sheets.
    for names in (workbook.defined_names, *(sheet.defined_names for sheet in workbook.worksheets)):
        for name in names.values():
            name.value = move_formula(name.value, "", rooms)
    return {name: [replace(one, row=rooms[name].shift(one.row)) for one in drawn[name]] for name in rooms}


def _drop_rows(sheet: Any, rows: range) -> None:
    for spot in [spot for spot in sheet._cells if spot[0] in rows]:
        del sheet._cells[spot]
    kept = [block for block in sheet.merged_cells.ranges if block.min_row not in rows]
    sheet.merged_cells.ranges = set(kept)
    for row in rows:
        sheet.row_dimensions.pop(row, None)


def find_ruled_rows(grid: Grid) -> Iterator[RuledRows]:
    """Find two or more empty ruled rows with the same columns directly below a heading."""
    inputs = {block.row: 0 for block in grid.blocks}
    for block in find_inputs(grid).inputs:
        inputs[block.row] += 1
    row = 1
    while row <= grid.rows:
        rows = [row]
        while rows[-1] < grid.rows and _is_alike(grid, row, rows[-1] + 1):
            rows.append(rows[-1] + 1)
        numbered = _number_column(grid, rows)
        one = RuledRows(row, len(rows), numbered or 0)
        if (
            len(rows) >= _LEAST_ROWS
            and inputs.get(row, 0) >= _LEAST_COLUMNS
            and numbered is not None
            and _is_below_head(grid, row)
            and all(b.is_blank or b.is_formula for b in one.columns(grid))
            and all(heads(grid, b) for b in one.columns(grid))
        ):
            yield one
        row = rows[-1] + 1


def _boxed(grid: Grid, row: int) -> list[Block]:
    return [b for b in grid.row(row) if b.is_boxed]


def _is_alike(grid: Grid, first: int, row: int) -> bool:
    """Whether a row has the columns of the first one, each of them empty, a number, or the same formula."""
    ours, theirs = _boxed(grid, first), _boxed(grid, row)
    return (
        [(b.column, b.last_column) for b in ours] == [(b.column, b.last_column) for b in theirs]
        and all(b.row == b.last_row for b in (*ours, *theirs))
        and all(map(_is_copy, ours, theirs))
    )


def _is_copy(first: Block, other: Block) -> bool:
    if first.is_formula or other.is_formula:
        if not (first.is_formula and other.is_formula):
            return False
        return bool(Translator(first.text, first.ref).translate_formula(other.ref) == other.text)
    return (first.is_blank or first.is_ordinal) and (other.is_blank or other.is_ordinal)


def _number_column(grid: Grid, rows: Sequence[int]) -> int | None:
    """Return the column of the numbers 1, 2, 3…, 0 if there is none; None if the rows have other names."""
    cells = [boxed[0] for row in rows if (boxed := _boxed(grid, row))]
    if len(cells) < len(rows):
        return None
    # Often only the first rows are numbered, and the rest left to whoever fills them in.
    texts = [b.text.rstrip(".") for b in cells if not b.is_blank]
    counted = [str(number) for number in range(1, len(texts) + 1)]
    if [text.lstrip("0") for text in texts] != counted or not all(b.is_blank for b in cells[len(texts) :]):
        return None
    above = heads(grid, cells[0])
    if texts or (above and fold(above[-1]).rstrip(".") in ORDINALS):
        return cells[0].column
    return 0


def _is_below_head(grid: Grid, row: int) -> bool:
    """Whether the row above has headings, the numbers of columns, or a part's title inside the table."""
    boxed = _boxed(grid, row - 1)
    if not boxed:
        return False
    if all(b.column_number or not b.text for b in boxed) and any(b.text for b in boxed):
        return True
    texts = [b for b in boxed if b.text]
    return any(is_head_row(grid, b) or (len(texts) == 1 and spans_table(grid, b)) for b in texts)


def code_columns(grid: Grid, one: RuledRows, code: str) -> dict[Block, str]:
    """Return the columns of a list with their codes, derived from their headings."""
    found: dict[Block, str] = {}
    for block in one.columns(grid):
        words = fold(_BRACKETS.sub(" ", heads(grid, block)[-1]))
        name = re.sub(r"[^a-z0-9]+", "_", words)[:_COLUMN_LENGTH].strip("_")
        if not name[:1].isalpha():
            name = f"cot_{name}".strip("_")
        number, whole = 1, f"{code}.{name}"
        while whole in found.values() or whole.split(".")[1] in RESERVED:
            number += 1
            whole = f"{code}.{name}_{number}"
        found[block] = whole
    return found


def guess_column(grid: Grid, block: Block, columns: Sequence[Block]) -> ProposedLine:
    """Guess what a column of a list asks for: words, unless heading, format or a formula need a number."""
    # Unlike cells of a table, most columns of a list are words: a class is called 6A1.
    line = guess_line(grid, block, columns)
    words = fold(line.label)
    is_number = _is_calculated_with(grid, block) or re.search(r"[0#]", block.number_format)
    unsure = line.kind == "số đếm" and not block.is_formula and not is_number
    if unsure and (_NAMED.search(words) or not (_COUNTED.search(words) or "(" in line.label)):
        return replace(line, kind="văn bản", measure="", row="", column="")
    return replace(line, row="", column="")


def _is_calculated_with(grid: Grid, block: Block) -> bool:
    named = re.compile(rf"\$?\b{re.sub('[0-9]', '', block.ref)}\$?{block.row}\b")
    return any(b.is_formula and named.search(b.text) for b in grid.row(block.row))
