"""The answers table: every accepted return's answers, interpreted, with raw text, file and cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from workbook_tools.collection import ANSWER_COLUMNS
from workbook_tools.intake.files import FileReading
from workbook_tools.intake.reading import Reading
from workbook_tools.intake.values import parse_value
from workbook_tools.model import Indicator, Outcome, RawAnswer, ReportTemplate, Roster, State
from workbook_tools.problems import Place, Problem, problem


def build_answers(readings: Sequence[FileReading], template: ReportTemplate, roster: Roster) -> tuple[pd.DataFrame, list[Problem]]:
    """The answers frame of :class:`~workbook_tools.collection.Collection` (``counted`` still empty), and its problems."""
    order = {code: position for position, code in enumerate(roster.units)}
    accepted = sorted((r for r in readings if r.outcome is Outcome.ACCEPTED), key=lambda r: order[r.unit])
    columns: list[list[object]] = [[] for _name in ANSWER_COLUMNS]
    asked = {code: template.indicators_for(code) for code in template.unit_types}
    interpreter = _Interpreter(template)
    for reading in accepted:
        rows = list(interpreter.read_rows(reading, asked[roster[reading.unit].type]))
        for column, values in zip(columns, zip(*rows, strict=True), strict=False):
            column.extend(values)
    # Left to itself, pandas would make NaN of every None where all answers are numbers.
    kinds = {"number": "float64", "counted": "float64"}
    series = {name: pd.Series(columns.pop(0), dtype=kinds.get(name, "object")) for name in ANSWER_COLUMNS}
    return pd.DataFrame(series, copy=False), interpreter.problems


class _Interpreter:
    """Makes rows of returns. Of a million answers most say what another says: each text and each meaning is there once."""

    def __init__(self, template: ReportTemplate) -> None:
        self.problems: list[Problem] = []
        self._template = template
        self._texts: dict[str, str] = {}
        self._meanings: dict[tuple[object, ...], Reading] = {}

    def read_rows(self, reading: FileReading, asked: Sequence[Indicator]) -> Iterator[tuple[object, ...]]:
        """A row for each line that the unit is asked."""
        assert reading.identity is not None
        answers = {answer.code: answer for answer in reading.answers}
        unread = {p.place.indicator for p in reading.problems if p.place.indicator}
        current = reading.identity.form_version == self._template.version
        for indicator in asked:
            answer = answers.pop(indicator.code, None)
            if answer is not None:
                yield self._read_row(reading, indicator, answer)
                continue
            place = Place(file=reading.path, unit=reading.unit, indicator=indicator.code)
            if current and indicator.code not in unread:
                self.problems.append(problem("input-missing", place, value=indicator.label))
            state = State.IN_DOUBT if current else State.UNANSWERED
            yield (reading.unit, indicator.code, state.value, None, None, None, "", "", reading.path, "", "", "")
        for code, answer in answers.items():
            if code in self._template.indicators and answer.raw:
                place = Place(reading.path, answer.cell.sheet, answer.cell.ref, reading.unit, code)
                self.problems.append(problem("answer-unexpected", place, value=answer.raw))

    def _read_row(self, reading: FileReading, indicator: Indicator, answer: RawAnswer) -> tuple[object, ...]:
        read = self._interpret(indicator, answer)
        cell, share = answer.cell, self._texts.setdefault
        for found in read.problems:
            self.problems.append(found.at(file=reading.path, sheet=cell.sheet, cell=cell.ref, unit=reading.unit, indicator=indicator.code))
        number = read.value if indicator.kind.numeric and read.state is State.ANSWERED else None
        return (
            reading.unit,
            indicator.code,
            read.state.value,
            read.value,
            number,
            None,
            share(answer.raw, answer.raw),
            share(answer.note, answer.note),
            reading.path,
            share(cell.sheet, cell.sheet),
            cell.ref,
            "",
        )

    def _interpret(self, indicator: Indicator, answer: RawAnswer) -> Reading:
        """What an answer means; its place and its note have no part in it."""
        key = (indicator.code, answer.raw, answer.value, answer.is_date, answer.is_error, answer.is_formula)
        read = self._meanings.get(key)
        if read is None:
            read = self._meanings[key] = parse_value(indicator, answer)
        return read
