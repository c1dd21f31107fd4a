"""Printed tables with a row for each line of the form: by unit type, and by area if there are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from xlsxwriter.utility import xl_range

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.summary import total_cells
from workbook_tools.consolidated.sums import build_rates, build_sums, rate_head
from workbook_tools.sheetwriter.cell_text import code_width, line_count, number_width
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.model import Indicator
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

_MEASURE, _FIGURE, _FROZEN = 12.0, 13.0, 47.0
"""Widths; the code and the label are frozen, 339 pixels together."""
_PORTRAIT = 110.0
"""The total width of columns that fits a portrait page at a size that can be read."""
NOTE = "Số tính vào tổng: mỗi kết quả chỉ tính một lần, mỗi hàng một chỉ tiêu."
_NOTE_HEIGHT, _FIRST = 15.0, 3
"""Points of the row of the note; the column of the first figures."""


class LineTable(Struct, frozen=True):
    """The heads of the columns; a row for each of them, and a column for each line, of sums and of rates.

    ``rates`` has one row more, of the whole.
    """

    titles: Sequence[str]
    sums: pd.DataFrame
    rates: pd.DataFrame
    note: str = NOTE


def write_type_table(book: Book, collection: Collection) -> None:
    """Write a column for each unit type."""
    sheet = book.sheet(words.TYPES_SHEET, TAB["figures"])
    sums = build_sums(collection, "type")
    if not sums.notna().any(axis=None):
        sheet.text(0, 0, "Chưa có số liệu.", "plain")
        sheet.page(landscape=True)
        return
    lines, names = collection.template.indicators, collection.template.unit_types
    # Figures that are not added up have no sum over units of a type.
    added = sums[[code for code in sums.columns if lines[str(code)].additive]]
    titles = [names[str(kind)].name for kind in sums.index]
    write_lines(sheet, collection, LineTable(titles, added, build_rates(collection, "type")))


def write_lines(sheet: Sheet, collection: Collection, table: LineTable) -> None:
    """Write a row for each line, its total at the right; below it its rates, if it has any."""
    titles = [*table.titles, collection.template.campaign.whole_area]
    widths = [number_width(figures, _FIGURE) for _, figures in table.sums.iterrows()]
    widths.append(number_width(collection.totals["total"], _FIGURE))
    sheet.text(0, 0, table.note, "subtitle")
    sheet.height(0, _NOTE_HEIGHT)
    codes = code_width(map(str, table.sums), 10)
    widths = [codes, _FROZEN - codes, _MEASURE, *widths]
    sheet.widths(widths)
    head = 15.5 * max(line_count(title, _FIGURE - 2) for title in titles) + 4
    sheet.head(1, [heads.KEY, heads.LABEL, heads.MEASURE, *titles], head)
    sheet.page(landscape=sum(widths) > _PORTRAIT, repeat=(1, 1))
    heights, bands, group = [_NOTE_HEIGHT, head], set[int](), ""
    targets = total_cells(collection)
    for code in map(str, table.sums.columns):
        line = collection.template.indicators[code]
        if line.group != group:
            group = line.group
            bands.add(len(heights))
            heights.append(sheet.band(len(heights), _FIRST + len(titles) - 1, group))
        # LibreOffice follows links only on texts, so the code has the link of the total, too.
        for column in (0, _FIRST + len(table.titles)):
            sheet.point(len(heights), column, targets[code])
        _write_figures(sheet, len(heights), collection, line, table.sums[code])
        heights.append(_write_texts(sheet, len(heights), (code, line.label, line.measure), widths[1] - 2))
        if code in table.rates:
            _write_rates(sheet, len(heights), table.rates[code])
            heights.append(
                _write_texts(sheet, len(heights), ("", rate_head(line, collection.roster), ""), widths[1] - 2)
            )
    sheet.end_pages(heights, bands, head)
    sheet.raw.freeze_panes(2, 2)


def _write_figures(
    sheet: Sheet, row: int, collection: Collection, line: Indicator, figures: pd.Series
) -> None:
    end = _FIRST + len(figures)
    number_format = collection.template.number_format(line.code)
    for column, figure in enumerate(figures, start=_FIRST):
        sheet.number(row, column, float(figure), f"number|{number_format}")
    look = f"total|{number_format}"
    if line.additive:
        formula = f"=SUM({xl_range(row, _FIRST, row, end - 1)})"
        sheet.formula(row, end, formula, float(np.nansum(figures)), look)
    else:
        sheet.number(row, end, float(collection.totals["total"][line.code]), look)


def _write_rates(sheet: Sheet, row: int, rates: pd.Series) -> None:
    for column, rate in enumerate(rates, start=_FIRST):
        look = "rate" if column < _FIRST + len(rates) - 1 else "total_rate"
        sheet.number(row, column, float(rate), look)


def _write_texts(sheet: Sheet, row: int, texts: tuple[str, str, str], room: float) -> float:
    """Write what a row is about, with ``room`` for its label; its height in points."""
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "wrap")
    height = 15.5 * line_count(texts[1], room) + 2
    sheet.height(row, height)
    return height
