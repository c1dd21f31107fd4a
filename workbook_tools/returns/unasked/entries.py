"""Entries where nothing is asked: added rows, locked blanks, below the form, over calculated lines."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from workbook_tools.bounded_cache import cache_if, keep_with_first
from workbook_tools.excel import Cell
from workbook_tools.forms.form_id import PREFIX
from workbook_tools.forms.form_marks import LIST, MARK, ROW, parse_hidden
from workbook_tools.forms.live.live_checks import ERROR, MISSING, WARNING
from workbook_tools.forms.printed import NOT_APPLICABLE, folded_texts
from workbook_tools.model import CONTACT
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.returns.unasked.overtyped import PrintedResults, find_homes
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from workbook_tools.model import ReportTemplate, Unit
    from workbook_tools.readers.sheet_book import SheetBook, SheetCells
    from workbook_tools.returns.locate import Located

_FEW = 1 << 12
"""No form has as many answers or texts; of a return that has nothing is remembered."""
_NAMED_ROWS = 3
_SHOWN = 80
_CHECKED = (ERROR, WARNING, MISSING)
_MOVED = frozenset(
    {
        *("cells-merged", "cells-shifted", "headings-exchanged", "list-headings-exchanged"),
        *("input-duplicated", "input-moved-apart", "lines-moved-apart"),
    }
)


def check_entries(
    located: Located,
    book: SheetBook,
    template: ReportTemplate,
    unit: Unit,
    listed: Mapping[str, Set[tuple[int, int]]] | None = None,
) -> list[Problem]:
    """Warn of every row with entries that are not read, and of calculated cells that were overwritten.

    Only for returns of the template's own version, whose marks are known. After the first few, the rows share
    one problem. ``listed`` are the cells of lists, by sheet.
    """
    # If lines were moved away from their marks, the strange entries are theirs and already reported.
    if located.by_map or any(p.code in _MOVED for p in located.problems):
        return []
    found: list[Problem] = []
    results = PrintedResults(located, book, template, unit.facts)
    read = _read_cells(located, template)
    texts = folded_texts(template, unit.type) | {fold_case(NOT_APPLICABLE)}
    for sheet in book.sheets:
        # Also where the unit is asked nothing: its lines are locked there, and may be typed over.
        if sheet.name in read or sheet.name in template.form_sheets:
            layout = _layout(located, template, sheet.name, _find_marks(sheet))
            of_lists = (listed or {}).get(sheet.name, frozenset())
            found += _outside(sheet, layout, texts, of_lists, results)
    known_cells = {(p.place.sheet, p.place.cell) for p in located.problems}
    found = [p for p in found if (p.place.sheet, p.place.cell) not in known_cells]
    if len(found) > _NAMED_ROWS:
        return [*found[:_NAMED_ROWS], problem("entries-outside", count=len(found))]
    return found


@cache_if(lambda located, template: len(located.cells) < _FEW, maxsize=32)
def _read_cells(located: Located, template: ReportTemplate) -> Mapping[str, tuple[tuple[Cell, Cell], ...]]:
    """Sheet → the cells read there, each with its place in the template."""
    homes = find_homes(template)
    found: dict[str, list[tuple[Cell, Cell]]] = defaultdict(list)
    for name, cell in located.cells.items():
        if name in homes:
            found[cell.sheet].append((cell, homes[name]))
    return {sheet: tuple(pairs) for sheet, pairs in found.items()}


class _Marks(NamedTuple):
    """Where the marks of a sheet are: the hidden rows, which hold those of columns and form, the rows of
    lines and lists, the column of the row marks, 0 if none, and the last hidden column, 0 if not known.
    """

    hidden: frozenset[int]
    lines: frozenset[int]
    key: int
    last: int


def _find_marks(sheet: SheetCells) -> _Marks:
    marks = [(place, text) for place, text in sheet.texts_with(MARK) if text.startswith(MARK)]
    hidden = frozenset(row for (row, _), text in marks if not text.startswith(ROW))
    lines = frozenset(row for (row, _), text in marks if text.startswith((ROW, LIST)))
    key = max((column for (_, column), text in marks if text.startswith(ROW)), default=0)
    behind = max((parse_hidden(text) or 0 for _, text in marks), default=0)
    last = key + behind if behind else 0
    return _Marks(hidden, lines, key, last)


class _Layout:
    """The rows and columns of a form sheet mapped to the template; shared by all returns laid out alike.

    What it remembers of a place depends on the place alone, so it is the same for all of them.
    """

    def __init__(
        self,
        sheet: str,
        read: tuple[tuple[Cell, Cell], ...],
        template: ReportTemplate,
        marks: _Marks,
        calculated: Set[Cell],
    ) -> None:
        self._template, self._marks = template, marks
        self._calculated, self._printed = calculated, _printed_results(template)
        self._rows = {cell.row: home.row for cell, home in read}
        self._columns = {cell.column: home.column for cell, home in read}
        self._home_sheet = read[0][1].sheet if read else sheet
        self._claimed = {home: row for row, home in self._rows.items()}
        self.expected = {(cell.row, cell.column) for cell, _ in read}
        """Places whose content is never a strange entry; grows as places are looked at."""

    def is_beside(self, row: int, column: int) -> bool:
        """Whether a place is in a hidden row or column beside the form."""
        marks = self._marks
        among = column >= marks.key > 0 and (column <= marks.last or not marks.last)
        return self._note(row, column, row in marks.hidden or among)

    def is_check(self, row: int, column: int, text: str) -> bool:
        """Whether a text is the result of the check beside a line, as programs leave it that drop formulas,
        or says whom to ask.

        On older forms everything in the column of the checks is taken for that.
        """
        marks = self._marks
        if column != marks.key - 1:
            return False
        checked = row in marks.lines and text.startswith(_CHECKED)
        return not marks.last or checked or text.startswith(CONTACT)

    def is_at_home(self, row: int, column: int) -> bool:
        """Whether the template prints, asks or calculates something there; changes to that are reported
        elsewhere.
        """
        found = any(
            place in self._template.texts or place in self._calculated
            for home_row in _candidates(row, self._rows)
            if self._claimed.get(home_row, row) == row
            for place in (Cell(self._home_sheet, home_row, c) for c in _candidates(column, self._columns))
        )
        return self._note(row, column, found)

    def find_result(self, row: int, column: int) -> Cell | None:
        """The calculated cell without a line of its own that the template has there."""
        for home_row in _candidates(row, self._rows):
            for home_column in _candidates(column, self._columns):
                home = Cell(self._home_sheet, home_row, home_column)
                if home in self._printed and self._claimed.get(home_row, row) == row:
                    return home
        return None

    def _note(self, row: int, column: int, is_expected: bool) -> bool:
        if is_expected and len(self.expected) < _FEW:
            self.expected.add((row, column))
        return is_expected


def _are_few(located: Located, template: ReportTemplate, sheet: str, marks: _Marks) -> bool:
    return len(located.cells) < _FEW


@cache_if(_are_few, maxsize=32)
def _layout(located: Located, template: ReportTemplate, sheet: str, marks: _Marks) -> _Layout:
    asked = located.cells.keys() | {p.place.indicator for p in located.problems}
    calculated = _calculated_cells(template, asked)
    read = _read_cells(located, template).get(sheet, ())
    return _Layout(sheet, read, template, marks, calculated)


def _outside(
    sheet: SheetCells,
    layout: _Layout,
    texts: Set[str],
    listed: Set[tuple[int, int]],
    results: PrintedResults,
) -> list[Problem]:
    """One problem for each row with strange entries: no formulas, blanks, or texts of the form itself."""
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    expected: dict[int, dict[int, str]] = defaultdict(dict)
    # A set first: the difference of a view of keys would go through all that is expected.
    for row, column in set(sheet.cells).difference(layout.expected, listed):
        cell = sheet.cells[row, column]
        if (
            layout.is_beside(row, column)
            or cell.is_formula
            or not cell.raw.strip()
            or PREFIX + "/" in cell.raw
            or fold_case(cell.raw) in texts
            or layout.is_at_home(row, column)
            or layout.is_check(row, column, cell.raw)
        ):
            continue
        home = layout.find_result(row, column)
        if home is not None and results.is_labelled(sheet, row, home):
            if results.shows(home, cell):
                continue
            expected[row][column] = results.text(home)
        rows[row].append((column, " ".join(cell.raw.split())))
    return [_strange(sheet.name, row, sorted(found), expected[row]) for row, found in sorted(rows.items())]


def _strange(sheet: str, row: int, found: list[tuple[int, str]], expected: Mapping[int, str]) -> Problem:
    place = Place(sheet=sheet, cell=Cell(sheet, row, found[0][0]).ref)
    value = _joined(text for _, text in found)
    if len(expected) < len(found):
        return problem("entry-outside", place, value=value)
    results = _joined(expected[column] for column, _ in found)
    return problem("result-typed-over", place, value=value, expected=results)


def _joined(texts: Iterable[str]) -> str:
    return " · ".join(texts)[:_SHOWN]


def _candidates(line: int, known: Mapping[int, int]) -> Set[int]:
    """Where a row or column may have stood: moved with the next known one, or unmoved above the first of
    them.

    Rows that were only sorted among themselves have not moved the others.
    """
    if line in known:
        return {known[line]}
    if not known:
        return {line}
    pairs = [*zip(sorted(known), sorted(known.values()), strict=True)]
    now, home = max((pair for pair in pairs if pair[0] <= line), default=pairs[0])
    found = {line - now + home}
    if line < pairs[0][0]:
        found.add(line)
    return found


def _calculated_cells(template: ReportTemplate, asked: Set[str]) -> Set[Cell]:
    """Cells of calculations, and of mirrors of what this form asks."""
    lines = {
        template.inputs[i.code]
        for i in template.indicators.values()
        if not i.asked and i.code in template.inputs and (not i.mirrors or i.mirrors in asked)
    }
    return frozenset(lines)


@keep_with_first
def _printed_results(template: ReportTemplate) -> Set[Cell]:
    """Cells of calculations that are no lines."""
    lines = {template.inputs[code] for code in template.indicators if code in template.inputs}
    return frozenset({one.cell for one in template.computed} | {*template.uncalculated}) - lines
