"""What is asked: indicators, rules, unit types, the campaign, and the template that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from workbook_tools.excel import Cell
from workbook_tools.storage.location import Location

if TYPE_CHECKING:
    from workbook_tools.model.row_list import RowList


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
    LIST = "list"

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


_LARGER_MONEY = ("nghìn", "ngàn", "triệu", "tỷ", "tỉ")
"""First words of the measures of money larger than a đồng."""


SEVERAL = "; "
"""Separator between the options of a multiple choice."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The base of a rate: figures per 1,000 (``per``) of a ``fact`` of the roster, such as pupils."""

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
    # ``repr=False`` keeps a field out of the version, a hash of the repr.
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
        """Whether it has a cell to fill in; mirrors and formulas only show other answers' results."""
        return self.kind not in (Kind.MIRROR, Kind.FORMULA)

    @property
    def whole(self) -> bool:
        """Whether its figures are integers: counts, and money in đồng."""
        # Amounts in đồng are whole; those in triệu may have decimals.
        if self.kind is Kind.MONEY:
            return not self.measure.casefold().startswith(_LARGER_MONEY)
        return self.kind is Kind.COUNT

    @property
    def narrative(self) -> bool:
        """Whether the answer is free text; a text with a measure, such as a document's number, is not."""
        return self.kind is Kind.TEXT and not self.measure

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
    """A kind of unit and its letterhead: a row of ``Loại đơn vị``. ``level`` 1 is the office itself."""

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
    """Code of the choice by which a unit says that its figures include units below (first option: yes)."""
    timezone: str = "Asia/Ho_Chi_Minh"
    values: Mapping[str, str | date] = field(default_factory=dict)


class LetterKind(StrEnum):
    """Subjects of the office's letters to units."""

    FORM = "form"
    REMINDER = "reminder"
    CORRECTION = "correction"
    RECEIPT = "receipt"


LETTER_KEY = re.compile(
    r"\bwt\.(form|reminder|correction|receipt)"
    r"\.([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{1,40})\.([0-9a-f]{24})(?=@)"
)
"""The local part of the message ids of this program's letters: kind, campaign, unit, hash of the content."""


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and body of one kind of letter, with markers: a row of the sheet ``Thư``, or the default."""

    subject: str
    body: str


# Compared by identity: comparing all its content would cost more than what a cache keyed by it saves.
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
    lists: Mapping[str, RowList] = field(default_factory=dict)
    row_formulas: tuple[Computed, ...] = ()
    """The calculated cells of lists, in the top row of each; every other row has them, too."""
    drawn: ReportTemplate | None = field(default=None, repr=False)
    """The same with each list in the one row that the officer drew; None if there is no list."""
    letters: Mapping[LetterKind, LetterText] = field(default_factory=dict)
    """The campaign's own wording; not part of ``version``."""
    earlier_version: str = ""
    """The version as computed before 0.2, which older forms carry."""
    content: bytes = field(default=b"", repr=False)
    """The workbook's bytes, so that everything is made from one state even if the file changes."""

    def made(self, form_version: str) -> bool:
        """Whether forms of a version ask what this template asks, at the same places."""
        # Forms made before 0.2 may still come back.
        return form_version in (self.version, self.earlier_version)

    def indicators_for(self, unit_type: str) -> list[Indicator]:
        """The indicators that a unit type is asked for, without mirrors, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.asked and i.applies_to(unit_type)]

    def calculated_for(self, unit_type: str) -> list[Indicator]:
        """The lines calculated for a unit type, in the order of the dictionary."""
        return [i for i in self.indicators.values() if i.kind is Kind.FORMULA and i.applies_to(unit_type)]

    def lists_for(self, unit_type: str) -> list[RowList]:
        """The lists that a unit type is asked for, in the order of the dictionary."""
        return [one for one in self.lists.values() if one.applies_to(unit_type)]

    @cached_property
    def columns(self) -> Mapping[str, Indicator]:
        """The columns of all lists, by code."""
        return {code: column for one in self.lists.values() for code, column in one.columns.items()}

    def line(self, code: str) -> Indicator | None:
        """The line or column of a list with this code."""
        return self.indicators.get(code) or self.columns.get(code)

    def label(self, code: str) -> str:
        """The label of a line, list or column; "" for any other code."""
        found = self.line(code) or self.lists.get(code)
        return found.label if found is not None else ""

    def wanted_for(self, unit_type: str) -> list[Indicator]:
        """The required and recommended indicators of a unit type, on which completeness is based."""
        return [i for i in self.indicators_for(unit_type) if i.need is not Need.OPTIONAL]

    def number_format(self, code: str) -> str:
        """The number format of a line's cell in the template; by default, that of integers."""
        drawn, indicator = self.formats.get(code, ""), self.line(code)
        assert indicator is not None
        # General and @ are what Excel gives a cell that nobody formatted, or formatted as text.
        is_drawn = drawn not in ("", "General", "@")
        # A rate is stored as a fraction, so a format without % would show 0.875 for 87,5 %.
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
