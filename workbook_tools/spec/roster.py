"""Read and check the roster workbook: the units that report."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools import heads
from workbook_tools.errors import CannotRead, SpecificationError
from workbook_tools.model import ReportTemplate, Roster, Unit, is_email, split_addresses
from workbook_tools.problems import Problem, has_errors, problem
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.consequences import without_consequences
from workbook_tools.spec.dictionary.named_facts import facts_calculated, facts_named, facts_used
from workbook_tools.spec.markers import FACT
from workbook_tools.spec.own_cells import OwnSheet, read_own_sheets
from workbook_tools.spec.tables import CodeBook, Findings, Row, Table, find_sheet, read_table
from workbook_tools.text.clean import drop_diacritics, fold, tidy_entry
from workbook_tools.text.figures import parse_figure
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.storage.location import Location

_UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_SUGGESTED = 20
"""How many unknown parents come with the unit that may be meant."""
_FIGURE = re.compile(r"([0-9]+(?:[., ][0-9]+)*)(?: +([^\W\d_][^\d]*))?")
_SCALES = frozenset(
    {"nghin", "ngan", "trieu", "ty", "ti", "nghin dong", "ngan dong", "trieu dong", "ty dong", "ti dong"}
)
"""Words that multiply a figure."""
_FACT_MEANT = re.compile(r"^dv|\(dv_[^()]*\)$")
"""A heading, or the end of one, that is meant as the name of a fact."""


def read_roster(
    path: Location, template: ReportTemplate | None = None
) -> tuple[Roster | None, list[Problem]]:
    """Read a roster; the first value is None if it has errors.

    With a template, unit types and the facts used by its rules are checked, too. Raises CannotRead if the
    file is not a workbook.
    """
    findings = Findings(path.name)
    table = read_table(_find_roster(path), words.COLUMNS[words.ROSTER], findings)
    facts = _fact_columns(table)
    rows = _rows_by_code(table)
    if not rows:
        findings.add("roster-empty", table.sheet)
    calculated = facts_calculated(template) if template is not None else frozenset()
    # If one cell of a column is a number, the column is numeric; the others were typed as text.
    numbers = {fact for fact in facts if fact in calculated or _holds_number(table, fact)}
    for fact in numbers:
        for row in rows.values():
            _read_number(row, fact, needed=fact in calculated)
    units = {code: _unit(code, row, facts, template) for code, row in rows.items()}
    units = _check_parents(units, rows, template)
    _check_names(units, rows)
    if template is not None:
        _check_facts(units, rows, template)
        _check_columns(table, facts, template)
        _check_asked(units, rows, template)
    problems = without_consequences(findings.problems)
    if has_errors(problems):
        return None, problems
    labels = {fact: label for fact, label in table.labels.items() if fact in facts}
    return Roster(path, units, fact_labels=labels), problems


def load_roster(path: Location, template: ReportTemplate) -> tuple[Roster, list[Problem]]:
    """Read a roster that must be valid; SpecificationError with all problems otherwise."""
    roster, problems = read_roster(path, template)
    if roster is None:
        raise SpecificationError(path, problems)
    return roster, problems


def _find_roster(path: Location) -> OwnSheet:
    sheets = read_own_sheets(path)
    name = find_sheet([sheet.name for sheet in sheets], words.ROSTER)
    # A roster exported from another program has one sheet of any name; a chart has no cells.
    chosen = [s for s in sheets if s.name == name] or [s for s in sheets if s.rows] or sheets
    return chosen[0]


def _plain_name(name: str) -> str:
    """Normalise a name for comparison: without diacritics, case and repeated blanks."""
    return re.sub(r"[\W_]+", "", drop_diacritics(name.casefold()))


def _fact_columns(table: Table) -> list[str]:
    fixed = {column.head for column in words.COLUMNS[words.ROSTER]}
    facts = []
    for head in table.columns:
        if FACT.fullmatch(head):
            facts.append(head)
        elif head not in fixed and _FACT_MEANT.search(head.casefold()):
            table.findings.add("fact-invalid", table.sheet, value=head, accepted=", ".join(sorted(fixed)))
    return facts


def _rows_by_code(table: Table) -> dict[str, Row]:
    seen, rows = CodeBook(), {}
    for row in table:
        code = row.text(heads.KEY, required=True)
        if code and not _UNIT_CODE.fullmatch(code):
            row.note("unit-code-invalid", heads.KEY, value=code)
        elif code and seen.is_new(row, heads.KEY, code, "unit-code-duplicate"):
            rows[code] = row
            if row.is_struck:
                row.note("unit-struck", heads.KEY, value=row.text(heads.UNIT_NAME))
            if row.text(heads.UNIT_NAME) == words.EXAMPLE_UNIT:
                row.note("unit-example", heads.UNIT_NAME)
    return rows


def _unit(code: str, row: Row, facts: list[str], template: ReportTemplate | None) -> Unit:
    unit_type = row.text(heads.TYPE, required=True).lower()
    if template is not None and unit_type and unit_type not in template.unit_types:
        row.note_unknown("type-unknown", heads.TYPE, unit_type, template.unit_types)
    email = row.text(heads.EMAIL)
    for address in split_addresses(email):
        if not is_email(address):
            row.note("email-invalid", heads.EMAIL, value=address)
    return Unit(
        code=code,
        # Names are compared and sorted, so repeated blanks and line breaks are removed.
        name=" ".join(row.text(heads.UNIT_NAME, required=True).split()),
        type=unit_type,
        parent=row.text(heads.PARENT) or None,
        email=email,
        phone=row.text(heads.PHONE),
        facts={fact: _fact(row, fact) for fact in facts if row.text(fact)},
    )


def _fact(row: Row, fact: str) -> float | str:
    value = row.cells[fact]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return row.text(fact)


def _holds_number(table: Table, fact: str) -> bool:
    return any(isinstance(row.cells.get(fact), int | float) for row in table)


def _read_number(row: Row, fact: str, *, needed: bool) -> None:
    """Parse a figure typed as text, possibly followed by a word: ``1.090 trẻ``."""
    typed = row.cells.get(fact)
    if not isinstance(typed, str):
        # TRUE, or a date, as Excel makes one of 3/5: one such among the numbers would undo their sum.
        if needed and isinstance(typed, bool | date):
            shown = str(typed).upper() if isinstance(typed, bool) else f"{typed:%d/%m/%Y}"
            row.note("fact-not-number", fact, value=shown)
        return
    if not row.text(fact):
        return
    entry = _FIGURE.fullmatch(tidy_entry(typed))
    figure = None
    # "1,5 triệu" is not a plain number; guessing the factor would invent a figure.
    if entry is not None and fold(entry[2] or "").rstrip(".") not in _SCALES:
        # As a whole number first: 1.090 trẻ is a thousand and ninety.
        figure = parse_figure(entry[1], scaled=False) or parse_figure(entry[1], scaled=True)
    if figure is not None:
        row.cells[fact] = float(figure)
    elif needed:
        row.note("fact-not-number", fact, value=row.text(fact))


def _check_parents(
    units: dict[str, Unit], rows: Mapping[str, Row], template: ReportTemplate | None
) -> dict[str, Unit]:
    strays = {code: unit for code, unit in units.items() if unit.parent not in (None, *units)}
    for number, (code, unit) in enumerate(strays.items()):
        parent = unit.parent or ""
        # Each takes a second among 45,000 units, and so many have a common cause.
        near = suggest(parent, units) if number < _SUGGESTED else ""
        rows[code].note("parent-unknown", heads.PARENT, value=parent, suggestion=near)
        # Every remaining parent is a unit, as the checks below assume.
        units[code] = replace(unit, parent=None)
    for code, unit in units.items():
        chain = [code]
        # The second condition ends a cycle that this unit leads into but does not belong to.
        while (above := units[chain[-1]].parent) is not None and above not in chain:
            chain.append(above)
        if above == code:
            rows[code].note("parent-cycle", heads.PARENT, value=" → ".join([*chain, code]))
        elif template is not None and unit.parent is not None:
            levels = [
                template.unit_types[t].level
                for t in (unit.type, units[unit.parent].type)
                if t in template.unit_types
            ]
            if len(levels) == 2 and levels[0] <= levels[1]:
                rows[code].note("parent-level", heads.PARENT, unit=unit.name)
    return units


def _check_names(units: Mapping[str, Unit], rows: Mapping[str, Row]) -> None:
    seen: dict[str, Unit] = {}
    for unit in units.values():
        # Officers tell units apart by name in lists and pivots, in which accents are easily overlooked.
        other = seen.setdefault(_plain_name(unit.name), unit)
        if other is not unit and unit.name:
            place = rows[other.code].place(heads.UNIT_NAME)
            rows[unit.code].note(
                "unit-name-similar", heads.UNIT_NAME, value=unit.name, other=other.name, first=place
            )


def _check_facts(units: Mapping[str, Unit], rows: Mapping[str, Row], template: ReportTemplate) -> None:
    used = {
        unit_type: facts_used(unit_type, template) for unit_type in {unit.type for unit in units.values()}
    }
    for unit in units.values():
        for fact in used[unit.type]:
            if fact not in unit.facts:
                rows[unit.code].note("fact-missing", fact, value=fact)


def _check_columns(table: Table, facts: list[str], template: ReportTemplate) -> None:
    """Note the facts that the template uses but no column has: one of the two is misspelt."""
    for name, places in facts_named(template).items():
        if name not in facts:
            where = "!".join(part for part in (places[0].sheet, places[0].cell) if part)
            table.findings.add(
                "fact-unknown", table.sheet, "A1", value=name, first=where, suggestion=suggest(name, facts)
            )


def _check_asked(units: Mapping[str, Unit], rows: Mapping[str, Row], template: ReportTemplate) -> None:
    """Note each type of unit that has no line to fill in, at its first unit."""
    for name in template.unit_types:
        own = [code for code, unit in units.items() if unit.type == name]
        if own and not template.indicators_for(name) and not template.lists_for(name):
            rows[own[0]].note("type-not-asked", heads.TYPE, value=name, count=len(own))


def check_facts_named(template: ReportTemplate, path: Location) -> list[Problem]:
    """Return an error at every place where the template uses a fact that no column of the roster has.

    A roster that cannot be read is reported by its own check.
    """
    try:
        sheet = _find_roster(path)
    except CannotRead:
        return []
    facts = _fact_columns(read_table(sheet, words.COLUMNS[words.ROSTER], Findings(path.name)))
    return [
        problem("fact-unknown", place, value=name, first=path.name, suggestion=suggest(name, facts))
        for name, places in facts_named(template).items()
        if name not in facts
        for place in places
    ]
