"""Read and check the decisions workbook: what the officer decided about returns."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.excel import Cell
from workbook_tools.model import Decision, DecisionKind, ReportTemplate, Roster
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.own_workbook import open_workbook
from workbook_tools.spec.tables import Findings, Row, find_sheet, read_table, suggest

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
_DATE_FORMAT = "%d/%m/%Y"


def read_decisions(
    path: Location, template: ReportTemplate, roster: Roster
) -> tuple[list[Decision], list[Problem]]:
    """The valid decisions in the order of the sheet, and the problems of the others.

    Faulty and contradictory rows are left out, the latter all of them. Raises CannotRead if the file is no
    workbook.
    """
    workbook = open_workbook(path)
    findings = Findings(path.name)
    name = find_sheet(workbook, words.DECISIONS)
    if name is None:
        findings.add("sheet-missing", words.DECISIONS, sheet=words.DECISIONS)
        return [], findings.problems
    table = read_table(workbook[name], words.COLUMNS[words.DECISIONS], findings)
    if findings.problems:
        return [], findings.problems
    decisions = []
    for row in table:
        before = len(findings.problems)
        decision = _decision(row, template, roster)
        if decision is not None and len(findings.problems) == before:
            decisions.append(decision)
    return _without_conflicts(decisions, findings), findings.problems


def _decision(row: Row, template: ReportTemplate, roster: Roster) -> Decision | None:
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
    asked = [i.code for i in template.indicators_for(roster[unit].type)] if unit else []
    if indicator and indicator not in asked:
        row.note(
            "decision-indicator-unknown", heads.CODE, value=indicator, suggestion=suggest(indicator, asked)
        )
    return Decision(
        kind,
        Cell(row.table.sheet, row.number, row.table.columns[heads.DECISION]),
        unit,
        indicator,
        row.text(heads.FILE),
        _date(row, heads.VALUE) if kind is DecisionKind.EXTEND else _value(row),
        " ".join(row.text(heads.REASON).split()),
        " ".join(row.text(heads.DECIDED_BY).split()),
        _date(row, heads.DAY),
    )


def _value(row: Row) -> float | str | bool | date | None:
    value = row.cells.get(heads.VALUE)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | date) or value is None:
        return value
    return float(value) if isinstance(value, int | float) else row.text(heads.VALUE)


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
    """Two decisions about one thing cancel each other, even if equal: the officer should keep one."""
    by_subject: dict[tuple[str, ...], list[Decision]] = {}
    for decision in decisions:
        by_subject.setdefault(_subject(decision), []).append(decision)
    kept = []
    for decision in decisions:
        rivals = by_subject[_subject(decision)]
        if len(rivals) == 1:
            kept.append(decision)
        elif decision is not rivals[0]:
            cell = decision.cell
            findings.add("decision-conflict", cell.sheet, cell.ref, first=rivals[0].cell.ref)
    return kept


def _subject(decision: Decision) -> tuple[str, ...]:
    return (
        decision.kind,
        decision.unit,
        decision.indicator,
        decision.file if decision.kind is DecisionKind.EXCLUDE else "",
    )
