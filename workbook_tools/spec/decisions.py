"""Read and check the decisions workbook: what the officer decided about returns."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.excel import Cell, parse_ref
from workbook_tools.model import Decision, DecisionKind, ReportTemplate, Roster, code_of
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.own_cells import read_own_sheets
from workbook_tools.spec.tables import Findings, Row, Table, find_sheet, read_table
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.problems import Problem
    from workbook_tools.storage.location import Location

_NEEDED: Mapping[DecisionKind, tuple[str, ...]] = {
    DecisionKind.ACCEPT: (heads.UNIT_CODE,),
    DecisionKind.CHOOSE: (heads.UNIT_CODE, heads.FILE),
    DecisionKind.SET: (heads.UNIT_CODE, heads.CODE, heads.VALUE),
    DecisionKind.EXCLUDE: (heads.FILE,),
    DecisionKind.EXTEND: (heads.UNIT_CODE, heads.VALUE),
    DecisionKind.NOTHING: (heads.UNIT_CODE,),
    DecisionKind.SILENCE: (heads.UNIT_CODE,),
}
_LIST_CELL = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]* [1-9][0-9]{0,5}")
_DATE_FORMAT = "%d/%m/%Y"
_OF_ROW = "result-missing"
"""The one fault of a table that concerns a single row."""


def read_decisions(
    path: Location, template: ReportTemplate, roster: Roster
) -> tuple[list[Decision], list[Problem]]:
    """Read the valid decisions in the order of the sheet, and the problems of the others.

    Faulty rows are left out, and so are all that contradict each other. Raises CannotRead if the file is not
    a workbook.
    """
    table, findings = read_decision_table(path)
    if table is None:
        return [], findings.problems
    decisions = parse_decisions(table, findings, template, roster)
    return _without_conflicts(decisions, findings), findings.problems


def read_decision_table(path: Location) -> tuple[Table | None, Findings]:
    """Read the sheet's rows; None with the problems if it or one of its headings is missing."""
    sheets = {sheet.name: sheet for sheet in read_own_sheets(path)}
    findings = Findings(path.name)
    name = find_sheet([*sheets], words.DECISIONS)
    if name is None:
        findings.add("sheet-missing", words.DECISIONS, sheet=words.DECISIONS)
        return None, findings
    table = read_table(sheets[name], words.COLUMNS[words.DECISIONS], findings)
    # A formula without a result costs its own row, a heading that is missing costs all of them.
    if all(found.code == _OF_ROW for found in findings.problems):
        return table, findings
    findings.add("decisions-unread", words.DECISIONS, count=len(table.values))
    return None, findings


def parse_decisions(
    table: Table, findings: Findings, template: ReportTemplate, roster: Roster
) -> list[Decision]:
    """The valid decisions of the table that ``findings`` belongs to; the problems of the others go there.

    Decisions that contradict each other are all returned.
    """
    decisions = []
    unknown = {parse_ref(found.place.cell)[0] for found in findings.problems if found.code == _OF_ROW}
    for row in table:
        # A note of the officer beside the table.
        if not any(row.text(column.head) for column in words.COLUMNS[words.DECISIONS]):
            continue
        # Without the result of a formula, the row might be about something else.
        if row.number in unknown:
            continue
        before = len(findings.problems)
        decision = _decision(row, template, roster)
        if decision is not None and len(findings.problems) == before:
            decisions.append(decision)
    return decisions


def _decision(row: Row, template: ReportTemplate, roster: Roster) -> Decision | None:
    if row.is_struck:
        row.note("decision-struck", heads.DECISION)
        return None
    kinds: dict[str, DecisionKind | None] = {**words.DECISION_KINDS}
    kind = row.one_of(heads.DECISION, kinds, None)
    if kind is None:
        return None
    for head in (*_NEEDED[kind], heads.REASON, heads.DECIDED_BY, heads.DAY):
        row.text(head, required=True)
    unit, indicator = row.text(heads.UNIT_CODE), row.text(heads.CODE)
    if unit and unit not in roster:
        row.note("decision-unit-unknown", heads.UNIT_CODE, value=unit, suggestion=suggest(unit, roster.units))
        return None
    asked = _decidable(kind, template, roster[unit].type) if unit else []
    in_list = kind is DecisionKind.SET and is_list_cell(indicator)
    if in_list:
        # Rows are numbered within one file: in another, the same number may be somebody else's row.
        row.text(heads.FILE, required=True)
    line = code_of(indicator) if in_list else indicator
    if kind is DecisionKind.SET and indicator in template.columns:
        row.note("decision-row-missing", heads.CODE, value=indicator)
    elif indicator and line not in asked:
        near = suggest(indicator, asked)
        row.note("decision-indicator-unknown", heads.CODE, value=indicator, suggestion=near)
    value = _date(row, heads.VALUE) if kind is DecisionKind.EXTEND else _value(row)
    return Decision(
        kind,
        Cell(row.table.sheet, row.number, row.table.columns[heads.DECISION]),
        unit,
        indicator,
        row.text(heads.FILE),
        value,
        " ".join(row.text(heads.REASON).split()),
        " ".join(row.text(heads.DECIDED_BY).split()),
        _date(row, heads.DAY),
        row.shown(heads.VALUE),
    )


def is_list_cell(name: str) -> bool:
    """Whether a decision names a cell of a list: column and number of its row, as ``ds.so_tien 3``."""
    return _LIST_CELL.fullmatch(name) is not None


def _decidable(kind: DecisionKind, template: ReportTemplate, unit_type: str) -> list[str]:
    """The codes of lines, lists and columns that a decision can be about."""
    lists = template.lists_for(unit_type)
    codes = [i.code for i in template.indicators_for(unit_type)]
    codes += [column.code for one in lists for column in one.asked]
    if kind is DecisionKind.ACCEPT:
        codes += [one.code for one in lists]
    return codes


def _value(row: Row) -> float | str | bool | date | None:
    value = row.cells.get(heads.VALUE)
    # A datetime is a date, too, and a bool is an int: the narrower type is tested first.
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | date) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    return row.text(heads.VALUE)


def _date(row: Row, head: str) -> date | None:
    value = row.cells.get(head)
    if isinstance(value, datetime):
        return value.date()
    text = row.text(head)
    if isinstance(value, date) or not text:
        return value if isinstance(value, date) else None
    try:
        return datetime.strptime(text, _DATE_FORMAT).date()
    except ValueError:
        row.note("value-not-date", head, value=text)
        return None


def _without_conflicts(decisions: list[Decision], findings: Findings) -> list[Decision]:
    """Drop decisions about the same thing, even equal ones: the officer should keep one."""
    by_subject: dict[tuple[str, ...], list[Decision]] = {}
    for decision in decisions:
        by_subject.setdefault(subject_of(decision), []).append(decision)
    kept = []
    for decision in decisions:
        rivals = by_subject[subject_of(decision)]
        if len(rivals) == 1:
            kept.append(decision)
        elif decision is not rivals[0]:
            cell = decision.cell
            findings.add("decision-conflict", cell.sheet, cell.ref, first=rivals[0].cell.ref)
    return kept


def subject_of(decision: Decision) -> tuple[str, ...]:
    """What a decision is about; two about the same thing contradict each other."""
    # Rows of lists are numbered within one file: in another, the same number may be another row.
    of_file = decision.kind is DecisionKind.EXCLUDE or is_list_cell(decision.indicator)
    file = decision.file if of_file else ""
    return decision.kind, decision.unit, decision.indicator, file
