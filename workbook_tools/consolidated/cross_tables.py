"""The pivot sheets: group and indicator by area and by unit type, a pivot to drag freely, and one with a chart.

No total anywhere adds different indicators: leaflets and đồng do not sum. So there are no subtotals, and a total is
taken along a line, or over the units of one indicator.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workbook_tools.consolidated.data import COUNTS, fits_table
from workbook_tools.locale import show_number
from workbook_tools.pivots import Captions, Item, Pivot, PlacedPivot, Slicer, Source, Value
from workbook_tools.sheetwriter.cell_text import line_count, number_width
from workbook_tools.sheetwriter.charts import build_pivot_chart
from workbook_tools.sheetwriter.fitting_sheet import FittingSheet
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.collection import Collection
    from workbook_tools.sheetwriter.book import Book, Sheet

_LINES = ("Nhóm", "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính")
_LINE_WIDTHS = (30.0, 13.0, 50.0, 12.0)
_SUM = Value("Tổng số", "Giá trị tính")
_UNITS = Value("Số đơn vị có số", "Giá trị tính", "count")
_COUNTED: dict[str, Item] = {"Tính vào tổng": COUNTS}
_COLUMNS_A_PAGE = 12
_TOP = 2
_STRIP = 13
"""Rows above a pivot on which slicers lie: below and to the right of it must be room, for it grows."""
_STRIP_HEIGHT = 240
_INSTEAD = "Nút lọc chỉ hiện trong Excel 2010 trở lên."


def write_cross_tables(book: Book, collection: Collection, source: Source) -> None:
    """Write the pivot sheets over the counted values; ``source`` is the table of the sheet ``Dữ liệu``."""
    levels = collection.template.campaign.level_names
    middle = levels.get(2, "địa bàn")
    names = (
        f"Chỉ tiêu theo {middle}",
        "Chỉ tiêu theo loại đơn vị",
        "Bảng tổng hợp tự chọn",
        f"Biểu đồ theo {middle}",
    )
    if not collection.answers["counted"].notna().any():
        for name in names:
            book.sheet(name, TAB["figures"]).text(0, 0, "Chưa có số liệu.", "plain")
        return
    captions = Captions(f"Toàn {levels.get(1, 'đơn vị')}", "Số liệu", "(Tất cả)", "(trống)")
    by_area = _write_lines(
        book,
        names[0],
        Pivot(
            "TheoDiaBan",
            source,
            _LINES,
            [_SUM],
            ["Địa bàn"],
            {"Loại đơn vị": None, **_COUNTED},
            row_totals=True,
            captions=captions,
        ),
    )
    by_kind = _write_lines(
        book,
        names[1],
        Pivot(
            "TheoLoai",
            source,
            _LINES,
            [_SUM],
            ["Loại đơn vị"],
            {"Địa bàn": None, **_COUNTED},
            row_totals=True,
            captions=captions,
        ),
    )
    free_filters = {"Địa bàn": None, "Loại đơn vị": None, **_COUNTED}
    lines = ("Nhóm", "Chỉ tiêu", "Đơn vị tính")
    free_sheet, free = _write_free(
        book, names[2], Pivot("KeoTha", source, lines, [_SUM, _UNITS], (), free_filters, captions=captions)
    )
    charted = _write_charted(book, names[3], source, captions)
    _lay_slicers(free_sheet, [by_area, by_kind, free], charted)


def _write_lines(book: Book, name: str, pivot: Pivot) -> PlacedPivot:
    """A sheet with the indicators of all groups against a field in the columns."""
    sheet = book.sheet(name, TAB["figures"], FittingSheet)
    note = "Số tính vào tổng: mỗi kết quả chỉ tính một lần, mỗi hàng chỉ cộng một chỉ tiêu."
    sheet.text(0, 0, note if book.native_pivots else f"{note} {_plain_note(pivot.source)}", "subtitle")
    placed = sheet.pivot(_TOP, 0, pivot)
    widths = [*_LINE_WIDTHS, *_figure_widths(placed)]
    sheet.widths(widths)
    _fit_rows(sheet, placed, widths)
    first, left = placed.first
    sheet.page(landscape=True, repeat=(placed.top, first - 1))
    sheet.raw.repeat_columns(0, left - 1)
    sheet.raw.fit_to_pages(max(math.ceil(len(placed.layout.columns) / _COLUMNS_A_PAGE), 1), 0)
    sheet.raw.freeze_panes(first, left)
    return placed


def _plain_note(source: Source) -> str:
    """What a pivot is where there is nothing behind its cells, so that nobody looks for what is not there."""
    if fits_table(source):
        return "Bảng tính sẵn, không phải PivotTable."
    count = show_number(len(source), "vi")
    return f"Bảng tính sẵn từ đủ {count} dòng số liệu, không phải PivotTable: làm mới từ trang Dữ liệu, vốn không chứa hết các dòng, sẽ ra số thiếu."


def _figure_widths(placed: PlacedPivot) -> Sequence[float]:
    return [number_width(column, 13) for column in placed.layout.figures.T]


def _fit_rows(sheet: Sheet, placed: PlacedPivot, widths: Sequence[float]) -> None:
    """Make the rows as high as their labels need; a pivot that is filtered has other labels in them."""
    first, left = placed.first
    heads = [
        placed.caption(name, line[level])
        for line in placed.layout.columns
        for level, name in enumerate(placed.pivot.columns)
    ]
    lines = {first - 1: max((line_count(str(head), widths[left] - 2) for head in heads), default=1)}
    for row, labels in enumerate(placed.line_labels(), start=first):
        lines[row] = max(
            line_count(str(label or ""), width - 2) for label, width in zip(labels, widths, strict=False)
        )
    for row, count in lines.items():
        if count > 1:
            sheet.height(row, 15.5 * count + 2)


def _write_free(book: Book, name: str, pivot: Pivot) -> tuple[Sheet, PlacedPivot]:
    """A sheet whose pivot is the officer's to rebuild."""
    sheet = book.sheet(name, TAB["figures"])
    note = "Bấm vào bảng để kéo thả các cột của trang Dữ liệu; bấm nút để lọc, các trang Chỉ tiêu theo … cũng lọc theo."
    sheet.text(0, 0, note if book.native_pivots else _plain_note(pivot.source), "subtitle")
    placed = sheet.pivot(_STRIP, 0, pivot)
    widths = [34, 50, 12, *_figure_widths(placed)]
    sheet.widths(widths)
    _fit_rows(sheet, placed, widths)
    sheet.page(landscape=True, repeat=(placed.top, placed.first[0] - 1))
    return sheet, placed


