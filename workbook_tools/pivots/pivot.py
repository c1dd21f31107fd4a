"""What one asks for: a pivot, its values, captions and look, and slicers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workbook_tools.pivots.date_groups import MONTHS, QUARTERS
from workbook_tools.pivots.field import Item, fold
from workbook_tools.pivots.pivot_error import PivotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.pivots.source import Source

__all__ = ["Captions", "Look", "Pivot", "PivotError", "PivotStyle", "Sort", "Top", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """A column of figures: ``name`` is its head, which no column of the table may have, ``field`` what is added up."""

    name: str
    field: str
    function: Literal["sum", "count", "average", "min", "max"] = "sum"
    number_format: str = "#,##0"
    show_as: ShownAs = "value"
    """What stands in the cells: the figure, or its share of the column, the row, or everything that the pivot shows."""


ShownAs = Literal["value", "percent_of_column", "percent_of_row", "percent_of_total"]
Arrangement = Literal["tabular", "outline", "compact"]
Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Sort:
    """ItemPath of a field in the order of a value's figures (``by`` is the value's name), the greatest first."""

    by: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Top:
    """Of the items of a field, within each item of the field before it, only the ``count`` greatest by a value's figures.

    With ``bottom`` the least. Of items that are equal at the end all are shown. Totals are those of what is shown.
    """

    by: str
    count: int = 10
    bottom: bool = False


@dataclass(frozen=True, slots=True)
class Captions:
    """Words in a pivot; after a refresh Excel says ``all``, ``subtotal`` and ``totals`` in its own language.

    ``subtotal`` is filled with the item's name, ``totals`` with that of each value where there are several. ``rows`` and ``columns`` head the labels of the compact layout.
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
    """A pivot style of one's own, called ``name``: properties of xlsxwriter formats for the parts of a pivot."""

    name: str
    whole: Mapping[str, Any] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    label: Mapping[str, Any] = field(default_factory=dict)
    total: Mapping[str, Any] = field(default_factory=dict)
    subtotal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of xlsxwriter formats, which a pivot keeps when it is refreshed; figures get the value's number format."""

    button: Mapping[str, Any] = field(default_factory=lambda: {"bold": True, "bottom": 1})
    head: Mapping[str, Any] = field(default_factory=lambda: {"bold": True, "bottom": 1})
    label: Mapping[str, Any] = field(default_factory=dict)
    figure: Mapping[str, Any] = field(default_factory=dict)
    total: Mapping[str, Any] = field(default_factory=lambda: {"bold": True})
    subtotal: Mapping[str, Any] = field(default_factory=lambda: {"bold": True})
    day: str = "dd/mm/yyyy"
    """The number format of days in labels."""
    style: str | PivotStyle = "PivotStyleLight16"
    """One of Excel's own styles, or one of yours; it shows wherever the properties above say nothing."""


@dataclass(frozen=True)
class Pivot:
    """A PivotTable called ``name`` over ``source``; rows, columns and filters are fields of it, from the outside in.

    ``filters`` says of each field above the pivot which item is chosen, None for all. ``shown`` says of a field in rows
    or columns which items are ticked, all unless it is named. ``sort`` and ``top`` are for fields in rows.

    ``row_totals`` adds a column at the right, ``column_totals`` a row at the bottom. ``subtotals`` says of a field that
    has another inside it where its subtotals stand: below, or in the row that heads the group ("above"). ``layout`` is
    one of Excel's three: tabular (a column of labels for each field), outline (the same, and a row that heads each
    group) or compact (all labels indented in one column). With ``repeat_labels`` no label is left blank because it is
    as the one above it.
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
        axes = [*self.rows, *self.columns, *self.filters]
        if not self.rows or not self.values or not len(self.source):
            raise PivotError("a pivot needs a field in its rows, a value, and a table with rows; name them")
        if len(set(axes)) < len(axes):
            raise PivotError("a field can stand in one place only; take it out of rows, columns or filters")
        if set(self.shown) - {*self.rows, *self.columns}:
            raise PivotError("only items of fields in rows or columns can be ticked; use filters for others")
        for name in axes:
            self.source.field(name).check()
        self._check_arranged()
        self._check_layout()
        heads = {fold(name) for name in self.source.fields}
        names = [fold(value.name) for value in self.values]
        if heads & set(names) or len(set(names)) < len(names):
            raise PivotError(
                "the names of values must differ from each other and from the heads of the table"
            )
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
                side == "above" and (name in self.columns or self.layout == "tabular")
            ):
                raise PivotError(f"subtotals of {name!r} stand below in this layout, not {side!r}")

    @property
    def label_columns(self) -> int:
        """How many columns of labels there are."""
        return 1 if self.layout == "compact" else len(self.rows)

    @property
    def axes(self) -> tuple[str, ...]:
        """All fields that stand somewhere."""
        return (*self.rows, *self.columns, *self.filters)
