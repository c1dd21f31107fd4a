"""Forms as an office draws them in Excel or Word before it knows of any program, with what is to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

THIN = Side(style="thin")
RULED = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def rule(sheet: Worksheet, ref: str) -> None:
    for row in sheet[ref]:
        for cell in row:
            cell.border = RULED


def fill(sheet: Worksheet, rows: dict[int, tuple[object, ...]]) -> None:
    for number, values in rows.items():
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value


def draw_matrix(path: Path) -> set[str]:
    """Classes and pupils by grade, with heads in two rows, printed totals, and a row of column numbers."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Quy mô"
    fill(
        sheet,
        {
            1: ("PHÒNG GDĐT HUYỆN MẪU",),
            3: ("BÁO CÁO QUY MÔ TRƯỜNG, LỚP",),
            5: ("TT", "Khối", "Số lớp", "Số học sinh", None, None, "Ghi chú"),
            6: (None, None, None, "Tổng số", "Nam", "Nữ"),
            7: ("A", "B", "(1)", "(2)=(3)+(4)", "(3)", "(4)", None),
            8: (1, "Khối 6"),
            9: (2, "Khối 7"),
            10: (3, "Khối 8"),
            11: (4, "Khối 9"),
            12: (None, "Tổng cộng", "=SUM(C8:C11)", "=SUM(D8:D11)", "=SUM(E8:E11)", "=SUM(F8:F11)"),
        },
    )
    for block in ("A5:A6", "B5:B6", "C5:C6", "D5:F5", "G5:G6", "A3:G3"):
        sheet.merge_cells(block)
    rule(sheet, "A5:G12")
    workbook.save(path)
    return {f"{column}{row}" for column in "CDEF" for row in range(8, 12)}


def draw_official(path: Path) -> set[str]:
    """An official head in unmerged cells, a line before the table, drop-downs, and a ruled box for words."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Cơ sở vật chất"
    fill(
        sheet,
        {
            1: ("ỦY BAN NHÂN DÂN", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            3: ("BÁO CÁO CƠ SỞ VẬT CHẤT",),
            4: ("Ngày lập:",),
            6: ("STT", "Hạng mục", "Số lượng", "Tình trạng", "Đạt chuẩn"),
            7: ("A", "B", 1, 2, 3),
            8: (1, "Phòng học", None, None, None),
            9: (2, "Nhà vệ sinh", None, None, None),
            10: (None, "Tổng cộng (1+2)", "=SUM(C8:C9)"),
            12: ("Nhận xét của đơn vị:",),
        },
    )
    sheet.column_dimensions["B"].width = 25
    sheet.column_dimensions["F"].width = 60
    for ref in ("A1", "E1"):
        sheet[ref].font = Font(name="Times New Roman", size=12, bold=True)
    rule(sheet, "A6:E9")
    rule(sheet, "A10:C10")
    sheet.merge_cells("A13:H15")
    rule(sheet, "A13:H15")
    choices = workbook.create_sheet("Danh mục")
    choices.sheet_state = "hidden"
    fill(choices, {1: ("Tốt",), 2: ("Khá",), 3: ("Yếu",)})
    for area, offered in (("D8:D9", "'Danh mục'!$A$1:$A$3"), ("E8:E9", '"Đạt,Chưa đạt"')):
        drop_down = DataValidation(type="list", formula1=offered)
        drop_down.add(area)
        sheet.add_data_validation(drop_down)
    sheet["C6"].comment = Comment("Đến 30/9", "x")
    workbook.save(path)
    return {"B4", *(f"{column}{row}" for column in "CDE" for row in (8, 9)), "C10", "A13"}


def draw_measures(path: Path) -> set[str]:
    """A list of lines with a column of measures; a part of a whole, a rate, money, a date, a text."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Biểu 1"
    fill(
        sheet,
        {
            2: ("BIỂU TỔNG HỢP CÔNG TÁC PHỔ CẬP",),
            4: ("STT", "Chỉ tiêu", "ĐVT", "Thực hiện", "Ghi chú"),
            5: ("I", "Trẻ mầm non", None, None, None),
            6: ("1", "Tổng số trẻ ra lớp", "trẻ"),
            7: (None, "- Trong đó: trẻ 5 tuổi", "trẻ"),
            8: ("2", "Tỷ lệ chuyên cần", "%"),
            9: ("3", "Kinh phí hỗ trợ", "triệu đồng"),
            10: ("4", "Diện tích phòng học", "m2"),
            11: ("5", "Ngày kiểm tra", None),
            12: ("6", "Đánh giá chung của đơn vị", None),
        },
    )
    sheet.merge_cells("A2:E2")
    sheet.merge_cells("B5:E5")
    rule(sheet, "A4:E12")
    workbook.save(path)
    return {f"D{row}" for row in range(6, 13)}


