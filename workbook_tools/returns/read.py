"""Read one returned file to a return: identity, and the raw answers with their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import DAYS_1904, FIRST_SERIAL
from workbook_tools.forms.form_marks import MADE
from workbook_tools.model import RawAnswer, ReportTemplate, Return, Roster, Unit
from workbook_tools.problems import Problem, problem
from workbook_tools.readers import read_workbook
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.copies import settle_copies
from workbook_tools.returns.identity import CHANNELS, ENOUGH_CHANNELS, identify
from workbook_tools.returns.labels import check_labels
from workbook_tools.returns.list_reading.list_entries import ListsFound, find_entries, without_covered
from workbook_tools.returns.locate import Located, check_unread, locate_answers
from workbook_tools.returns.moved_cells import check_merges, check_names
from workbook_tools.returns.printed_texts import check_name, check_texts
from workbook_tools.returns.unasked.entries import check_entries
from workbook_tools.returns.unasked.headings import check_headings
from workbook_tools.returns.unasked.overtyped import check_facts, check_mirrors
from workbook_tools.returns.unasked.written_aside import check_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from workbook_tools.excel import Cell
    from workbook_tools.readers.file_kind import Format
    from workbook_tools.readers.sheet_book import CellValue, SheetBook


class Hints(Struct, frozen=True):
    """What is known of a file before reading it.

    ``suggest`` is the unit that the file's name or sender points to, or ""; ``kind`` the format, if already
    detected; with ``roster``, the printed name of the unit is checked.
    """

    suggest: Callable[[], str] = str
    kind: Format | None = None
    roster: Roster | None = None


def read_return(
    data: bytes,
    template: ReportTemplate | None,
    key: bytes | None,
    hints: Hints = Hints(),
) -> tuple[Return, list[Problem]]:
    """Read one returned form; problems have sheet, cell and indicator, not yet file and unit.

    Without ``template``, printed texts are not compared, nor labels without a hash in the form. Raises
    RefusedFile if it is no form that can be trusted.
    """
    book = read_workbook(data, kind=hints.kind)
    found = locate_answers(book)
    unread = check_unread(found, book)
    campaign = template.campaign.code if template is not None else None
    named = hints.roster.named if hints.roster is not None else str
    identity = identify(book, key, hints.suggest, campaign, named)
    # After identity: a copy of another unit's form must be refused as such.
    located = settle_copies(found, book, template)
    if not located.cells and not located.lists and not located.problems:
        raise RefusedFile("lines-lost", value=named(identity.unit), unit=identity.unit)
    # Another campaign's template knows nothing of this form.
    if template is not None and template.campaign.code != identity.campaign:
        template = None
    own = template is not None and template.made(identity.form_version)
    located = check_merges(check_names(located, book), book)
    known = hints.roster.units.get(identity.unit) if hints.roster is not None else None
    unit_type = known.type if known else ""
    lists = find_entries(located, book, template, unit_type, own=own)
    located = check_labels(without_covered(located, lists), book, template, own=own, unit=identity.unit)
    if own and template is not None:
        located = check_headings(located, book, template)
    problems = [*located.problems, *unread]
    if template is not None:
        problems += _check_print(book, template, known, hints.roster, own=own)
        if own:
            problems += check_mirrors(located, book, template)
        if own and known is not None:
            problems += check_entries(located, book, template, known, lists.places)
            problems += check_facts(located, book, template, known)
    problems += check_aside(book, located, template)
    if book.has_macros:
        problems.append(problem("macros-inside"))
    if len(identity.channels) < ENOUGH_CHANNELS:
        problems = [problem("identity-by-name", what=[CHANNELS[c] for c in identity.channels]), *problems]
    saved = _saved_by_unit(book.saved)
    return Return(identity, _answers(book, located), saved, _list_cells(book, lists)), problems


def _check_print(
    book: SheetBook, template: ReportTemplate, unit: Unit | None, roster: Roster | None, *, own: bool
) -> list[Problem]:
    named = []
    if unit and roster is not None:
        named = check_name(book, template, unit, roster, own=own)
    if not own:
        return named
    unit_type = unit.type if unit else ""
    return [*named, *check_texts(book, template, unit_type)]


def _saved_by_unit(saved: datetime | None) -> datetime | None:
    """When the unit saved its form; None if it still has the date it was made with."""
    if saved is None:
        return None
    # Some programs record local time, without a zone; Python refuses to compare it with UTC.
    made = MADE if saved.tzinfo else MADE.replace(tzinfo=None)
    return saved if saved > made else None


def is_filled(data: bytes) -> bool:
    """Whether somebody filled in a form; True for unreadable files, which may be worth keeping."""
    try:
        found, _ = read_return(data, None, None)
    except RefusedFile as refused:
        # The form of a unit that is asked nothing has no lines from the start.
        return refused.code != "lines-lost" or _saved_by_unit(read_workbook(data).saved) is not None
    return found.is_filled


def _answers(book: SheetBook, located: Located) -> tuple[RawAnswer, ...]:
    cells = {sheet.name: sheet.cells for sheet in book.sheets}
    answers = []
    for code, place, noted in located.lines:
        cell = cells[place.sheet].get((place.row, place.column))
        note = None
        if noted is not None:
            note = cells[noted.sheet].get((noted.row, noted.column))
        remark = note.raw.strip() if note is not None else ""
        answers.append(_answer(code, place, cell, remark, book.date1904))
    return tuple(answers)


def _list_cells(book: SheetBook, lists: ListsFound) -> tuple[RawAnswer, ...]:
    """Every cell of the filled rows of lists, blank ones too, row by row."""
    cells = {sheet.name: sheet.cells for sheet in book.sheets}
    return tuple(
        _answer(code, place, cells[place.sheet].get((place.row, place.column)), "", book.date1904)
        for codes, rows in lists.rows.values()
        for row in rows
        for code, place in zip(codes, row, strict=True)
    )


def _answer(code: str, place: Cell, cell: CellValue | None, note: str, date1904: bool) -> RawAnswer:
    if cell is None:
        return RawAnswer(code, place, note=note)
    value = cell.value
    # From here on there is one date system; a time of day is the same in both.
    if cell.is_date and date1904 and isinstance(value, float) and value >= FIRST_SERIAL:
        value += DAYS_1904
    return RawAnswer(
        code, place, cell.raw, value, cell.is_date, cell.kind == "error", cell.is_formula, note, cell.shown
    )
