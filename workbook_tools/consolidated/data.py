"""The sheet ``Dữ liệu``: every answer in one tidy Excel Table, over which any pivot adds up once."""

from __future__ import annotations

from datetime import date

from workbook_tools.collection import Collection, rows
from workbook_tools.consolidated import words
from workbook_tools.consolidated.book import ROW_LIMIT, Book, Sheet
from workbook_tools.consolidated.style import TAB

TABLE = "DuLieu"
COLUMNS = [
    "Mã đơn vị",
    "Đơn vị",
    "Loại đơn vị",
    "Địa bàn",
    "Nhóm",
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Giá trị",
    "Giá trị tính",
    "Tình trạng",
    "Nguyên văn",
    "Ghi chú",
    "Tệp",
    "Ô",
    "Quyết định",
]
_WIDTHS = [18, 26, 20, 20, 34, 12, 40, 11, 14, 14, 18, 22, 22, 34, 14, 40]


def write_data(book: Book, collection: Collection) -> None:
    """Write the answers as the table ``DuLieu``; ``Giá trị tính`` is what enters the totals."""
    sheet = book.sheet("Dữ liệu", TAB["record"])
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, COLUMNS)
    template, roster = collection.template, collection.roster
    areas = dict(zip(collection.status["unit"], collection.status["area"], strict=True))
    shown = collection.answers.head(ROW_LIMIT - 2)
    for row, answer in enumerate(rows(shown), start=1):
        unit, indicator = roster[str(answer.unit)], template.indicators[str(answer.indicator)]
        texts = (unit.code, unit.name, template.unit_types[unit.type].name, areas[unit.code], indicator.group, indicator.code)
        for column, text in enumerate((*texts, indicator.label, indicator.measure)):
            sheet.text(row, column, text)
        _write_value(sheet, row, 8, answer.value)
        sheet.number(row, 9, answer.counted)
        place = f"{answer.sheet}!{answer.cell}" if answer.cell else ""
        for column, text in enumerate(
            (words.STATES[str(answer.state)], answer.raw, answer.note, answer.file, place, answer.decision), start=10
        ):
            sheet.text(row, column, str(text))
    last = max(len(shown), 1)
    sheet.table(last, TABLE, COLUMNS)
    sheet.raw.freeze_panes(1, 2)
    if len(collection.answers) > len(shown):
        left = len(collection.answers) - len(shown)
        sheet.text(last + 1, 0, f"Còn {left} dòng nữa, vượt quá số dòng của một trang Excel.", "plain")


def _write_value(sheet: Sheet, row: int, column: int, value: object) -> None:
    if isinstance(value, date):
        sheet.date(row, column, value)
    elif isinstance(value, int | float):
        sheet.number(row, column, value)
    else:
        sheet.text(row, column, "" if value is None else str(value))
