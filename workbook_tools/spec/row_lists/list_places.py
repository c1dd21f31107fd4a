"""Find each list on the drawn form: one row with the markers of all its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.excel import Cell
from workbook_tools.spec.markers import marker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.model import RowList
    from workbook_tools.spec.form_sheets import FormSheets
    from workbook_tools.spec.tables import Findings


def place_lists(lists: Mapping[str, RowList], form: FormSheets, findings: Findings) -> Mapping[str, RowList]:
    """The lists with their row and columns on the form; other content of the row is noted.

    A printed 1 in the row is its running number, as ``{{ds.stt}}`` is; it is taken out of the form's texts.
    """
    found: dict[str, RowList] = {}
    taken: dict[tuple[str, int], str] = {}
    for code, one in lists.items():
        cells = {c: form.columns[c] for c in one.columns if c in form.columns}
        if not cells:
            continue
        home = min(cells.values())
        row = (home.sheet, home.row)
        for name, cell in cells.items():
            if (cell.sheet, cell.row) != row:
                findings.add(
                    "list-scattered",
                    cell.sheet,
                    cell.ref,
                    marker=marker(name),
                    first=f"{home.sheet}!{home.ref}",
                )
        if row in taken:
            findings.add("list-row-shared", home.sheet, home.ref, value=code, other=taken[row])
        taken[row] = code
        for name, cell in _others(form, row):
            findings.add("list-row-shared", cell.sheet, cell.ref, value=code, other=name)
        for top, left, bottom, _right in form.blocks.get(home.sheet, ()):
            if top <= home.row <= bottom and top != bottom:
                place = Cell(home.sheet, top, left)
                findings.add("list-row-merged", place.sheet, place.ref, value=code)
        found[code] = replace(
            one,
            sheet=home.sheet,
            top=home.row,
            places={name: cell.column for name, cell in cells.items()},
            number_column=_counter(code, row, form),
        )
    return found


def _others(form: FormSheets, row: tuple[str, int]) -> Iterator[tuple[str, Cell]]:
    """Lines and remarks in a list's row."""
    for places in (form.inputs, form.notes):
        for name, cell in places.items():
            if (cell.sheet, cell.row) == row:
                yield name, cell


def _counter(code: str, row: tuple[str, int], form: FormSheets) -> int:
    """The column of the running number: that of its marker, or of a printed 1; 0 if there is none."""
    marked = form.counters.get(code)
    if marked is not None and (marked.sheet, marked.row) == row:
        return marked.column
    ones = [cell for cell, number in form.numbers.items() if (cell.sheet, cell.row) == row and number == 1]
    if not ones:
        return 0
    first = min(ones)
    del form.numbers[first]
    form.texts.pop(first, None)
    form.counters[code] = first
    return first.column
