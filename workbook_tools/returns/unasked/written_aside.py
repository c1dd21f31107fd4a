"""What is written where nothing is read: comments, shapes, pictures, headers, documents, added sheets."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from workbook_tools.excel import Cell
from workbook_tools.forms.form_marks import (
    CORRECTION_COLUMNS,
    CORRECTION_HEAD,
    CORRECTION_SHEET,
    DONE,
    MARK,
    OPEN,
    STILL_WRONG,
)
from workbook_tools.heads import STATE
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.returns.identity import is_meta
from workbook_tools.spec.markers import MARKER, NOTE_SUFFIX
from workbook_tools.text.clean import truncate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.model import ReportTemplate
    from workbook_tools.readers.sheet_book import Aside, SheetBook, SheetCells
    from workbook_tools.returns.locate import Located

_NAMED = 10
_SHOWN = 200
_SHOWN_CELLS = 12
_STATES = (STATE, OPEN, DONE, STILL_WRONG)


def check_aside(book: SheetBook, located: Located, template: ReportTemplate | None) -> list[Problem]:
    """A notice for every text outside of cells, and for every sheet with content that no form has.

    Forms go out without comments and shapes, so each is the unit's. After the first few, the others share
    one problem.
    """
    asides = [(sheet.name, aside) for sheet in book.sheets for aside in sheet.asides]
    codes = {}
    if asides:
        codes = {cell: name.removesuffix(NOTE_SUFFIX) for name, cell in located.cells.items()}
    written = [_tell(aside, sheet, codes) for sheet, aside in asides if _is_own(aside, template)]
    if len(written) > _NAMED:
        written = [*written[:_NAMED], problem("asides-unread", count=len(written))]
    return [*written, *_added_objects(asides, template), *_added_sheets(book, template)]


def _is_own(aside: Aside, template: ReportTemplate | None) -> bool:
    """Whether the unit says something in it."""
    if aside.kind == "page":
        return _is_own_page(aside, template)
    return any(map(str.isalnum, aside.text))


def _is_own_page(aside: Aside, template: ReportTemplate | None) -> bool:
    """Whether a header or footer holds a figure that the officer did not print there."""
    if template is None or any(MARKER.search(text) for text in template.page_texts):
        return False
    # Programs set the codes and fields between the words apart from them, or do not.
    printed = {"".join(text.split()) for text in template.page_texts}
    return any(map(str.isdigit, aside.text)) and "".join(aside.text.split()) not in printed


def _tell(aside: Aside, sheet: str, codes: dict[Cell, str]) -> Problem:
    place = Place(sheet=sheet)
    if aside.place is not None:
        at = Cell(sheet, *aside.place)
        place = Place(sheet=sheet, cell=at.ref, indicator=codes.get(at, ""))
    return problem(f"{aside.kind}-unread", place, value=_line(aside.text))


def _added_objects(asides: Sequence[tuple[str, Aside]], template: ReportTemplate | None) -> Iterator[Problem]:
    """A notice if there are more pictures than the officer drew: one may show a table, or be a stamp; and if
    there are documents of other programs, which no form has.
    """
    if template is None:
        return
    for kind, code in (("picture", "pictures-added"), ("object", "documents-embedded")):
        sheets = [sheet for sheet, aside in asides if aside.kind == kind]
        drawn = template.pictures if kind == "picture" else 0
        if len(sheets) > drawn:
            yield problem(code, Place(sheet=sheets[-1]), count=len(sheets) - drawn)


def _added_sheets(book: SheetBook, template: ReportTemplate | None) -> Iterator[Problem]:
    """Sheets with content but without marks, that are not the template's.

    Without a template it is unknown which sheets the form has.
    """
    if template is None:
        return
    for sheet in book.sheets:
        if sheet.name == CORRECTION_SHEET:
            yield from _beside_questions(sheet)
            continue
        if sheet.name in template.form_sheets or sheet.texts_with(MARK) or is_meta(sheet):
            continue
        first = heapq.nsmallest(4 * _SHOWN_CELLS, sheet.cells)
        entries = [sheet.cells[place].raw for place in first if sheet.cells[place].raw.strip()]
        if entries:
            shown = _line(" · ".join(entries[:_SHOWN_CELLS]))
            yield problem("sheet-added", Place(sheet=sheet.name), value=shown, sheet=sheet.name)


def _beside_questions(sheet: SheetCells) -> Iterator[Problem]:
    """What a unit typed on the sheet of questions: an answer beside its question is not read."""
    asked = {
        row for (row, column), cell in sheet.cells.items() if column == 1 and cell.kind == "number"
    } | set(range(1, CORRECTION_HEAD + 1))
    for (row, column), cell in sorted(sheet.cells.items()):
        text = cell.raw.strip()
        is_own = row in asked and (column < CORRECTION_COLUMNS or text in _STATES)
        if text and not is_own and not cell.is_formula:
            place = Place(sheet=sheet.name, cell=Cell(sheet.name, row, column).ref)
            yield problem("entry-outside", place, value=_line(text))


def _line(text: str) -> str:
    return truncate(" ".join(text.split()), _SHOWN)
