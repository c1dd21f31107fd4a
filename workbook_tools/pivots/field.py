"""A column of the table that pivots read, and its items: its distinct values."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Item = str | float | bool | datetime | None
"""A text, a number, a boolean, a date with time, or None for a blank cell."""
_WRITABLE = "write it as a text, a number, a truth value or a date"
# Excel's limits.
_LONGEST_TEXT, _FIRST_YEAR = 32_767, 1900
_LISTED = 8
Positions = npt.NDArray[np.int32]


def as_moment(day: date) -> datetime:
    """A day as its midnight; a moment as it is."""
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def item_key(text: str) -> str:
    """Return the key by which Excel distinguishes items: it ignores case and the composition of letters."""
    # Two items that Excel considers equal make it remove the pivot, so this rather folds too much.
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Fast path: invisible characters are not printable, and hardly any text has one.
    if not folded.isprintable():
        folded = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", folded)


def day_after(moment: datetime) -> datetime:
    """The midnight after a moment; of the last day there is, the midnight before it."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight.date() == date.max else midnight + timedelta(days=1)


def text_length(text: str) -> int:
    """Characters as Excel counts them: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Truth(NamedTuple):
    """A truth value, which would otherwise equal 0 or 1."""

    value: bool


@dataclass(frozen=True, eq=False)
class Field:
    """A column of the source."""

    name: str
    column: pd.Series
    order: tuple[Item, ...] = ()

    @cached_property
    def _listed(self) -> tuple[tuple[Item, ...], Positions]:
        """The items in order of appearance, and each row's position in them."""
        # As objects, so that dates, booleans and numbers keep their types.
        column = self.column
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
            is_truth = column.map(lambda value: isinstance(value, bool | np.bool_)).astype(bool)
            if is_truth.any():
                column = column.where(~is_truth, column.map(_Truth))
        try:
            codes, seen = pd.factorize(column, use_na_sentinel=False)
        except TypeError as error:
            raise PivotError(f"the column {self.name!r} holds lists or the like; {_WRITABLE}") from error
        items: dict[tuple[str, Item], Item] = {}
        places: dict[tuple[str, Item], int] = {}
        of_seen = []
        for value in seen:
            item = self._item(value.value if isinstance(value, _Truth) else value)
            key = _key(item)
            if key not in places:
                places[key] = len(items)
                items[key] = item
            of_seen.append(places[key])
        return tuple(items.values()), np.array(of_seen, dtype=np.int32)[codes]

    def _item(self, value: object) -> Item:
        if isinstance(value, str):
            return value or None
        if value is None or value is pd.NaT or value is pd.NA:
            return None
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if isinstance(value, Real | Decimal):
            return None if np.isnan(float(value)) else float(value)
        if isinstance(value, date):
            moment = as_moment(value)
            if moment.tzinfo is not None:
                raise PivotError(
                    f"the column {self.name!r} holds {value!r}; take the time zone off: Excel has none"
                )
            # The cache holds moments to the second: written as ISO texts, without a fraction.
            return moment.replace(microsecond=0)
        raise PivotError(f"the column {self.name!r} holds {value!r}; {_WRITABLE}")

    def check(self) -> None:
        """Raise PivotError if Excel would refuse the column."""
        # Numbers are not looked at one by one, nor are texts as numbers: there may be a million.
        numeric = pd.api.types.is_numeric_dtype(self.column)
        numbers = self.numbers if numeric else [item for item in self.items if type(item) is float]
        if np.isinf(numbers).any():
            raise PivotError(f"the column {self.name!r} holds an infinite number; leave the cell blank")
        if numeric:
            return
        # Excel refuses a cache field described as containing both dates and numbers.
        kinds = {type(item) for item in self.items}
        if {datetime, float} <= kinds:
            raise PivotError(f"the column {self.name!r} mixes dates and numbers; write the dates as texts")
        longest = max((text_length(item) for item in self.items if isinstance(item, str)), default=0)
        if longest > _LONGEST_TEXT:
            raise PivotError(
                f"the column {self.name!r} holds a text of {longest:,} characters; shorten it to "
                f"{_LONGEST_TEXT:,}, Excel's limit"
            )
        if any(isinstance(item, datetime) and item.year < _FIRST_YEAR for item in self.items):
            raise PivotError(
                f"the column {self.name!r} holds a date before {_FIRST_YEAR}, which Excel has not; "
                "write the dates as texts"
            )

    def written(self) -> Iterator[Item]:
        """For each row what its cell holds, in its own spelling."""
        return map(self._item, self.column)

    @property
    def column_items(self) -> tuple[Item, ...]:
        """The column's distinct values, each in the spelling that comes first."""
        return self._listed[0]

    @property
    def column_codes(self) -> Positions:
        """For each row, the position of its value in these."""
        return self._listed[1]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items that a pivot shows."""
        return self.column_items

    @property
    def codes(self) -> Positions:
        """For each row, the position of its item."""
        return self.column_codes

    @cached_property
    def numeric(self) -> bool:
        """Whether it holds only numbers and blanks."""
        if pd.api.types.is_bool_dtype(self.column):
            return False
        return pd.api.types.is_numeric_dtype(self.column) or not any(
            isinstance(item, str | bool | datetime) for item in self.items
        )

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """For each row its number, NaN for texts and blanks."""
        if pd.api.types.is_numeric_dtype(self.column) and not pd.api.types.is_bool_dtype(self.column):
            return self.column.to_numpy(dtype="float64")
        of_items = [item if type(item) is float else np.nan for item in self.items]
        return np.array(of_items, dtype="float64")[self.codes]

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """Positions of the items in display order; blank is last."""
        wanted = {_key(item): place for place, item in reversed(list(enumerate(self.order)))}
        rank = [
            (item is None, wanted.get(_key(item), len(wanted)), place)
            for place, item in enumerate(self.items)
        ]
        return tuple(place for _, _, place in sorted(rank))

    @cached_property
    def ranks(self) -> Positions:
        """For each item, its rank in display order."""
        ranks = np.empty(len(self.items), dtype=np.int32)
        ranks[list(self.shown)] = np.arange(len(self.items))
        return ranks

    @cached_property
    def alphabetical(self) -> tuple[int, ...]:
        """Positions of the items as Excel sorts them: numbers, then texts, blank at the end."""
        return tuple(sorted(range(len(self.items)), key=lambda place: _alphabet(self.items[place])))

    def find(self, item: Item) -> int:
        """The position of an item, whatever its spelling."""
        for place, known in enumerate(self.items):
            if _key(known) == _key(item):
                return place
        raise PivotError(f"the column {self.name!r} has no item {item!r}; it has {_list(self.items)}")


def _list(items: Sequence[Item]) -> str:
    """The first of some items, for a message."""
    shown = ", ".join(map(repr, items[:_LISTED]))
    if len(items) <= _LISTED:
        return shown
    return f"{shown} and {len(items) - _LISTED:,} others"


def _key(item: Item) -> tuple[str, Item]:
    """The key of an item; it holds the type because True == 1 in Python, but not in Excel."""
    key = item_key(item) if isinstance(item, str) else item
    return type(item).__name__, key


def _alphabet(item: Item) -> tuple[int, float, str, str]:
    """Sort key: letters with marks follow those without, as in Vietnamese.

    Of texts that differ in marks alone, the plain one is first.
    """
    if item is None:
        return 3, 0.0, "", ""
    if isinstance(item, bool):
        return 2, float(item), "", ""
    if isinstance(item, datetime):
        return 0, item.timestamp(), "", ""
    if not isinstance(item, str):
        return 0, item, "", ""
    # đ has no decomposition in Unicode: sorted as a d with a mark, it follows every d.
    folded = item.casefold().replace("đ", "d\uffff")
    letters = unicodedata.normalize("NFD", folded)
    return 1, 0.0, "".join(letter for letter in letters if not unicodedata.combining(letter)), letters
