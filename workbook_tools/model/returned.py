"""What a unit returned: the outcome of a file, whose form it is, and its answers as stored in the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from workbook_tools.excel import Cell


class Outcome(StrEnum):
    """The outcome of one file; every file has exactly one."""

    ACCEPTED = "accepted"
    WARNED = "accepted-with-warnings"
    REJECTED = "rejected"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    COMPANION = "companion"


class State(StrEnum):
    """State of an input: blank, 0, "does not apply" and "no figures" are four different answers."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    NO_FIGURE = "no-figure"
    IN_DOUBT = "in-doubt"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASKED = "not-asked"
    """The unit's form is of a version without the line."""


NO_FIGURE_CODE = "KCSL"
"""What a unit types if it has no figures (không có số liệu)."""


class Identity(Struct, frozen=True):
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


# msgspec, without tracking by the garbage collector: a collection has millions of these.
class RawAnswer(Struct, frozen=True, gc=False, array_like=True):
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


def code_of(name: str) -> str:
    """The code of the line or column under a name: ``ct_1``, or ``ds.ten 3`` for a cell of a list."""
    return name.partition(" ")[0]


class Return(Struct, frozen=True):
    """One returned form, identified and read; numbers are not interpreted yet."""

    identity: Identity
    answers: tuple[RawAnswer, ...]
    saved: datetime | None = None
    """When the file was last saved, as its program recorded: in UTC, or without a zone if local time."""
    list_cells: tuple[RawAnswer, ...] = ()
    """All cells of the filled rows of its lists, row by row; their codes are those of the columns."""

    @property
    def is_filled(self) -> bool:
        """Whether somebody has filled in an answer, a note, or a row of a list."""
        return bool(self.list_cells) or any(answer.raw or answer.note for answer in self.answers)
