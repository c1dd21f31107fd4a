"""Detect cells that were inserted, deleted or dragged within a column, or merged with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.bounded_cache import cache_if
from workbook_tools.problems import Place, problem
from workbook_tools.returns.locate import Located, parse_name, read_map
from workbook_tools.spec.markers import NOTE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.excel import Cell
    from workbook_tools.readers.sheet_book import Area, SheetBook

_FEW = 1 << 12
"""No form has as many answers or merged cells; larger returns are not cached."""


def check_names(located: Located, book: SheetBook) -> Located:
    """Drop the answers whose cells were moved without their rows, with one problem for all of them.

    Defined names move with their cells, marks with their rows. Each answer's cell has a defined name. If it
    differs from the mark, either rows were sorted, or a program moved rows without names: then the names are
    where the form had them, or all together where the marks are. Otherwise cells were moved, and the figures
    cannot be assigned to lines.
    """
    named = {
        code: place
        for code, cell in located.cells.items()
        if code in book.defined_names
        and (place := parse_name(book.defined_names[code])) is not None
        and place != (cell.sheet, cell.row, cell.column)
    }
    if not named:
        return located
    moved = _without_sorted(named, located, book)
    reached = {*moved.values()}
    involved = [
        code
        for code, cell in located.cells.items()
        if not code.endswith(NOTE_SUFFIX)
        and (code in moved or (cell.sheet, cell.row, cell.column) in reached)
        and _is_filled(cell, book)
    ]
    if not involved:
        return located
    return _without(involved, "cells-shifted", located, book)


def check_merges(located: Located, book: SheetBook) -> Located:
    """Drop the filled answers of merged areas that cover an answer, with one problem for all of them.

    Excel shows only the first cell of a merged area, so a figure in another is hidden, and one in the first
    may be meant for several lines.
    """
    together = [code for s in book.sheets if s.merged for code in _merged_with(located, s.name, (*s.merged,))]
    involved = [code for code in together if _is_filled(located.cells[code], book)]
    if involved:
        return _without(involved, "cells-merged", located, book)
    return located


def _is_usual(located: Located, sheet: str, merged: Sequence[Area]) -> bool:
    return len(merged) < _FEW and len(located.cells) < _FEW


@cache_if(_is_usual, maxsize=32)
def _merged_with(located: Located, sheet: str, merged: Sequence[Area]) -> Sequence[str]:
    """The answers in merged areas that do not only begin at one."""
    found: list[str] = []
    places = {code: (cell.row, cell.column) for code, cell, _ in located.lines if cell.sheet == sheet}
    rows = {row for row, _ in places.values()}
    # A sheet may have tens of thousands of merged areas below the form.
    first, last = min(rows, default=0), max(rows, default=-1)
    for top, left, bottom, right in merged:
        if bottom < first or top > last:
            continue
        inside = {
            code: (row, column)
            for code, (row, column) in places.items()
            if top <= row <= bottom and left <= column <= right
        }
        if any(place != (top, left) for place in inside.values()):
            found += inside
    return found


def _without(codes: Sequence[str], kind: str, located: Located, book: SheetBook) -> Located:
    """Drop answers, with one problem that names their cells and contents."""
    first = located.cells[codes[0]]
    contents = [f"{located.cells[code].ref}: {_content(located.cells[code], book)}" for code in codes]
    place = Place(sheet=first.sheet, cell=first.ref)
    notice = problem(kind, place, count=len(codes), value=", ".join(contents))
    cells = {name: cell for name, cell in located.cells.items() if name not in codes}
    return replace(located, cells=cells, problems=(*located.problems, notice))


_Spot = tuple[str, int, int]


def _without_sorted(named: Mapping[str, _Spot], located: Located, book: SheetBook) -> Mapping[str, _Spot]:
    """The names that left their cells for a reason that the marks do not explain."""
    homes = {key: cell for key, cell, _ in read_map(book)}
    moved = {
        code: place
        for code, place in named.items()
        if code in homes and place != (homes[code].sheet, homes[code].row, homes[code].column)
    }
    marked = {(c.sheet, c.row, c.column) for c in (located.cells[code] for code in moved)}
    if marked == {*moved.values()}:
        return {}
    return moved


def _content(cell: Cell, book: SheetBook) -> str:
    sheet = next(sheet for sheet in book.sheets if sheet.name == cell.sheet)
    return " ".join(sheet.raw((cell.row, cell.column)).split())[:40]


def _is_filled(cell: Cell, book: SheetBook) -> bool:
    return bool(_content(cell, book))
