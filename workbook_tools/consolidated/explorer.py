"""The sheet ``Phân tích``: native pivots to rearrange freely, slicers that filter them, and a PivotChart.

It shows one line of the form at a time: leaflets and đồng do not sum, so lines are rows or columns and never
added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from workbook_tools import heads
from workbook_tools.consolidated import words
from workbook_tools.consolidated.data import fits_table
from workbook_tools.consolidated.data_source import COUNTS
from workbook_tools.consolidated.words import EXPLORER_SHEET
from workbook_tools.locale import show_number
from workbook_tools.pivots import Captions, Item, Pivot, PlacedPivot, Slicer, Sort, Source, Top, Value
from workbook_tools.sheetwriter.cell_text import line_count, number_width
from workbook_tools.sheetwriter.fitting_sheet import FittingSheet
from workbook_tools.sheetwriter.report_charts import build_pivot_chart
from workbook_tools.sheetwriter.style import STYLES, TAB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book
    from workbook_tools.sheetwriter.book_sheet import Sheet

MOST_AREAS, SHOWN_AREAS = 60, 20
"""Number of areas above which the chart shows only the greatest and the least, and how many of each."""
_TOTAL, _SHARE = "Tổng số", "Tỷ trọng"
# With counted rows only, a blank cell means no records, whichever program computes the pivot.
_COUNTED: dict[str, Item] = {heads.IN_TOTAL: COUNTS}
_TITLE_ROW, _TOP = 17, 18
"""The rows of the pivots' titles and filters: buttons and chart are above, so that pivots can grow down and
right.
"""
_LABEL_WIDTHS = (40.0, 26.0)
_LINE_SLICER, _TYPE_SLICER, _HEIGHT = 470, 230, 318
_CHART_WIDTH = 560
_TITLE_COLUMN, _MOST_ROWS = 5, 5_000
"""A column that the charts cover; rows below a pivot's first line in which other lines may begin."""
_INSTEAD = (
    "Nút lọc (và biểu đồ thay đổi theo nút lọc) chỉ có trong Excel 2010 trở lên; ở phần mềm khác, lọc "
    "bằng mũi tên trên đầu bảng."
)


