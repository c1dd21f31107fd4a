"""A small table and its chart, in greys that print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workbook_tools.sheetwriter.style import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.pivots import PlacedPivot
    from workbook_tools.sheetwriter.book import Book, Sheet

_DARK, _PALE = "#595959", "#BFBFBF"
_LEAST_ROWS = 12
_FULL = 1.08
"""Where an axis of shares ends: the figure beside a full bar needs room."""
_FONT = {"name": FONT, "size": 9}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is charted: lines of label and value; those marked ``pale`` are drawn lighter, and must say why in their label."""

    title: str
    heads: tuple[str, str]
    lines: Sequence[tuple[str, float]]
    kind: Literal["column", "bar"]
    style: str = "number"
    pale: frozenset[str] = frozenset()


def write_chart(sheet: Sheet, row: int, figures: Figures) -> int:
    """Write the table from this row on and the chart to its right; the first row below both."""
    sheet.head(row, figures.heads, 18)
    for offset, (label, value) in enumerate(figures.lines, start=row + 1):
        sheet.text(offset, 0, label)
        sheet.number(offset, 1, value, figures.style)
    height = max(len(figures.lines) + 1, _LEAST_ROWS)
    chart = _build_chart(sheet, row, figures)
    chart.set_size({"width": 610, "height": 20 * height})
    sheet.chart(row, 2, chart, figures.title)
    return row + height


def _build_chart(sheet: Sheet, row: int, figures: Figures) -> Any:
    upright = figures.kind == "column"
    chart = sheet.book.workbook.add_chart({"type": figures.kind})
    last = row + len(figures.lines)
    chart.add_series(
        {
            "categories": [sheet.name, row + 1, 0, last, 0],
            "values": [sheet.name, row + 1, 1, last, 1],
            "fill": {"color": _DARK},
            "border": {"color": _DARK},
            "points": [
                {"fill": {"color": _PALE}, "border": {"color": _DARK}} if label in figures.pale else None
                for label, _ in figures.lines
            ],
            "gap": 60,
            "data_labels": {"value": True, "font": _FONT},
        }
    )
    # The heading above says what is shown; without this, programs repeat it in a font of their own.
    chart.set_title({"none": True})
    # Left alone, programs begin at 80 % where all shares are above it, and the least looks like nothing.
    amounts = {"visible": False, "min": 0} | ({"max": _FULL} if figures.style == "percent" else {})
    labels = {"num_font": _FONT, "reverse": not upright}
    chart.set_x_axis({**(labels if upright else amounts), "major_gridlines": {"visible": False}})
    chart.set_y_axis({**(amounts if upright else labels), "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    return chart


def build_pivot_chart(book: Book, placed: PlacedPivot) -> Any:
    """Bars for the first column of figures of a pivot, its head as title; laid out to follow when the pivot changes."""
    chart = book.workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": placed.head(0),
            "categories": placed.labels(),
            "values": placed.figures(0),
            "fill": {"color": _DARK},
            "gap": 60,
            "data_labels": {"value": True, "font": _FONT},
        }
    )
    chart.set_title({"name": placed.head(0), "name_font": {"name": FONT, "size": 11}})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"num_font": _FONT, "reverse": True, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 640, "height": 20 * max(len(placed.layout.rows) + 4, _LEAST_ROWS)})
    return chart
