"""The sheet ``Tổng hợp``: units × indicators, with totals that follow the filter and count nothing twice."""

from __future__ import annotations

from itertools import accumulate, groupby
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.data import links_figures
from workbook_tools.consolidated.summary_columns import build_answer_columns
from workbook_tools.consolidated.words import SUMMARY_SHEET
from workbook_tools.model import Indicator, Kind
from workbook_tools.sheetwriter.cell_text import line_count, number_width, shorten
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.short_heads import write_short_head
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet
    from workbook_tools.sheetwriter.columns import Links

_FIXED = [heads.KEY, heads.UNIT, heads.TYPE, heads.AREA, heads.STATE]
_NOTE = (
    "Số nghiêng, xám: đã nằm trong số của đơn vị cấp trên, không cộng lại. KCSL: không có số liệu; –: không "
    "áp dụng; ô trống: chưa trả lời; gạch chân: do cán bộ tổng hợp xử lý. Phần tính vào tổng: các cột thu "
    "gọn bên phải (dấu +). {links}, từ đó tới tệp nộp về."
)
_EVERY, _ONLY_UNITS = (
    "Bấm vào số (LibreOffice: tên đơn vị) để tới trang Dữ liệu",
    "Nhiều số hơn số liên kết Excel cho phép: bấm vào tên đơn vị để tới trang Dữ liệu",
)
_COUNTED = "Tính vào tổng: "
_SCREEN_PIXELS = 1330
"""Pixels of columns on a screen of 1366."""
_SCALE = 62
_PAGE_PIXELS = 1560
"""Pixels of columns on a landscape A4 page at that scale; LibreOffice draws them 5 % wider than Excel."""
_FIXED_WIDTHS = (18.0, 28.0, 25.0, 22.0, 22.0)
_REPEATED = 2
"""Columns repeated on every page."""
_LEAST_WIDTH, _GREATEST_WIDTH = 14.0, 28.0
_GROUP_LINES, _LABEL_LINES = 2, 4
"""Lines of a group's and of a column's head; all rows above the first unit are frozen and must leave room for
units.
"""
# The total is above the row with the filter's arrows: below, filtering would hide and sorting would move it.
_GROUP_ROW, _LABEL_ROW, _TOTAL_ROW, _CODE_ROW, _FIRST_ROW = 1, 2, 3, 4, 5


class _Matrix(Struct, frozen=True):
    """The sheet's layout: reported figures from column ``left`` on, their counted parts from ``right`` on."""

    indicators: Sequence[Indicator]
    additive: Sequence[Indicator]
    last: int
    widths: Mapping[str, float]

    @property
    def left(self) -> int:
        return len(_FIXED)

    @property
    def right(self) -> int:
        return self.left + len(self.indicators) + 1

    def pages(self) -> Iterator[Sequence[Indicator]]:
        """The indicators that are printed on the same page."""
        page: list[Indicator] = []
        used = sum(map(_pixels, _FIXED_WIDTHS))
        for indicator in self.indicators:
            width = _pixels(self.widths[indicator.code])
            # A single column wider than a page still gets one.
            if page and used + width > _PAGE_PIXELS:
                yield page
                page, used = [], sum(map(_pixels, _FIXED_WIDTHS[:_REPEATED]))
            page.append(indicator)
            used += width
        yield page

    def heads(self) -> Iterator[tuple[str, Sequence[Indicator]]]:
        """Each group's head and the indicators below it, repeated on every page: a page break cuts merged
        cells.
        """
        for page in self.pages():
            for group, members in groupby(page, key=lambda indicator: indicator.group):
                yield group, list(members)


def write_summary(book: Book, collection: Collection) -> None:
    """Write the matrix as reported, and in collapsed columns the part of each figure in the totals."""
    sheet = book.sheet(SUMMARY_SHEET, TAB["figures"])
    indicators = _shown(collection)
    additive = [i for i in indicators if i.additive and i.code in collection.totals.index]
    # At least one row: an autofilter or SUBTOTAL over no rows would be invalid.
    last = _FIRST_ROW + max(len(collection.status), 1) - 1
    matrix = _Matrix(indicators, additive, last, _fit_widths(indicators, collection))
    _set_columns(sheet, matrix)
    note = _EVERY if links_figures(collection.answers) else _ONLY_UNITS
    _write_heads(sheet, matrix, note)
    _write_totals(sheet, matrix, collection)
    answers = build_answer_columns(indicators, collection)
    units = _build_units(collection, answers.build_links())
    sheet.columns(
        _FIRST_ROW,
        [*units, *map(answers.build_figures, indicators), None, *map(answers.build_counted, additive)],
    )
    for column, indicator in enumerate(indicators, start=matrix.left):
        for row, note in answers.find_notes(indicator):
            sheet.note(_FIRST_ROW + row, column, note)
    _set_page(sheet, matrix)


