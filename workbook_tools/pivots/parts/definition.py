"""The part ``pivotTable``: the layout of a pivot over its cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.pivots.date_groups import DateGroup
from workbook_tools.pivots.parts.axis_items import render_lines
from workbook_tools.pivots.parts.formats import (
    DifferentialFormats,
    render_chart_formats,
    render_formats,
    render_value_area,
)
from workbook_tools.pivots.parts.xml import (
    DECLARATION,
    MAIN,
    Attribute,
    counted_element,
    default_true,
    element,
    extension,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.pivots.cache import Cache
    from workbook_tools.pivots.layout import Layout
    from workbook_tools.pivots.pivot import Pivot, Top
    from workbook_tools.pivots.placed import PlacedPivot

_VALUES = -2
"""The pseudo-field of the values, on the column axis if and only if a pivot has several."""
_SHOWN_AS = {
    "percent_of_column": "percentOfCol",
    "percent_of_row": "percentOfRow",
    "percent_of_total": "percentOfTotal",
}
DEFINITION_EXTENSION = "{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}"
REPEAT_EXTENSION = "{2946ED86-A175-432a-8AC1-64E0C546D7DE}"
_REPEATED = element(
    "extLst", None, [extension(REPEAT_EXTENSION, element("x14:pivotField", {"fillDownLabels": True}))]
)
# Without it, a pivot with several values gains a row above its headings at the first refresh.
_EXTENSION = element(
    "extLst",
    None,
    [extension(DEFINITION_EXTENSION, element("x14:pivotTableDefinition", {"hideValuesRow": True}))],
)


@dataclass(frozen=True)
class Definition:
    """Renders one placed pivot; ``chart`` is the number of its PivotChart, None without one.

    ``number_formats`` maps format codes to their ids in the styles; ``formats`` collects those of its looks.
    """

    placed: PlacedPivot
    cache: Cache
    number_formats: Mapping[str, int]
    formats: DifferentialFormats
    chart: int | None = None

    @property
    def _pivot(self) -> Pivot:
        return self.placed.pivot

    @property
    def _layout(self) -> Layout:
        return self.placed.layout

    def render(self) -> str:
        """The whole part."""
        # The schema prescribes this order.
        children = [
            self._render_location(),
            counted_element("pivotFields", [self._render_field(name) for name in self._pivot.source.fields]),
            counted_element(
                "rowFields", [element("field", {"x": self._place(name)}) for name in self._pivot.rows]
            ),
            counted_element("rowItems", self._row_items()),
            counted_element("colFields", self._column_fields()),
            counted_element("colItems", self._column_items()),
            counted_element("pageFields", [self._render_filter(name) for name in self._pivot.filters]),
            counted_element("dataFields", self._data_fields()),
            render_formats(self.placed, self.formats),
            self._chart_formats(),
            self._render_style(),
            counted_element("filters", self._tops()),
            _EXTENSION,
        ]
        return DECLARATION + element("pivotTableDefinition", self._attributes(), children)

    def _chart_formats(self) -> str:
        if self.chart is None:
            return ""
        return render_chart_formats(self.placed, self.chart)

    def _render_style(self) -> str:
        style = self.placed.look.style
        name = style if isinstance(style, str) else style.name
        attributes: dict[str, Attribute] = {
            "name": name,
            "showRowHeaders": True,
            "showColHeaders": True,
            "showRowStripes": False,
            "showColStripes": False,
            "showLastColumn": True,
        }
        return element("pivotTableStyleInfo", attributes)

    def _attributes(self) -> dict[str, Attribute]:
        pivot = self._pivot
        is_compact, is_tabular = pivot.layout == "compact", pivot.layout == "tabular"
        rows, columns = None, None
        if is_compact:
            rows, columns = pivot.captions.rows, pivot.captions.columns
        chart_format = None if self.chart is None else self.chart + 1
        return {
            "xmlns": MAIN,
            "name": pivot.name,
            "cacheId": self.cache.number,
            "applyNumberFormats": False,
            "applyBorderFormats": False,
            "applyFontFormats": False,
            "applyPatternFormats": False,
            "applyAlignmentFormats": False,
            # With "useAutoFormatting" absent, as Excel writes it, columns keep the widths they were given.
            "applyWidthHeightFormats": True,
            "dataCaption": pivot.captions.values,
            "chartFormat": chart_format,
            "grandTotalCaption": pivot.captions.total,
            "rowHeaderCaption": rows,
            "colHeaderCaption": columns,
            "updatedVersion": 6,
            "minRefreshableVersion": 3,
            # Without groups, the buttons that collapse them would only be in the way.
            "showDrill": default_true(not is_tabular or bool(pivot.subtotals)),
            # The file's names are those of the grand total's row (at the bottom) and column (at the right).
            "rowGrandTotals": default_true(pivot.column_totals),
            "colGrandTotals": default_true(pivot.row_totals),
            "itemPrintTitles": True,
            "createdVersion": 6,
            "indent": 0,
            "compact": default_true(is_compact),
            "compactData": default_true(is_compact),
            "outline": not is_tabular or None,
            "outlineData": not is_tabular or None,
            "multipleFieldFilters": False,
        }

    def _place(self, name: str) -> int:
        return self._pivot.source.place(name)

    def _render_location(self) -> str:
        pivot = self._pivot
        filters: dict[str, Attribute] = {}
        if pivot.filters:
            filters = {"rowPageCount": len(pivot.filters), "colPageCount": 1}
        attributes: dict[str, Attribute] = {
            "ref": self.placed.ref,
            # As in pivots saved by Excel: several values without a column field have no row of captions.
            "firstHeaderRow": int(bool(pivot.columns) or len(pivot.values) == 1),
            "firstDataRow": self._layout.head_rows,
            "firstDataCol": pivot.label_columns,
            **filters,
        }
        return element("location", attributes)

    def _render_field(self, name: str) -> str:
        pivot = self._pivot
        attributes: dict[str, Attribute] = {
            "axis": self._axis(name),
            "dataField": any(value.field == name for value in pivot.values) or None,
            "compact": default_true(pivot.layout == "compact"),
            "outline": default_true(pivot.layout != "tabular"),
            "subtotalTop": default_true(pivot.subtotals.get(name) == "above"),
            "showAll": False,
            # Also for fields not in use: if dragged into the rows, they must not add up unlike figures.
            "defaultSubtotal": default_true(name in pivot.subtotals),
            "measureFilter": name in pivot.top or None,
            "sortType": self._sort_type(name),
        }
        scope = [self._render_scope(pivot.sort[name].by)] if name in pivot.sort else []
        repeated = [_REPEATED] if pivot.repeat_labels and name in pivot.rows else []
        return element(
            "pivotField", attributes, [counted_element("items", self._items(name)), *scope, *repeated]
        )

    def _axis(self, name: str) -> str | None:
        pivot = self._pivot
        axes = {"axisRow": pivot.rows, "axisCol": pivot.columns, "axisPage": pivot.filters}
        return next((axis for axis, names in axes.items() if name in names), None)

    def _sort_type(self, name: str) -> str | None:
        sort = self._pivot.sort.get(name)
        if sort is None:
            return None
        return "descending" if sort.descending else "ascending"

    def _number(self, value: str) -> int:
        return [known.name for known in self._pivot.values].index(value)

    def _render_scope(self, by: str) -> str:
        """The value by which a field is sorted."""
        area = render_value_area(self._number(by))
        return element("autoSortScope", None, [area])

    def _tops(self) -> list[str]:
        return [
            element(
                "filter",
                {
                    "fld": self._place(name),
                    "type": "count",
                    "evalOrder": -1,
                    "id": number,
                    "iMeasureFld": self._number(top.by),
                },
                [_render_top(top)],
            )
            for number, (name, top) in enumerate(self._pivot.top.items(), start=1)
        ]

    def _items(self, name: str) -> list[str]:
        if name not in self.cache.listed:
            return []
        field, pivot = self._pivot.source.field(name), self._pivot
        ticked = None
        if name in pivot.shown:
            ticked = {field.find(item) for item in pivot.shown[name]}
        items = []
        # All items of the cache: Excel 2016 and earlier remove a pivot that omits some.
        for place, position in enumerate(field.shown):
            item = field.items[position]
            # Fast path: of thousands of units hardly one is a blank, and none a day.
            if ticked is None and isinstance(item, str) and not isinstance(field, DateGroup):
                items.append(f'<item x="{position}"/>')
                continue
            hidden = (ticked is not None and position not in ticked) or None
            caption = self.placed.caption(name, place)
            # Excel words blanks and groups of days in the reader's language unless they are named here.
            is_renamed = item is None or (isinstance(field, DateGroup) and caption != item)
            new_name = str(caption) if is_renamed else None
            items.append(element("item", {"n": new_name, "h": hidden, "x": position}))
        if name in pivot.subtotals:
            items.append(element("item", {"t": "default"}))
        return items

    def _render_filter(self, name: str) -> str:
        field, chosen = self._pivot.source.field(name), self._pivot.filters[name]
        item = None if chosen is None else int(field.ranks[field.find(chosen)])
        # All items are shown if `item` is absent; the schema does not allow −1.
        return element("pageField", {"fld": self._place(name), "item": item, "hier": -1})

    def _row_items(self) -> list[str]:
        return render_lines(self._layout.rows, 1, int(self._pivot.column_totals))

    def _column_fields(self) -> list[str]:
        places = [self._place(name) for name in self._pivot.columns]
        if len(self._pivot.values) > 1:
            places.append(_VALUES)
        return [element("field", {"x": place}) for place in places]

    def _column_items(self) -> list[str]:
        values = len(self._pivot.values)
        return render_lines(self._layout.columns, values, values * self._layout.has_row_totals)

    def _data_fields(self) -> list[str]:
        return [
            element(
                "dataField",
                {
                    "name": value.name,
                    "fld": self._place(value.field),
                    "subtotal": None if value.function == "sum" else value.function,
                    "showDataAs": _SHOWN_AS.get(value.show_as),
                    "baseField": 0,
                    "baseItem": 0,
                    "numFmtId": self.number_formats[value.number_format],
                },
            )
            for value in self._pivot.values
        ]


def _render_top(top: Top) -> str:
    attributes: dict[str, Attribute] = {
        "top": default_true(not top.bottom),
        "val": top.count,
        "filterVal": top.count,
    }
    column = element("filterColumn", {"colId": 0}, [element("top10", attributes)])
    return element("autoFilter", {"ref": "A1"}, [column])
