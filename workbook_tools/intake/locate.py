"""Where the answers of a return stand: by the form's own marks wherever they have moved, or not at all."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workbook_tools.forms import anchors
from workbook_tools.intake.identity import is_meta
from workbook_tools.intake.reader import SheetBook, SheetCells
from workbook_tools.model import Cell, ReportTemplate, parse_ref
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
        columns = _columns(sheet)
        for row, keys in _rows(sheet):
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
    left = Counter(_folded(cell.raw) for cells in sheets.values() for cell in cells.values() if cell.kind == "text")
    labels = _labels(template)
    printed = [(cell, text) for cell, text in template.texts.items() if any(map(str.isalpha, text)) and not MARKER.search(text)]
    left.subtract(_folded(text) for _, text in printed)
    gone: list[Problem] = []
    for cell, text in printed:
        now = sheets.get(cell.sheet, {}).get((cell.row, cell.column))
        stands = now.raw if now is not None else "–"
        # A text that is short by one may stand in several places; the one that was changed is where it no longer is.
        if left[_folded(text)] < 0 and _folded(stands) != _folded(text) and labels.get((cell.sheet, cell.row)) != text:
            left[_folded(text)] += 1
            gone.append(problem("text-changed", Place(sheet=cell.sheet, cell=cell.ref), expected=text, value=stands))
    if len(gone) > _NAMED_TEXTS:
        return [*gone[:_NAMED_TEXTS], problem("texts-changed", count=len(gone))]
    return gone


def check_labels(located: Located, book: SheetBook, template: ReportTemplate) -> Located:
    """Compare the printed text of each line with the template's; a line that left its label is not read.

    For returns of the template's own version only. A label that is nowhere on the sheet was reworded, which is said;
    one that stands in another row shows that cells were moved without their marks.
    """
    labels = _labels(template)
    sheets = {sheet.name: sheet for sheet in book.sheets}
    texts = {name: _texts_by_row(sheet) for name, sheet in sheets.items()}
    checked = Located(problems=list(located.problems))
    reworded: set[tuple[str, int]] = set()
    for name, cell in located.cells.items():
        home = template.inputs.get(name.removesuffix(NOTE_SUFFIX))
        label = labels.get((home.sheet, home.row)) if home is not None else None
        rows = texts[cell.sheet]
        if label is None or _folded(label) in rows.get(cell.row, ()):
            checked.cells[name] = cell
        elif any(_folded(label) in found for found in rows.values()):
            if not name.endswith(NOTE_SUFFIX):
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name)
                checked.problems.append(problem("input-moved-apart", place, value=template.indicators[name].label))
        else:
            checked.cells[name] = cell
            if (cell.sheet, cell.row) not in reworded:
                reworded.add((cell.sheet, cell.row))
                now = max(rows.get(cell.row, {""}), key=len)
                place = Place(sheet=cell.sheet, cell=cell.ref, indicator=name.removesuffix(NOTE_SUFFIX))
                checked.problems.append(problem("label-changed", place, expected=label, value=now))
    return checked


def _rows(sheet: SheetCells) -> Iterator[tuple[int, dict[str, int]]]:
    for (row, _), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
        if cell.kind == "text" and (keys := anchors.parse_row_key(cell.raw)) is not None:
            yield row, keys


def _columns(sheet: SheetCells) -> dict[int, int]:
    """Named column → where it stands now; a name that stands twice says nothing."""
    found: dict[int, list[int]] = defaultdict(list)
    for (_, column), cell in sheet.cells.items():
        if cell.kind == "text" and (name := anchors.parse_column_key(cell.raw)) is not None:
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
                if name in names and address:
                    found[key].append(Cell(name, *parse_ref(address)))
    return found


def _labels(template: ReportTemplate) -> Mapping[tuple[str, int], str]:
    """Form sheet and row → the longest printed text there, where it holds no marker."""
    found: dict[tuple[str, int], str] = {}
    for cell, text in template.texts.items():
        key = (cell.sheet, cell.row)
        if not MARKER.search(text) and len(text) > len(found.get(key, "")):
            found[key] = text
    return found


def _texts_by_row(sheet: SheetCells) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for (row, _), cell in sheet.cells.items():
        if cell.kind == "text" and not cell.raw.startswith("wt:"):
            found[row].add(_folded(cell.raw))
    return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
