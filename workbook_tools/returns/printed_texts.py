"""Whether what is printed on a form still stands on its return: the labels that answers belong to, and all other texts."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from workbook_tools.excel import Cell
from workbook_tools.forms import form_marks
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.returns.locate import Located
from workbook_tools.spec.markers import MARKER, NOTE_SUFFIX

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.workbook import CellValue, SheetBook, SheetCells

_NAMED_TEXTS = 3
_FEW = 1 << 12
"""No form has as many answers; of a return that has nothing is remembered."""


def check_texts(book: SheetBook, template: ReportTemplate) -> list[Problem]:
    """A notice for every printed text that the form lost, a measure such as ``đồng`` among them; labels of lines are checked apart.

    For returns of the template's own version only. Where a form was reworded throughout, the first few are named.
    """
    printed = _printed(template)
    if _stand_all(printed.places, book):
        return []
    sheets = {sheet.name: sheet.cells for sheet in book.sheets}
    moved = [
        text for text in printed.texts if not _stands(text, sheets.get(text.cell.sheet, {}), text.cell.row)
    ]
    if not moved:
        return []
    left = Counter(_folded(text) for sheet in book.sheets for text in sheet.texts.values())
    left.subtract(text.folded for text in printed.texts)
    gone: list[Problem] = []
    for text in moved:
        now = sheets.get(text.cell.sheet, {}).get((text.cell.row, text.cell.column))
        stands = now.raw if now is not None else "–"
        # A text that is short by one may stand in several places; the one that was changed is where it no longer is.
        if left[text.folded] < 0 and _folded(stands) != text.folded and not printed.is_label(text):
            left[text.folded] += 1
            gone.append(
                problem(
                    "text-changed",
                    Place(sheet=text.cell.sheet, cell=text.cell.ref),
                    expected=text.text,
                    value=stands,
                )
            )
    if len(gone) > _NAMED_TEXTS:
        return [*gone[:_NAMED_TEXTS], problem("texts-changed", count=len(gone))]
    return gone


def check_labels(located: Located, book: SheetBook, template: ReportTemplate) -> Located:
    """Compare the printed text of each line with the template's; a line that left its label is not read.

    For returns of the template's own version only. A label that is nowhere on the sheet was reworded, which is said;
    one that stands in another row shows that cells were moved without their marks.
    """
    places = (_label_places_or_remember if len(located.cells) < _FEW else _label_places)(located, template)
    if _stand_all(places, book):
        return located
    labels = _printed(template).labels
    rows = {sheet.name: _Rows(sheet) for sheet in book.sheets}
    cells: dict[str, Cell] = {}
    problems = list(located.problems)
    reworded: set[tuple[str, int]] = set()
    for name, cell in located.cells.items():
        label = _label(name, labels, template)
        on_sheet = rows[cell.sheet]
        if label is None or on_sheet.has(label, cell.row):
            cells[name] = cell
        elif on_sheet.has_anywhere(label):
            if not name.endswith(NOTE_SUFFIX):
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name)
                problems.append(problem("input-moved-apart", place, value=template.indicators[name].label))
        else:
            cells[name] = cell
            if (cell.sheet, cell.row) not in reworded:
                reworded.add((cell.sheet, cell.row))
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name.removesuffix(NOTE_SUFFIX))
                problems.append(
                    problem("label-changed", place, expected=label.text, value=on_sheet.longest(cell.row))
                )
    return Located(cells, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Text:
    cell: Cell
    text: str
    folded: str


_Places: TypeAlias = Mapping[str, Set[tuple[tuple[int, int], str]]]
"""Sheet → each row and column in which a text ought to stand, with that text."""


@dataclass(frozen=True, slots=True)
class _Printed:
    """What is printed on a template's forms and holds no marker: all texts, and the longest of each row by form sheet and row."""

    texts: tuple[_Text, ...]
    labels: Mapping[tuple[str, int], _Text]
    places: _Places

    def is_label(self, text: _Text) -> bool:
        """Whether a text is the label of its row, or the same as that."""
        label = self.labels.get((text.cell.sheet, text.cell.row))
        return label is not None and label.text == text.text


@lru_cache(maxsize=4)
def _printed(template: ReportTemplate) -> _Printed:
    plain = [
        _Text(cell, text, _folded(text)) for cell, text in template.texts.items() if not MARKER.search(text)
    ]
    labels: dict[tuple[str, int], _Text] = {}
    for text in plain:
        key = (text.cell.sheet, text.cell.row)
        if len(text.text) > (len(labels[key].text) if key in labels else 0):
            labels[key] = text
    texts = tuple(text for text in plain if any(map(str.isalpha, text.text)))
    return _Printed(texts, labels, _by_sheet((text.cell, text.text) for text in texts))


def _by_sheet(texts: Iterable[tuple[Cell, str]]) -> _Places:
    places: dict[str, set[tuple[tuple[int, int], str]]] = defaultdict(set)
    for cell, text in texts:
        places[cell.sheet].add(((cell.row, cell.column), text))
    return places


def _label_places(located: Located, template: ReportTemplate) -> _Places:
    """Where the labels stand if each answer is beside its own."""
    labels = _printed(template).labels
    found = (
        (cell, label)
        for name, cell in located.cells.items()
        if (label := _label(name, labels, template)) is not None
    )
    return _by_sheet((Cell(cell.sheet, cell.row, label.cell.column), label.text) for cell, label in found)


_label_places_or_remember = lru_cache(maxsize=32)(_label_places)


def _stand_all(places: _Places, book: SheetBook) -> bool:
    """Whether texts stand where they ought to, letter by letter, as they nearly always do: so it is told at once."""
    sheets = {sheet.name: sheet.texts.items() for sheet in book.sheets}
    return all(name in sheets and sheets[name] >= texts for name, texts in places.items())


def _label(name: str, labels: Mapping[tuple[str, int], _Text], template: ReportTemplate) -> _Text | None:
    """The label of the line that an answer or remark belongs to."""
    home = template.inputs.get(name.removesuffix(NOTE_SUFFIX))
    return labels.get((home.sheet, home.row)) if home is not None else None


def _stands(text: _Text, cells: Mapping[tuple[int, int], CellValue], row: int) -> bool:
    """Whether a text is in its column of a row, letter by letter, as it nearly always is: comparing so is quick."""
    now = cells.get((row, text.cell.column))
    return now is not None and now.raw == text.text


class _Rows:
    """The texts of a sheet by row; folded, so that capitals, blanks and the way accents are stored make no difference."""

    def __init__(self, sheet: SheetCells) -> None:
        self._sheet = sheet

    def has(self, label: _Text, row: int) -> bool:
        """Whether a label stands in a row."""
        return _stands(label, self._sheet.cells, row) or label.folded in self._folded.get(row, ())

    def has_anywhere(self, label: _Text) -> bool:
        """Whether a label stands in any row."""
        return any(label.folded in texts for texts in self._folded.values())

    def longest(self, row: int) -> str:
        """The longest text of a row; empty where it has none."""
        return max(sorted(self._folded.get(row, {""})), key=len)

    @cached_property
    def _folded(self) -> Mapping[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for (row, _), text in self._sheet.texts.items():
            if not text.startswith(form_marks.MARK):
                found[row].add(_folded(text))
        return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
