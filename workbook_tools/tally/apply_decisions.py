"""Apply the officer's decisions to files, answers, deadlines and warnings; returned files are never changed.

Each step is a pure function that also returns what became of the decisions it handled. A later step takes the
result of an earlier one, so the types enforce the order.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.answers.parse import parse_value
from workbook_tools.excel import to_serial
from workbook_tools.frames import Settled, categorize, rows
from workbook_tools.locale import mark as _
from workbook_tools.model import (
    Decision,
    DecisionKind,
    Outcome,
    RawAnswer,
    ReportTemplate,
    Roster,
    State,
)
from workbook_tools.problems import BLANK, CATALOGUE, Place, Problem, Severity, problem
from workbook_tools.returns.select import select_returns
from workbook_tools.spec.decisions import is_list_cell
from workbook_tools.tally.added_rows import add_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from workbook_tools.model import Indicator
    from workbook_tools.returns.result import FileReading

T = TypeVar("T")


class Decisions(Struct, frozen=True):
    """The rows of a decisions workbook, its name (``file``), and what they refer to."""

    file: str
    template: ReportTemplate
    roster: Roster
    rows: tuple[Decision, ...] = ()

    def of(self, kind: DecisionKind) -> list[Decision]:
        """The rows of one kind, in the order of the sheet."""
        return [decision for decision in self.rows if decision.kind is kind]

    def in_order(self, rulings: Iterable[Ruling]) -> tuple[Settled, ...]:
        """What became of each decision, in the order of the sheet."""
        settled = {ruling.settled.decision: ruling.settled for ruling in rulings}
        return tuple(settled[decision] for decision in self.rows if decision in settled)

    def misfit(self, decision: Decision, code: str, **params: str) -> Ruling:
        """Reject a decision, with a problem at its row."""
        place = Place(self.file, decision.cell.sheet, decision.cell.ref)
        return Ruling(Settled(decision, False), Problem(code, place, params, CATALOGUE[code].severity))

    def needless(self, decision: Decision, reason: str) -> Ruling:
        """Reject a decision about something that is not, or no longer, the case."""
        return self.misfit(decision, "decision-needless", reason=reason)


class Ruling(Struct, frozen=True):
    """What became of one decision: applied, or rejected with a problem."""

    settled: Settled
    problem: Problem | None = None


def applied(decision: Decision, old: str = "") -> Ruling:
    """An applied decision; ``old`` is what the return says in place of a set value."""
    return Ruling(Settled(decision, True, old))


class Applied(Struct, Generic[T], frozen=True):
    """The result of a step, and what became of the decisions it handled."""

    result: T
    rulings: tuple[Ruling, ...] = ()


def select_files(decisions: Decisions, readings: Sequence[FileReading]) -> Applied[list[FileReading]]:
    """Accept at most one return of each unit: the officer's choice, else the newest; files left out are
    ignored.
    """
    left = {reading.path: reading for reading in readings}
    rulings: list[Ruling] = []
    for decision in decisions.of(DecisionKind.EXCLUDE):
        path = _find_file(decision, left)
        if path is None:
            rulings.append(decisions.misfit(decision, "decision-file-unknown", value=decision.file))
            continue
        # Nobody needs to fix problems of a file that the officer excluded.
        notice = problem("file-excluded", value=decision.grounds)
        left[path] = replace(left[path], problems=()).with_problem(Outcome.IGNORED, notice)
        rulings.append(applied(decision))
    chosen: dict[str, str] = {}
    # After the files left out: the officer cannot choose one of those.
    for decision in decisions.of(DecisionKind.CHOOSE):
        path = _find_file(decision, left)
        ruling = _rule_on_choice(decisions, decision, path, left.values())
        if path is not None and ruling.settled.applied:
            chosen[decision.unit] = path
        rulings.append(ruling)
    labels = {code: indicator.label for code, indicator in decisions.template.indicators.items()}
    return Applied(select_returns(list(left.values()), chosen, labels), tuple(rulings))


def _rule_on_choice(
    decisions: Decisions, decision: Decision, path: str | None, readings: Iterable[FileReading]
) -> Ruling:
    if path is None:
        return decisions.misfit(decision, "decision-file-unknown", value=decision.file)
    rivals = [r.path for r in readings if r.unit == decision.unit and r.outcome is Outcome.ACCEPTED]
    # The file may have been damaged or taken for another unit's since the officer wrote the row.
    if path not in rivals:
        return decisions.needless(decision, _("the file is not a readable return of this unit"))
    if len(rivals) == 1:
        return decisions.needless(decision, _("there is no other return of this unit to choose from"))
    return applied(decision)


def _find_file(decision: Decision, readings: Mapping[str, FileReading]) -> str | None:
    """The file that a decision names, by path or by unambiguous name."""
    # The officer copies paths from Explorer, the program writes them with slashes.
    name = decision.file.replace("\\", "/")
    if name in readings:
        return name
    found = [path for path in readings if path.rpartition("/")[2] == name]
    # Two files of one name in different folders: guessing would choose for the officer.
    return found[0] if len(found) == 1 else None


def set_values(
    decisions: Decisions,
    answers: pd.DataFrame,
    problems: Sequence[Problem],
    received: Mapping[str, date],
) -> Applied[tuple[pd.DataFrame, list[Problem]]]:
    """The answers with the officer's values and ``decision`` filled in; problems of those cells are settled.
    ``received`` is the day on which a file came, by its path.
    """
    wanted = [d for d in decisions.of(DecisionKind.SET) if not is_list_cell(d.indicator)]
    if not wanted:
        return Applied((answers, list(problems)))
    # A value can be set for a line that is gone from the form, or for a unit that has sent nothing.
    keys = [(d.unit, d.indicator) for d in wanted]
    frame = add_rows(answers, keys, decisions.template, decisions.roster)
    positions = {(row.unit, row.indicator): int(row.Index) for row in rows(frame)}
    told: dict[tuple[str, str], Problem] = {}
    rulings: list[Ruling] = []
    for decision in wanted:
        about = (decision.unit, decision.indicator)
        asked, row = decisions.template.indicators[decision.indicator], positions[about]
        is_answered = frame.at[row, "state"] == str(State.ANSWERED)
        ruling, notice = set_value(frame, row, asked, decision, decisions)
        rulings.append(ruling)
        if notice is not None:
            told[about] = notice
            came = received.get(notice.place.file)
            # The unit may have corrected the figure after the officer had asked for it.
            if is_answered and came is not None and decision.when is not None and came > decision.when:
                told[about] = _tell_outdated(notice, came)
    # Drop rows added for decisions that were then rejected.
    frame = frame[(frame["file"] != "") | (frame["decision"] != "")].reset_index(drop=True)
    frame = categorize(frame)
    kept = [p for p in problems if (p.place.unit, p.place.indicator) not in told]
    return Applied((frame, [*kept, *told.values()]), tuple(rulings))


def _tell_outdated(notice: Problem, came: date) -> Problem:
    code, params = "value-decided-before", {**notice.params, "day": f"{came:%d/%m/%Y}"}
    return Problem(code, notice.place, params, CATALOGUE[code].severity)


def set_value(
    frame: pd.DataFrame, row: int, asked: Indicator, decision: Decision, decisions: Decisions
) -> tuple[Ruling, Problem | None]:
    """Set one value in a row of a frame of answers or of list cells; return the ruling, and a notice if it
    was applied.
    """
    # By the same rules as an answer: what would be in doubt from a unit is so from the office.
    read = parse_value(asked, as_answer(decision))
    if read.state not in (State.ANSWERED, State.NO_FIGURE):
        return decisions.misfit(decision, "decision-value-in-doubt", value=as_displayed(decision)), None
    if (frame.at[row, "state"], frame.at[row, "value"]) == (str(read.state), read.value):
        return decisions.needless(decision, _("the return itself now has this value")), None
    old = str(frame.at[row, "raw"]) or BLANK
    number = float("nan")
    if asked.kind.numeric and isinstance(read.value, float):
        number = read.value
    frame.at[row, "state"], frame.at[row, "value"] = str(read.state), read.value
    frame.at[row, "number"] = number
    frame.at[row, "decision"] = decision.grounds
    file, sheet, cell = (str(frame.at[row, column]) for column in ("file", "sheet", "cell"))
    place = Place(file, sheet, cell, decision.unit, asked.code)
    notice = problem("value-decided", place, value=as_displayed(decision), read=old, other=decision.grounds)
    return applied(decision, old), notice


def extend_deadlines(decisions: Decisions) -> Applied[dict[str, date]]:
    """Unit → extended last day."""
    deadline = decisions.template.campaign.deadline
    found = {unit.code: deadline for unit in decisions.roster}
    rulings = []
    for decision in decisions.of(DecisionKind.EXTEND):
        until = decision.value
        # A decision may grant time but not take it away: units were told the campaign's deadline.
        if isinstance(until, date) and until > deadline:
            found[decision.unit] = until
            rulings.append(applied(decision))
        else:
            rulings.append(
                decisions.needless(decision, _("it is not later than the campaign's own deadline"))
            )
    return Applied(found, tuple(rulings))


def excuse_units(decisions: Decisions, readings: Sequence[FileReading]) -> Applied[frozenset[str]]:
    """Units that have nothing to report and sent nothing that counts."""
    counted = {r.unit for r in readings if r.outcome in (Outcome.ACCEPTED, Outcome.WARNED)}
    found = set()
    rulings = []
    for decision in decisions.of(DecisionKind.NOTHING):
        # Reported figures outweigh a statement that there are none.
        if decision.unit in counted:
            rulings.append(decisions.needless(decision, _("the unit has reported")))
        else:
            found.add(decision.unit)
            rulings.append(applied(decision))
    return Applied(frozenset(found), tuple(rulings))


def silence_units(decisions: Decisions) -> Applied[frozenset[str]]:
    """Units that get no reminders, whatever they send."""
    silenced = decisions.of(DecisionKind.SILENCE)
    return Applied(frozenset(one.unit for one in silenced), tuple(map(applied, silenced)))


def accept_problems(decisions: Decisions, problems: Sequence[Problem]) -> Applied[list[Problem]]:
    """Turn the warnings and errors that the officer accepted into notices."""
    found = list(problems)
    rulings = []
    at: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        at[one.place.unit, one.place.indicator].append(number)
    for decision in decisions.of(DecisionKind.ACCEPT):
        about = [n for n in at[decision.unit, decision.indicator] if not found[n].accepted]
        # Of other errors the figure is unknown, and accepting does not make it known.
        acceptable = [n for n in about if found[n].acceptable]
        for number in acceptable:
            found[number] = replace(found[number], severity=Severity.NOTICE, accepted=decision.grounds)
        if acceptable:
            rulings.append(applied(decision))
        elif any(found[n].severity is Severity.ERROR for n in about):
            rulings.append(decisions.needless(decision, _("the figure is unknown, so it needs a value")))
        else:
            rulings.append(decisions.needless(decision, _("there is no such problem any more")))
    return Applied(found, tuple(rulings))


def shown_value(value: object) -> str:
    """A decided value as it is shown."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def as_displayed(decision: Decision) -> str:
    """A decided value as its cell displays it."""
    return decision.shown.strip() or shown_value(decision.value)


def as_answer(decision: Decision) -> RawAnswer:
    """The value as if typed into a form."""
    value = decision.value
    if isinstance(value, date):
        serial = to_serial(value)
        return RawAnswer(decision.indicator, decision.cell, f"{serial:.15g}", serial, is_date=True)
    raw = "" if value is None else shown_value(value)
    return RawAnswer(decision.indicator, decision.cell, raw, value, shown=decision.shown)
