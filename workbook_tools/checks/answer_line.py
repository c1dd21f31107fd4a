"""A line of a return as the place of a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbook_tools.problems import Place, Problem, Severity, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the answers frame: where it stands, and what the unit wrote beside it."""

    place: Place
    number: float
    note: str

    def problem(self, code: str, *, severity: Severity | None = None, **params: object) -> Problem:
        """A problem of this line. A warning carries the line's note: the unit may have given its reason there."""
        found = problem(code, self.place, severity=severity, **params)
        if found.severity is Severity.WARNING and self.note:
            return replace(found, reason=self.note)
        return found


def lines(answers: pd.DataFrame) -> Iterator[Line]:
    """The frame's rows, one after the other; meant for the few rows about which there is something to say."""
    columns = ["file", "sheet", "cell", "unit", "indicator", "number", "note"]
    for file, sheet, cell, unit, indicator, number, note in answers[columns].itertuples(
        index=False, name=None
    ):
        yield Line(
            Place(file, sheet, cell, unit, indicator), number, note.strip() if isinstance(note, str) else ""
        )


def plain(number: float) -> int | float:
    """The number as it is to be written in a message: 3 for 3.0."""
    return int(number) if float(number).is_integer() else number
