"""The shared vocabulary as frozen dataclasses: indicator, rule, unit type, campaign, template, unit, roster,
return.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

import msgspec

from workbook_tools.excel import Cell
from workbook_tools.storage.location import Location


class Kind(StrEnum):
    """What an indicator's cell holds."""

    COUNT = "count"
    MONEY = "money"
    DECIMAL = "decimal"
    PERCENT = "percent"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    MIRROR = "mirror"
    FORMULA = "formula"

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number; a rate is stored as in Excel: 0.875 for 87,5 %."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.DECIMAL, Kind.PERCENT)


class Adding(StrEnum):
    """How a line is aggregated over units."""

    NONE = "none"
    SUM = "sum"
    MEAN = "mean"
    LARGEST = "largest"
    SMALLEST = "smallest"


class Need(StrEnum):
    """How much an answer is wanted; a report without a required one is incomplete."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class Outcome(StrEnum):
    """The outcome of one file; every file has exactly one."""

    ACCEPTED = "accepted"
    WARNED = "accepted-with-warnings"
    REJECTED = "rejected"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    COMPANION = "companion"


class LetterKind(StrEnum):
    """Subjects of the office's letters to units."""

    FORM = "form"
    REMINDER = "reminder"
    CORRECTION = "correction"
    RECEIPT = "receipt"


class State(StrEnum):
    """State of an input: blank, 0, "does not apply" and "no figures" are four different answers."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    NO_FIGURE = "no-figure"
    IN_DOUBT = "in-doubt"
    NOT_APPLICABLE = "not-applicable"


SEVERAL = "; "
"""Separator between the options of a multiple choice."""
NO_FIGURE_CODE = "KCSL"
"""What a unit types if it has no figures (không có số liệu)."""


_LARGER_MONEY = ("nghìn", "ngàn", "triệu", "tỷ", "tỉ")
"""First words of the measures of money larger than a đồng."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The base of a rate: figures are given ``per`` 1,000, say, of a ``fact`` of the roster, such as its
    pupils.
    """

    fact: str
    per: float = 1.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question: a row of the sheet ``Chỉ tiêu``. Empty ``who`` means every unit type."""

    code: str
    group: str
    label: str
    measure: str
    kind: Kind
    need: Need = Need.OPTIONAL
    minimum: float | None = None
    maximum: float | None = None
    who: frozenset[str] = frozenset()
    additive: bool = False
    options: tuple[str, ...] = ()
    mirrors: str | None = None
    formula: str = field(default="", repr=False)
    """For a calculated line: the place of its formula (``='Biểu 1'!D12``), or a formula over codes."""
    hint: str = ""
    rate: Rate | None = field(default=None, repr=False)
    """Not part of the template's version: changing it does not change what is asked."""
    adding: Adding = field(default=Adding.NONE, repr=False)
    """How units' figures are aggregated if they are not added up."""
    matrix_row: str = field(default="", repr=False)
    matrix_column: str = field(default="", repr=False)
    """The line's column in a matrix, such as Khối 1 and Nữ."""
    weight: str = field(default="", repr=False)
    """For a weighted mean, the code of the line that weights it."""

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type are asked for it."""
        return not self.who or unit_type in self.who

    @property
    def asked(self) -> bool:
        """Whether it has a cell to fill in; mirrors and formulas only show what follows
        from other answers.
        """
        return self.kind not in (Kind.MIRROR, Kind.FORMULA)

    @property
    def whole(self) -> bool:
        """Whether its figures are integers: counts, and money in đồng."""
        if self.kind is Kind.MONEY:
            return not self.measure.casefold().startswith(_LARGER_MONEY)
        return self.kind is Kind.COUNT

    @property
    def reported(self) -> bool:
        """Whether it has an answer, filled in or calculated."""
        return self.kind is not Kind.MIRROR


@dataclass(frozen=True, slots=True)
class Rule:
    """An Excel formula over indicator codes that must be TRUE: a row of ``Quy tắc``."""

    code: str
    formula: str
    is_error: bool
    message: str
    who: frozenset[str] = frozenset()
    shown_at: str | None = None

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type must satisfy it."""
        return not self.who or unit_type in self.who


