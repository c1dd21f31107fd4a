"""Days grouped by year, quarter and month as Excel does: fields without a column in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbook_tools.pivots.field import Field, day_after
from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.pivots.field import Positions

DatePart = Literal["year", "quarter", "month"]
PARTS: Mapping[DatePart, str] = {"month": "months", "quarter": "quarters", "year": "years"}
"""Each part's name in the file, shortest first."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
QUARTERS = ("Qtr1", "Qtr2", "Qtr3", "Qtr4")


@dataclass(frozen=True, eq=False)
class DateGroup(Field):
    """A column of days grouped by one part of the date.

    The shortest part replaces the column itself, as in Excel; the others are additional fields.
    """

    part: DatePart = "month"
    base: str = ""

    @property
    def is_base(self) -> bool:
        """Whether it replaces the column."""
        return self.name == self.base

    @cached_property
    def _days(self) -> tuple[datetime, ...]:
        return tuple(item for item in self.column_items if isinstance(item, datetime))

    @cached_property
    def limits(self) -> tuple[datetime, datetime]:
        """The first day, and the day after the last."""
        return min(self._days).replace(hour=0, minute=0, second=0), day_after(max(self._days))

    @cached_property
    def _years(self) -> range:
        return range(self.limits[0].year, max(self._days).year + 1)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The groups; the first and the last, for days outside the limits, are always empty."""
        first, end = self.limits
        # Excel's grouping always has the two outer groups, so the first group of days is number 1, not 0.
        inner = {"month": MONTHS, "quarter": QUARTERS, "year": tuple(map(str, self._years))}[self.part]
        return (f"<{_american(first)}", *inner, f">{_american(end)}")

    @cached_property
    def codes(self) -> Positions:
        """For each row, the position of its group."""
        return np.array([self._place(day) for day in self._days], dtype=np.int32)[self.column_codes]

    def _place(self, day: datetime) -> int:
        if self.part == "month":
            return day.month
        if self.part == "quarter":
            return (day.month + 2) // 3
        return 1 + day.year - self._years.start

    @property
    def shown(self) -> tuple[int, ...]:
        """The groups in chronological order."""
        return tuple(range(len(self.items)))

    @property
    def alphabetical(self) -> tuple[int, ...]:
        """Chronological as well: Excel does not sort groups of days by their names."""
        return self.shown

    def check(self) -> None:
        """Raise PivotError where Excel could not group the column."""
        if len(self._days) < len(self.column_items) or not self._days:
            raise PivotError(
                f"only a column of days can be grouped, without blanks; fill or convert {self.name!r}, "
                "or leave it out of dates"
            )


def group_days(column: Field, parts: Sequence[DatePart]) -> tuple[DateGroup, list[DateGroup]]:
    """The field that replaces the column, and those for the longer parts."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        raise PivotError(f"days of {column.name!r} are grouped by some of {', '.join(PARTS)}, not {unknown}")
    # The shortest part first, whatever the order asked for: it is the one that replaces the column.
    base, *others = [part for part in PARTS if part in parts]
    made = [
        DateGroup(name, column.column, part=part, base=column.name)
        for part, name in [(base, column.name), *((part, f"{column.name} ({part})") for part in others)]
    ]
    made[0].check()
    return made[0], made[1:]


def _american(day: datetime) -> str:
    return f"{day.month}/{day.day}/{day.year}"
