"""One row of the answers frame as the place of a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.formula import ExcelError
from workbook_tools.locale import Percent
from workbook_tools.model import Kind
from workbook_tools.problems import Place, Problem, Severity, problem
from workbook_tools.text.figures import drop_zero_decimals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from workbook_tools.model import Indicator, Rule


class AnswerLine(Struct, frozen=True):
    """One row of the answers frame: its place, and the note beside it."""

    place: Place
    number: float
    note: str

    def problem(self, code: str, *, severity: Severity | None = None, **params: object) -> Problem:
        """Make a problem at this line. Warnings carry the note, which may explain the figure."""
        found = problem(code, self.place, severity=severity, **params)
        # An error needs a correction, whatever its note says.
        if found.severity is Severity.WARNING and self.note:
            return replace(found, reason=self.note)
        return found

    def rule_problem(self, rule: Rule, result: object, values: Iterable[str]) -> Problem:
        """The problem of a rule whose result is not true; ``values`` says what it was computed from."""
        if isinstance(result, ExcelError | str):
            shown = f"“{result}”" if isinstance(result, str) else str(result)
            return self.problem("rule-not-computable", rule=rule.code, value=shown)
        severity = Severity.ERROR if rule.is_error else Severity.WARNING
        return self.problem(
            "rule-broken",
            severity=severity,
            message=rule.message,
            rule=rule.code,
            values="; ".join(values),
        )


def lines(answers: pd.DataFrame) -> Iterator[AnswerLine]:
    """The frame's rows as objects; meant for the few rows that have problems."""
    columns = ["file", "sheet", "cell", "unit", "indicator", "number", "note"]
    for file, sheet, cell, unit, indicator, number, note in answers[columns].itertuples(
        index=False, name=None
    ):
        remark = note.strip() if isinstance(note, str) else ""
        yield AnswerLine(Place(file, sheet, cell, unit, indicator), number, remark)


def plain_number(number: float, indicator: Indicator | None = None) -> int | float:
    """The number as written in a message: 3 for 3.0, and as a per cent in a line of rates."""
    if indicator is not None and indicator.kind is Kind.PERCENT:
        return Percent(number)
    return drop_zero_decimals(float(number))
