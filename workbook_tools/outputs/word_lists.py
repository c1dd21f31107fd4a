"""Lists for the Word report: the counted rows of every list, as text."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

from workbook_tools.consolidated.office_report.listed_rows import counted_rows
from workbook_tools.formula.list_functions import list_of
from workbook_tools.locale import show_figure, show_number
from workbook_tools.sheetwriter.cell_text import excel_text
from workbook_tools.text.clean import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.frames import Collection
    from workbook_tools.model import Indicator, ReportTemplate, RowList

MOST_ROWS = 500
"""About fifteen pages; the list's own sheet has all."""
NUMBER, UNIT = "stt", "don_vi"


def list_names(template: ReportTemplate) -> Iterator[str]:
    """Names of lists for a Word template: their codes and, after a dot, their columns."""
    yield from template.lists
    yield from (f".{_short(column)}" for column in template.columns.values())


def build_lists(collection: Collection) -> list[dict[str, Any]]:
    """Each list with ``ten``, ``so_dong``, ``con_lai`` (rows left out), ``cot`` (each with ``ten``), ``dong``
    and ``cong``.

    A row has ``stt``, ``don_vi``, ``o`` (the cells, each with ``noi_dung``) and every column under its name;
    ``cong`` has the sums of the columns that are added up.
    """
    return [_build(collection, one) for one in collection.template.lists.values()]


def by_code(collection: Collection, lists: list[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """The lists under their codes."""
    return dict(zip(collection.template.lists, lists, strict=True))


def _build(collection: Collection, one: RowList) -> dict[str, Any]:
    rows = counted_rows(collection, one)
    shown = rows.head(MOST_ROWS)
    columns = one.ordered
    texts = [[_text(value, c, collection.template) for value in shown[c.code]] for c in columns]
    lines = [
        {
            NUMBER: show_number(number, "vi"),
            UNIT: excel_text(collection.roster[unit].name),
            "o": [{"noi_dung": text} for text in cells],
            **{_short(c): text for c, text in zip(columns, cells, strict=True)},
        }
        for number, (unit, *cells) in enumerate(zip(shown["unit"], *texts, strict=True), start=1)
    ]
    sums = {c.code: float(rows[c.code].astype("float64").sum()) for c in columns if c.additive and len(rows)}
    return {
        "ten": excel_text(one.label),
        "so_dong": show_number(len(rows), "vi"),
        "con_lai": len(rows) - len(shown),
        "cot": [{"ten": excel_text(c.full_label)} for c in columns],
        "dong": lines,
        "cong": {_short(c): _text(sums.get(c.code), c, collection.template) for c in columns},
    }


def _short(column: Indicator) -> str:
    """The name of a column within its list."""
    return column.code.removeprefix(f"{list_of(column.code)}.")


def _text(value: object, column: Indicator, template: ReportTemplate) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float):
        if math.isnan(value):
            return ""
        figures = column.kind.is_figure
        if figures:
            return show_figure(value, template.number_format(column.code), "vi")
        return f"{value:.15g}"
    return excel_text(value_text(value))
