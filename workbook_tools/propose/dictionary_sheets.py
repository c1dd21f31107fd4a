"""Write the dictionary sheets of a template: headings, rows, drop-downs, and a guide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from workbook_tools import heads
from workbook_tools.excel import A4_PAPER
from workbook_tools.locale import translate
from workbook_tools.propose.look import FONT
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

GUESSED = PatternFill("solid", fgColor="FFFCE4D6")
"""The colour of cells that the officer has to check."""
HEAD = PatternFill("solid", fgColor="FFE2EFDA")
_THIN = Side(style="thin", color="FF999999")
_RULED = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDTHS: Mapping[str, int] = {
    heads.CONTENT: 50,
    heads.MESSAGE: 50,
    heads.FORMULA: 40,
    heads.GROUP: 30,
    heads.EXPLANATION: 60,
    heads.VALUE: 40,
    heads.OPTIONS: 24,
    heads.HINT: 40,
    heads.TYPE_NAME: 30,
}
_LISTS: Mapping[str, Iterable[str]] = {
    heads.KIND: words.KINDS,
    heads.NEED: words.NEEDS,
    heads.ADDING: words.ADDING,
    heads.SEVERITY: words.SEVERITIES,
}
_LIST_ROWS = 500
"""Rows with drop-downs; an officer adds lines below those that the program wrote."""


def add_dictionary_sheet(
    workbook: Workbook, name: str, rows: Iterable[Mapping[str, object]], guessed: Iterable[str] = ()
) -> Worksheet:
    """Add a sheet with its headings and these rows; colour the cells below ``guessed`` headings."""
    sheet: Worksheet = workbook.create_sheet(name)
    titles = [column.head for column in words.COLUMNS[name]]
    coloured = set(guessed)
    for place, head in enumerate(titles, start=1):
        cell = put(sheet.cell(1, place), head)
        cell.font, cell.fill = Font(name=FONT, size=12, bold=True), HEAD
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(head, 14)
        if head in _LISTS:
            accepted = DataValidation("list", formula1=f'"{",".join(_LISTS[head])}"', allow_blank=True)
            # A fixed list cannot contain a mean weighted by some line, so any entry is accepted there.
            accepted.showErrorMessage = head != heads.ADDING
            accepted.add(f"{cell.column_letter}2:{cell.column_letter}{_LIST_ROWS}")
            sheet.add_data_validation(accepted)
    for number, row in enumerate(rows, start=2):
        for place, head in enumerate(titles, start=1):
            cell = put(sheet.cell(number, place), row.get(head))
            if head in coloured and row.get(head) not in (None, ""):
                cell.fill = GUESSED
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    fit_to_width(sheet)
    return sheet


def fit_to_width(sheet: Worksheet) -> None:
    """Print a sheet on A4, all its columns on one page."""
    # A height of 0 pages means as many as it takes.
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = A4_PAPER, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


_OPTIONAL_ROWS: Mapping[str, str] = {
    "nguoi_lien_he": "người liên hệ",
    "dien_thoai_lien_he": "điện thoại liên hệ",
    "han_gui_lai": "ngày cuối nhận biểu sửa",
    "thu_nguoi_gui": "địa chỉ người gửi",
    "thu_may_chu_gui": "máy chủ gửi thư",
    "thu_may_chu_nhan": "máy chủ nhận thư",
}
"""Optional rows of a new template, still without a value: nobody would know of them otherwise."""


def campaign_rows(title: str, deadline: date) -> list[dict[str, object]]:
    """Build the rows of the campaign's sheet, with placeholders for what only the officer knows."""
    values = {
        "ma_dot": "DOT-1",
        "tieu_de": title,
        "han_nop": deadline,
        "co_quan": "Tên cơ quan ban hành biểu",
        "loai_co_quan": "co_quan",
        "cap_1": "cơ quan",
    }
    meanings = {key: translate(text, "vi") for key, text in words.CAMPAIGN_KEYS.items()}
    rows = [
        {heads.KEY: key, heads.CONTENT: meanings[key], heads.VALUE: value} for key, value in values.items()
    ]
    further = {**words.OPTIONAL_CAMPAIGN_KEYS, **words.CONTACT_KEYS, **words.MAIL_KEYS}
    optional: list[dict[str, object]] = [
        {heads.KEY: key, heads.CONTENT: name, heads.EXPLANATION: translate(further[key], "vi")}
        for key, name in _OPTIONAL_ROWS.items()
    ]
    level: dict[str, object] = {
        heads.KEY: "cap_2",
        heads.CONTENT: "tên gọi các đơn vị báo cáo",
        heads.VALUE: "đơn vị",
    }
    return [*rows, level, *optional]


TYPE_ROWS: tuple[Mapping[str, object], ...] = (
    {heads.KEY: "co_quan", heads.TYPE_NAME: "Cơ quan ban hành biểu", heads.LEVEL: 1},
    {heads.KEY: "don_vi_bc", heads.TYPE_NAME: "Đơn vị báo cáo", heads.LEVEL: 2},
)


def add_guide(workbook: Workbook) -> None:
    """Add the sheet that explains every column and marker."""
    sheet = workbook.create_sheet(words.GUIDE)
    number = 0
    for name, columns in words.COLUMNS.items():
        # Roster and decisions are workbooks of their own, not sheets of the template.
        if name in (words.ROSTER, words.DECISIONS):
            continue
        number = _add_part(sheet, number, f"Trang “{name}”", {c.head: c.meaning for c in columns})
    number = _add_part(sheet, number, "Danh sách dài tùy ý, ví dụ mã ds", words.LIST_WORDS)
    number = _add_part(
        sheet, number, "Ký hiệu về đơn vị, đặt trên trang biểu giữa hai dấu ngoặc nhọn", words.UNIT_MARKERS
    )
    number = _add_part(
        sheet, number, "Ký hiệu do chương trình ghi, mỗi trang biểu một lần", words.GENERATED_MARKERS
    )
    _add_part(
        sheet, number, "Danh mục cố định", {head: ", ".join(accepted) for head, accepted in _LISTS.items()}
    )
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 100


def _add_part(sheet: Worksheet, number: int, title: str, meanings: Mapping[str, str]) -> int:
    put(sheet.cell(number + 1, 1), title).font = Font(name=FONT, size=12, bold=True)
    sheet.cell(number + 1, 1).border = Border()
    sheet.cell(number + 1, 1).alignment = Alignment(wrap_text=False)
    for place, (head, meaning) in enumerate(meanings.items(), start=number + 2):
        put(sheet.cell(place, 1), head)
        put(sheet.cell(place, 2), translate(meaning, "vi"))
    return number + len(meanings) + 2


def put(cell: Cell | MergedCell, value: Any) -> Cell:
    """Write a value in the program's style; a text that begins with = stays a text."""
    assert not isinstance(cell, MergedCell)
    cell.value = value
    # openpyxl makes a text that begins with = a formula.
    if isinstance(value, str):
        cell.data_type = "s"
    if hasattr(value, "strftime"):
        cell.number_format = "dd/mm/yyyy"
    cell.font, cell.border = Font(name=FONT, size=12), _RULED
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