@dataclass(frozen=True, slots=True)
class Computed:
    """A calculated cell of the form: ``formula`` over codes, facts and other such cells; ``live`` as in its
    cell.

    ``name`` is the line's code, or, for a cell that is only printed, a name that no code can have.
    ``formula`` is empty if only the form can calculate it. ``shown_with`` names the cells that have to be
    filled in, at least one of them, for the result to show.
    """

    name: str
    cell: Cell
    formula: str
    live: str
    shown_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit and its letterhead: a row of ``Loại đơn vị``. ``level`` 1 is the top (the office
    itself).
    """

    code: str
    name: str
    level: int
    texts: Mapping[str, str] = field(default_factory=dict)
    """Marker → text, such as ``co_quan_chu_quan``, ``chuc_vu_ky``; the texts may hold markers themselves."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One report campaign: the sheet ``Đợt báo cáo``. ``values`` are its texts and dates by marker."""

    code: str
    title: str
    deadline: date
    office: str
    office_type: str
    level_names: Mapping[int, str]
    inclusion: str | None = None
    """Code of the choice by which a unit declares that its figures include the units below (first option =
    yes).
    """
    timezone: str = "Asia/Ho_Chi_Minh"
    values: Mapping[str, str | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and body of one kind of letter, with markers: a row of the sheet ``Thư``, or the default."""

    subject: str
    body: str


@dataclass(frozen=True, eq=False)
class ReportTemplate:
    """A checked template: what is asked, and of whom. Compared by identity, so usable as a cache key.

    ``inputs`` and ``notes`` map indicators to the cells of their answer and remark on the form sheets,
    including mirrors and calculated lines; ``texts`` are the printed texts, with their markers. ``version``
    is 8 hex digits that change whenever what is asked, or where, does.
    """

    path: Location
    version: str
    campaign: Campaign
    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...]
    unit_types: Mapping[str, UnitType]
    form_sheets: tuple[str, ...]
    inputs: Mapping[str, Cell]
    notes: Mapping[str, Cell]
    texts: Mapping[Cell, str] = field(default_factory=dict)
    computed: tuple[Computed, ...] = ()
    """The calculated cells, each after its inputs."""
    uncalculated: tuple[Cell, ...] = ()
    """Cells with formulas that the program cannot parse."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Code → number format of its cell in the template."""
    letters: Mapping[LetterKind, LetterText] = field(default_factory=dict)
    """The campaign's own wording; not part of ``version``."""
    earlier_version: str = ""
    """The version as computed until 0.2, which older forms carry."""
    content: bytes = field(default=b"", repr=False)
    """The workbook's bytes, so that everything is made from one state even if the file changes."""

    def made(self, form_version: str) -> bool:
        """Whether forms of a version ask what this template asks, at the same places."""
        return form_version in (self.version, self.earlier_version)

    def indicators_for(self, unit_type: str) -> list[Indicator]:
        """The indicators that a unit type is asked for, without mirrors, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.asked and i.applies_to(unit_type)]

    def calculated_for(self, unit_type: str) -> list[Indicator]:
        """The lines calculated for a unit type, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.kind is Kind.FORMULA and i.applies_to(unit_type)]

    def wanted_for(self, unit_type: str) -> list[Indicator]:
        """The required and recommended indicators of a unit type, on which completeness is based."""
        return [i for i in self.indicators_for(unit_type) if i.need is not Need.OPTIONAL]

    def number_format(self, code: str) -> str:
        """The number format of a line's cell in the template; by default, that of integers."""
        drawn, indicator = self.formats.get(code, ""), self.indicators[code]
        is_drawn = drawn not in ("", "General", "@")
        if indicator.kind is Kind.PERCENT:
            return drawn if is_drawn and "%" in drawn else "0.0%"
        if indicator.whole or (indicator.kind is Kind.FORMULA and indicator.additive and not is_drawn):
            return "#,##0"
        return drawn if is_drawn else "#,##0.00"

    def rules_for(self, unit_type: str) -> list[Rule]:
        """The rules that a unit type must satisfy."""
        return [r for r in self.rules if r.applies_to(unit_type)]

    @property
    def groups(self) -> list[str]:
        """Group names in the order of the dictionary."""
        return list(dict.fromkeys(i.group for i in self.indicators.values()))


