"""A returned workbook as the rest of the program sees it, whatever its file format was."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CellKind = Literal["number", "text", "bool", "error", "blank-formula"]


class CellValue(msgspec.Struct, frozen=True, gc=False):
    """What one cell holds, untouched.

    ``raw`` is the text as stored: the digits of a number, a string (not normalised), TRUE or FALSE, ``#REF!``.
    ``value`` is a float, str or bool; for an error (also a number that is none, such as NaN) its text; None for a
    formula without a result (``blank-formula``). ``is_date``: a number shown as a date or time. ``shown`` is what the cell
    shows where that is something else: ``1500 nghìn``, ``12¹``, letters struck out; empty where it shows what it holds.
    """

    kind: CellKind
    raw: str
    value: float | str | bool | None
    is_formula: bool = False
    is_date: bool = False
    shown: str = ""


@dataclass(frozen=True)
class SheetCells:
    """A sheet: ``state`` is visible, hidden or veryHidden; ``cells`` by 1-based (row, column), only those with content."""

    name: str
    state: str
    cells: Mapping[tuple[int, int], CellValue]

    @cached_property
    def texts(self) -> Mapping[tuple[int, int], str]:
        """The texts among them."""
        return {place: cell.raw for place, cell in self.cells.items() if cell.kind == "text"}


@dataclass(frozen=True, slots=True)
class SheetBook:
    """A workbook: sheets in their order, document properties, defined names, and when it was saved.

    ``saved`` is in UTC, or without a zone where the file tells the local time of whoever saved it.

    ``properties`` has ``title``, ``subject``, ``keywords``, ``creator``, ``last_modified_by``, ``created`` and
    ``modified`` as far as the file has them, and custom ones as ``custom:NAME``. ``defined_names`` maps a name to
    what it refers to, without the ``=``; a name of the workbook goes before one of a single sheet.
    """

    sheets: tuple[SheetCells, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    defined_names: Mapping[str, str] = field(default_factory=dict)
    saved: datetime | None = None
    date1904: bool = False
    has_macros: bool = False
