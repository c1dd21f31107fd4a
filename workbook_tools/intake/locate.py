"""Where the answers of a return stand: by the form's own marks wherever they have moved, or not at all."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from workbook_tools.cells import Cell, parse_ref
from workbook_tools.forms import anchors
from workbook_tools.intake.identity import is_meta
from workbook_tools.intake.reader import CellValue, SheetBook, SheetCells
from workbook_tools.model import ReportTemplate
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.spec.markers import MARKER, NOTE_SUFFIX

_NAMED_TEXTS = 3


@dataclass
class Located:
    """The cells of answers and remarks found in a return, by name (``ct_1``, ``ct_1.ghi_chu``), and what was wrong."""

    cells: dict[str, Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def locate_answers(book: SheetBook) -> Located:
    """Find every answer by row and column marks; where all row marks are lost, by the map in the meta sheet."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for sheet in book.sheets:
        marks = sorted((place, text) for place, text in sheet.texts.items() if text.startswith(anchors.MARK))
        columns = _columns(marks)
        for row, keys in _rows(marks):
            for name, column in keys.items():
                if column in columns:
                    found[name].append(Cell(sheet.name, row, columns[column]))
    if not found:
        found = _from_meta(book)
    located = Located()
    for name, cells in found.items():
        if len(cells) == 1:
            located.cells[name] = cells[0]
        elif not name.endswith(NOTE_SUFFIX):
            place = Place(sheet=cells[1].sheet, cell=cells[1].ref, indicator=name)
            located.problems.append(problem("input-duplicated", place, value=name))
    return located


def check_texts(book: SheetBook, template: ReportTemplate) -> list[Problem]:
    """A notice for every printed text that the form lost, a measure such as ``đồng`` among them; labels of lines are checked apart.

    For returns of the template's own version only. Where a form was reworded throughout, the first few are named.
    """
    sheets = {sheet.name: sheet.cells for sheet in book.sheets}
    printed = _printed(template)
    moved = [text for text in printed.texts if not _stands(text, sheets.get(text.cell.sheet, {}), text.cell.row)]
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
            gone.append(problem("text-changed", Place(sheet=text.cell.sheet, cell=text.cell.ref), expected=text.text, value=stands))
    if len(gone) > _NAMED_TEXTS:
        return [*gone[:_NAMED_TEXTS], problem("texts-changed", count=len(gone))]
    return gone


def check_labels(located: Located, book: SheetBook, template: ReportTemplate) -> Located:
    """Compare the printed text of each line with the template's; a line that left its label is not read.

    For returns of the template's own version only. A label that is nowhere on the sheet was reworded, which is said;
    one that stands in another row shows that cells were moved without their marks.
    """
    labels = _printed(template).labels
    rows = {sheet.name: _Rows(sheet) for sheet in book.sheets}
    checked = Located(problems=list(located.problems))
    reworded: set[tuple[str, int]] = set()
    for name, cell in located.cells.items():
        home = template.inputs.get(name.removesuffix(NOTE_SUFFIX))
        label = labels.get((home.sheet, home.row)) if home is not None else None
        on_sheet = rows[cell.sheet]
        if label is None or on_sheet.has(label, cell.row):
            checked.cells[name] = cell
        elif on_sheet.has_anywhere(label):
            if not name.endswith(NOTE_SUFFIX):
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name)
                checked.problems.append(problem("input-moved-apart", place, value=template.indicators[name].label))
        else:
            checked.cells[name] = cell
            if (cell.sheet, cell.row) not in reworded:
                reworded.add((cell.sheet, cell.row))
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name.removesuffix(NOTE_SUFFIX))
                checked.problems.append(problem("label-changed", place, expected=label.text, value=on_sheet.longest(cell.row)))
    return checked


def _rows(marks: Sequence[tuple[tuple[int, int], str]]) -> Iterator[tuple[int, Mapping[str, int]]]:
    for (row, _), text in marks:
        if (keys := anchors.parse_row_key(text)) is not None:
            yield row, keys


def _columns(marks: Sequence[tuple[tuple[int, int], str]]) -> dict[int, int]:
    """Named column → where it stands now; a name that stands twice says nothing."""
    found: dict[int, list[int]] = defaultdict(list)
    for (_, column), text in marks:
        if (name := anchors.parse_column_key(text)) is not None:
            found[name].append(column)
    return {name: columns[0] for name, columns in found.items() if len(columns) == 1}


def _from_meta(book: SheetBook) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = defaultdict(list)
    names = {sheet.name for sheet in book.sheets}
    for sheet in book.sheets:
        if not is_meta(sheet):
            continue
        for (row, column), cell in sheet.cells.items():
            if column != 1 or cell.raw != "input":
                continue
            code, name, ref, _, note = (sheet.cells[row, c].raw if (row, c) in sheet.cells else "" for c in range(2, 7))
            for key, address in ((code, ref), (code + NOTE_SUFFIX, note)):
                if name in names and (place := _parse_place(address)) is not None:
                    found[key].append(Cell(name, *place))
    return found


def _parse_place(address: str) -> tuple[int, int] | None:
    """Row and column; None for what is no address: the map may be damaged, or say that there is no such cell."""
    try:
        return parse_ref(address)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Text:
    cell: Cell
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Printed:
    """What is printed on a template's forms and holds no marker: all texts, and the longest of each row by form sheet and row."""

    texts: tuple[_Text, ...]
    labels: Mapping[tuple[str, int], _Text]

    def is_label(self, text: _Text) -> bool:
        """Whether a text is the label of its row, or the same as that."""
        label = self.labels.get((text.cell.sheet, text.cell.row))
        return label is not None and label.text == text.text


@lru_cache(maxsize=4)
def _printed(template: ReportTemplate) -> _Printed:
    plain = [_Text(cell, text, _folded(text)) for cell, text in template.texts.items() if not MARKER.search(text)]
    labels: dict[tuple[str, int], _Text] = {}
    for text in plain:
        key = (text.cell.sheet, text.cell.row)
        if len(text.text) > (len(labels[key].text) if key in labels else 0):
            labels[key] = text
    return _Printed(tuple(text for text in plain if any(map(str.isalpha, text.text))), labels)


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
            if not text.startswith(anchors.MARK):
                found[row].add(_folded(text))
        return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