def total_cells(collection: Collection) -> dict[str, str]:
    """The address of each indicator's total, above the figures of all units, for links in the workbook."""
    return {
        shown.code: f"internal:'{SUMMARY_SHEET}'!{xl_rowcol_to_cell(_TOTAL_ROW, column)}"
        for column, shown in enumerate(_shown(collection), start=len(_FIXED))
    }


def _shown(collection: Collection) -> list[Indicator]:
    # Texts have a sheet of their own, ``Thuyết minh``.
    return [i for i in collection.template.indicators.values() if i.reported and i.kind is not Kind.TEXT]


def _set_page(sheet: Sheet, matrix: _Matrix) -> None:
    end = max(matrix.left + len(matrix.indicators) - 1, len(_FIXED) - 1)
    sheet.raw.freeze_panes(_FIRST_ROW, 2)
    sheet.raw.autofilter(_CODE_ROW, 0, matrix.last, end)
    sheet.page(landscape=True, repeat=(_GROUP_ROW, _CODE_ROW))
    sheet.raw.repeat_columns(0, _REPEATED - 1)
    # Excel respects manual page breaks only at a fixed scale.
    sheet.raw.set_print_scale(_SCALE)
    sheet.raw.set_v_pagebreaks([matrix.left + end for end in accumulate(map(len, matrix.pages()))][:-1])
    sheet.raw.print_area(0, 0, matrix.last, end)


def _set_columns(sheet: Sheet, matrix: _Matrix) -> None:
    sheet.widths(_FIXED_WIDTHS)
    for column, indicator in enumerate(matrix.indicators, start=matrix.left):
        sheet.raw.set_column(column, column, matrix.widths[indicator.code])
    # Collapsed, because only the totals need the counted parts.
    for column, indicator in enumerate(matrix.additive, start=matrix.right):
        sheet.raw.set_column(
            column, column, matrix.widths[indicator.code], None, {"level": 1, "hidden": True}
        )
    end = matrix.right + len(matrix.additive)
    # Excel puts the + of a collapsed group on the column after it.
    sheet.raw.set_column(end, end, 3, None, {"collapsed": bool(matrix.additive)})


def _fit_widths(indicators: Sequence[Indicator], collection: Collection) -> dict[str, float]:
    """Code → a width for the longest figure of the column, and for its head in a few lines."""
    answers, totals = collection.answers, collection.totals["total"]
    found = answers.groupby("indicator", sort=False, observed=True)["number"].agg(["min", "max"])
    extremes = found.reindex([indicator.code for indicator in indicators])
    widths = {}
    for indicator in indicators:
        code = indicator.code
        # The total, too: it is the longest figure of the column, and Excel shows #### for what does not fit.
        numbers = [*extremes.loc[code], totals.get(code, np.nan)]
        widths[code] = number_width(
            numbers, min(max(len(indicator.full_label) / _LABEL_LINES, _LEAST_WIDTH), _GREATEST_WIDTH)
        )
    return widths


def _pixels(width: float) -> int:
    """Convert a width in digits to pixels, by Excel's formula for its standard font."""
    return int(7 * width) + 5


