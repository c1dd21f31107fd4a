"""Headings that stand in another order than on the form, so that figures may be in the wrong columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.bounded_cache import keep_with_first
from workbook_tools.excel import Cell
from workbook_tools.problems import Place, problem
from workbook_tools.returns.labels import LabelPlaces, are_in_place
from workbook_tools.spec.markers import MARKER
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.sheet_book import SheetBook, SheetCells
    from workbook_tools.returns.locate import Located

_Printed: TypeAlias = "Mapping[tuple[str, int], Mapping[int, str]]"
"""Form sheet and row → column → text."""
_UPPER_ROWS = 3
"""Headings of a table have at most as many rows above the lowest."""


class _Row(Struct, frozen=True):
    """The texts of one row of the template, from left to right, each with the answers it stands over or
    beside.
    """

    sheet: str
    row: int
    texts: tuple[tuple[int, str], ...]
    answers: Mapping[str, tuple[str, ...]]


def check_headings(located: Located, book: SheetBook, template: ReportTemplate) -> Located:
    """Drop the answers whose headings were exchanged while their cells stayed, with one problem for all.

    A table pasted with its headings may have its columns in another order. Columns that were moved as a whole
    took their marks along and are found by them. For returns of the template's own version.
    """
    rows = _heading_rows(template)
    if are_in_place(_heading_places(template), book):
        return located
    names = _find_sheets(located, template)
    texts = {sheet.name: _Texts(sheet) for sheet in book.sheets}
    involved: set[str] = set()
    for heads in rows:
        on_sheet = texts.get(names.get(heads.sheet, heads.sheet))
        exchanged = _exchanged(heads, on_sheet) if on_sheet is not None else []
        answers = [code for text in exchanged for code in heads.answers.get(text, ())]
        if answers and _keep_order(answers, located, template):
            involved.update(answers)
    if involved:
        return _without(involved, located, template)
    return located


class _Texts:
    """The folded texts of a sheet: the rows of each, and those of each row from left to right."""

    def __init__(self, sheet: SheetCells) -> None:
        self.rows: dict[str, list[int]] = defaultdict(list)
        self.of_row: dict[int, list[str]] = defaultdict(list)
        for (row, _), text in sorted(sheet.texts.items()):
            folded = fold_case(text)
            if folded not in self.of_row[row]:
                self.rows[folded].append(row)
                self.of_row[row].append(folded)


def _exchanged(heads: _Row, texts: _Texts) -> list[str]:
    """The texts that are in another place of their row's order than on the form."""
    wanted = [text for _, text in heads.texts]
    # Rows may have been inserted above, so the row is the one with most of the texts.
    found = Counter(row for text in wanted for row in texts.rows.get(text, ()))
    if not found:
        return []
    row = max(found, key=lambda row: (found[row], -abs(row - heads.row)))
    now = [text for text in texts.of_row[row] if text in wanted]
    printed = [text for text in wanted if text in now]
    return [one for one, other in zip(printed, now, strict=True) if one != other]


def _keep_order(answers: Sequence[str], located: Located, template: ReportTemplate) -> bool:
    """Whether the cells of answers are still in the order of the form: no columns were moved as a whole."""
    now = {code: cell.column for code, cell in located.cells.items()}
    for places in located.lists.values():
        now |= places[0].columns
    homes = _homes(template)
    order = [now[code] for code in sorted(answers, key=lambda code: homes[code].column) if code in now]
    return order == sorted(order)


def _without(involved: Set[str], located: Located, template: ReportTemplate) -> Located:
    lists = [
        problem(
            "list-headings-exchanged",
            Place(sheet=places[0].sheet, indicator=code),
            value=template.label(code),
        )
        for code, places in located.lists.items()
        if involved & places[0].columns.keys()
    ]
    lines = [code for code, _, _ in located.lines if code in involved]
    found = list(lists)
    if lines:
        first = located.cells[lines[0]]
        place = Place(sheet=first.sheet, cell=first.ref)
        labels = "; ".join(template.label(code) for code in lines)
        found.append(problem("headings-exchanged", place, count=len(lines), value=labels))
    cells = {name: cell for name, cell in located.cells.items() if name not in lines}
    return replace(located, cells=cells, problems=(*located.problems, *found))


