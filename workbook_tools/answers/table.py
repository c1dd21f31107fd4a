"""The answers table: every accepted return's answers, interpreted, with raw text, file and cell."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.answers.distinct import ROW_COLUMNS, AnswerRows
from workbook_tools.answers.earlier_forms import NO_VERSIONS, FormVersions, hold_changed
from workbook_tools.frames import ANSWER_COLUMNS, CATEGORIES, as_category, as_states
from workbook_tools.model import Outcome, ReportTemplate, Roster, State
from workbook_tools.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.returns.result import FileReading

Numbers = npt.NDArray[np.intp]
_ABSENT = -1
_OF_MANY_LINES = frozenset({"cells-merged", "cells-shifted", "headings-exchanged", "lines-moved-apart"})
"""Problems that already explain why many lines were not read."""


def build_answers(
    readings: Sequence[FileReading],
    template: ReportTemplate,
    roster: Roster,
    versions: FormVersions = NO_VERSIONS,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Build the answers frame of :class:`~workbook_tools.frames.Collection` (without ``counted``) and its
    problems; ``versions`` say what earlier forms asked.
    """
    order = {code: position for position, code in enumerate(roster.units)}
    accepted = sorted((r for r in readings if r.outcome is Outcome.ACCEPTED), key=lambda r: order[r.unit])
    grid = _Grid.lay_out(accepted, template, roster)
    problems = [*grid.fill_in_missing(versions, roster), *grid.unexpected(), *grid.problems_of_lines()]
    answers = grid.to_frame()
    return answers, [*problems, *hold_changed(answers, accepted, template, versions)]


class _Grid(Struct, frozen=True):
    """A matrix of line numbers: a row for each return, a column for each indicator, calculated or not."""

    template: ReportTemplate
    returns: Sequence[FileReading]
    lines: AnswerRows
    found: Numbers
    """The number of the return's line for each indicator."""
    asked: npt.NDArray[np.bool_]

    @classmethod
    def lay_out(cls, returns: Sequence[FileReading], template: ReportTemplate, roster: Roster) -> _Grid:
        lines = AnswerRows(template.indicators)
        given = [lines.find(reading.answers) for reading in returns]
        columns = {code: column for column, code in enumerate(template.indicators)}
        numbers = np.array([number for of_return in given for number in of_return], dtype=np.intp)
        # Codes are looked up once for each different line, not for each of a million answers.
        column = np.array([columns.get(line.indicator, _ABSENT) for line in lines.different], dtype=np.intp)[
            numbers
        ]
        row = np.repeat(
            np.arange(len(given)), np.array([len(of_return) for of_return in given], dtype=np.intp)
        )
        found = np.full((len(given), len(columns)), _ABSENT, dtype=np.intp)
        known = column != _ABSENT
        found[row[known], column[known]] = numbers[known]
        applies = {
            code: [i.reported and i.applies_to(code) for i in template.indicators.values()]
            for code in template.unit_types
        }
        asked = np.array([applies[roster[reading.unit].type] for reading in returns], dtype=bool).reshape(
            found.shape
        )
        return cls(template, returns, lines, found, asked)

    def fill_in_missing(self, versions: FormVersions, roster: Roster) -> Iterator[Problem]:
        """Fill in inputs missing from their return, with a problem unless one already explains it.

        A line that the return's version of the form does not have was not asked, and is not missing.
        """
        indicators = [*self.template.indicators.values()]
        for row, column in np.argwhere(self.asked & (self.found == _ABSENT)).tolist():
            reading, indicator = self.returns[row], indicators[column]
            assert reading.identity is not None
            version, unit_type = reading.identity.form_version, roster[reading.unit].type
            was_asked = self.template.made(version) or versions.asked(version, indicator.code, unit_type)
            current = was_asked and indicator.asked
            explained = any(
                p.code in _OF_MANY_LINES or p.place.indicator == indicator.code for p in reading.problems
            )
            state = State.NOT_ASKED if indicator.asked else State.UNANSWERED
            if indicator.asked and (current or explained):
                state = State.IN_DOUBT
            number = self.lines.find_blank(indicator.code, state)
            self.found[row, column] = number
            if current and not explained:
                yield problem(
                    "input-missing", self.lines.different[number].place(reading), value=indicator.label
                )

    def unexpected(self) -> Iterator[Problem]:
        """Answers that the unit was not asked for."""
        for row, column in np.argwhere(~self.asked & (self.found != _ABSENT)).tolist():
            line = self.lines.different[self.found[row, column]]
            # A remark alone changes no figure.
            if line.raw:
                yield problem("answer-unexpected", line.place(self.returns[row]), value=line.raw)

    def problems_of_lines(self) -> Iterator[Problem]:
        """Problems of the lines that the units were asked for, once for every return that holds them."""
        wrong = np.array([bool(line.problems) for line in self.lines.different], dtype=bool)
        rows, numbers = np.nonzero(self.asked)[0], self.found[self.asked]
        for position in np.flatnonzero(wrong[numbers]).tolist():
            line, reading = self.lines.different[numbers[position]], self.returns[rows[position]]
            yield from (replace(found, place=line.place(reading)) for found in line.problems)

    def to_frame(self) -> pd.DataFrame:
        """The answers frame: a row for each line that a unit was asked for."""
        rows, numbers = np.nonzero(self.asked)[0], self.found[self.asked]
        # Categories are made from the distinct lines, which are few.
        columns = {name: _values(self.lines.different, name).take(numbers) for name in ROW_COLUMNS}
        columns["unit"] = _values(self.returns, "unit").take(rows)
        columns["file"] = as_category([reading.path for reading in self.returns]).take(rows)
        columns["decision"] = as_category([""]).take(np.zeros(len(numbers), dtype=np.intp))
        columns["counted"] = np.full(len(numbers), np.nan)
        # Given the dtype, because pandas would convert all-text object columns to its own strings.
        series = {
            name: pd.Series(columns[name], dtype=columns[name].dtype, copy=False) for name in ANSWER_COLUMNS
        }
        return pd.DataFrame(series, copy=False)


def _values(records: Sequence[object], name: str) -> npt.NDArray[Any] | pd.Categorical:
    kind = "float64" if name == "number" else "object"
    found = np.fromiter(map(attrgetter(name), records), dtype=kind)
    if name not in CATEGORIES:
        return found
    if name == "state":
        return as_states(found)
    return as_category(found)
