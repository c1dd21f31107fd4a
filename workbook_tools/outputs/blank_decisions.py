"""A blank decisions workbook: headings, drop-downs of this campaign's units and lines, instructions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.spec import vocabulary as words
from workbook_tools.storage.replace import create_bytes

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.sheetwriter.book_sheet import Sheet
    from workbook_tools.storage.location import Location

_LISTS, _GUIDE = "Danh mục", "Hướng dẫn"
_WIDTHS = [22, 18, 14, 40, 16, 44, 24, 13]
_ROWS = 500
"""Rows with drop-downs below the heading; more may be filled in."""
_NEEDS = {
    "chấp nhận": (
        "Mã đơn vị; Mã chỉ tiêu nếu vấn đề thuộc về một dòng",
        "Cảnh báo, hoặc lỗi mà số liệu đã rõ (không đạt quy tắc, chỉ tiêu bắt buộc để trống), được coi là đã "
        "giải quyết; vẫn liệt kê ở trang Vấn đề kèm lý do.",
    ),
    "tính tệp này": ("Mã đơn vị; Tệp", "Tính tệp này cho đơn vị, dù có tệp khác mới hơn hoặc lưu cùng lúc."),
    "ghi giá trị đã xác nhận": (
        "Mã đơn vị; Mã chỉ tiêu; Giá trị",
        "Dùng giá trị đã xác nhận với đơn vị (ví dụ qua điện thoại) thay cho giá trị trong báo cáo; giá trị "
        "cũ vẫn được ghi lại.",
    ),
    "không tính tệp này": (heads.FILE, "Không tính tệp này."),
    "gia hạn": ("Mã đơn vị; Giá trị (ngày)", "Hạn nộp riêng của đơn vị; đơn vị chỉ trễ sau ngày này."),
    "không phát sinh số liệu": (
        heads.UNIT_CODE,
        "Đơn vị được coi là đã báo cáo; kỳ này không phát sinh số liệu.",
    ),
    "dừng đôn đốc": (heads.UNIT_CODE, "Không gửi thư đôn đốc cho đơn vị này nữa."),
}


def create_blank_decisions(path: Location, template: ReportTemplate, roster: Roster) -> bool:
    """Write the workbook atomically unless there is one; return whether it was written.

    CannotWrite if the system refuses.
    """
    properties = {"title": f"Xử lý tệp nộp – {template.campaign.title}", "author": template.campaign.office}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        with Book(made, template.campaign.deadline, properties) as book:
            sheet = book.sheet(words.DECISIONS, TAB["report"])
            _write_table(sheet, len(roster), len(template.indicators))
            _write_lists(book.sheet(_LISTS, TAB["record"]), template, roster)
            _write_guide(book.sheet(_GUIDE, TAB["record"]))
        return create_bytes(path, made.read_bytes())


def _write_table(sheet: Sheet, units: int, lines: int) -> None:
    titles = [column.head for column in words.COLUMNS[words.DECISIONS]]
    sheet.widths(_WIDTHS)
    sheet.page(landscape=True, repeat=(0, 0))
    sheet.head(0, titles)
    for row in range(1, _ROWS + 1):
        for column in range(len(titles)):
            # As text, 500.000 stays as typed; Excel with English settings would make it 500.
            style = {heads.DAY: "date", heads.VALUE: "written"}.get(titles[column], "wrap")
            sheet.text(row, column, "", style)
    lists = {
        heads.DECISION: list(words.DECISION_KINDS),
        heads.UNIT_CODE: f"='{_LISTS}'!$A$2:$A${units + 1}",
        heads.CODE: f"='{_LISTS}'!$D$2:$D${lines + 1}",
    }
    for head, source in lists.items():
        column = titles.index(head)
        warning = {
            "error_type": "warning",
            "error_title": head,
            "error_message": "Giá trị này không có trong danh mục.",
        }
        sheet.raw.data_validation(1, column, _ROWS, column, {"validate": "list", "source": source, **warning})
    sheet.raw.freeze_panes(1, 0)


def _write_lists(sheet: Sheet, template: ReportTemplate, roster: Roster) -> None:
    sheet.widths([18, 34, 3, 14, 70])
    sheet.head(0, [heads.UNIT_CODE, heads.UNIT])
    for row, unit in enumerate(roster, start=1):
        sheet.text(row, 0, unit.code)
        sheet.text(row, 1, unit.name)
    for column, head in ((3, heads.CODE), (4, heads.LABEL)):
        sheet.text(0, column, head, "head")
    for row, indicator in enumerate(template.indicators.values(), start=1):
        sheet.text(row, 3, indicator.code)
        sheet.text(row, 4, indicator.label)
    sheet.raw.freeze_panes(1, 0)


def _write_guide(sheet: Sheet) -> None:
    sheet.widths([24, 44, 80])
    sheet.page(landscape=True)
    sheet.text(
        0, 0, "Mỗi dòng của trang Xử lý là một việc cần xử lý; lần tổng hợp nào cũng áp dụng.", "plain"
    )
    sheet.text(1, 0, "Lý do, Người xử lý và Ngày luôn phải ghi. Tệp nộp về không bao giờ bị sửa.", "plain")
    sheet.head(3, [heads.DECISION, "Cần ghi thêm", "Tác dụng"])
    for row, (kind, (needed, effect)) in enumerate(_NEEDS.items(), start=4):
        for column, text in enumerate((kind, needed, effect)):
            sheet.text(row, column, text, "wrap")
        sheet.height(row, 34)
