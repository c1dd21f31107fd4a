"""Read every filled row of a return's lists, also those inserted, and those pasted beyond the form's room."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.bounded_cache import keep_with_first
from workbook_tools.excel import Cell
from workbook_tools.forms.form_marks import MARK
from workbook_tools.forms.printed import folded_texts
from workbook_tools.model import Kind
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.returns.locate import parse_name
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.sheet_book import CellValue, SheetBook
    from workbook_tools.returns.list_reading.list_place import ListPlace
    from workbook_tools.returns.locate import Located

Row: TypeAlias = tuple[Cell, ...]
"""The cells of a list's row, a column each."""


class ListsFound(Struct, frozen=True):
    """The filled rows of each list, each a cell for every column; and what was found about them.

    ``covered`` are the answers of other lines that a pasted list covers; ``places`` all cells that belong to
    lists, by sheet.
    """

    rows: Mapping[str, tuple[tuple[str, ...], tuple[Row, ...]]]
    """List → the codes of its columns, and its rows."""
    problems: tuple[Problem, ...] = ()
    covered: frozenset[str] = frozenset()
    places: Mapping[str, Set[tuple[int, int]]] | None = None


NO_LISTS = ListsFound({})


def find_entries(
    located: Located, book: SheetBook, template: ReportTemplate | None, unit_type: str, *, own: bool
) -> ListsFound:
    """Find the filled rows of all lists; ``own`` says that the form has the template's version.

    A row is filled if any of its cells to be filled in is. If the last row of the room is, the rows right
    below belong to the list as far as they hold what the form does not have there.
    """
    if not located.lists:
        return NO_LISTS
    rows: dict[str, tuple[tuple[str, ...], tuple[Row, ...]]] = {}
    problems: list[Problem] = []
    covered: set[str] = set()
    places: dict[str, set[tuple[int, int]]] = {}
    for code, on_sheets in located.lists.items():
        readers = [_ListReader(book, located, one, template, unit_type, own=own) for one in on_sheets]
        filled = [reader for reader in readers if reader.rows]
        main = min(filled or readers, key=lambda reader: reader.rank)
        rows[code] = (main.codes, tuple(main.rows))
        covered |= main.covered
        problems += [*main.tell(code), *_compare(code, main, filled)]
        problems += _check_shifts(code, main.place, book)
        for reader in readers:
            places.setdefault(reader.place.sheet, set()).update(reader.places)
    return ListsFound(rows, tuple(problems), frozenset(covered), places)