def _write_heads(sheet: Sheet, matrix: _Matrix, links: str) -> None:
    sheet.text(0, 0, SUMMARY_SHEET, "section")
    # Beside the repeated columns: in them, a part of the note would be on every page.
    widths = [*_FIXED_WIDTHS, *(matrix.widths[i.code] for i in next(matrix.pages()))]
    on_screen = sum(used <= _SCREEN_PIXELS for used in accumulate(map(_pixels, widths)))
    note = _NOTE.format(links=links)
    sheet.merge(0, _REPEATED, on_screen - 1, note, "note")
    sheet.height(0, 15.0 * line_count(note, sum(widths[_REPEATED:on_screen])) + 2)
    for column, head in enumerate(_FIXED):
        # Blank cells with borders, not merged ones: the filter's arrows need a head of their own.
        for row in (_GROUP_ROW, _LABEL_ROW):
            sheet.text(row, column, "", "blank_head")
        sheet.text(_CODE_ROW, column, head, "head")
    counted = ((group, list(members)) for group, members in groupby(matrix.additive, key=lambda i: i.group))
    in_groups = [
        *_write_groups(sheet, matrix, matrix.left, matrix.heads()),
        *_write_groups(sheet, matrix, matrix.right, counted),
    ]
    sheet.height(_GROUP_ROW, 15.0 * max(in_groups, default=1) + 4)
    for column, indicator in enumerate(matrix.indicators, start=matrix.left):
        room = matrix.widths[indicator.code] - 2
        write_short_head(sheet, (_LABEL_ROW, column), indicator.full_label, (room, _LABEL_LINES))
        sheet.text(_CODE_ROW, column, indicator.code, "head")
    for column, indicator in enumerate(matrix.additive, start=matrix.right):
        # Without a note: the reported column has the whole label, and with hundreds of notes LibreOffice
        # takes a quarter of a minute to save.
        head = shorten(_COUNTED + indicator.full_label, matrix.widths[indicator.code] - 2, _LABEL_LINES)
        sheet.text(_LABEL_ROW, column, head, "head")
        sheet.text(_CODE_ROW, column, indicator.code, "head")
    lines = (line_count(i.full_label, matrix.widths[i.code] - 2) for i in matrix.indicators)
    sheet.height(_LABEL_ROW, 15.0 * min(max(lines, default=1), _LABEL_LINES) + 4)


def _write_groups(
    sheet: Sheet, matrix: _Matrix, column: int, titles: Iterable[tuple[str, Sequence[Indicator]]]
) -> Iterator[int]:
    """Write the heads of groups, cut to a few lines; the lines of each."""
    for group, below in titles:
        room = sum(matrix.widths[i.code] for i in below) - 2
        sheet.merge(_GROUP_ROW, column, column + len(below) - 1, "", "group_head")
        write_short_head(sheet, (_GROUP_ROW, column), group, (room, _GROUP_LINES), "group_head")
        column += len(below)
        yield min(line_count(group, room), _GROUP_LINES)


def _build_units(collection: Collection, links: Links) -> list[Column]:
    """The columns that identify a unit; its name links to its first answer."""
    status = collection.status
    types = {code: kind.name for code, kind in collection.template.unit_types.items()}
    return [
        Column(status["unit"]),
        Column(status["name"], links=links),
        Column(status["type"].map(types)),
        Column(status["area"]),
        Column(status["outcome"].map(words.OUTCOMES), status["outcome"].map(words.OUTCOME_STYLES)),
    ]


def _write_calculated(
    sheet: Sheet, column: int, indicator: Indicator, matrix: _Matrix, collection: Collection
) -> None:
    """Write the office's figure of a line calculated from sums; blank while a filter hides rows, for it is
    one of all.
    """
    total = collection.totals["total"].get(indicator.code, np.nan)
    if np.isnan(total):
        sheet.text(_TOTAL_ROW, column, "", "total_text")
    else:
        look = f"total|{collection.template.number_format(indicator.code)}"
        codes = f"$A${_FIRST_ROW + 1}:$A${matrix.last + 1}"
        # Function 103 counts the visible cells that are not empty.
        formula = f'=IF(SUBTOTAL(103,{codes})=COUNTA({codes}),{total:.15g},"")'
        sheet.formula(_TOTAL_ROW, column, formula, float(total), look)


def _write_totals(sheet: Sheet, matrix: _Matrix, collection: Collection) -> None:
    counted_columns = {
        indicator.code: column for column, indicator in enumerate(matrix.additive, start=matrix.right)
    }
    for column in range(matrix.left):
        text = "Tổng các dòng đang hiện" if column == 1 else ""
        sheet.text(_TOTAL_ROW, column, text, "total_text")
    for column, indicator in enumerate(matrix.indicators, start=matrix.left):
        if indicator.code not in counted_columns:
            _write_calculated(sheet, column, indicator, matrix, collection)
            continue
        letters = xl_col_to_name(counted_columns[indicator.code])
        total = float(collection.totals["total"][indicator.code])
        # The stored result must equal that of SUBTOTAL, because not every program calculates on opening.
        value = 0.0 if np.isnan(total) else total
        # Function 109 is the sum of the visible rows, so the total follows the filter.
        formula = f"=SUBTOTAL(109,{letters}{_FIRST_ROW + 1}:{letters}{matrix.last + 1})"
        look = f"total|{collection.template.number_format(indicator.code)}"
        sheet.formula(_TOTAL_ROW, column, formula, value, look)
        sheet.formula(_TOTAL_ROW, counted_columns[indicator.code], formula, value, look)
