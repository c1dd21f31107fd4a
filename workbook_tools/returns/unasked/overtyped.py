"""Figures typed over what a form shows by itself: repeated lines, facts, and results only printed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbook_tools.bounded_cache import cache_if, keep_with_first
from workbook_tools.excel import Cell, keep_digits
from workbook_tools.forms.printed import NOT_APPLICABLE
from workbook_tools.formula import parse_computed
from workbook_tools.formula.list_functions import is_measure
from workbook_tools.problems import BLANK, Place, Problem, problem
from workbook_tools.spec.markers import LAST_SUFFIX, MARKER, NOTE_SUFFIX, is_fact, marker_text
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.model import ReportTemplate, Unit
    from workbook_tools.readers.sheet_book import CellValue, SheetBook, SheetCells
    from workbook_tools.returns.locate import Located


_FEW = 1 << 12
"""No form has as many answers; larger returns are not cached."""


def check_mirrors(located: Located, book: SheetBook, template: ReportTemplate) -> list[Problem]:
    """A warning for every cell that shows another line's answer by formula and holds something else now.

    For returns of the template's own version only. A formula is believed to show what it should, whatever its
    saved result: some programs keep that of the blank form. Mirrors have no marks, so they are looked for
    where they were printed, beside the lines around them.
    """
    sheets = {sheet.name: sheet.cells for sheet in book.sheets}
    found = []
    shown = _find_shown(located, template)
    for code, source in _mirrors(template).items():
        asked, place = located.cells.get(source), shown.get(template.inputs[code])
        if asked is None or place is None:
            continue
        typed = sheets[place.sheet].get((place.row, place.column))
        answer = sheets[asked.sheet].get((asked.row, asked.column))
        stands = typed.raw.strip() if typed is not None and not typed.is_formula else ""
        expected = answer.raw.strip() if answer is not None else ""
        same = typed is not None and answer is not None and typed.value == answer.value
        differs = stands and stands not in (expected, NOT_APPLICABLE) and not same
        if differs and is_labelled(place.row, sheets[place.sheet], template.inputs[code], template):
            at = Place(sheet=place.sheet, cell=place.ref, indicator=source)
            found.append(problem("mirror-typed-over", at, value=stands, expected=expected or BLANK))
    return found


def check_facts(located: Located, book: SheetBook, template: ReportTemplate, unit: Unit) -> list[Problem]:
    """A warning for every cell that shows a fact of the unit, or its last figure, and holds another one.

    For returns of the template's own version only. Either the unit corrected it, or the roster or last
    period's workbook was changed after the form had been made.
    """
    if located.by_map:
        return []
    sheets = {sheet.name: sheet.cells for sheet in book.sheets}
    found = []
    shown = _find_shown(located, template)
    for home, fact in _facts(template).items():
        place = shown.get(home)
        if place is None:
            continue
        cell = sheets.get(place.sheet, {}).get((place.row, place.column))
        expected = unit.facts.get(fact)
        if cell is None or not cell.raw.strip() or _is_same(cell, expected):
            continue
        if is_labelled(place.row, sheets[place.sheet], home, template):
            line = fact.removesuffix(LAST_SUFFIX)
            code = line if line in template.indicators else ""
            at = Place(sheet=place.sheet, cell=place.ref, indicator=code)
            known = BLANK if expected is None else expected
            found.append(problem("fact-typed-over", at, value=cell.value, expected=known))
    return found


@keep_with_first
def _facts(template: ReportTemplate) -> Mapping[Cell, str]:
    """The cells that hold a fact and nothing else."""
    alone = {cell: MARKER.fullmatch(text.strip()) for cell, text in template.texts.items()}
    return {cell: match[1] for cell, match in alone.items() if match is not None and is_fact(match[1])}


def _is_same(cell: CellValue, expected: float | str | None) -> bool:
    if isinstance(expected, float) and isinstance(cell.value, float):
        return keep_digits(cell.value) == keep_digits(expected)
    return expected is not None and fold_case(cell.raw) == fold_case(marker_text(expected))


def is_labelled(
    row: int, cells: Mapping[tuple[int, int], CellValue], home: Cell, template: ReportTemplate
) -> bool:
    """Whether a row has the text printed beside a cell, if any: rows may have been added or sorted."""
    labels = {
        fold_case(text)
        for cell, text in template.texts.items()
        if (cell.sheet, cell.row) == (home.sheet, home.row)
    }
    return not labels or any(
        fold_case(cell.raw) in labels for place, cell in cells.items() if place[0] == row
    )


@cache_if(lambda located, template: len(located.cells) < _FEW, maxsize=32)
def _find_shown(located: Located, template: ReportTemplate) -> Mapping[Cell, Cell]:
    """The cells without a mark that show a fact or another line's answer → where they are now."""
    homes = find_homes(template)
    known: dict[str, dict[int, list[tuple[Cell, Cell]]]] = defaultdict(lambda: defaultdict(list))
    for name, cell in located.cells.items():
        if name in homes:
            known[homes[name].sheet][homes[name].row].append((homes[name], cell))
    rows = {sheet: sorted(found) for sheet, found in known.items()}
    mirrors = [template.inputs[code] for code in _mirrors(template) if code in template.inputs]
    shown = {}
    for home in (*_facts(template), *mirrors):
        if home.sheet in known:
            place = _moved_with(home, rows[home.sheet], known[home.sheet])
            if place is not None:
                shown[home] = place
    return shown


