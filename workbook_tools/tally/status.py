"""The roll-call: the outcome of every file and every unit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.frames import FILE_COLUMNS, STATUS_COLUMNS
from workbook_tools.locale import mark as _
from workbook_tools.model import Need, Outcome, ReportTemplate, Roster, State
from workbook_tools.problems import Place, Problem, Severity, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from workbook_tools.returns.result import FileReading

MISSING, NOTHING = "missing", "nothing-to-report"
REPORTED = (str(Outcome.ACCEPTED), str(Outcome.WARNED), NOTHING)


def check_deadline(readings: Sequence[FileReading], deadlines: Mapping[str, date]) -> list[Problem]:
    """Warn of every counted return received after its unit's last day."""
    return [
        problem(
            "late",
            Place(file=r.path, unit=r.unit),
            value=f"{r.received:%d/%m/%Y}",
            basis="" if r.mailed else _(" (by the day on which the file was saved)"),
        )
        for r in readings
        if r.outcome is Outcome.ACCEPTED and r.received is not None and r.received.date() > deadlines[r.unit]
    ]


def settle_outcomes(readings: Sequence[FileReading], problems: Sequence[Problem]) -> list[FileReading]:
    """Mark accepted files with an error or warning as accepted with warnings."""
    troubled = {p.place.file for p in problems if p.severity is not Severity.NOTICE}
    return [
        replace(r, outcome=Outcome.WARNED) if r.outcome is Outcome.ACCEPTED and r.path in troubled else r
        for r in readings
    ]


def build_files(readings: Sequence[FileReading]) -> pd.DataFrame:
    """Build the files frame of :class:`~workbook_tools.frames.Collection`."""
    rows = [_file_row(reading) for reading in sorted(readings, key=lambda r: r.path)]
    # As objects: pandas' own texts are walked ten times as slowly.
    frame = pd.DataFrame(rows, columns=FILE_COLUMNS, dtype=object)
    for column in ("saved", "mailed"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.astype({"size": "int64", "round": "int64"})


def _file_row(r: FileReading) -> tuple[object, ...]:
    sender, subject = "", ""
    if r.envelope:
        sender, subject = r.envelope.sender, r.envelope.subject
    return (
        r.path,
        r.container,
        r.sha256,
        r.size,
        str(r.outcome),
        r.unit,
        r.saved,
        r.mailed,
        sender,
        subject,
        r.round,
    )


class Expected(Struct, frozen=True):
    """What units owe: their areas, their last days, and the units excused."""

    template: ReportTemplate
    roster: Roster
    areas: Mapping[str, str]
    deadlines: Mapping[str, date]
    excused: frozenset[str]


def build_status(
    readings: Sequence[FileReading],
    answers: pd.DataFrame,
    problems: Sequence[Problem],
    expected: Expected,
    list_cells: pd.DataFrame,
) -> pd.DataFrame:
    """Build the status frame of :class:`~workbook_tools.frames.Collection`; a list is one line of what is
    asked.
    """
    template = expected.template
    counted = {r.unit: r for r in readings if r.outcome in (Outcome.ACCEPTED, Outcome.WARNED)}
    came = {r.unit for r in readings if r.unit and r.outcome is Outcome.REJECTED}
    errors, warnings = (
        Counter(p.place.unit for p in problems if p.severity is severity)
        for severity in (Severity.ERROR, Severity.WARNING)
    )
    answered, not_asked = _count_answered(answers, list_cells, template)
    asked = {code: _count_wanted(template, code) for code in template.unit_types}
    rows = []
    for unit in expected.roster:
        reading = counted.get(unit.code)
        outcome, file, received = MISSING, "", None
        wanted = asked[unit.type] - not_asked.get(unit.code, 0)
        if unit.code in came:
            outcome = str(Outcome.REJECTED)
        # The officer's decision takes precedence over a rejected file.
        if unit.code in expected.excused:
            # A unit with nothing to report owes no answers and does not lower the share of answers.
            outcome, wanted = NOTHING, 0
        if reading is not None:
            outcome, file = str(reading.outcome), reading.path
            received = reading.received.date() if reading.received is not None else None
        rows.append(
            (
                unit.code,
                unit.name,
                unit.type,
                expected.areas[unit.code],
                outcome,
                received,
                _days_late(received, expected.deadlines[unit.code]),
                errors.get(unit.code, 0),
                warnings.get(unit.code, 0),
                answered.get(unit.code, 0),
                wanted,
                file,
            )
        )
    # As objects: pandas' own texts are walked ten times as slowly; it would turn dates into timestamps and
    # integers with a gap into floats.
    frame = pd.DataFrame(rows, columns=STATUS_COLUMNS, dtype=object)
    return frame.astype(dict.fromkeys(("errors", "warnings", "answered", "asked"), "int64"))


def _count_answered(
    answers: pd.DataFrame, list_cells: pd.DataFrame, template: ReportTemplate
) -> tuple[Counter[str], Counter[str]]:
    """Unit → how many wanted lines it answered, and how many its form did not ask."""
    wanted = answers["indicator"].isin(
        [i.code for i in template.indicators.values() if i.need is not Need.OPTIONAL]
    )

    def by_unit(*states: State) -> Counter[str]:
        units = answers["unit"][wanted & answers["state"].isin(states)]
        return Counter({str(unit): count for unit, count in units.value_counts(sort=False).items()})

    answered = by_unit(State.ANSWERED, State.NO_FIGURE)
    wanted_lists = [one.code for one in template.lists.values() if one.need is not Need.OPTIONAL]
    listed = list_cells.loc[list_cells["list"].isin(wanted_lists), ["unit", "list"]].drop_duplicates()
    answered.update(listed["unit"])
    # A form of an earlier version has no cell for what was added since.
    return answered, by_unit(State.NOT_ASKED)


def _count_wanted(template: ReportTemplate, unit_type: str) -> int:
    lists = [one for one in template.lists_for(unit_type) if one.need is not Need.OPTIONAL]
    return len(template.wanted_for(unit_type)) + len(lists)


def _days_late(received: date | None, deadline: date) -> int | None:
    if received is None:
        return None
    return max((received - deadline).days, 0)
