"""A list of any length: a row of the form that is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.model.asked import Indicator, Need

if TYPE_CHECKING:
    from collections.abc import Mapping


class RowList(Struct, frozen=True):
    """A list of any length: a row of ``Chỉ tiêu`` of kind danh sách, with its columns by code (``ds.ten``).

    On the form it has ``room`` rows from ``top`` on, between two hidden rows. ``places`` are the columns'
    positions on the sheet, ``number_column`` that of the running number, 0 if there is none.
    """

    code: str
    group: str
    label: str
    columns: Mapping[str, Indicator]
    need: Need = Need.OPTIONAL
    least: int = 0
    """The least number of filled rows."""
    room: int = 30
    who: frozenset[str] = frozenset()
    sheet: str = ""
    top: int = 0
    places: Mapping[str, int] = field(default_factory=dict)
    number_column: int = 0

    def applies_to(self, unit_type: str) -> bool:
        """Whether units of this type are asked for it."""
        return not self.who or unit_type in self.who

    @property
    def rows(self) -> range:
        """The rows to be filled in."""
        return range(self.top, self.top + self.room)

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions of its columns on the sheet, that of the running number, if there is one, last."""
        numbers = (self.number_column,) if self.number_column else ()
        return (*self.places.values(), *numbers)

    @property
    def fences(self) -> tuple[int, int]:
        """The hidden rows right above and below the list."""
        # Ranges of formulas end in them, because they are locked: no drag, sort or insertion moves the edges.
        return self.top - 1, self.top + self.room

    @property
    def asked(self) -> tuple[Indicator, ...]:
        """The columns to be filled in, from left to right."""
        return tuple(c for c in self.ordered if c.asked)

    @property
    def ordered(self) -> tuple[Indicator, ...]:
        """All columns, from left to right."""
        # The order on the sheet may differ from that of the dictionary.
        return tuple(sorted(self.columns.values(), key=lambda column: self.places.get(column.code, 0)))
