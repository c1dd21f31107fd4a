"""The answers table: every accepted return's answers, interpreted, with raw text, file and cell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbook_tools.collection import ANSWER_COLUMNS
from workbook_tools.intake.files import FileReading
from workbook_tools.intake.values import parse_value
from workbook_tools.model import Indicator, Outcome, RawAnswer, ReportTemplate, Roster, State
from workbook_tools.problems import Place, Problem, problem


def build_answers(readings: Sequence[FileReading], template: ReportTemplate, roster: Roster) -> tuple[pd.DataFrame, list[Problem]]:
    """The answers frame of :class:`~workbook_tools.collection.Collection` (``counted`` still empty), and its problems."""
    order = {code: position for position, code in enumerate(roster.units)}
    accepted = sorted((r for r in readings if r.outcome is Outcome.ACCEPTED), key=lambda r: order[r.unit])
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    asked = {code: template.indicators_for(code) for code in template.unit_types}
    for reading in accepted:
        _add_return(reading, asked[roster[reading.unit].type], template, rows, problems)
    # Left to itself, pandas would make NaN of every None where all answers are numbers.
    frame = pd.DataFrame(rows, columns=ANSWER_COLUMNS, dtype=object).astype({"number": "float64", "counted": "float64"})
    return frame, problems


def _add_return(
    reading: FileReading, asked: Sequence[Indicator], template: ReportTemplate, rows: list[tuple[object, ...]], problems: list[Problem]
) -> None:
    assert reading.found is not None
    answers = {answer.code: answer for answer in reading.found.answers}
    unread = {p.place.indicator for p in reading.problems if p.place.indicator}
    current = reading.found.identity.form_version == template.version
    for indicator in asked:
        answer = answers.pop(indicator.code, None)
        if answer is None:
            place = Place(file=reading.path, unit=reading.unit, indicator=indicator.code)
            if current and indicator.code not in unread:
                problems.append(problem("input-missing", place, value=indicator.label))
            state = State.IN_DOUBT if current else State.UNANSWERED
            rows.append((reading.unit, indicator.code, str(state), None, None, None, "", "", reading.path, "", "", ""))
            continue
        rows.append(_row(reading, indicator, answer, problems))
    for code, answer in answers.items():
        if code in template.indicators and answer.raw:
            place = Place(reading.path, answer.cell.sheet, answer.cell.ref, reading.unit, code)
            problems.append(problem("answer-unexpected", place, value=answer.raw))


def _row(reading: FileReading, indicator: Indicator, answer: RawAnswer, problems: list[Problem]) -> tuple[object, ...]:
    read = parse_value(indicator, answer)
    cell = answer.cell
    for found in read.problems:
        problems.append(found.at(file=reading.path, sheet=cell.sheet, cell=cell.ref, unit=reading.unit, indicator=indicator.code))
    number = read.value if indicator.kind.numeric and read.state is State.ANSWERED else None
    return (
        reading.unit,
        indicator.code,
        str(read.state),
        read.value,
        number,
        None,
        answer.raw,
        answer.note,
        reading.path,
        cell.sheet,
        cell.ref,
        "",
    )