def _moved_with(
    home: Cell, rows: Sequence[int], known: Mapping[int, Sequence[tuple[Cell, Cell]]]
) -> Cell | None:
    """Where a cell is now: as far from the line above it as it was printed."""
    at = bisect_right(rows, home.row)
    if at:
        above, now = max(known[rows[at - 1]], key=lambda pair: pair[0].column == home.column)
    else:
        above, now = min(known[rows[0]])
    row, column = now.row + home.row - above.row, now.column + home.column - above.column
    if row > 0 and column > 0:
        return Cell(now.sheet, row, column)
    return None


@keep_with_first
def _mirrors(template: ReportTemplate) -> Mapping[str, str]:
    return {i.code: i.mirrors for i in template.indicators.values() if i.mirrors}


@keep_with_first
def find_homes(template: ReportTemplate) -> Mapping[str, Cell]:
    """The cells of answers and remarks in the template, by name."""
    return {**template.inputs, **{code + NOTE_SUFFIX: cell for code, cell in template.notes.items()}}


class PrintedResults:
    """What the formulas that are only printed show for the entries of one return; ``facts`` are its unit's.

    Some programs save a form's formulas as their results, and some people paste them so. Hence a constant in
    such a cell tells something only if it is not the result.
    """

    def __init__(
        self, located: Located, book: SheetBook, template: ReportTemplate, facts: Mapping[str, object]
    ) -> None:
        self._located, self._book, self._template, self._facts = located, book, template, facts

    def is_labelled(self, sheet: SheetCells, row: int, home: Cell) -> bool:
        """Whether a row is the one of the cell printed at ``home``, not one that the unit added."""
        return is_labelled(row, sheet.cells, home, self._template)

    def shows(self, home: Cell, typed: CellValue) -> bool:
        """Whether a constant is what the formula printed at ``home`` shows.

        A formula that is not calculated here may show anything, unless the book keeps its other formulas.
        """
        if home in self._unknown:
            return not self._keeps_formulas
        from workbook_tools.formula.calculate import alike  # late: nearly no return needs pandas

        result = self._results.get(home)
        is_other_kind = isinstance(typed.value, str) != isinstance(result, str) and result is not None
        return not is_other_kind and alike(typed.value, result)

    def text(self, home: Cell) -> str:
        """The result of the formula printed at ``home``, or a dash."""
        result = None if home in self._unknown else self._results.get(home)
        if isinstance(result, float):
            return f"{result:.15g}"
        return BLANK if result is None else str(result)

    @cached_property
    def _keeps_formulas(self) -> bool:
        return any(cell.is_formula for sheet in self._book.sheets for cell in sheet.cells.values())

    @cached_property
    def _unknown(self) -> frozenset[Cell]:
        """The calculated cells that are not calculated here: those over lists, and over such cells."""
        names: set[str] = set()
        cells = set(self._template.uncalculated)
        for one in self._template.computed:
            if not one.formula or any(n in names or is_measure(n) for n in parse_computed(one.formula).names):
                names.add(one.name)
                cells.add(one.cell)
        return frozenset(cells)

    @cached_property
    def _results(self) -> Mapping[Cell, object]:
        import numpy as np

        from workbook_tools.formula.calculate import evaluate_formulas

        cells = {sheet.name: sheet.cells for sheet in self._book.sheets}

        def look_up(name: str) -> Any:
            line, place = self._template.indicators.get(name), self._located.cells.get(name)
            value = self._facts.get(name)
            if place is not None:
                held = cells[place.sheet].get((place.row, place.column))
                value = held.value if held is not None else None
                # As on the form, where a number typed as text counts as 0.
                if line is not None and line.kind.numeric and isinstance(value, str):
                    value = None
            return np.fromiter([value], dtype=object)

        found = evaluate_formulas(self._template.computed, look_up, 1)
        return {one.cell: found[one.name][0] for one in self._template.computed if one.name in found}