def _find_sheets(located: Located, template: ReportTemplate) -> Mapping[str, str]:
    """Form sheet → its present name."""
    homes = _homes(template)
    found = {homes[code].sheet: cell.sheet for code, cell, _ in located.lines if code in homes}
    for code, places in located.lists.items():
        if code in template.lists:
            found.setdefault(template.lists[code].sheet, places[0].sheet)
    return found


@keep_with_first
def _homes(template: ReportTemplate) -> Mapping[str, Cell]:
    """The cells to be filled in, those of lists right below their headings."""
    columns = {
        column: Cell(one.sheet, one.fences[0], place)
        for one in template.lists.values()
        for column, place in one.places.items()
    }
    asked = {code: cell for code, cell in template.inputs.items() if template.indicators[code].asked}
    return asked | columns


@keep_with_first
def _heading_rows(template: ReportTemplate) -> tuple[_Row, ...]:
    """The rows of two and more texts that tell answers apart."""
    texts: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for cell, text in sorted(template.texts.items()):
        if not MARKER.search(text) and any(map(str.isalpha, text)):
            texts[cell.sheet, cell.row][cell.column] = fold_case(text)
    answered = {(cell.sheet, cell.row) for cell in _homes(template).values()}
    drawn = answered | {(cell.sheet, cell.row) for cell in template.texts}
    drawn |= {(one.cell.sheet, one.cell.row) for one in template.computed}
    governed: dict[tuple[str, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, home in _homes(template).items():
        for row in _rows_over(home, texts, drawn, answered):
            over = _text_over(home, texts[home.sheet, row])
            if over is not None:
                governed[home.sheet, row][over].append(code)
    return tuple(
        _Row(sheet, row, _distinct(texts[sheet, row]), {text: tuple(codes) for text, codes in found.items()})
        for (sheet, row), found in governed.items()
        if len(found) > 1
    )


@keep_with_first
def _heading_places(template: ReportTemplate) -> LabelPlaces:
    """Where the texts of heading rows are printed."""
    rows = {(one.sheet, one.row) for one in _heading_rows(template)}
    places: dict[str, set[tuple[tuple[int, int], str]]] = defaultdict(set)
    for cell, text in template.texts.items():
        if (cell.sheet, cell.row) in rows and not MARKER.search(text):
            places[cell.sheet].add(((cell.row, cell.column), text))
    return places


def _rows_over(
    home: Cell, texts: _Printed, drawn: Set[tuple[str, int]], answered: Set[tuple[str, int]]
) -> Iterator[int]:
    """The row of an answer itself, that of the nearest text above it, and the heading rows above that."""
    yield home.row
    row = home.row - 1
    # A blank row ends a table.
    while (home.sheet, row) in drawn and home.column not in texts.get((home.sheet, row), {}):
        row -= 1
    # In a row with answers of its own, a text is the label of one.
    if (home.sheet, row) not in drawn - answered:
        return
    yield row
    for upper in range(row - 1, row - 1 - _UPPER_ROWS, -1):
        if len(texts.get((home.sheet, upper), {})) < 2:
            return
        yield upper


def _text_over(home: Cell, row: Mapping[int, str]) -> str | None:
    """The text of a row that is over an answer, or begins left of it and reaches over it."""
    left = [column for column in row if column <= home.column]
    return row[max(left)] if left else None


def _distinct(row: Mapping[int, str]) -> tuple[tuple[int, str], ...]:
    """The texts of a row that are there once: of repeated ones, the order is unknown."""
    every = list(row.values())
    return tuple((column, text) for column, text in sorted(row.items()) if every.count(text) == 1)
