"""Locate the answers of a return by the form's own marks, wherever they have moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from workbook_tools.bounded_cache import cache_if
from workbook_tools.excel import Cell, parse_ref
from workbook_tools.forms import form_marks
from workbook_tools.problems import Problem, problem
from workbook_tools.returns.identity import map_rows
from workbook_tools.returns.list_reading.list_place import ListPlace, find_lists, lists_of_map
from workbook_tools.spec.markers import NOTE_SUFFIX

if TYPE_CHECKING:
    from workbook_tools.readers.sheet_book import SheetBook, SheetCells

_Marks: TypeAlias = Sequence[tuple[tuple[int, int], str]]
_PLACING = (form_marks.ROW, form_marks.LIST, form_marks.COLUMN)
_FEW = 1 << 16
"""No form has as many marks or letters in them; larger inputs are not cached."""


class Located(Struct, frozen=True, eq=False, dict=True):
    """The cells of answers and remarks in a return, by name (``ct_1``, ``ct_1.ghi_chu``), and problems.

    ``several`` maps names found more than once to all their cells;
    :func:`workbook_tools.returns.copies.settle_copies` chooses. Compared by identity, so usable as a cache
    key.
    """

    cells: Mapping[str, Cell]
    problems: tuple[Problem, ...] = ()
    several: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """The hash of each label, as stored in the form; absent from forms made before 0.2."""
    lists: Mapping[str, tuple[ListPlace, ...]] = field(default_factory=dict)
    by_map: bool = False
    """Whether, for lack of marks, the cells are those that the form's map recorded when it was made."""

    @cached_property
    def lines(self) -> tuple[tuple[str, Cell, Cell | None], ...]:
        """Each answer with its cell and that of its remark."""
        return tuple(
            (name, cell, self.cells.get(name + NOTE_SUFFIX))
            for name, cell in self.cells.items()
            if not name.endswith(NOTE_SUFFIX)
        )


def locate_answers(book: SheetBook) -> Located:
    """Find every answer by row and column marks; if all row marks are lost, by the map in the meta sheet.

    Returns with equal marks get the same object.
    """
    marks = tuple((sheet.name, _marks(sheet)) for sheet in book.sheets)
    located = _locate(marks)
    # The map records where cells were, which is right only if nothing moved: the last resort.
    if located is not None:
        return located
    return _from_meta(book)


def _marks(sheet: SheetCells) -> tuple[tuple[tuple[int, int], str], ...]:
    """The row and column marks, from the top."""
    return tuple(sorted(mark for mark in sheet.texts_with(form_marks.MARK) if mark[1].startswith(_PLACING)))


def _are_few(sheets: Sequence[tuple[str, _Marks]]) -> bool:
    return sum(len(text) for _, placed in sheets for _, text in placed) < _FEW


@cache_if(_are_few, maxsize=32)
def _locate(sheets: Sequence[tuple[str, _Marks]]) -> Located | None:
    """Locate by the marks of each sheet; None if they locate nothing."""
    found: dict[str, list[Cell]] = defaultdict(list)
    labels: dict[str, str] = {}
    for sheet, marks in sheets:
        columns = _columns(marks)
        for row, keys, hashes in _rows(marks):
            labels.update(hashes)
            for name, column in keys.items():
                if column in columns:
                    found[name].append(Cell(sheet, row, columns[column]))
    lists = find_lists((sheet, marks, _columns(marks)) for sheet, marks in sheets)
    if found or lists:
        return _settle(found, labels, lists)
    return None


def _settle(
    found: Mapping[str, Sequence[Cell]],
    labels: Mapping[str, str],
    lists: Mapping[str, tuple[ListPlace, ...]],
    by_map: bool = False,
) -> Located:
    """The single cell of each name; a name found twice is left for later."""
    once = {name: cells[0] for name, cells in found.items() if len(cells) == 1}
    several = {name: tuple(cells) for name, cells in found.items() if len(cells) > 1}
    return Located(once, several=several, labels=labels, lists=lists, by_map=by_map)


