"""Where a return's lists are: the rows between their marks, and the columns by the columns' marks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import parse_ref
from workbook_tools.forms import form_marks
from workbook_tools.formula.list_functions import list_of
from workbook_tools.returns.identity import map_rows
from workbook_tools.spec.vocabulary import COUNTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workbook_tools.readers.sheet_book import SheetBook


class ListPlace(Struct, frozen=True):
    """A list on one sheet: its rows from the first to the last mark, and its columns by code.

    ``marked`` are the rows with a mark of the list; the others were inserted. ``counter`` is the column of
    its running number, 0 if there is none.
    """

    sheet: str
    rows: tuple[int, ...]
    marked: frozenset[int]
    columns: Mapping[str, int]
    counter: int = 0


def find_lists(
    sheets: Iterable[tuple[str, Sequence[tuple[tuple[int, int], str]], Mapping[int, int]]],
) -> Mapping[str, tuple[ListPlace, ...]]:
    """Every list by code, with a place for each sheet it is on.

    ``sheets`` are names, marks, and the present position of each named column.
    """
    found: dict[str, list[ListPlace]] = defaultdict(list)
    for sheet, marks, columns in sheets:
        rows: dict[str, list[int]] = defaultdict(list)
        places: dict[str, Mapping[str, int]] = {}
        others = set()
        for (row, _), text in marks:
            keys = form_marks.parse_list_key(text)
            if keys:
                code = list_of(next(iter(keys)))
                rows[code].append(row)
                places.setdefault(code, keys)
            elif text.startswith(form_marks.ROW):
                others.add(row)
        for code, marked in rows.items():
            found[code].append(_place(sheet, marked, others, places[code], columns))
    return {code: tuple(of_sheets) for code, of_sheets in found.items()}


def _place(
    sheet: str, marked: Sequence[int], others: set[int], keys: Mapping[str, int], columns: Mapping[int, int]
) -> ListPlace:
    between = (row for row in range(min(marked), max(marked) + 1) if row not in others)
    now = {name: columns[column] for name, column in keys.items() if column in columns}
    counter = next((column for name, column in now.items() if name.endswith(f".{COUNTER}")), 0)
    asked = {name: column for name, column in now.items() if not name.endswith(f".{COUNTER}")}
    return ListPlace(sheet, tuple(between), frozenset(marked), asked, counter)


def lists_of_map(book: SheetBook) -> Mapping[str, tuple[ListPlace, ...]]:
    """The lists as the form's map recorded them when it was made, for a form without marks."""
    names = {sheet.name for sheet in book.sheets}
    columns: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows: dict[tuple[str, str], range] = {}
    for code, name, area in map_rows(book, "list", 3):
        try:
            first, last = map(parse_ref, area.split(":"))
        except ValueError:
            continue
        if name in names:
            columns[list_of(code), name][code] = first[1]
            rows[list_of(code), name] = range(first[0], last[0] + 1)
    found: dict[str, list[ListPlace]] = defaultdict(list)
    for (code, name), places in columns.items():
        kept = tuple(rows[code, name])
        found[code].append(ListPlace(name, kept, frozenset(kept), places))
    return {code: tuple(of_sheets) for code, of_sheets in found.items()}
