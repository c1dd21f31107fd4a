"""The answers table: every accepted return's answers, interpreted, with raw text, file and cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    columns: list[list[object]] = [[] for _name in ANSWER_COLUMNS]
    problems: list[Problem] = []
    asked = {code: template.indicators_for(code) for code in template.unit_types}
    # Each text once: of a million answers most say what another says.
    texts: dict[str, str] = {}
    for reading in accepted:
        rows = list(_read_rows(reading, asked[roster[reading.unit].type], template, texts, problems))
        for column, values in zip(columns, zip(*rows, strict=True), strict=False):
            column.extend(values)
    # Left to itself, pandas would make NaN of every None where all answers are numbers.
    kinds = {"number": "float64", "counted": "float64"}
    series = {name: pd.Series(columns.pop(0), dtype=kinds.get(name, "object")) for name in ANSWER_COLUMNS}
    return pd.DataFrame(series, copy=False), problems


def _read_rows(
    reading: FileReading,
    asked: Sequence[Indicator],
    template: ReportTemplate,
    texts: dict[str, str],
    problems: list[Problem],
) -> Iterator[tuple[object, ...]]:
    assert reading.identity is not None
    answers = {answer.code: answer for answer in reading.answers}
    unread = {p.place.indicator for p in reading.problems if p.place.indicator}
    current = reading.identity.form_version == template.version
    for indicator in asked:
        answer = answers.pop(indicator.code, None)
        if answer is None:
            place = Place(file=reading.path, unit=reading.unit, indicator=indicator.code)
            if current and indicator.code not in unread:
                problems.append(problem("input-missing", place, value=indicator.label))
            state = State.IN_DOUBT if current else State.UNANSWERED
            yield (reading.unit, indicator.code, state.value, None, None, None, "", "", reading.path, "", "", "")
            continue
        yield _row(reading, indicator, answer, texts, problems)
    for code, answer in answers.items():
        if code in template.indicators and answer.raw:
            place = Place(reading.path, answer.cell.sheet, answer.cell.ref, reading.unit, code)
            problems.append(problem("answer-unexpected", place, value=answer.raw))


def _row(
    reading: FileReading, indicator: Indicator, answer: RawAnswer, texts: dict[str, str], problems: list[Problem]
) -> tuple[object, ...]:
    read = parse_value(indicator, answer)
    cell = answer.cell
    for found in read.problems:
        problems.append(found.at(file=reading.path, sheet=cell.sheet, cell=cell.ref, unit=reading.unit, indicator=indicator.code))
    number = read.value if indicator.kind.numeric and read.state is State.ANSWERED else None
    return (
        reading.unit,
        indicator.code,
        read.state.value,
        read.value,
        number,
        None,
        texts.setdefault(answer.raw, answer.raw),
        texts.setdefault(answer.note, answer.note),
        reading.path,
        texts.setdefault(cell.sheet, cell.sheet),
        cell.ref,
        "",
    )
