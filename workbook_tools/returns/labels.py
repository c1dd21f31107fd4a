"""Check that each answer is still beside its label, by the template's text or by hashes in the form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.bounded_cache import cache_if
from workbook_tools.forms.form_marks import MARK, hash_text
from workbook_tools.forms.printed import row_labels
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.spec.markers import NOTE_SUFFIX
from workbook_tools.text.clean import fold_case
from workbook_tools.text.figures import find_scales
from workbook_tools.text.legacy_fonts import legacy_readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook_tools.excel import Cell
    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.sheet_book import SheetBook, SheetCells
    from workbook_tools.returns.locate import Located

_FEW = 1 << 12
"""No form has as many answers; larger returns are not cached."""
_SHORT = 256
"""Labels are shorter; of what units write at length nothing is remembered."""
_FEW_ROWS = 3
"""With fewer rows, a majority of mismatches means nothing."""
_NAMED = 3

LabelPlaces: TypeAlias = Mapping[str, Set[tuple[tuple[int, int], str]]]
"""Sheet → expected texts, each with its row and column."""


def check_labels(
    located: Located, book: SheetBook, template: ReportTemplate | None, *, own: bool, unit: str = ""
) -> Located:
    """Keep the answers that are still beside their labels; a line away from its label is not read.

    ``own`` says that the form has the template's version. Otherwise the form's own hashes identify labels,
    or, on older forms, the template's texts, which can then only tell that a line stands beside another's
    label. A label missing from the sheet was reworded, which is reported. RefusedFile if most do not fit.
    """
    if own and template is not None:
        places = _label_places(located, template)
        # Cells from the map were not found by marks, so labels alone do not prove them.
        if are_in_place(places, book) and not located.by_map:
            return located
    checked = _Checked({sheet.name: RowTexts(sheet) for sheet in book.sheets})
    columns = None
    if located.by_map and own and template is not None:
        columns = _Columns(book, template)
    for name, cell in located.cells.items():
        in_place = columns is None or columns.are_in_place(name)
        label = _find_label(name, located, template, own) if in_place else None
        checked.add(name, cell, label, apart=not in_place)
    return checked.settle(located, template, unit)


def are_in_place(places: LabelPlaces, book: SheetBook) -> bool:
    """Fast path: whether all texts are in place, letter by letter, as they nearly always are."""
    sheets = {sheet.name: sheet.texts.items() for sheet in book.sheets}
    return all(name in sheets and sheets[name] >= texts for name, texts in places.items())


class _Label(Struct, frozen=True):
    """The label expected on the row of an answer; ``text`` is empty if only its hash is known."""

    digits: str
    text: str = ""
    may_be_reworded: bool = False

    def among(self, folded: Iterable[str]) -> bool:
        return any(hash_text(text) == self.digits for text in folded)


def _find_label(name: str, located: Located, template: ReportTemplate | None, own: bool) -> _Label | None:
    printed = _printed_label(name, template) if template is not None else None
    if printed is not None and own:
        return _Label(hash_text(fold_case(printed[1])), printed[1])
    if name in located.labels:
        return _Label(located.labels[name])
    if printed is None:
        return None
    return _Label(hash_text(fold_case(printed[1])), printed[1], True)


def _printed_label(name: str, template: ReportTemplate) -> tuple[Cell, str] | None:
    """The label of the line that an answer or remark belongs to."""
    home = template.inputs.get(name.removesuffix(NOTE_SUFFIX))
    if home is None:
        return None
    return row_labels(template).get((home.sheet, home.row))


def _are_few(located: Located, template: ReportTemplate) -> bool:
    return len(located.cells) < _FEW


@cache_if(_are_few, maxsize=32)
def _label_places(located: Located, template: ReportTemplate) -> LabelPlaces:
    """Where the labels are if each answer is beside its own."""
    places: dict[str, set[tuple[tuple[int, int], str]]] = defaultdict(set)
    for name, cell in located.cells.items():
        label = _printed_label(name, template)
        if label is not None:
            places[cell.sheet].add(((cell.row, label[0].column), label[1]))
    return places


class _Checked(Struct):
    """The lines checked so far: those beside their label, and the others."""

    rows: Mapping[str, RowTexts]
    cells: dict[str, Cell] = field(default_factory=dict)
    apart: dict[str, Cell] = field(default_factory=dict)
    reworded: dict[tuple[str, int], tuple[str, Cell, str]] = field(default_factory=dict)
    labelled: set[tuple[str, int]] = field(default_factory=set)

    def add(self, name: str, cell: Cell, label: _Label | None, *, apart: bool) -> None:
        row = (cell.sheet, cell.row)
        on_sheet = self.rows[cell.sheet]
        if label is not None or apart:
            self.labelled.add(row)
        if apart or (label is not None and on_sheet.lost(label, cell.row)):
            self.apart[name] = cell
            return
        self.cells[name] = cell
        if label is not None and not label.among(on_sheet.of(cell.row)) and not label.may_be_reworded:
            self.reworded.setdefault(row, (name, cell, label.text))

    def settle(self, located: Located, template: ReportTemplate | None, unit: str) -> Located:
        """Keep the lines that fit and report the others; RefusedFile if most rows do not fit."""
        misfits = {(cell.sheet, cell.row) for cell in self.apart.values()} | self.reworded.keys()
        # Most rows wrong is one fault of the whole form; reading the rest would be guessing.
        if len(self.labelled) >= _FEW_ROWS and 2 * len(misfits) > len(self.labelled):
            raise RefusedFile("lines-do-not-fit", count=len(misfits), limit=len(self.labelled), unit=unit)
        names = {}
        if template is not None:
            names = {code: i.label for code, i in template.indicators.items()}
        lines = {name: cell for name, cell in self.apart.items() if not name.endswith(NOTE_SUFFIX)}
        problems = [*located.problems, *_moved_apart(lines, names)]
        for name, cell, text in self.reworded.values():
            code = name.removesuffix(NOTE_SUFFIX)
            expected, now = text or names.get(code, code), self.rows[cell.sheet].longest(cell.row)
            place = Place(sheet=cell.sheet, cell=cell.ref, indicator=code)
            kind = "scale-changed" if find_scales(expected) != find_scales(now) else "label-changed"
            problems.append(problem(kind, place, expected=expected, value=now))
        return replace(located, cells=self.cells, problems=tuple(problems))


def _moved_apart(lines: Mapping[str, Cell], names: Mapping[str, str]) -> Iterable[Problem]:
    """One cause is one problem: many lines are named together."""
    if len(lines) > _NAMED:
        first = next(iter(lines.values()))
        value = "; ".join(names.get(name, name) for name in lines)
        return [
            problem(
                "lines-moved-apart", Place(sheet=first.sheet, cell=first.ref), count=len(lines), value=value
            )
        ]
    return [
        problem(
            "input-moved-apart",
            Place(sheet=cell.sheet, cell=cell.ref, indicator=name),
            value=names.get(name, name),
        )
        for name, cell in lines.items()
    ]


class RowTexts:
    """Texts of a sheet by row, folded, and also decoded from legacy fonts."""

    def __init__(self, sheet: SheetCells) -> None:
        self._sheet = sheet

    def of(self, row: int) -> Set[str]:
        """The texts of a row."""
        return self._folded.get(row, frozenset())

    def lost(self, label: _Label, row: int) -> bool:
        """Whether a label is only in other rows: cells were moved without their marks."""
        # Gone from the whole sheet means reworded; standing in another row means moved.
        return not label.among(self.of(row)) and any(map(label.among, self._folded.values()))

    def longest(self, row: int) -> str:
        """The longest text of a row, or ""."""
        return max(sorted(self.of(row) or {""}), key=len)

    @cached_property
    def _folded(self) -> Mapping[int, Set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for (row, _), text in self._sheet.texts.items():
            if not text.startswith(MARK):
                found[row].add(fold_case(text))
                found[row] |= _legacy(text)
        return found


@cache_if(lambda text: len(text) < _SHORT, maxsize=1 << 12)
def _legacy(text: str) -> frozenset[str]:
    if not text.isascii():
        return frozenset(map(fold_case, legacy_readings(text)))
    return frozenset()


class _Columns:
    """For answers located by the map alone: whether the texts of their column, and those after it, are in
    place.
    """

    def __init__(self, book: SheetBook, template: ReportTemplate) -> None:
        self._template = template
        self._now = {sheet.name: sheet.texts for sheet in book.sheets}

    def are_in_place(self, name: str) -> bool:
        """Whether most texts of its column and of those after it are in place."""
        home = self._template.inputs.get(name.removesuffix(NOTE_SUFFIX))
        if home is None:
            return True
        now = self._now.get(home.sheet, {})
        behind = [
            now.get((cell.row, cell.column)) == text
            for cell, text in self._template.texts.items()
            if cell.sheet == home.sheet and cell.column >= home.column and "{{" not in text
        ]
        # Half: a few texts may be reworded, but an inserted column moves all that follow.
        return 2 * sum(behind) >= len(behind)