def _rows(marks: _Marks) -> Iterator[tuple[int, Mapping[str, int], Mapping[str, str]]]:
    for (row, _), text in marks:
        if (keys := form_marks.parse_row_key(text)) is not None:
            yield row, keys, form_marks.parse_row_labels(text)


def _columns(marks: _Marks) -> dict[int, int]:
    """Named column → its present position; repeated names are ignored."""
    found: dict[int, list[int]] = defaultdict(list)
    for (_, column), text in marks:
        if (name := form_marks.parse_column_key(text)) is not None:
            found[name].append(column)
    # A column mark found twice says nothing about either.
    known = {name: columns[0] for name, columns in found.items() if len(columns) == 1}
    return _pasted_over(marks, found) | known


def _pasted_over(marks: _Marks, found: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The columns of lists without a mark: their named places, if the marks of the list show that no column
    has moved.
    """
    lost: dict[int, int] = {}
    for (_, column), text in marks:
        # The mark of a list is in its own column still, so no column to the left came or went.
        if form_marks.parse_list_home(text) == column:
            keys = form_marks.parse_list_key(text) or {}
            lost.update({name: name for name in keys.values() if name not in found})
    return lost


def _from_meta(book: SheetBook) -> Located:
    found: dict[str, list[Cell]] = defaultdict(list)
    labels: dict[str, str] = {}
    for key, cell, label in read_map(book):
        found[key].append(cell)
        if label:
            labels[key] = label
    return _settle(found, labels, lists_of_map(book), by_map=True)


def read_map(book: SheetBook) -> Iterator[tuple[str, Cell, str]]:
    """Answers and remarks in the map: name, cell when the form was made, and label hash if recorded."""
    names = {sheet.name for sheet in book.sheets}
    for code, name, ref, _, note, label in _input_rows(book):
        for key, address in ((code, ref), (code + NOTE_SUFFIX, note)):
            if name in names and (place := _parse_place(address)) is not None:
                yield key, Cell(name, *place), label


def _input_rows(book: SheetBook) -> Iterator[list[str]]:
    """The map's inputs: code, sheet, cell, named column, cell of the remark, and label hash."""
    return map_rows(book, "input", 6)


def check_unread(located: Located, book: SheetBook) -> list[Problem]:
    """Report sheets that could not be read; RefusedFile if the form may be on one of them.

    The form is on the sheets of its map, and on those that its defined names point to. All lines of the
    map must be found by their marks.
    """
    unread = [sheet.name for sheet in book.sheets if sheet.fault is not None]
    if book.fault is None:
        return []
    rows = [*_input_rows(book)]
    codes, homes = {code for code, *_ in rows}, {sheet for _, sheet, *_ in rows}
    homes |= {place.sheet for places in lists_of_map(book).values() for place in places}
    found = located.cells.keys() | located.several.keys()
    for name, refers_to in book.defined_names.items():
        place = parse_name(refers_to)
        if place is not None and (not codes or name in codes):
            homes.add(place[0])
    # Otherwise the unreadable sheet is one that the unit added, and costs nothing.
    if not found or located.by_map or not codes <= found or not homes or not homes.isdisjoint(unread):
        raise book.fault
    return [problem("sheet-unread", value=", ".join(unread))]


@lru_cache(maxsize=1 << 12)
def parse_name(refers_to: str) -> tuple[str, int, int] | None:
    """Parse ``'Biểu 01'!$E$23`` to sheet, row and column; None for anything else, such as a deleted cell."""
    sheet, _, ref = refers_to.rpartition("!")
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    try:
        return (sheet, *parse_ref(ref))
    except ValueError:
        return None


def _parse_place(address: str) -> tuple[int, int] | None:
    """Parse an address; None if it is invalid: the map may be damaged, or record that there is no cell."""
    try:
        return parse_ref(address)
    except ValueError:
        return None
