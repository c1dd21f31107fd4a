"""The specification of a pivot: its fields, values, captions and look."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from workbook_tools.pivots.date_groups import MONTHS, QUARTERS
from workbook_tools.pivots.field import Item, item_key
from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.pivots.source import Source

_BUILT_IN = re.compile(r"PivotStyle(?:Light|Medium|Dark)(?:[1-9]|1[0-9]|2[0-8])")
# Excel's limit.
_LONGEST_NAME = 255

__all__ = ["Captions", "Look", "Pivot", "PivotError", "PivotStyle", "Sort", "Top", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """A column of figures: ``name`` is its head, ``field`` the column that is aggregated.

    No column of the table may have the same name.
    """

    name: str
    field: str
    function: Function = "sum"
    number_format: str = "#,##0"
    show_as: ShownAs = "value"
    """What cells show: the figure, or its share of the column, the row, or the grand total."""

    def __post_init__(self) -> None:
        for asked, known in ((self.function, Function), (self.show_as, ShownAs)):
            if asked not in get_args(known):
                raise PivotError(f"a value cannot be {asked!r}; take one of {', '.join(get_args(known))}")


Function = Literal["sum", "count", "average", "min", "max"]
ShownAs = Literal["value", "percent_of_column", "percent_of_row", "percent_of_total"]
Arrangement = Literal["tabular", "outline", "compact"]
Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Sort:
    """Sorts a field's items by a value's figures (``by`` is the value's name), the greatest first."""

    by: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Top:
    """Shows only the ``count`` greatest items of a field, by a value's figures, within each outer item.

    ``bottom`` shows the least instead. Items tied for the last place are all shown. Totals cover only what is
    shown.
    """

    by: str
    count: int = 10
    bottom: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise PivotError(f"the top {self.count} would be empty; show one item or more")


@dataclass(frozen=True, slots=True)
class Captions:
    """Words in a pivot; a refresh replaces ``all``, ``subtotal`` and ``totals`` by Excel's own language.

    ``subtotal`` is filled with the item's name, ``totals`` with the name of each value if there are several.
    ``rows`` and ``columns`` head the labels of the compact layout.
    """

    total: str = "Grand Total"
    values: str = "Values"
    all: str = "(All)"
    blank: str = "(blank)"
    subtotal: str = "{} Total"
    totals: str = "Total {}"
    rows: str = "Row Labels"
    columns: str = "Column Labels"
    months: Sequence[str] = MONTHS
    quarters: Sequence[str] = QUARTERS


@dataclass(frozen=True, slots=True)
class PivotStyle:
    """A custom pivot style called ``name``: properties of xlsxwriter formats for the parts of a pivot."""

    name: str
    whole: Mapping[str, Any] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    label: Mapping[str, Any] = field(default_factory=dict)
    total: Mapping[str, Any] = field(default_factory=dict)
    subtotal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of xlsxwriter formats that survive a refresh; figures get their value's number format."""

    button: Mapping[str, Any] = field(default_factory=lambda: {"bold": True, "bottom": 1})
    head: Mapping[str, Any] = field(default_factory=lambda: {"bold": True, "bottom": 1})
    label: Mapping[str, Any] = field(default_factory=dict)
    figure: Mapping[str, Any] = field(default_factory=dict)
    total: Mapping[str, Any] = field(default_factory=lambda: {"bold": True})
    subtotal: Mapping[str, Any] = field(default_factory=lambda: {"bold": True})
    day: str = "dd/mm/yyyy"
    """The number format of days in labels."""
    style: str | PivotStyle = "PivotStyleLight16"
    """One of Excel's own styles, or a custom one; it applies where the properties above set nothing."""

    def __post_init__(self) -> None:
        if isinstance(self.style, str) and not _BUILT_IN.fullmatch(self.style):
            raise PivotError(
                f"Excel has no pivot style {self.style!r}; take PivotStyleLight1 to 28, Medium or Dark, "
                "or a PivotStyle of your own"
            )


@dataclass(frozen=True)
class Pivot:
    """A PivotTable called ``name`` over ``source``; rows, columns and filters name its fields, outermost
    first.

    ``filters`` maps each field above the pivot to the chosen item, None for all. ``shown`` maps a field in
    rows or columns to the ticked items; by default all are. ``sort`` and ``top`` are for fields in rows.

    ``row_totals`` adds a column at the right, ``column_totals`` a row at the bottom. ``subtotals`` maps a
    field that has another inside it to the place of its subtotals: "below", or "above" in the row that heads
    the group. ``layout`` is one of Excel's three: tabular (a column of labels for each field), outline (the
    same, and a row that heads each group) or compact (all labels indented in one column). ``repeat_labels``
    repeats labels that are the same as the one above instead of leaving them blank.
    """

    name: str
    source: Source
    rows: Sequence[str]
    values: Sequence[Value]
    columns: Sequence[str] = ()
    filters: Mapping[str, Item] = field(default_factory=dict)
    shown: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    sort: Mapping[str, Sort] = field(default_factory=dict)
    top: Mapping[str, Top] = field(default_factory=dict)
    row_totals: bool = False
    column_totals: bool = False
    subtotals: Mapping[str, Side] = field(default_factory=dict)
    layout: Arrangement = "tabular"
    repeat_labels: bool = False
    captions: Captions = field(default_factory=Captions)

    def __post_init__(self) -> None:
        if isinstance(self.rows, str) or isinstance(self.columns, str):
            raise PivotError("fields are named in a list, even a single one")
        if not 0 < len(self.name) <= _LONGEST_NAME:
            raise PivotError(f"a pivot needs a name of 1 to {_LONGEST_NAME} characters")
        axes = [*self.rows, *self.columns, *self.filters]
        if not self.rows or not self.values or not len(self.source):
            raise PivotError("a pivot needs a field in its rows, a value, and a table with rows; name them")
        if len(set(axes)) < len(axes):
            raise PivotError("a field can stand in one place only; take it out of rows, columns or filters")
        if set(self.shown) - {*self.rows, *self.columns}:
            raise PivotError("only items of fields in rows or columns can be ticked; use filters for others")
        for name in [*axes, *(value.field for value in self.values)]:
            self.source.field(name).check()
        self._check_arranged()
        self._check_layout()
        # Excel refuses a value named like a field, and compares names without regard to case.
        heads = {item_key(name) for name in self.source.fields}
        names = [item_key(value.name) for value in self.values]
        if heads & set(names) or len(set(names)) < len(names):
            raise PivotError(
                "the names of values must differ from each other and from the heads of the table"
            )
        # Excel would show 0 for a sum of texts, and nobody would notice.
        for value in self.values:
            if not self.source.field(value.field).numeric and value.function != "count":
                raise PivotError(
                    f"the column {value.field!r} does not hold numbers only; use the function 'count'"
                )

    def _check_arranged(self) -> None:
        known = [value.name for value in self.values]
        arranged = [(name, sort.by) for name, sort in self.sort.items()]
        for name, by in [*arranged, *((name, top.by) for name, top in self.top.items())]:
            if name not in self.rows:
                raise PivotError(f"only fields in rows can be sorted or cut, not {name!r}; put it into rows")
            if by not in known:
                raise PivotError(f"{name!r} cannot be arranged by {by!r}; the values are {known}")

    def _check_layout(self) -> None:
        if self.layout not in ("tabular", "outline", "compact"):
            raise PivotError(f"there is no layout {self.layout!r}; take tabular, outline or compact")
        if self.repeat_labels and self.layout == "compact":
            raise PivotError("the compact layout has one column of labels; repeat them in outline or tabular")
        outer = [*self.rows[:-1], *self.columns[:-1]]
        for name, side in self.subtotals.items():
            if name not in outer:
                raise PivotError(
                    f"{name!r} has no field inside it to be added up; the fields that have are {outer}"
                )
            if side not in ("above", "below") or (
                # Only a row that heads a group can hold its subtotals, and the tabular layout has none.
                side == "above" and (name in self.columns or self.layout == "tabular")
            ):
                raise PivotError(f"subtotals of {name!r} stand below in this layout, not {side!r}")

    @property
    def label_columns(self) -> int:
        """The number of columns of labels."""
        if self.layout == "compact":
            return 1
        return len(self.rows)

    @property
    def axes(self) -> tuple[str, ...]:
        """All fields in rows, columns or filters."""
        return (*self.rows, *self.columns, *self.filters)
