"""The look that survives a refresh: the formats of a pivot's areas, and custom pivot styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.pivots.parts.dxf import Properties, render_dxf
from workbook_tools.pivots.parts.xml import Attribute, counted_element, default_true, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.pivots.pivot import PivotStyle
    from workbook_tools.pivots.placed import PlacedPivot

VALUES = 4_294_967_294
"""The pseudo-field of the values (-2) as references write it: unsigned."""


class DifferentialFormats:
    """Distinct differential formats that pivots add to a workbook's; their ids follow the existing ones."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._ids: dict[str, int] = {}

    def find(self, properties: Properties) -> int:
        """The id of a look."""
        rendered = render_dxf(properties)
        return self._ids.setdefault(rendered, self._first + len(self._ids))

    @property
    def rendered(self) -> Sequence[str]:
        """All of them, by id."""
        return list(self._ids)


def render_formats(placed: PlacedPivot, formats: DifferentialFormats) -> str:
    """The element ``formats`` of a pivot's definition; where areas overlap, the later one wins."""
    listed = [
        element("format", {"dxfId": formats.find(look)}, [area]) for area, look in _areas(placed) if look
    ]
    return counted_element("formats", listed)


def render_chart_formats(placed: PlacedPivot, chart: int) -> str:
    """The element ``chartFormats``, by which each series keeps its colour when the pivot changes."""
    count = len(placed.pivot.values)
    listed = [
        element(
            "chartFormat",
            {"chart": chart, "format": number, "series": True},
            [_area(_values(1, number, selected=False), {}, type="data")[0]],
        )
        for number in range(count)
    ]
    return counted_element("chartFormats", listed)


def render_value_area(number: int) -> str:
    """The area of a value's figures, named where a field is sorted by them."""
    return _area(_values(1, number, selected=False), {}, dataOnly=False)[0]


def render_style(style: PivotStyle, formats: DifferentialFormats) -> str:
    """The element ``tableStyle`` of a custom pivot style."""
    parts = {
        "wholeTable": style.whole,
        "headerRow": style.head,
        "firstColumn": style.label,
        "totalRow": style.total,
        "lastColumn": style.total,
        "firstSubtotalRow": style.subtotal,
    }
    elements = [
        element("tableStyleElement", {"type": kind, "dxfId": formats.find(look)})
        for kind, look in parts.items()
        if look
    ]
    return counted_element("tableStyle", elements, {"name": style.name, "table": False})


def _areas(placed: PlacedPivot) -> Iterator[tuple[str, Properties]]:
    pivot, look = placed.pivot, placed.look
    place = pivot.source.place
    # In the other layouts the rows of groups belong to the outline.
    outline = default_true(pivot.layout != "tabular")
    # From the general to the special, as later areas win.
    yield _area(None, look.label, type="all", dataOnly=False)
    yield _area(None, look.figure)
    # The two corners of the heads, which belong to no field.
    for kind in ("origin", "topRight"):
        yield _area(None, look.head, type=kind, dataOnly=False, labelOnly=True)
    for axis, names in (
        ("axisRow", pivot.rows),
        ("axisCol", pivot.columns),
        ("axisPage", tuple(pivot.filters)),
    ):
        for position, name in enumerate(names):
            button: dict[str, Attribute] = {"field": place(name), "axis": axis, "fieldPosition": position}
            yield _area(None, look.button, type="button", dataOnly=False, labelOnly=True, **button)
            # LibreOffice matches labels one field at a time, so one area for all would not do.
            if axis != "axisCol":
                yield _area(_all_of(place(name)), look.label, dataOnly=False, labelOnly=True, outline=outline)
    heads = [place(name) for name in pivot.columns]
    for field in heads:
        yield _area(_all_of(field), look.head, dataOnly=False, labelOnly=True, outline=outline)
    if len(pivot.values) > 1 and pivot.columns:
        values: dict[str, Attribute] = {"field": -2, "axis": "axisCol", "fieldPosition": len(pivot.columns)}
        yield _area(None, look.head, type="button", dataOnly=False, labelOnly=True, **values)
    if len(pivot.values) > 1:
        yield _area(_values(len(pivot.values)), look.head, dataOnly=False, labelOnly=True, outline=outline)
    yield from _subtotal_areas(placed)
    if placed.layout.has_row_totals:
        yield _area(None, look.head, dataOnly=False, labelOnly=True, grandCol=True)
        yield _area(None, look.total, grandCol=True)
    if pivot.column_totals:
        yield _area(None, look.total, dataOnly=False, labelOnly=True, grandRow=True)
        yield _area(None, look.total, grandRow=True)


def _subtotal_areas(placed: PlacedPivot) -> Iterator[tuple[str, Properties]]:
    pivot = placed.pivot
    figures, label = (
        {**placed.look.figure, **placed.look.subtotal},
        {**placed.look.label, **placed.look.subtotal},
    )
    for name, side in pivot.subtotals.items():
        field = pivot.source.place(name)
        if side == "above":
            yield _area(_all_of(field), figures, outline=None, collapsedLevelsAreSubtotals=True)
            yield _area(_all_of(field), label, dataOnly=False, labelOnly=True, outline=None)
        else:
            subtotals = _all_of(field, of_subtotals=True)
            yield _area(subtotals, figures)
            if name in pivot.rows:
                yield _area(subtotals, label, dataOnly=False, labelOnly=True)


def _area(references: str | None, look: Properties, **attributes: Attribute) -> tuple[str, Properties]:
    given = {"fieldPosition": 0, "outline": False, **attributes}
    return element("pivotArea", given, [references or ""]), look


def _all_of(field: int, *, of_subtotals: bool = False) -> str:
    """Every item of a field, or the subtotals of each."""
    named: dict[str, Attribute] = {"field": field, "count": 0, "defaultSubtotal": of_subtotals or None}
    return counted_element("references", [element("reference", named)])


def _values(count: int, first: int = 0, *, selected: bool | None = None) -> str:
    """Some values of a pivot."""
    named = [element("x", {"v": number}) for number in range(first, first + count)]
    return counted_element(
        "references", [counted_element("reference", named, {"field": VALUES, "selected": selected})]
    )
