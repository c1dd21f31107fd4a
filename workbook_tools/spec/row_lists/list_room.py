"""Make room for lists in a template: the row drawn for each becomes its rows, between two hidden ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from workbook_tools.excel import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.model import Computed, ReportTemplate, RowList

T = TypeVar("T")
_RANGE = re.compile(r"(\$?[A-Za-z]{1,3}\$?)([1-9][0-9]{0,6})(?:(:\$?[A-Za-z]{1,3}\$?)([1-9][0-9]{0,6}))?")
_ROWS = re.compile(r"(\$?)([1-9][0-9]{0,6})(:\$?)([1-9][0-9]{0,6})")


class Room(Struct, frozen=True):
    """How the rows of one drawn sheet move: the drawn row of each list, and its number of rows."""

    lists: tuple[tuple[int, int], ...] = ()

    def shift(self, row: int) -> int:
        """Return a row's place; for the row of a list, that of the hidden row above it."""
        return row + sum(count + 1 for drawn, count in self.lists if drawn < row)

    def end(self, row: int) -> int:
        """Return the last row of what was drawn in a row: for a list, the hidden row below it."""
        return self.shift(row) + next((count + 1 for drawn, count in self.lists if drawn == row), 0)

    def rows(self, row: int) -> range:
        """Return the rows with what was drawn in a row, without the hidden rows of a list."""
        start = self.shift(row)
        count = next((count for drawn, count in self.lists if drawn == row), 0)
        if count:
            return range(start + 1, start + 1 + count)
        return range(start, start + 1)


Rooms = dict[str, Room]


def rooms_of(lists: Mapping[str, RowList], counts: Mapping[str, int] | None = None) -> Rooms:
    """Return the rooms of drawn lists by sheet; ``counts`` overrides their numbers of rows."""
    found: dict[str, list[tuple[int, int]]] = {}
    for one in lists.values():
        count = (counts or {}).get(one.code, one.room)
        found.setdefault(one.sheet, []).append((one.top, count))
    return {sheet: Room(tuple(sorted(rows))) for sheet, rows in found.items()}


def move_formula(text: str, sheet: str, rooms: Mapping[str, Room], at: tuple[int, int] | None = None) -> str:
    """Move the references of a formula of ``sheet``; one to a list's drawn row becomes the whole list.

    ``at`` is the drawn and the present row of a formula of a list: its references to that row stay in it.
    """
    # openpyxl's Translator would not do: it moves all references of a formula by one offset.
    try:
        tokens = Tokenizer(f"={text.removeprefix('=')}")
    except TokenizerError:
        return text
    moved = "".join(_moved(token, sheet, rooms, at) for token in tokens.items)
    if text.startswith("="):
        return f"={moved}"
    return moved


def _moved(token: Token, sheet: str, rooms: Mapping[str, Room], at: tuple[int, int] | None) -> str:
    value = str(token.value)
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return value
    prefix, mark, reference = value.rpartition("!")
    named = prefix.strip("'").replace("''", "'") if mark else sheet
    room = rooms.get(named)
    if room is None:
        return value
    own = at if named == sheet else None
    return prefix + mark + move_range(reference, room, own)


def move_range(reference: str, room: Room, at: tuple[int, int] | None = None) -> str:
    """Move an address or range, given without its sheet; anything else is returned unchanged."""
    match = _RANGE.fullmatch(reference)
    if match is not None:
        left, first, right, last = match.groups()
        if at is not None and int(first) == at[0] and int(last or first) == at[0]:
            if right:
                return f"{left}{at[1]}{right}{at[1]}"
            return f"{left}{at[1]}"
        top, end = room.shift(int(first)), room.end(int(last or first))
        if right is None and end == top:
            return f"{left}{top}"
        return f"{left}{top}{right or f':{left}'}{end}"
    match = _ROWS.fullmatch(reference)
    if match is not None:
        return match[1] + str(room.shift(int(match[2]))) + match[3] + str(room.end(int(match[4])))
    return reference


def make_room(drawn: ReportTemplate, counts: Mapping[str, int] | None = None) -> ReportTemplate:
    """Return the template with each list in its rows: ``counts``, or as many as the dictionary says."""
    if not drawn.lists:
        return drawn
    rooms = rooms_of(drawn.lists, counts)

    def moved(cell: Cell) -> Cell:
        room = rooms.get(cell.sheet)
        if room is None:
            return cell
        return Cell(cell.sheet, room.rows(cell.row)[0], cell.column)

    def moved_all(places: Mapping[str, Cell]) -> dict[str, Cell]:
        return {name: moved(cell) for name, cell in places.items()}

    lists = {
        code: replace(one, room=(counts or {}).get(code, one.room), top=rooms[one.sheet].rows(one.top)[0])
        for code, one in drawn.lists.items()
    }
    return replace(
        drawn,
        inputs=moved_all(drawn.inputs),
        notes=moved_all(drawn.notes),
        texts=_spread(drawn.texts, rooms),
        computed=tuple(_move_computed(one, rooms, moved) for one in drawn.computed),
        uncalculated=tuple(map(moved, drawn.uncalculated)),
        lists=lists,
        row_formulas=tuple(_move_computed(one, rooms, moved, of_row=True) for one in drawn.row_formulas),
        drawn=drawn,
    )


def _spread(texts: Mapping[Cell, T], rooms: Mapping[str, Room]) -> dict[Cell, T]:
    """Move printed texts; those of a list's row are repeated in each of its rows."""
    found = {}
    for cell, text in texts.items():
        room = rooms.get(cell.sheet, Room())
        for row in room.rows(cell.row):
            found[Cell(cell.sheet, row, cell.column)] = text
    return found


def _move_computed(
    one: Computed, rooms: Mapping[str, Room], moved: Callable[[Cell], Cell], *, of_row: bool = False
) -> Computed:
    place = moved(one.cell)
    at = (one.cell.row, place.row) if of_row else None
    return replace(one, cell=place, live=move_formula(one.live, one.cell.sheet, rooms, at))
