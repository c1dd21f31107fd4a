"""Lines of returns, deduplicated: each distinct line is interpreted once."""

from __future__ import annotations

from itertools import repeat
from math import nan
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.answers.parse import parse_value
from workbook_tools.model import Indicator, Kind, RawAnswer, State
from workbook_tools.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.returns.result import FileReading

_NEW = -1


class AnswerRow(Struct, frozen=True, gc=False):
    """One row of the answers frame without its unit; the columns have the same names."""

    indicator: str
    state: str
    value: object = None
    number: float = nan
    raw: str = ""
    note: str = ""
    sheet: str = ""
    cell: str = ""
    problems: tuple[Problem, ...] = ()
    """Problems of this line, still without a place."""

    def place(self, reading: FileReading) -> Place:
        """The line's place in one of the returns that hold it."""
        return Place(reading.path, self.sheet, self.cell, reading.unit, self.indicator)


ROW_COLUMNS = AnswerRow.__struct_fields__[:-1]
"""The columns of the frames that a row fills."""


class AnswerRows:
    """Distinct lines of the returns so far, by number.

    Answers that are one object (:class:`~workbook_tools.returns.packed_answers.SharedAnswers`) are one line.
    """

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self.different: list[AnswerRow] = []
        self._indicators = indicators
        self._numbers: dict[object, int] = {}
        self._kept: list[RawAnswer] = []
        """The answers whose ids are keys."""

    def find(self, answers: Sequence[RawAnswer]) -> list[int]:
        """Numbers of a return's lines, in the order found."""
        numbers = [*map(self._numbers.get, map(id, answers), repeat(_NEW))]
        if _NEW not in numbers:
            return numbers
        return [
            self._add_answer(answer) if number == _NEW else number
            for answer, number in zip(answers, numbers, strict=True)
        ]

    def find_blank(self, indicator: str, state: State) -> int:
        """The number of the line that holds a state and nothing else."""
        key = (indicator, state)
        if key in self._numbers:
            return self._numbers[key]
        return self._add(key, AnswerRow(indicator, state.value))

    def _add(self, key: object, line: AnswerRow) -> int:
        number = self._numbers[key] = len(self.different)
        self.different.append(line)
        return number

    def _add_answer(self, answer: RawAnswer) -> int:
        self._kept.append(answer)
        return self._add(id(answer), self._read(answer))

    def _read(self, answer: RawAnswer) -> AnswerRow:
        raw, note, sheet = answer.raw, answer.note, answer.cell.sheet
        indicator = self._indicators.get(answer.code)
        if indicator is None:
            return AnswerRow(
                answer.code, State.UNANSWERED.value, raw=raw, note=note, sheet=sheet, cell=answer.cell.ref
            )
        if indicator.kind is Kind.FORMULA:
            # Displayed results of formulas are compared with recalculated ones, never trusted.
            shown, place = answer.value, answer.cell
            return AnswerRow(answer.code, State.UNANSWERED.value, shown, nan, raw, note, sheet, place.ref)
        read = parse_value(indicator, answer)
        number = nan
        if indicator.kind.numeric and isinstance(read.value, float):
            number = read.value
        return AnswerRow(
            indicator.code,
            read.state.value,
            read.value,
            number,
            raw,
            note,
            sheet,
            answer.cell.ref,
            read.problems,
        )