def _lay_slicers(sheet: Sheet, pivots: Sequence[PlacedPivot], charted: PlacedPivot) -> None:
    """The buttons above the free pivot, which filter the other sheets, too."""
    every = [*pivots, charted]
    for column, (name, linked, width, columns) in enumerate(
        [("Loại đơn vị", every, 235, 1), ("Địa bàn", every, 345, 3), ("Nhóm", list(pivots), 420, 1)]
    ):
        sheet.slicer(
            1,
            column,
            Slicer(name, name, linked, width, _STRIP_HEIGHT, columns, instead=f"{name}: {_INSTEAD}"),
        )


def _write_charted(book: Book, name: str, source: Source, captions: Captions) -> PlacedPivot:
    """A sheet with one indicator by area and its chart; which one, a slicer says."""
    sheet = book.sheet(name, TAB["figures"], FittingSheet)
    note = "Chọn chỉ tiêu bằng nút lọc; chọn nhiều chỉ tiêu thì mỗi chỉ tiêu một cột, không cộng vào nhau."
    sheet.text(
        0,
        0,
        note if book.native_pivots else f"Chỉ tiêu có số ở nhiều địa bàn nhất. {_plain_note(source)}",
        "subtitle",
    )
    chosen = {"Chỉ tiêu": [_most_reported(source)]}
    filters = {"Loại đơn vị": None, **_COUNTED}
    pivot = Pivot(
        "BieuDo",
        source,
        ["Địa bàn"],
        [_SUM],
        ["Chỉ tiêu"],
        filters,
        chosen,
        column_totals=True,
        captions=captions,
    )
    placed = sheet.pivot(_STRIP, 0, pivot)
    widths = [30.0, 30.0]
    sheet.widths(widths)
    _fit_rows(sheet, placed, widths)
    sheet.slicer(
        1, 0, Slicer("Chỉ tiêu", "Chỉ tiêu", [placed], 900, _STRIP_HEIGHT, instead=f"Chỉ tiêu: {_INSTEAD}")
    )
    chart = build_pivot_chart(book, placed)
    book.workbook.link_chart(chart, placed)
    sheet.chart(placed.top, 3, chart, f"Biểu đồ: {chosen['Chỉ tiêu'][0]}")
    sheet.page(landscape=True)
    return placed


def _most_reported(source: Source) -> str:
    """The indicator that stands for the most areas, of several the first."""
    counted = source.frame[source.frame["Giá trị tính"].notna()]
    areas = counted.groupby("Chỉ tiêu", sort=False)["Địa bàn"].nunique()
    return str(areas.idxmax())
