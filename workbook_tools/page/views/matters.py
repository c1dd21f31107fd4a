"""Open problems by unit: each with what was read, its details, and the possible decisions."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.locale import mark as _
from workbook_tools.model import DecisionKind
from workbook_tools.problems import Problem, Severity, root_key
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from workbook_tools.frames import Collection

OF_A_UNIT = (DecisionKind.EXTEND, DecisionKind.NOTHING, DecisionKind.SILENCE)
"""Decisions about a unit that may have sent nothing."""
NAMES = {
    DecisionKind.ACCEPT: _("accept it, with a reason"),
    DecisionKind.SET: _("set a confirmed value"),
    DecisionKind.CHOOSE: _("count this file"),
    DecisionKind.EXCLUDE: _("leave this file out"),
    DecisionKind.EXTEND: _("extend the deadline"),
    DecisionKind.NOTHING: _("nothing to report"),
    DecisionKind.SILENCE: _("send no more reminders"),
}
"""What the page calls each decision."""


class Matter(Struct, frozen=True):
    """One problem with what was read in its cell; ``details`` are the problems that it causes."""

    problem: Problem
    line: str = ""
    group: str = ""
    measure: str = ""
    raw: str = ""
    value: str | float | date | None = None
    number_format: str = ""
    choices: tuple[DecisionKind, ...] = ()
    details: tuple[Problem, ...] = ()

    @property
    def key(self) -> str:
        """Identifies the problem between two requests."""
        place = self.problem.place
        return f"{self.problem.code}|{place.unit}|{place.indicator}|{place.file}|{place.cell}"


class Group(Struct, frozen=True):
    """The open problems of one unit; those of no unit if ``unit`` is empty."""

    unit: str
    name: str
    phone: str
    problems: tuple[Problem, ...]
    matters: tuple[Matter, ...] = ()
    """The problems with what the page shows of them; see :func:`with_matters`."""

    @property
    def errors(self) -> int:
        """Number of errors."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def find_open(collection: Collection) -> list[Problem]:
    """Errors and warnings that nobody has accepted, without details."""
    roots = {root_key(p) for p in collection.problems if not p.under}
    return [
        p
        for p in collection.problems
        if p.severity is not Severity.NOTICE and not p.accepted and not (p.under and root_key(p) in roots)
    ]


def count_codes(problems: Iterable[Problem]) -> list[tuple[str, int]]:
    """Problem codes with their counts, the most frequent first."""
    counts = Counter(problem.code for problem in problems)
    return sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))


def group_by_unit(problems: list[Problem], collection: Collection) -> list[Group]:
    """Group problems by unit, units with most errors first."""
    order = {code: place for place, code in enumerate(collection.roster.units)}
    problems = sorted(problems, key=lambda p: (order.get(p.place.unit, len(order)), p.place.unit))
    # groupby joins neighbours only, hence the sorting by unit; the units stay in the roster's order.
    groups = []
    for unit, own in groupby(problems, key=lambda p: p.place.unit):
        known = collection.roster.units.get(unit)
        name, phone = (known.name, known.phone) if known else ("", "")
        groups.append(Group(unit, name, phone, tuple(own)))
    return sorted(groups, key=lambda group: -group.errors)


def with_matters(groups: Iterable[Group], collection: Collection) -> list[Group]:
    """Return the groups with their matters; only for those that are shown, as it takes time."""
    groups = list(groups)
    theirs = collection.answers["unit"].isin({group.unit for group in groups})
    answers = {(row.unit, row.indicator): row for row in collection.answers[theirs].itertuples()}
    state = _State.of(collection)
    roots = {root_key(problem) for group in groups for problem in group.problems}
    details: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in collection.problems:
        if problem.under and root_key(problem) in roots:
            details.setdefault(root_key(problem), []).append(problem)

    def matter(problem: Problem) -> Matter:
        place = problem.place
        found = _matter(problem, answers.get((place.unit, place.indicator)), collection, state)
        return replace(found, details=tuple(details.get(root_key(problem), ())))

    return [replace(group, matters=tuple(map(matter, group.problems))) for group in groups]


def choices_for(outcome: str) -> tuple[DecisionKind, ...]:
    """The decisions about a unit of this state that fit."""
    if outcome in REPORTED:
        return DecisionKind.EXTEND, DecisionKind.SILENCE
    return OF_A_UNIT


class _State(Struct, frozen=True):
    """What the units have sent: the paths of all files, the number of each unit's, and its state."""

    paths: frozenset[str]
    files: Counter[str]
    outcomes: dict[str, str]

    @classmethod
    def of(cls, collection: Collection) -> _State:
        files, status = collection.files, collection.status
        outcomes = dict(zip(status["unit"], status["outcome"], strict=True))
        return cls(frozenset(files["path"]), Counter(files["unit"]), outcomes)

    def choices(self, problem: Problem) -> list[DecisionKind]:
        """The decisions that fit a problem of a whole return."""
        unit, found = problem.place.unit, []
        if self.files[unit] > 1:
            found.append(DecisionKind.CHOOSE)
        if self.outcomes.get(unit) not in REPORTED:
            found += OF_A_UNIT
        elif problem.code == "late":
            found.append(DecisionKind.EXTEND)
        return found


def _matter(problem: Problem, answer: Any, collection: Collection, state: _State) -> Matter:
    place = problem.place
    indicator = collection.template.indicators.get(place.indicator)
    choices = []
    # Otherwise its figure is unknown: it is set, or its file excluded.
    if place.unit and problem.acceptable:
        choices.append(DecisionKind.ACCEPT)
    if place.unit and indicator is not None:
        choices.append(DecisionKind.SET)
    if place.unit and not place.indicator:
        choices += state.choices(problem)
    if place.file in state.paths:
        choices.append(DecisionKind.EXCLUDE)
    raw, value = (str(answer.raw), answer.value) if answer is not None else ("", None)
    number_format = ""
    if indicator is not None:
        number_format = collection.template.number_format(place.indicator)
    return Matter(
        problem,
        line=collection.template.label(place.indicator),
        group=indicator.group if indicator is not None else "",
        measure=indicator.measure if indicator is not None else "",
        raw=raw,
        value=value,
        number_format=number_format,
        choices=tuple(choices),
    )
