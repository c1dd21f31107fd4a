"""The words everyone shares, as frozen dataclasses: indicator, rule, unit type, campaign, template, unit, roster, return."""

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
        """Whether the answer is a number; a rate is one, as Excel stores it: 0.875 for 87,5 %."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.DECIMAL, Kind.PERCENT)


class Adding(StrEnum):
    """What a line of several units comes to."""

    NONE = "none"
    SUM = "sum"
    MEAN = "mean"
    LARGEST = "largest"
    SMALLEST = "smallest"


class Need(StrEnum):
    """How much an answer is wanted: without a required one the report is not complete."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class Outcome(StrEnum):
    """What became of one file found; every file ends in exactly one."""

    ACCEPTED = "accepted"
    WARNED = "accepted-with-warnings"
    REJECTED = "rejected"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    COMPANION = "companion"


class LetterKind(StrEnum):
    """What the office writes to a unit about."""

    FORM = "form"
    REMINDER = "reminder"
    CORRECTION = "correction"
    RECEIPT = "receipt"


class State(StrEnum):
    """What stands in an input: blank, 0, "does not apply" and "no figures" are four different answers."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    NO_FIGURE = "no-figure"
    IN_DOUBT = "in-doubt"
    NOT_APPLICABLE = "not-applicable"


SEVERAL = "; "
"""Between the options of an answer that has several."""
NO_FIGURE_CODE = "KCSL"
"""What a unit types where it has no figures (không có số liệu)."""


_LARGER_MONEY = ("nghìn", "ngàn", "triệu", "tỷ", "tỉ")
"""How the measures of money begin in which a fraction is more than a đồng."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a figure is set against: so many ``per`` (1,000, say) of a ``fact`` of the roster, such as its pupils."""

    fact: str
    per: float = 1.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing asked: a row of the sheet ``Chỉ tiêu``. ``who`` empty means every unit type."""

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
    """Of a calculated line: where its formula stands (``='Biểu 1'!D12``), or the formula itself, over codes."""
    hint: str = ""
    rate: Rate | None = field(default=None, repr=False)
    """Not part of what is asked, so that a template in which it changes is the same template."""
    adding: Adding = field(default=Adding.NONE, repr=False)
    """How figures of several units are taken together where they are not added up."""
    matrix_row: str = field(default="", repr=False)
    matrix_column: str = field(default="", repr=False)
    """Where the line stands in a matrix, such as Khối 1 and Nữ."""
    weight: str = field(default="", repr=False)
    """Of a mean, the code of the line by which it is weighted."""

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type are asked for it."""
        return not self.who or unit_type in self.who

    @property
    def asked(self) -> bool:
        """Whether it has a cell to fill in (a mirror only shows another's answer, a formula what follows from others)."""
        return self.kind not in (Kind.MIRROR, Kind.FORMULA)

    @property
    def whole(self) -> bool:
        """Whether its figures have no decimals: counts, and money in đồng."""
        if self.kind is Kind.MONEY:
            return not self.measure.casefold().startswith(_LARGER_MONEY)
        return self.kind is Kind.COUNT

    @property
    def reported(self) -> bool:
        """Whether there is an answer to it, filled in or calculated."""
        return self.kind is not Kind.MIRROR


