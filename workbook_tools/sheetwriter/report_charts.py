"""Charts, in greys and patterns that print."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from msgspec import Struct

from workbook_tools.sheetwriter.style import FONT, SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbook_tools.pivots import PlacedPivot
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

_DARK = "#595959"
_LONGEST_SPAN = 62
_FONT = {"name": FONT, "size": 9}
_SMALL = 18
"""Bars beside which names of this size fit, in a chart as high as the slicers."""


class Days(Struct, frozen=True):
    """Returns per day: rows of label, count in time, count late."""

    lines: Sequence[tuple[str, int, int]]

    @classmethod
    def count(cls, received: Iterable[date | None], deadline: date) -> Self:
        """Count by day, including days without returns, unless a wrong clock spreads them over months."""
        days = Counter(day for day in received if day is not None and not pd.isna(day))
        if not days:
            return cls([])
        first, last = min(days), max(days)
        span = (last - first).days + 1
        shown = [first + timedelta(days=n) for n in range(span)] if span <= _LONGEST_SPAN else sorted(days)
        of_years = "%d/%m/%Y" if first.year != last.year else "%d/%m"
        lines = []
        for day in shown:
            late = days[day] if day > deadline else 0
            lines.append((f"{day:{of_years}}", days[day] - late, late))
        return cls(lines)


def write_days_chart(sheet: Sheet, corner: tuple[int, int], days: Days, behind: tuple[int, str]) -> None:
    """Place the chart of days here; its data goes to hidden columns from ``behind`` on, its title to screen
    readers.
    """
    left, title = behind
    row, count = corner[0], len(days.lines)
    for place, head in enumerate(("Ngày", "Đúng hạn", "Trễ hạn"), start=left):
        sheet.text(row, place, head, "plain")
    for below, (label, timely, late) in enumerate(days.lines, start=row + 1):
        sheet.text(below, left, label, "plain")
        for place, number in ((left + 1, timely), (left + 2, late)):
            sheet.number(below, place, number or None, "plain")
    # Hidden columns, not a hidden sheet: the data moves with the chart.
    sheet.raw.set_column(left, left + 2, None, None, {"hidden": True})
    chart = sheet.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for place, colour in ((left + 1, _DARK), (left + 2, SHORT)):
        # An empty series would still be in the legend.
        if not any(line[place - left] for line in days.lines):
            continue
        cells = [sheet.name, row + 1, place, row + count, place]
        chart.add_series(
            {
                "name": [sheet.name, row, place],
                "categories": [sheet.name, row + 1, left, row + count, left],
                "values": cells,
                "border": {"color": colour},
                "gap": bar_gap(count),
                **_bar_look(colour),
            }
        )
    chart.set_title({"none": True})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "top", "font": _FONT})
    # Otherwise Excel draws nothing of hidden columns.
    chart.show_hidden_data()
    chart.set_size({"width": 490, "height": 320})
    sheet.chart(*corner, chart, title)


def bar_gap(bars: int) -> int:
    """Percent of a bar's width between bars: of few bars none takes more than a sixth of the chart."""
    return max(60, round(100 * (6 / max(bars, 1) - 1)))


def _bar_look(colour: str) -> dict[str, Any]:
    """Bars of one colour with white figures; late ones are hatched, to differ in grey print."""
    if colour == _DARK:
        font = {**_FONT, "color": "#FFFFFF"}
        return {"fill": {"color": colour}, "data_labels": {"value": True, "font": font}}
    hatched = {"pattern": "wide_upward_diagonal", "fg_color": colour, "bg_color": "#FFFFFF"}
    return {"pattern": hatched, "data_labels": {"value": True, "font": _FONT}}


def build_pivot_chart(book: Book, placed: PlacedPivot, size: tuple[int, int], title: list[object]) -> Any:
    """Bars for a pivot's first data column; follows the pivot when it changes.

    ``title`` is the sheet, row and column of the cell with the chart's title.
    """
    chart = book.workbook.add_chart({"type": "bar"})
    font = _FONT if len(placed.layout.rows) <= _SMALL else {**_FONT, "size": 7}
    chart.add_series(
        {
            "name": placed.head(0),
            "categories": placed.labels(),
            "values": placed.figures(0),
            "fill": {"color": _DARK},
            "gap": bar_gap(len(placed.layout.figures)),
            "data_labels": {"value": True, "font": font},
        }
    )
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 10}})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    # Without the interval programs leave out every second name where bars are narrow.
    names = {"num_font": font, "interval_unit": 1}
    chart.set_y_axis({**names, "reverse": True, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    return chart