def draw_list(path: Path) -> set[str]:
    """A list of pupils: ruled empty rows under one head, numbered beforehand; what the list has in its first row."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Danh sách"
    fill(
        sheet,
        {
            1: ("DANH SÁCH HỌC SINH KHEN THƯỞNG",),
            3: ("STT", "Họ và tên", "Ngày sinh", "Lớp", "Số tiền thưởng"),
        },
    )
    for number in range(1, 6):
        sheet.cell(3 + number, 1).value = number
    sheet.merge_cells("A1:E1")
    rule(sheet, "A3:E8")
    workbook.save(path)
    return {f"{column}4" for column in "BCDE"}


def draw_list_with_totals(path: Path) -> None:
    """A list with a calculated column and a total, other lines below it, and a sheet that adds it up."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Lớp học"
    fill(
        sheet,
        {
            1: ("BÁO CÁO CÁC LỚP XÓA MÙ CHỮ",),
            3: ("TT", "Tên lớp", "Số người học", None, None, "Kinh phí (đồng)", "Ghi chú"),
            4: (None, None, "Tổng số", "Nam", "Nữ"),
            5: ("A", "B", "(1)=(2)+(3)", "(2)", "(3)", "(4)", "(5)"),
            10: ("", "Cộng", "=SUM(C6:C9)", "=SUM(D6:D9)", "=SUM(E6:E9)"),
            12: ("Số giáo viên tham gia:", None, None),
            13: ("Người lập biểu",),
        },
    )
    for number in range(1, 4):
        sheet.cell(5 + number, 1).value = number
    sheet.cell(9, 1).value = "…"
    for block in ("A3:A4", "B3:B4", "C3:E3", "F3:F4", "G3:G4", "A1:G1", "A13:C13"):
        sheet.merge_cells(block)
    rule(sheet, "A3:G10")
    sheet.row_dimensions[13].height = 40
    other = workbook.create_sheet("Tổng hợp")
    fill(other, {1: ("TT", "Nội dung", "Số người"), 2: (1, "Học xóa mù chữ", "='Lớp học'!C10")})
    rule(other, "A1:C2")
    workbook.save(path)


