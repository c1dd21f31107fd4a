"""The officer's decisions applied: to files, answers, deadlines and warnings; nothing returned is changed by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.answers.parse import parse_value
from workbook_tools.collection import ANSWER_COLUMNS, Settled, rows
from workbook_tools.locale import mark as _
from workbook_tools.model import Decision, DecisionKind, Outcome, RawAnswer, ReportTemplate, Roster, State
from workbook_tools.problems import CATALOGUE, Place, Problem, Severity, problem
from workbook_tools.returns.select import select_returns

if TYPE_CHECKING:
    from workbook_tools.returns.result import FileReading

BLANK = "–"


@dataclass
class Docket:
    """The decisions of one run: applied step by step, each ends as :class:`~workbook_tools.collection.Settled`."""

    file: str
    template: ReportTemplate
    roster: Roster
    decisions: Sequence[Decision]
    problems: list[Problem]

    def __post_init__(self) -> None:
        self._settled: dict[Decision, Settled] = {}

    @property
    def settled(self) -> tuple[Settled, ...]:
        """Every decision and what came of it, in the order of the sheet."""
        return tuple(self._settled[decision] for decision in self.decisions if decision in self._settled)

    def _of(self, kind: DecisionKind) -> Iterable[Decision]:
        return (decision for decision in self.decisions if decision.kind is kind)

    def _apply(self, decision: Decision, old: str = "") -> None:
        self._settled[decision] = Settled(decision, True, old)

    def _misfit(self, decision: Decision, code: str, **params: str) -> None:
        place = Place(self.file, decision.cell.sheet, decision.cell.ref)
        self.problems.append(Problem(code, place, params, CATALOGUE[code].severity))
        self._settled[decision] = Settled(decision, False)

    def _needless(self, decision: Decision, reason: str) -> None:
        self._misfit(decision, "decision-needless", reason=reason)

    def select(self, readings: Sequence[FileReading]) -> list[FileReading]:
        """At most one return of each unit still accepted: what the officer chose, else the newest; left-out files ignored."""
        left: dict[str, FileReading] = {reading.path: reading for reading in readings}
        for decision in self._of(DecisionKind.EXCLUDE):
            for path in self._named(decision, left):
                told = problem("file-excluded", value=decision.grounds)
                left[path] = replace(left[path], problems=()).with_problem(Outcome.IGNORED, told)
                self._apply(decision)
        chosen: dict[str, str] = {}
        for decision in self._of(DecisionKind.CHOOSE):
            for path in self._named(decision, left):
                rivals = [
                    r.path for r in left.values() if r.unit == decision.unit and r.outcome is Outcome.ACCEPTED
                ]
                if path not in rivals:
                    self._needless(decision, _("the file is no return of this unit that can be read"))
                elif len(rivals) == 1:
                    self._needless(decision, _("there is no other return of this unit to choose from"))
                else:
                    chosen[decision.unit] = path
                    self._apply(decision)
        labels = {code: indicator.label for code, indicator in self.template.indicators.items()}
        return select_returns(list(left.values()), chosen, labels)

    def _named(self, decision: Decision, readings: dict[str, FileReading]) -> list[str]:
        """The file a decision names, by its path or, if there is one only, by its name."""
        name = decision.file.replace("\\", "/")
        found = [path for path in readings if path == name] or [
            path for path in readings if path.rpartition("/")[2] == name
        ]
        if len(found) != 1:
            self._misfit(decision, "decision-file-unknown", value=decision.file)
            return []
        return found

    def set_values(
        self, answers: pd.DataFrame, problems: Sequence[Problem]
    ) -> tuple[pd.DataFrame, list[Problem]]:
        """The answers with the values set, ``decision`` filled in; what was wrong with those cells is settled by it."""
        wanted = list(self._of(DecisionKind.SET))
        if not wanted:
            return answers, list(problems)
        frame = self._with_rows(answers, [(d.unit, d.indicator) for d in wanted])
        positions = {(row.unit, row.indicator): int(row.Index) for row in rows(frame)}
        told = {
            (decision.unit, decision.indicator): new
            for decision in wanted
            if (new := self._set_value(frame, positions[decision.unit, decision.indicator], decision))
            is not None
        }
        # A row made for a decision that was not applied says nothing.
        frame = frame[(frame["file"] != "") | (frame["decision"] != "")].reset_index(drop=True)
        kept = [p for p in problems if (p.place.unit, p.place.indicator) not in told]
        return frame, [*kept, *told.values()]

    def _with_rows(self, answers: pd.DataFrame, keys: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """The answers with an unanswered row for each of the lines that has none, in the order of roster and dictionary."""
        there = set(zip(answers["unit"], answers["indicator"], strict=True))
        blank = dict.fromkeys(("raw", "note", "file", "sheet", "cell", "decision"), "")
        new = [
            {"unit": unit, "indicator": code, "state": str(State.UNANSWERED), **blank}
            for unit, code in keys
            if (unit, code) not in there
        ]
        frame = pd.DataFrame([*answers.to_dict("records"), *new], columns=ANSWER_COLUMNS, dtype=object)
        frame["value"] = pd.Series([*answers["value"], *[None] * len(new)], dtype=object)
        units = {code: position for position, code in enumerate(self.roster.units)}
        lines = {code: position for position, code in enumerate(self.template.indicators)}
        ranks = frame["unit"].map(units) * len(lines) + frame["indicator"].map(lines)
        ordered = frame.iloc[ranks.argsort(kind="stable")].reset_index(drop=True)
        return ordered.astype({"number": "float64", "counted": "float64"})

    def _set_value(self, frame: pd.DataFrame, row: int, decision: Decision) -> Problem | None:
        """Set one value in the frame; the notice that says so, or None where the decision does not fit."""
        indicator = self.template.indicators[decision.indicator]
        read = parse_value(indicator, _as_answer(decision))
        if read.state not in (State.ANSWERED, State.NO_FIGURE):
            self._misfit(decision, "decision-value-in-doubt", value=_shown(decision.value))
            return None
        if (frame.at[row, "state"], frame.at[row, "value"]) == (str(read.state), read.value):
            self._needless(decision, _("the return itself says so now"))
            return None
        old = str(frame.at[row, "raw"]) or BLANK
        frame.at[row, "state"], frame.at[row, "value"] = str(read.state), read.value
        frame.at[row, "number"] = (
            read.value if indicator.kind.numeric and isinstance(read.value, float) else float("nan")
        )
        frame.at[row, "decision"] = decision.grounds
        file, sheet, cell = (str(frame.at[row, column]) for column in ("file", "sheet", "cell"))
        self._apply(decision, old)
        place = Place(file, sheet, cell, decision.unit, decision.indicator)
        return problem("value-decided", place, value=_shown(decision.value), read=old, other=decision.grounds)

    def deadlines(self) -> dict[str, date]:
        """Unit → the last day on which it is not late."""
        found = {unit.code: self.template.campaign.deadline for unit in self.roster}
        for decision in self._of(DecisionKind.EXTEND):
            until = decision.value
            if not isinstance(until, date) or until <= self.template.campaign.deadline:
                self._needless(decision, _("it is not later than the campaign's own deadline"))
            else:
                found[decision.unit] = until
                self._apply(decision)
        return found

    def without_report(self, readings: Sequence[FileReading]) -> frozenset[str]:
        """The units that have nothing to report and have sent nothing that counts."""
        counted = {r.unit for r in readings if r.outcome in (Outcome.ACCEPTED, Outcome.WARNED)}
        found = set()
        for decision in self._of(DecisionKind.NOTHING):
            if decision.unit in counted:
                self._needless(decision, _("the unit has reported"))
            else:
                found.add(decision.unit)
                self._apply(decision)
        return frozenset(found)

    def accept_warnings(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems, warnings that the officer accepted turned into notices that say so."""
        found = list(problems)
        for decision in self._of(DecisionKind.ACCEPT):
            about = [
                n
                for n, p in enumerate(found)
                if (p.place.unit, p.place.indicator) == (decision.unit, decision.indicator) and not p.accepted
            ]
            warnings = [n for n in about if found[n].severity is Severity.WARNING]
            if warnings:
                for number in warnings:
                    found[number] = replace(
                        found[number], severity=Severity.NOTICE, accepted=decision.grounds
                    )
                self._apply(decision)
            elif any(found[n].severity is Severity.ERROR for n in about):
                self._needless(decision, _("there is an error, which a new value settles, not a warning"))
            else:
                self._needless(decision, _("there is no such warning any more"))
        return found


def _shown(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _as_answer(decision: Decision) -> RawAnswer:
    """The value as if it had been typed into a form."""
    value = decision.value
    if isinstance(value, date):
        serial = float((value - date(1899, 12, 30)).days)
        return RawAnswer(decision.indicator, decision.cell, f"{serial:g}", serial, is_date=True)
    return RawAnswer(decision.indicator, decision.cell, "" if value is None else _shown(value), value)
