"""What a form asks: indicators, rules, calculated cells, unit types, and the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

from workbook_tools.excel import Cell


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

    @property
    def is_figure(self) -> bool:
        """Whether its value is a number, filled in or calculated."""
        return self.numeric or self is Kind.FORMULA


class Adding(StrEnum):
    """How a line is aggregated over units."""

    NONE = "none"
    SUM = "sum"
    MEAN = "mean"
    LARGEST = "largest"
    SMALLEST = "smallest"

    @property
    def is_statistic(self) -> bool:
        """Whether units' figures are aggregated in another way than by adding them up."""
        return self in (Adding.MEAN, Adding.LARGEST, Adding.SMALLEST)


class Need(StrEnum):
    """How much an answer is wanted; a report without a required one is incomplete."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


_LARGER_MONEY = ("nghìn", "ngàn", "triệu", "tỷ", "tỉ")
"""First words of the measures of money larger than a đồng."""


SEVERAL = "; "
"""Separator between the options of a multiple choice."""


class Rate(Struct, frozen=True):
    """The base of a rate: figures per 1,000 (``per``) of a ``fact`` of the roster, such as pupils."""

    fact: str
    per: float = 1.0


class Indicator(Struct, frozen=True):
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
    formula: str = ""
    """For a calculated line: the place of its formula (``='Biểu 1'!D12``), or a formula over codes."""
    hint: str = ""
    rate: Rate | None = None
    """Not part of the template's version: changing it does not change what is asked."""
    adding: Adding = Adding.NONE
    """How units' figures are aggregated if they are not added up."""
    matrix_row: str = ""
    matrix_column: str = ""
    """The line's column in a matrix, such as Khối 1 and Nữ."""
    weight: str = ""
    """For a weighted mean, the code of the line that weights it."""

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type are asked for it."""
        return not self.who or unit_type in self.who

    @property
    def full_label(self) -> str:
        """The label, with its measure."""
        return with_measure(self.label, self.measure)

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


class Rule(Struct, frozen=True):
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


class Combined(StrEnum):
    """What the result of a calculated cell is for several units together."""

    CALCULATED = "calculated"
    """What the formula gives for the sums of its inputs, as for a sum or a rate."""
    ADDED = "added"
    """The sum of the units' results, as for a product."""
    UNKNOWN = "unknown"


class Computed(Struct, frozen=True):
    """A calculated cell of the form: ``formula`` is over codes, facts and other such cells, ``live`` over
    cells.

    ``name`` is the line's code, or, for a cell that is only printed, a name that no code can have.
    ``formula`` is empty if only the form can calculate it. ``shown_with`` names the cells that have to be
    filled in, at least one of them, for the result to show. ``combined`` says what the result of
    several units is, ``is_whole`` that it cannot have decimals, ``may_be_text`` that it need be no number.
    """

    name: str
    cell: Cell
    formula: str
    live: str
    shown_with: tuple[str, ...] = ()
    combined: Combined = Combined.CALCULATED
    is_whole: bool = False
    may_be_text: bool = False


DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"


CONTACT = "Vướng mắc đề nghị liên hệ: "
"""How the line begins that says whom units may ask."""


class UnitType(Struct, frozen=True):
    """A kind of unit and its letterhead: a row of ``Loại đơn vị``. ``level`` 1 is the office itself."""

    code: str
    name: str
    level: int
    texts: Mapping[str, str] = field(default_factory=dict)
    """Marker → text, such as ``co_quan_chu_quan``, ``chuc_vu_ky``; the texts may hold markers themselves."""
    addressee: str = ""
    """How letters address a unit, with ``{{don_vi}}`` for its name; "" for the name alone."""


class Campaign(Struct, frozen=True):
    """One report campaign: the sheet ``Đợt báo cáo``. ``values`` are its texts and dates by marker."""

    code: str
    title: str
    deadline: date
    office: str
    office_type: str
    level_names: Mapping[int, str]
    inclusion: str | None = None
    """Code of the choice by which a unit says that its figures include units below (first option: yes)."""
    timezone: str = DEFAULT_TIMEZONE
    values: Mapping[str, str | date] = field(default_factory=dict)

    @property
    def whole_area(self) -> str:
        """What the sum of all units is of: ``Toàn huyện``."""
        return f"Toàn {self.level_names.get(1, 'đơn vị')}"

    @property
    def contact(self) -> str:
        """A line that says whom units may ask; "" if the campaign does not say so."""
        person, phone = (str(self.values.get(key, "")) for key in ("nguoi_lien_he", "dien_thoai_lien_he"))
        known = [person, phone and f"điện thoại {phone}"]
        return CONTACT + ", ".join(filter(None, known)) if any(known) else ""

    @property
    def correction_day(self) -> date | None:
        """The last day for corrected forms, if there is one after the deadline."""
        day = self.values.get("han_gui_lai")
        # An earlier one was left over from the last period.
        return day if isinstance(day, date) and day > self.deadline else None


def with_measure(label: str, measure: str) -> str:
    """A label with the measure in brackets, if there is one."""
    return f"{label} ({measure})" if measure else label