@dataclass(frozen=True, slots=True)
class Rule:
    """An Excel formula over indicator codes that is TRUE where all is well: a row of ``Quy tắc``."""

    code: str
    formula: str
    is_error: bool
    message: str
    who: frozenset[str] = frozenset()
    shown_at: str | None = None

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type are held to it."""
        return not self.who or unit_type in self.who


@dataclass(frozen=True, slots=True)
class Computed:
    """A calculated cell of the form: ``formula`` over codes, facts and names of other such cells; ``live`` as its cell has it.

    ``name`` is the code of its line, or of a cell that is only printed a name that no code can have. ``formula`` is
    empty where the program cannot calculate it and only the form does.
    """

    name: str
    cell: Cell
    formula: str
    live: str


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit and its letterhead: a row of ``Loại đơn vị``. ``level`` 1 is the top (the office itself)."""

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
    """Code of the choice by which a unit declares that its figures include the units below it (first option = yes)."""
    timezone: str = "Asia/Ho_Chi_Minh"
    values: Mapping[str, str | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and body of one kind of letter, with markers: a row of the sheet ``Thư``, or what it is without one."""

    subject: str
    body: str


@dataclass(frozen=True, eq=False)
class ReportTemplate:
    """A checked template: everything that is asked, and of whom; equal to no other, so that what follows from it can be kept.

    ``inputs`` and ``notes`` say in which cell of the form sheets an indicator's answer and remark stand;
    mirrors and calculated lines have their cell in ``inputs`` too; ``texts`` are the printed texts, with their markers. ``version`` is
    8 hex digits that change whenever what is asked, or where, does.
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
    """The calculated cells, each after those it is calculated from."""
    uncalculated: tuple[Cell, ...] = ()
    """Cells with formulas that the program cannot so much as read."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Code → the number format of its cell as the officer drew it."""
    letters: Mapping[LetterKind, LetterText] = field(default_factory=dict)
    """The campaign's own wording; no part of ``version``."""
    earlier_version: str = ""
    """The version as it was counted until 0.2: forms that are out bear it."""
    content: bytes = field(default=b"", repr=False)
    """The workbook as it was read: what is made of it later is made of the same."""

    def made(self, form_version: str) -> bool:
        """Whether forms of a version ask what this template asks, at the same places."""
        return form_version in (self.version, self.earlier_version)

    def indicators_for(self, unit_type: str) -> list[Indicator]:
        """The indicators that a unit type is asked for, mirrors left out, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.asked and i.applies_to(unit_type)]

    def calculated_for(self, unit_type: str) -> list[Indicator]:
        """The lines that are calculated for a unit type, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.kind is Kind.FORMULA and i.applies_to(unit_type)]

    def wanted_for(self, unit_type: str) -> list[Indicator]:
        """Those of them whose answer is wanted: required or recommended. They make up how complete a report is."""
        return [i for i in self.indicators_for(unit_type) if i.need is not Need.OPTIONAL]

    def number_format(self, code: str) -> str:
        """How figures of a line are written, as the officer formatted its cell; whole numbers where that says nothing."""
        drawn, indicator = self.formats.get(code, ""), self.indicators[code]
        is_drawn = drawn not in ("", "General", "@")
        if indicator.kind is Kind.PERCENT:
            return drawn if is_drawn and "%" in drawn else "0.0%"
        if indicator.whole or (indicator.kind is Kind.FORMULA and indicator.additive and not is_drawn):
            return "#,##0"
        return drawn if is_drawn else "#,##0.00"

    def rules_for(self, unit_type: str) -> list[Rule]:
        """The rules that a unit type is held to."""
        return [r for r in self.rules if r.applies_to(unit_type)]

    @property
    def groups(self) -> list[str]:
        """Group names in the order of the dictionary."""
        return list(dict.fromkeys(i.group for i in self.indicators.values()))


def split_addresses(text: str) -> list[str]:
    """The e-mail addresses of a cell: between semicolons, commas or blanks."""
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
        """Its e-mail addresses, each once, in small letters: mail systems do not tell them apart."""
        return tuple(dict.fromkeys(part.lower() for part in split_addresses(self.email)))


@dataclass(frozen=True)
class Roster:
    """All units by code, in the roster's order; parents are units or nothing (directly under the office)."""

    path: Location
    units: Mapping[str, Unit]
    counted_facts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Of facts that are last period's figures: name → unit → what of it entered the totals."""

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
        """Name, in small letters → the units called so."""
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self:
            name = " ".join(unicodedata.normalize("NFC", unit.name).casefold().split())
            found[name] = (*found.get(name, ()), unit)
        return found

    def ancestors(self, code: str) -> list[Unit]:
        """The unit's parent, its parent's parent and so on, nearest first."""
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
    """Who a return says it is, and how many signed channels agree on it."""

    unit: str
    campaign: str
    form_version: str
    channels: Mapping[str, str] = field(default_factory=dict)
    """Channel (``visible-id``, ``row-keys``, ``meta-sheet``, ``properties``) → the form id it carries."""
    signature_checked: bool = True
    made_with: str = ""
    """What stands for all that the form's template said when the form was made; empty on older forms."""
    round: int = 1
    """2 for a form that was sent back to be mended, 3 for one that was sent back again, and so on."""


class RawAnswer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What stands in one input of a return, untouched: raw text, typed value, and where."""

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
    """What the cell shows where that is something else than it holds: ``1500 nghìn``, ``12¹``, letters struck out."""


@dataclass(frozen=True, slots=True)
class Return:
    """One returned form, identified and read; numbers are not interpreted yet."""

    identity: Identity
    answers: tuple[RawAnswer, ...]
    saved: datetime | None = None
    """When the program that wrote the file says it was last saved: in UTC, or without a zone where it tells its local time."""


class DecisionKind(StrEnum):
    """What an officer can decide about what came back."""

    ACCEPT = "accept-warning"
    CHOOSE = "choose-file"
    SET = "set-value"
    EXCLUDE = "exclude-file"
    EXTEND = "extend-deadline"
    NOTHING = "nothing-to-report"
    SILENCE = "stop-reminders"


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the officer's decisions: a row of the decisions workbook, at ``cell`` of its sheet.

    Of ``unit``, ``indicator``, ``file`` and ``value`` only those that the kind needs are filled in; ``value`` is a
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
        """Why, who and when, in one line."""
        return (
            f"{self.reason} ({self.who}, {self.when:%d/%m/%Y})"
            if self.when
            else f"{self.reason} ({self.who})"
        )
