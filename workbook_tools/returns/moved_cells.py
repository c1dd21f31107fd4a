"""Detect cells inserted, deleted or dragged within a column: defined names moved, marks did not."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.excel import Cell, parse_ref
from workbook_tools.problems import Place, problem
from workbook_tools.returns.locate import Located, read_map
from workbook_tools.spec.markers import NOTE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.readers.sheet_book import SheetBook


def check_names(located: Located, book: SheetBook) -> Located:
    """Drop the answers whose cells were moved without their rows, with one problem for all of them.

    Each answer's cell has a defined name. If it differs from the mark, either rows were sorted, or a program
    moved rows without names: then the names are where the form had them, or all together where the marks are.
    Otherwise cells were moved, and the figures cannot be assigned to lines.
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
    first = located.cells[involved[0]]
    told = problem(
        "cells-shifted",
        Place(sheet=first.sheet, cell=first.ref),
        count=len(involved),
        value=", ".join(
            f"{located.cells[code].ref}: {_content(located.cells[code], book)}" for code in involved
        ),
    )
    cells = {name: cell for name, cell in located.cells.items() if name not in involved}
    return replace(located, cells=cells, problems=(*located.problems, told))


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
    return {} if marked == {*moved.values()} else moved


@lru_cache(maxsize=1 << 12)
def parse_name(refers_to: str) -> _Spot | None:
    """Parse ``'Biểu 01'!$E$23`` to sheet, row and column; None for anything else, such as a deleted cell."""
    sheet, _, ref = refers_to.rpartition("!")
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    try:
        return (sheet, *parse_ref(ref))
    except ValueError:
        return None


def _content(cell: Cell, book: SheetBook) -> str:
    found = next(
        sheet.cells.get((cell.row, cell.column)) for sheet in book.sheets if sheet.name == cell.sheet
    )
    return " ".join(found.raw.split())[:40] if found is not None else ""


def _is_filled(cell: Cell, book: SheetBook) -> bool:
    return bool(_content(cell, book))