class _ListReader:
    """One list on one sheet."""

    def __init__(
        self,
        book: SheetBook,
        located: Located,
        place: ListPlace,
        template: ReportTemplate | None,
        unit_type: str,
        *,
        own: bool,
    ) -> None:
        self.place, self._located = place, located
        self.codes = tuple(place.columns)
        sheets = {sheet.name: (number, sheet) for number, sheet in enumerate(book.sheets)}
        number, self._sheet = sheets[place.sheet]
        self.rank = (self._sheet.state != "visible", number)
        self._texts = folded_texts(template, unit_type) if template is not None else frozenset()
        # In a form of another version, other lines may be below the list.
        self._template = template if own else None
        self._calculated = {
            code
            for code in self.codes
            if template is not None and code in template.columns and not template.columns[code].asked
        }
        inside = [row for row in place.rows if self._is_filled(row)]
        self.beyond = self._find_beyond(inside)
        self.rows = [self._row(row) for row in (*inside, *self.beyond)]

    def _row(self, row: int) -> Row:
        return tuple(Cell(self.place.sheet, row, column) for column in self.place.columns.values())

    def _cell(self, row: int, column: int) -> CellValue | None:
        return self._sheet.cells.get((row, column))

    def _is_filled(self, row: int) -> bool:
        """Whether anything was filled in; in an inserted row, texts of the form itself do not count."""
        marked = row in self.place.marked
        for code, column in self.place.columns.items():
            cell = self._cell(row, column)
            # Calculated columns have formulas in blank rows, too.
            if cell is None or not cell.raw.strip() or (cell.is_formula and code in self._calculated):
                continue
            if marked or (MARK not in cell.raw and fold_case(cell.raw) not in self._texts):
                return True
        return False

    def _find_beyond(self, inside: list[int]) -> list[int]:
        """The rows right below the room that belong to the list."""
        last = self.place.rows[-1]
        # The last row is the hidden one that fences the list; people see the one above it as the last.
        if not {last, last - 1} & {*inside[-2:]}:
            return []
        found: list[int] = []
        while self._is_strange(last + len(found) + 1):
            found.append(last + len(found) + 1)
        return found

    def _is_strange(self, row: int) -> bool:
        """Whether a row below the list holds something in its columns that the form does not have there."""
        answers = self._answers.get(row, {})
        return any(
            cell is not None
            and cell.raw.strip()
            and not cell.is_formula
            and column not in answers
            and MARK not in cell.raw
            and fold_case(cell.raw) not in self._texts
            and not (self._is_calculated(row, column) and not isinstance(cell.value, str))
            for column in self.place.columns.values()
            for cell in (self._cell(row, column),)
        )

    @cached_property
    def _answers(self) -> Mapping[int, Mapping[int, str]]:
        """Row → the columns in which other lines are answered or remarked upon, and their names."""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        lines = self._template.indicators if self._template is not None else {}
        for name, cell in self._located.cells.items():
            if cell.sheet == self.place.sheet and (name not in lines or lines[name].asked):
                found[cell.row][cell.column] = name
        return found

    def _is_calculated(self, row: int, column: int) -> bool:
        """Whether the form has a calculated cell there, some programs save only its result."""
        if self._template is None:
            return False
        home = next(
            (one for one in self._template.lists.values() if one.columns.keys() & {*self.codes}), None
        )
        if home is None:
            return False
        # Rows inserted into the list have moved what is below it.
        home_row = row - self.place.rows[-1] + home.fences[1]
        return (home.sheet, home_row, column) in _calculated_cells(self._template)

    @property
    def covered(self) -> Set[str]:
        """The answers of other lines in the cells of rows beyond the room."""
        columns = {*self.place.columns.values()}
        answers = (self._answers.get(row, {}) for row in self.beyond)
        return {name for of_row in answers for column, name in of_row.items() if column in columns}

    @property
    def places(self) -> set[tuple[int, int]]:
        """All cells of the list, with its running numbers."""
        # A counter of 0 counts nothing.
        columns = {*self.place.columns.values(), self.place.counter} - {0}
        return {(row, column) for row in (*self.place.rows, *self.beyond) for column in columns}

    def tell(self, code: str) -> list[Problem]:
        """Problems of rows beyond the room."""
        if not self.beyond:
            return []
        label = self._label(code)
        last = self.rows[-1][0]
        found = [
            problem(
                "list-overflow",
                Place(sheet=last.sheet, cell=self.rows[-len(self.beyond)][0].ref, indicator=code),
                count=len(self.beyond),
                value=label,
                limit=len(self.place.marked) - 2,
                read=last.ref,
            )
        ]
        for name in sorted(self.covered):
            cell = self._located.cells[name]
            if "." not in name:
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name)
                found.append(problem("list-covers-line", place, value=self._label(name)))
        return found

    def _label(self, code: str) -> str:
        template = self._template
        if template is None:
            return code
        return template.label(code) or code

    def contents(self) -> list[tuple[str, ...]]:
        """The rows' contents, to compare copies."""
        return [tuple(self._sheet.raw((cell.row, cell.column)).strip() for cell in row) for row in self.rows]


def _compare(code: str, main: _ListReader, filled: list[_ListReader]) -> list[Problem]:
    """A problem if the list is on several sheets with different rows."""
    contents = main.contents()
    if all(other is main or other.contents() == contents for other in filled):
        return []
    at = Place(sheet=main.place.sheet, cell=main.rows[0][0].ref, indicator=code)
    return [problem("list-copies-differ", at, value=code, read=main.place.sheet)]


def _check_shifts(code: str, place: ListPlace, book: SheetBook) -> list[Problem]:
    """A problem if cells were inserted or deleted within a column: the names below the columns moved."""
    named = {
        name: parse_name(book.defined_names[name]) for name in place.columns if name in book.defined_names
    }
    rows = {spot[1] for spot in named.values() if spot is not None and spot[0] == place.sheet}
    if len(rows) < 2:
        return []
    return [problem("list-cells-shifted", Place(sheet=place.sheet, indicator=code), value=code)]


@keep_with_first
def _calculated_cells(template: ReportTemplate) -> Set[tuple[str, int, int]]:
    cells = [one.cell for one in template.computed] + list(template.uncalculated)
    cells += [template.inputs[i.code] for i in template.indicators.values() if i.kind is Kind.MIRROR]
    return frozenset((cell.sheet, cell.row, cell.column) for cell in cells)


def without_covered(located: Located, found: ListsFound) -> Located:
    """The answers that no pasted list covers, and the problems of lists."""
    if not found.covered and not found.problems:
        return located
    cells = {name: cell for name, cell in located.cells.items() if name not in found.covered}
    return replace(located, cells=cells, problems=(*located.problems, *found.problems))
