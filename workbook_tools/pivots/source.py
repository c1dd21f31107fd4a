"""The Excel Table that pivots read, and the fields it gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from workbook_tools.pivots.date_groups import DateGroup, DatePart, group_days
from workbook_tools.pivots.field import Field, Item, item_key
from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True)
class Source:
    """The Excel Table called ``table``; ``frame`` has its columns, under their heads, and its rows.

    Cells are texts, numbers, booleans, dates or datetimes; None, NaN and the empty text mean a blank cell.
    Excel refuses a column that mixes dates and numbers. ``order`` is the display order of a field's items;
    items that it does not name follow in order of appearance. ``dates`` names columns of days that are
    grouped: the shortest part replaces the column, the others are fields such as "Sold (year)".
    """

    table: str
    frame: pd.DataFrame
    order: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    dates: Mapping[str, Sequence[DatePart]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Names of a cache's fields must be unique ignoring case, and not empty.
        heads = [item_key(str(head)) for head in self.frame.columns]
        if len(set(heads)) < len(heads) or "" in heads:
            raise PivotError(f"the heads of the table {self.table!r} must differ and must not be empty")
        for name in self.dates:
            if name not in self.columns:
                raise PivotError(
                    f"there is no column {name!r} to be grouped; the columns are {list(self.columns)}"
                )
        # The longer parts of days are fields under names of their own, such as "Sold (year)".
        if len({item_key(name) for name in self.fields}) < len(self.fields):
            raise PivotError("a column is called as a group of days would be; give it another head")

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def columns(self) -> Mapping[str, Field]:
        """Head → column, in the order of the table."""
        return {
            str(head): Field(str(head), self.frame[head], tuple(self.order.get(head, ())))
            for head in self.frame.columns
        }

    @cached_property
    def _grouped(self) -> Mapping[str, tuple[DateGroup, list[DateGroup]]]:
        return {name: group_days(self.columns[name], parts) for name, parts in self.dates.items()}

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Name → field: first the columns, then the groups that have none."""
        bases = {name: base for name, (base, _) in self._grouped.items()}
        others = {group.name: group for _, groups in self._grouped.values() for group in groups}
        return {**self.columns, **bases, **others}

    def field(self, name: str) -> Field:
        """The field of that name."""
        if name not in self.fields:
            raise PivotError(
                f"the table {self.table!r} has no column {name!r}; its fields are {list(self.fields)}"
            )
        return self.fields[name]

    def place(self, name: str) -> int:
        """The field's position among all fields, from 0."""
        self.field(name)
        return list(self.fields).index(name)
