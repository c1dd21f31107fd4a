"""Native PivotTables, slicers and PivotCharts in a workbook that xlsxwriter writes.

A pivot is written complete, as Excel saves one: cache, records, definition and visible cells. It shows its
figures without a refresh, and can be refreshed::

    workbook = PivotWorkbook("sales.xlsx")
    sheet, data = workbook.add_worksheet("Summary"), workbook.add_worksheet("Data")
    source = workbook.write_source(data, "Sales", frame)
    total = Value("Sum of sales", "Sales")
    pivot = Pivot("ByRegion", source, rows=["Product"], columns=["Region"], values=[total])
    placed = workbook.add_pivot(sheet, 0, 0, pivot)
    workbook.add_slicer(sheet, 0, 8, Slicer("Year", "Year", [placed]))
    workbook.close()

Pivots of one source share one cache.
"""

from __future__ import annotations

from workbook_tools.pivots.field import Item, as_moment, item_key
from workbook_tools.pivots.pivot import Captions, Look, Pivot, PivotError, PivotStyle, Sort, Top, Value
from workbook_tools.pivots.pivot_workbook import PivotWorkbook
from workbook_tools.pivots.placed import PlacedPivot
from workbook_tools.pivots.slicers import Slicer
from workbook_tools.pivots.source import Source

__all__ = [
    "Captions",
    "Item",
    "Look",
    "Pivot",
    "PivotError",
    "PivotStyle",
    "PivotWorkbook",
    "PlacedPivot",
    "Slicer",
    "Sort",
    "Source",
    "Top",
    "Value",
    "as_moment",
    "item_key",
]