def write_explorer(book: Book, collection: Collection, source: Source) -> None:
    """Write the pivots over the counted values; ``source`` is the table of the sheet ``Dữ liệu``."""
    sheet = book.sheet(EXPLORER_SHEET, TAB["figures"], FittingSheet)
    # Excel refuses a pivot whose cache has no record.
    if not collection.answers["counted"].notna().any():
        sheet.text(0, 0, "Chưa có số liệu.", "plain")
        sheet.page(landscape=True)
        return
    note = (
        "Chọn chỉ tiêu bằng nút lọc; kéo thả, lọc, sắp xếp tùy ý: bảng lấy từ trang Dữ liệu, có đủ mọi đơn "
        "vị kể cả chưa nộp."
    )
    _write_note(book, sheet, source, note)
    captions = words.pivot_captions(collection.template.campaign)
    chosen = {heads.LINE: [_most_reported(source)]}
    by_area = _place_areas(sheet, source, chosen, captions)
    left = by_area[-1].last[1] + 2
    by_unit = sheet.pivot(_TOP, left, _units_pivot(source, chosen, captions))
    for placed in by_area:
        sheet.text(_TITLE_ROW, placed.column, words.BY_AREA, "section")
    sheet.text(_TITLE_ROW, left, words.BY_UNIT, "section")
    _set_widths(sheet, [*by_area, by_unit])
    _lay_slicers(sheet, [*by_area, by_unit])
    chart_left = 2
    for number, placed in enumerate(by_area):
        title = _write_title(sheet, number, placed)
        chart = build_pivot_chart(book, placed, (_CHART_WIDTH // len(by_area), _HEIGHT), title)
        book.workbook.link_chart(chart, placed)
        sheet.chart(
            1, chart_left, chart, f"Biểu đồ {number + 1}: {chosen[heads.LINE][0]}", _offset(number, by_area)
        )
    sheet.page(landscape=True)
    sheet.raw.fit_to_pages(1, 0)


def write_matrix(book: Book, collection: Collection, source: Source) -> None:
    """Write the lines that form a matrix as a pivot of rows by columns; no sheet without a matrix."""
    lines = collection.template.indicators.values()
    placed = [line.code for line in lines if line.matrix_row and line.matrix_column]
    counted = collection.answers["counted"].notna() & collection.answers["indicator"].isin(placed)
    if not counted.any():
        return
    sheet = book.sheet(heads.MATRIX_SHEET, TAB["figures"], FittingSheet)
    note = "Các chỉ tiêu xếp theo hàng và cột; lọc theo địa bàn, loại đơn vị ở phía trên bảng."
    _write_note(book, sheet, source, note)
    pivot = Pivot(
        "HangCot",
        source,
        [heads.GROUP, heads.MATRIX_ROW],
        [Value(_TOTAL, heads.COUNTED)],
        [heads.MATRIX_COLUMN],
        {heads.AREA: None, heads.UNIT_TYPE: None, **_COUNTED},
        # Lines outside the matrix have nothing in common, so their sum means nothing.
        {head: _named(source, head) for head in (heads.MATRIX_ROW, heads.MATRIX_COLUMN)},
        captions=words.pivot_captions(collection.template.campaign),
    )
    _set_widths(sheet, [sheet.pivot(2, 0, pivot)])
    sheet.page(landscape=True)


def _named(source: Source, head: str) -> list[Item]:
    return [item for item in source.field(head).items if item is not None]


def _offset(number: int, pivots: Sequence[PlacedPivot]) -> int:
    """Pixels from the third column to a chart, beside the buttons."""
    buttons = _LINE_SLICER + _TYPE_SLICER + 10
    return buttons - sum(int(7 * width) + 5 for width in _LABEL_WIDTHS) + number * _CHART_WIDTH // len(pivots)


def _place_areas(
    sheet: Sheet, source: Source, chosen: Mapping[str, Sequence[Item]], captions: Captions
) -> list[PlacedPivot]:
    """Place the line by area; with very many areas, the greatest in one pivot and the least in another."""
    many = source.frame[heads.AREA].nunique() > MOST_AREAS
    pivots = [("TheoDiaBan", _TOTAL, False)]
    if many:
        pivots = [
            ("TheoDiaBan", f"{_TOTAL} (cao nhất)", False),
            ("ThapNhat", f"{_TOTAL} (thấp nhất)", True),
        ]
    placed: list[PlacedPivot] = []
    column = 0
    for table, name, bottom in pivots:
        value = Value(name, heads.COUNTED)
        top = {heads.AREA: Top(value.name, SHOWN_AREAS, bottom)} if many else {}
        pivot = Pivot(
            table,
            source,
            [heads.LINE, heads.AREA],
            [value],
            filters={heads.LEVEL: None, **_COUNTED},
            shown=chosen,
            sort={heads.AREA: Sort(value.name, descending=not bottom)},
            top=top,
            captions=captions,
        )
        placed.append(sheet.pivot(_TOP, column, pivot))
        column = placed[-1].last[1] + 2
    return placed


def _units_pivot(source: Source, chosen: Mapping[str, Sequence[Item]], captions: Captions) -> Pivot:
    """Units, the greatest first, with their share of the total."""
    # All units, not only the first ones: Excel calculates shares of what is shown.
    name = f"{_TOTAL} của đơn vị"
    values = [
        Value(name, heads.COUNTED),
        Value(_SHARE, heads.COUNTED, number_format="0.0%", show_as="percent_of_column"),
    ]
    return Pivot(
        "TheoDonVi",
        source,
        [heads.UNIT],
        values,
        [heads.LINE],
        {heads.LEVEL: None, **_COUNTED},
        chosen,
        sort={heads.UNIT: Sort(name)},
        captions=captions,
        column_totals=True,
    )


def _write_title(sheet: Sheet, number: int, placed: PlacedPivot) -> list[object]:
    """Write a chart's title into a cell behind the charts; it follows the line that the pivot shows."""
    row, column = placed.first[0], placed.column
    line = str(placed.line_labels()[0][0])
    first, others = xl_rowcol_to_cell(row, column), xl_range(row + 1, column, row + _MOST_ROWS, column)
    which = placed.pivot.values[0].name.removeprefix(_TOTAL).strip(" ()")
    if which:
        which = f"{SHOWN_AREAS} {heads.AREA.lower()} {which}: "
    more = f'IF(COUNTA({others})>0," và "&COUNTA({others})&" chỉ tiêu khác","")'
    cell = (1 + number, _TITLE_COLUMN)
    beginning = f'"{which}"&' if which else ""
    # White, because a long title spills out from behind the charts.
    look = {**STYLES["plain"], "font_color": "#FFFFFF", "text_wrap": False}
    sheet.formula(*cell, f"={beginning}{first}&{more}", which + line, look)
    return [EXPLORER_SHEET, *cell]


def _set_widths(sheet: Sheet, pivots: Sequence[PlacedPivot]) -> None:
    for placed in pivots:
        first, left = placed.first
        labels = _LABEL_WIDTHS if len(placed.pivot.rows) > 1 else (34.0,)
        # Programs that redraw the pivot do not wrap its headings.
        least = max(13, *(len(value.name) for value in placed.pivot.values))
        figures = [number_width(column, least) for column in placed.layout.figures.T]
        for column, width in enumerate([*labels, *figures], start=placed.column):
            sheet.raw.set_column(column, column, width)
        for row, texts in enumerate(placed.line_labels(), start=first):
            lines = max(line_count(str(text or ""), w - 2) for text, w in zip(texts, labels, strict=True))
            if lines > 1:
                sheet.height(row, 15.5 * lines + 2)
        sheet.raw.set_column(left + len(figures), left + len(figures), 3)


def _lay_slicers(sheet: Sheet, pivots: Sequence[PlacedPivot]) -> None:
    """Buttons for the line, the type of unit and the area, which filter all pivots of the sheet at once."""
    line, kind, area = heads.LINE, heads.UNIT_TYPE, heads.AREA
    sheet.slicer(1, 0, Slicer(line, heads.LABEL, pivots, _LINE_SLICER, _HEIGHT, instead=_INSTEAD))
    left = _LINE_SLICER + 5 - (int(7 * _LABEL_WIDTHS[0]) + 5)
    half = _HEIGHT // 2
    sheet.slicer(1, 1, Slicer(kind, kind, pivots, _TYPE_SLICER, half, instead="", x_offset=left))
    sheet.slicer(
        1, 1, Slicer(area, area, pivots, _TYPE_SLICER, half, instead="", x_offset=left, y_offset=half)
    )


def _write_note(book: Book, sheet: Sheet, source: Source, native: str) -> None:
    """Write how to use the pivots, or that these are plain cells."""
    note = native if book.native_pivots else _plain_note(source)
    sheet.text(0, 0, note, "subtitle")


def _plain_note(source: Source) -> str:
    """The note for sheets without native pivots."""
    if fits_table(source):
        return "Bảng tính sẵn cho chỉ tiêu có số ở nhiều địa bàn nhất, không phải PivotTable."
    count = show_number(len(source), "vi")
    return (
        f"Bảng tính sẵn từ đủ {count} dòng số liệu, không phải PivotTable: làm mới từ trang Dữ liệu, vốn "
        f"không chứa hết các dòng, sẽ ra số thiếu."
    )


def _most_reported(source: Source) -> str:
    """The line with figures in the most areas; the first of several."""
    counted = source.frame[source.frame[heads.COUNTED].notna()]
    areas = counted.groupby(heads.LINE, sort=False, observed=True)[heads.AREA].nunique()
    return str(areas.idxmax())