def draw_lists_with_formulas(path: Path) -> None:
    """A list of which every row is calculated, with its total, and a second list without numbers."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Kinh phí"
    fill(
        sheet,
        {
            1: ("PHIẾU KÊ KHAI",),
            3: ("STT", "Nội dung chi", "Số lượng", "Đơn giá", "Thành tiền"),
            **{row: (None, None, None, None, f"=C{row}*D{row}") for row in range(4, 9)},
            9: (None, "Tổng cộng", None, None, "=SUM(E4:E8)"),
            11: ("II. Danh sách lớp",),
            12: ("Tên lớp", "Sĩ số", "Giáo viên"),
        },
    )
    rule(sheet, "A3:E9")
    rule(sheet, "A12:C16")
    workbook.save(path)


def draw_spare_rows(path: Path) -> None:
    """Lines with names, and two ruled rows below them for what the form forgot."""
    workbook = Workbook()
    sheet = workbook.active
    fill(sheet, {1: ("STT", "Nội dung", "Số lớp"), 2: (1, "Xóa mù chữ"), 3: (2, "Tin học"), 4: (3,), 5: (4,)})
    rule(sheet, "A1:C5")
    workbook.save(path)


def draw_word_list(path: Path) -> None:
    """A Word form with a list of three empty rows, and lines of its own in a second table."""
    document = docx.Document()
    document.add_paragraph("DANH SÁCH GIÁO VIÊN CỐT CÁN")
    for texts, blank in (
        (["STT", "Họ và tên", "Năm sinh", "Số giờ dạy", "Ghi chú"], 3),
        (["TT", "Nội dung", "Số người"], 0),
    ):
        table = document.add_table(rows=1 + blank, cols=len(texts))
        for cell, text in zip(table.rows[0].cells, texts, strict=True):
            cell.text = text
        for number, row in enumerate(table.rows[1:], start=1):
            row.cells[0].text = str(number)
    for values in (["1", "Giáo viên giỏi", ""], ["2", "Nhân viên", ""]):
        for cell, text in zip(table.add_row().cells, values, strict=True):
            cell.text = text
    document.save(path)


def draw_word(path: Path) -> int:
    """A Word report with a table whose heads span and one part in bold; how many cells are to be filled in."""
    document = docx.Document()
    document.add_paragraph("BÁO CÁO KẾT QUẢ THÁNG")
    document.add_paragraph("I. Kết quả")
    table = document.add_table(rows=5, cols=5)
    texts = [
        ["TT", "Nội dung", "Kết quả", "", "Ghi chú"],
        ["", "", "Số lớp", "Số người học", ""],
        ["1", "Xóa mù chữ", "", "", ""],
        ["2", "Tin học", "", "", ""],
        ["", "Cộng", "", "", ""],
    ]
    for row, values in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, values, strict=True):
            cell.text = text
    for first, last in (((0, 2), (0, 3)), ((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 4), (1, 4))):
        table.cell(*first).merge(table.cell(*last))
    table.cell(2, 1).paragraphs[0].runs[0].bold = True
    document.save(path)
    return 6


def draw_partly_bold(path: Path) -> None:
    """The list of measures with a label of which one word is bold."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    draw_measures(path)
    from openpyxl import load_workbook

    workbook = load_workbook(path)
    sheet = workbook.active
    sheet["B6"].value = CellRichText("Tổng số ", TextBlock(InlineFont(b=True), "trẻ"), " ra lớp")
    sheet["B6"].font = Font(name="Arial")
    workbook.save(path)


def draw_priced(path: Path) -> None:
    """Quantities and their unit prices, with their products and the total of these."""
    workbook = Workbook()
    sheet = workbook.active
    fill(
        sheet,
        {
            1: ("DỰ TOÁN MUA SẮM",),
            3: ("TT", "Thiết bị", "Số lượng", "Đơn giá", "Thành tiền", "Định mức", "Đơn giá theo định mức"),
            4: (1, "Bàn học sinh", None, None, "=C4*D4", None, "=D4*F4"),
            5: (2, "Ghế học sinh", None, None, "=$C5*$D5", None, "=D5*F5"),
            6: (None, "Tổng cộng", "=SUM(C4:C5)", None, "=SUM(E4:E5)", None, None),
        },
    )
    rule(sheet, "A3:G6")
    workbook.save(path)


def draw_filled(path: Path) -> None:
    """A form with zeros for figures to come, and a row with those of a year ago."""
    workbook = Workbook()
    sheet = workbook.active
    fill(
        sheet,
        {
            1: ("BIỂU THỐNG KÊ ĐẦU NĂM",),
            3: ("TT", "Nội dung", "Đơn vị tính", "Khối 1", "Khối 2", "Tổng số"),
            4: ("A", "B", "C", 1, 2, 3),
            5: (1, "Số lớp", "lớp", 0, 0, "=SUM(D5:E5)"),
            6: (2, "Số học sinh", "em", None, None, "=SUM(D6:E6)"),
            7: (3, "Số giáo viên", "người", 12, 0, "=SUM(D7:E7)"),
            8: (4, "Số phòng bộ môn", "phòng", "-", None, "=SUM(E8)"),
        },
    )
    rule(sheet, "A3:F8")
    workbook.save(path)
