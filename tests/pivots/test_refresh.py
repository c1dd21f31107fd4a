"""What one sees before a refresh is what stands there after one: asked of LibreOffice, for each layout."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from libreoffice import refresh_pivots, requires_libreoffice
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from workbook_tools.pivots import Pivot, PivotWorkbook, Sort, Top, Value

if TYPE_CHECKING:
    from pathlib import Path

ONE = [Value("Sum", "Kilos")]
TWO = [*ONE, Value("Mean", "Kilos", "average", "0.0")]
COLUMNS = {"columns": ["Sold (year)", "Sold (quarter)"], "row_totals": True}
ASKED: dict[str, dict[str, Any]] = {
    "tabular": {"subtotals": {"Area": "below"}, "values": TWO},
    "outline": {"layout": "outline", "subtotals": {"Area": "above"}, "values": TWO},
    "outline without": {"layout": "outline", "values": ONE},
    "compact": {"layout": "compact", "subtotals": {"Area": "below"}, "values": TWO},
    "columns": {"subtotals": {"Area": "below", "Sold (year)": "below"}, "values": TWO, **COLUMNS},
    "shares": {"values": [Value("Part", "Kilos", show_as="percent_of_row")], **COLUMNS},
    "days": {
        "rows": ["Sold (year)", "Sold (quarter)", "Sold"],
        "subtotals": {"Sold (year)": "below"},
        "values": ONE,
    },
    "repeated": {"repeat_labels": True, "values": ONE},
    "the greatest": {
        "sort": {"Area": Sort("Sum"), "Kind": Sort("Sum")},
        "top": {"Kind": Top("Sum", 2)},
        "values": ONE,
    },
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    days = [date(2022, 1, 15) + timedelta(days=37 * n % 700) for n in range(40)]
    return pd.DataFrame(
        {
            "Area": [("North", "South", "East")[n % 3] for n in range(40)],
            "Kind": [("a", "b", "c", "d")[n * n % 7 % 4] for n in range(40)],
            "Sold": days,
            "Kilos": [float(n * 13 % 31 + 1) for n in range(40)],
        }
    )


@requires_libreoffice
def test_a_refresh_changes_no_figure_and_no_place(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "a.xlsx"
    with PivotWorkbook(path) as workbook:
        sheets = {name: workbook.add_worksheet(name) for name in ASKED}
        source = workbook.write_source(
            workbook.add_worksheet("Data"), "T", frame, dates={"Sold": ["year", "quarter", "month"]}
        )
        for number, (name, asked) in enumerate(ASKED.items()):
            given = {"rows": ["Area", "Kind"], "column_totals": True, **asked}
            workbook.add_pivot(sheets[name], 0, 0, Pivot(f"P{number}", source, **given))
    refreshed, book = refresh_pivots(path), load_workbook(path)
    for name in ASKED:
        pivot = book[name]._pivots[0]
        left, top, right, bottom = range_boundaries(pivot.location.ref)
        ours = list(
            book[name].iter_rows(top + pivot.location.firstDataRow, bottom, left, right, values_only=True)
        )
        # It has more rows of heads, and no compact layout: what counts is each row of figures, in order.
        theirs = refreshed[name][0][1].cells[-len(ours) :]
        assert [figures(row) for row in theirs] == [pytest.approx(figures(row)) for row in ours], name


def figures(row: Any) -> list[float]:
    """Without zeros: it leaves shares of nothing blank."""
    return [cell for cell in row if isinstance(cell, int | float) and cell]