def split_addresses(text: str) -> list[str]:
    """The e-mail addresses of a cell, separated by semicolons, commas or blanks."""
    return [part for part in re.split(r"[;,\s]+", text) if part]


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit: a row of the roster. ``facts`` are its ``dv_…`` columns."""

    code: str
    name: str
    type: str
    parent: str | None = None
    email: str = ""
    phone: str = ""
    facts: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its distinct e-mail addresses in lower case: mail systems ignore case."""
        return tuple(dict.fromkeys(part.lower() for part in split_addresses(self.email)))


@dataclass(frozen=True)
class Roster:
    """All units by code, in the roster's order; a parent is a unit or None (directly under the office)."""

    path: Location
    units: Mapping[str, Unit]
    counted_facts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For facts that are last period's figures: name → unit → the part in last period's totals."""

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    def __contains__(self, code: object) -> bool:
        return code in self.units

    @cached_property
    def children(self) -> dict[str | None, tuple[Unit, ...]]:
        """Parent code → its units; None → those directly under the office."""
        found: dict[str | None, list[Unit]] = {}
        for unit in self:
            found.setdefault(unit.parent, []).append(unit)
        return {parent: tuple(units) for parent, units in found.items()}

    @cached_property
    def by_name(self) -> dict[str, tuple[Unit, ...]]:
        """Lower-case name → the units of that name."""
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self:
            name = " ".join(unicodedata.normalize("NFC", unit.name).casefold().split())
            found[name] = (*found.get(name, ()), unit)
        return found

    def ancestors(self, code: str) -> list[Unit]:
        """The unit's parent, grandparent and so on, nearest first."""
        found: list[Unit] = []
        parent = self.units[code].parent
        while parent is not None and parent in self.units and len(found) < len(self.units):
            found.append(self.units[parent])
            parent = self.units[parent].parent
        return found

    @cached_property
    def fact_names(self) -> tuple[str, ...]:
        """Names of all facts, ``dv_…``, in the order of the roster's columns."""
        return tuple(dict.fromkeys(name for unit in self for name in unit.facts))


@dataclass(frozen=True, slots=True)
class Identity:
    """The unit and form that a return claims, and how many signed channels agree on it."""

    unit: str
    campaign: str
    form_version: str
    channels: Mapping[str, str] = field(default_factory=dict)
    """Channel (``visible-id``, ``row-keys``, ``meta-sheet``, ``properties``) → its form id."""
    signature_checked: bool = True
    made_with: str = ""
    """Fingerprint of the template's texts when the form was made; empty on older forms."""
    round: int = 1
    """2 for a form sent back for correction, 3 for a second correction, and so on."""


class RawAnswer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The untouched content of one input of a return: raw text, typed value, and place."""

    code: str
    cell: Cell
    raw: str = ""
    value: float | str | bool | None = None
    """Number, text or boolean as stored; None is blank. Dates are numbers with ``is_date``."""
    is_date: bool = False
    is_error: bool = False
    is_formula: bool = False
    note: str = ""
    shown: str = ""
    """The cell's display if it differs from its content: ``1500 nghìn``, ``12¹``, struck-out letters."""


@dataclass(frozen=True, slots=True)
class Return:
    """One returned form, identified and read; numbers are not interpreted yet."""

    identity: Identity
    answers: tuple[RawAnswer, ...]
    saved: datetime | None = None
    """When the file was last saved, as its program recorded: in UTC, or without a zone if local time."""


class DecisionKind(StrEnum):
    """What an officer can decide about returns."""

    ACCEPT = "accept-warning"
    CHOOSE = "choose-file"
    SET = "set-value"
    EXCLUDE = "exclude-file"
    EXTEND = "extend-deadline"
    NOTHING = "nothing-to-report"
    SILENCE = "stop-reminders"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the officer: a row of the decisions workbook, at ``cell`` of its sheet.

    Only those of ``unit``, ``indicator``, ``file`` and ``value`` that the kind needs are set; ``value`` is a
    float, str, bool or ``datetime.date``.
    """

    kind: DecisionKind
    cell: Cell
    unit: str = ""
    indicator: str = ""
    file: str = ""
    value: float | str | bool | date | None = None
    reason: str = ""
    who: str = ""
    when: date | None = None

    @property
    def grounds(self) -> str:
        """Reason, person and date in one line."""
        return (
            f"{self.reason} ({self.who}, {self.when:%d/%m/%Y})"
            if self.when
            else f"{self.reason} ({self.who})"
        )
