"""The vocabulary of a template workbook: sheets, columns, closed values and markers, each explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools import heads
from workbook_tools.locale import mark as _
from workbook_tools.model import Adding, DecisionKind, Kind, LetterKind, Need

if TYPE_CHECKING:
    from collections.abc import Mapping


class SheetColumn(Struct, frozen=True):
    """A column of a dictionary sheet: heading, whether it is required, and an explanation (English,
    translatable).
    """

    head: str
    meaning: str
    required: bool = True
    earlier: str = ""
    """A former heading, still accepted."""
    formulas: bool = False
    """Whether its cells hold formulas to be read as such, not as their results."""


INDICATORS = "Chỉ tiêu"
RULES = "Quy tắc"
UNIT_TYPES = "Loại đơn vị"
CAMPAIGN = "Đợt báo cáo"
GUIDE = "Hướng dẫn"
ROSTER = "Đơn vị"
DECISIONS = "Xử lý"
# Workbooks of earlier versions are still in use, so their words are accepted, too.
EARLIER_SHEETS: Mapping[str, str] = {DECISIONS: "Quyết định"}
"""Sheet → former name, still accepted."""
LETTERS = "Thư"

COLUMNS: Mapping[str, tuple[SheetColumn, ...]] = {
    INDICATORS: (
        SheetColumn(heads.KEY, _("the code used for the line in markers, rules and results")),
        SheetColumn(heads.GROUP, _("the group under which the line is shown")),
        SheetColumn(heads.CONTENT, _("what is asked, in the form's own words")),
        SheetColumn(
            heads.MEASURE,
            _("the unit of measure, such as bài, lượt, đồng; several kinds of text have none"),
            required=False,
        ),
        SheetColumn(heads.KIND, _("the kind of answer: a closed list")),
        SheetColumn(heads.NEED, _("whether an answer is required: a closed list")),
        SheetColumn(
            heads.LEAST,
            _(
                "the minimum number or earliest date accepted, below 0 if figures may be negative; "
                "empty: no limit, but numbers must not be negative"
            ),
            required=False,
        ),
        SheetColumn(
            heads.MOST,
            _("the maximum number or latest date accepted; empty: no limit, but tỷ lệ % is at most 100 %"),
            required=False,
        ),
        SheetColumn(
            heads.WHO_ANSWERS,
            _("tất cả, or the codes of the unit types that are asked, separated by semicolons"),
        ),
        SheetColumn(
            heads.ADDING,
            _(
                "how figures of several units are aggregated: a closed list, or trung bình theo and "
                "the code of the line that weights the mean, such as trung bình theo ct_1"
            ),
        ),
        SheetColumn(
            heads.OPTIONS,
            _(
                "the options of a choice, separated by semicolons; for nhắc lại the code of the line it "
                "repeats; for lũy kế that of the line it sums up; for công thức type = and click the form's "
                "cell with the formula, or write a formula over codes and put the marker on the form"
            ),
            required=False,
            formulas=True,
        ),
        SheetColumn(
            heads.RATE_BASE,
            _(
                "the fact of the roster by which the total is divided in the printed tables, such as "
                "1000 dv_so_hoc_sinh: per 1,000 pupils"
            ),
            required=False,
        ),
        SheetColumn(
            heads.MATRIX_ROW,
            _("for a line in a matrix, the name of its row, such as Khối 1; the data can be grouped by it"),
            required=False,
        ),
        SheetColumn(
            heads.MATRIX_COLUMN,
            _("for a line in a matrix, the name of its column, such as Nữ"),
            required=False,
        ),
        SheetColumn(
            heads.HINT,
            _("shown beside the cell while it is filled in, at most 255 characters"),
            required=False,
        ),
    ),
    RULES: (
        SheetColumn(heads.KEY, _("the rule's own code")),
        SheetColumn(
            heads.FORMULA,
            _("an Excel formula over codes that is TRUE if the rule holds; empty cells count as 0"),
            formulas=True,
        ),
        SheetColumn(heads.SEVERITY, _("the severity if the rule does not hold: a closed list")),
        SheetColumn(heads.MESSAGE, _("the message to the unit and the office, at most 255 characters")),
        SheetColumn(
            heads.RULE_FOR,
            _("tất cả, or the codes of the unit types to which it applies, separated by semicolons"),
            required=False,
        ),
        SheetColumn(
            heads.SHOWN_AT,
            _("the code of the line beside which it is shown; empty: the first line that the formula names"),
            required=False,
        ),
    ),
    UNIT_TYPES: (
        SheetColumn(heads.KEY, _("the type's code, used in the roster and in “Ai điền”")),
        SheetColumn(heads.TYPE_NAME, _("the type's name, as shown in the results")),
        SheetColumn(
            heads.LEVEL, _("the type's level, a number: 1 is the office itself, 2 those below it, and so on")
        ),
        SheetColumn(
            heads.ADDRESSEE,
            _(
                "how letters address units of the type, such as Trường {{don_vi}}; the lists of missing and "
                "late units of the Word report do so, too"
            ),
            required=False,
        ),
    ),
    CAMPAIGN: (
        SheetColumn(heads.KEY, _("the code of the row, which is a marker as well")),
        SheetColumn(heads.CONTENT, _("the meaning of the row, in words"), required=False),
        SheetColumn(heads.VALUE, _("its value")),
        SheetColumn(heads.EXPLANATION, _("free remarks"), required=False),
    ),
    LETTERS: (
        SheetColumn(
            heads.LETTER_KIND,
            _("the kind of letter: a closed list; a missing one gets the program's own text"),
        ),
        SheetColumn(heads.SUBJECT, _("its subject; the program adds a tag such as [HTSD2023/11629]")),
        SheetColumn(heads.CONTENT, _("its text")),
    ),
    ROSTER: (
        SheetColumn(heads.KEY, _("the unit's code, unique; it appears in file names and results")),
        SheetColumn(heads.UNIT_NAME, _("the unit's name, as printed on its form")),
        SheetColumn(heads.TYPE, _("the code of its unit type in the template")),
        SheetColumn(
            heads.PARENT, _("the code of the unit above it; empty: directly under the office"), required=False
        ),
        SheetColumn(
            heads.EMAIL,
            _("where its form is sent; several addresses separated by semicolons"),
            required=False,
        ),
        SheetColumn(heads.PHONE, _("the telephone number to call"), required=False),
    ),
    DECISIONS: (
        SheetColumn(heads.DECISION, _("what is decided: a closed list"), earlier="Quyết định"),
        SheetColumn(heads.UNIT_CODE, _("the unit concerned; not needed to exclude a file")),
        SheetColumn(
            heads.CODE,
            _("the line concerned: always for a value; to accept a problem, if it is about a line"),
        ),
        SheetColumn(
            heads.FILE, _("the file to count or exclude, as named in the sheets “Vấn đề” and “Nhật ký”")
        ),
        SheetColumn(heads.VALUE, _("the value confirmed by the unit, or its new deadline")),
        SheetColumn(heads.REASON, _("the reason for the decision")),
        SheetColumn(heads.DECIDED_BY, _("who decided it"), earlier="Người quyết định"),
        SheetColumn(heads.DAY, _("when it was decided")),
    ),
}
"""Sheet → its columns. A sheet of unit types also has one for each marker of its letterhead, a roster one for
each fact (dv_…).
"""

KINDS: Mapping[str, Kind] = {
    "số đếm": Kind.COUNT,
    "tiền": Kind.MONEY,
    "số thập phân": Kind.DECIMAL,
    "tỷ lệ %": Kind.PERCENT,
    "văn bản": Kind.TEXT,
    "ngày": Kind.DATE,
    "lựa chọn": Kind.CHOICE,
    "nhiều lựa chọn": Kind.CHOICES,
    "nhắc lại": Kind.MIRROR,
    "công thức": Kind.FORMULA,
    "lũy kế": Kind.FORMULA,
    "danh sách": Kind.LIST,
}
RUNNING = "lũy kế"
"""A line that adds this period's figure of another line to its own last figure."""
COUNTER = "stt"
"""After a list's code: the running number of its rows."""
NEEDS: Mapping[str, Need] = {"bắt buộc": Need.REQUIRED, "nên điền": Need.RECOMMENDED, "tùy ý": Need.OPTIONAL}
ADDING: Mapping[str, Adding] = {
    "cộng": Adding.SUM,
    "không cộng": Adding.NONE,
    "lớn nhất": Adding.LARGEST,
    "nhỏ nhất": Adding.SMALLEST,
}
WEIGHTED = "trung bình theo "
"""Prefix of the code of the line that weights a mean."""
SEVERITIES: Mapping[str, bool] = {"lỗi": True, "cảnh báo": False}
LETTER_KINDS: Mapping[str, LetterKind] = {
    "gửi biểu": LetterKind.FORM,
    "đôn đốc": LetterKind.REMINDER,
    "đề nghị sửa": LetterKind.CORRECTION,
    "xác nhận": LetterKind.RECEIPT,
}
EVERYBODY = "tất cả"

CAMPAIGN_KEYS: Mapping[str, str] = {
    "ma_dot": _("code of the campaign, such as HTSD2023: letters, digits, - and _"),
    "tieu_de": _("title of the report"),
    "han_nop": _("the last day for reports (a date)"),
    "co_quan": _("the office that sends the forms out"),
    "loai_co_quan": _("the code of the office's own unit type, used for the heading of its own report"),
    "cap_1": _("the name of the top level, such as huyện; cap_2, cap_3 … name the levels below"),
}
OPTIONAL_CAMPAIGN_KEYS: Mapping[str, str] = {
    "ct_bao_gom": _(
        "the code of the choice by which a unit says that its figures include the units below it; its first "
        "option means yes"
    ),
    "luy_ke_tu_dau": _("có in the first period of a year: running totals (lũy kế) restart"),
    "han_gui_lai": _(
        "the last day for corrected forms (a date after han_nop), named in the letters that ask for them"
    ),
    "mui_gio": _("the time zone of dates of receipt; default Asia/Ho_Chi_Minh"),
}

CONTACT_KEYS: Mapping[str, str] = {
    "nguoi_lien_he": _("whom to ask, such as bà Nguyễn Thị Hoa; shown in every letter and beside every form"),
    "dien_thoai_lien_he": _("the telephone number of that person; shown in the same places"),
}
"""Whom units ask: forms sent out with another contact remain valid."""

MAIL_KEYS: Mapping[str, str] = {
    "gui_cap_tren": _("có: a copy of every letter goes to the unit above; không, or no such row: no copy"),
    "nhac_cach": _("days between two reminders to one unit; default 3"),
    "thu_nguoi_gui": _("the address from which mails are sent"),
    "thu_may_chu_gui": _(
        "the server that sends mails, such as smtp://mail.example.vn:587 (STARTTLS) or "
        "smtps://mail.example.vn:465"
    ),
    "thu_may_chu_nhan": _(
        "the server that holds the mailbox, such as imaps://mail.example.vn:993, imap:// (STARTTLS), "
        "pop3s:// or pop3://"
    ),
    "thu_tai_khoan": _("the login name; default: the sending address"),
    "thu_ma_ung_dung": _(
        "the program's client id at Google or Microsoft (`ID@TENANT`), for signing in there"
    ),
}
"""Mail settings; not part of the form."""

LIST_WORDS: Mapping[str, str] = {
    "ds": _(
        "a list of any length: a row of kind danh sách with its own code; Lớn nhất is the number of rows "
        "that the form has room for (default 30), Nhỏ nhất the number expected"
    ),
    "ds.ten": _(
        "a column of the list: a separate row whose code begins with the list's; its marker {{ds.ten}} is "
        "in the same row of the form as those of the other columns, and the program repeats that row"
    ),
    "ds.stt": _("the running number of the rows: a marker, or a printed 1, in that row of the form"),
    "SUM(ds.so_tien)": _(
        "a column in SUM, COUNT, COUNTA, MIN, MAX or AVERAGE, or in COUNTIF or SUMIF with a constant "
        "condition, in rules and lines of kind công thức: all rows of the list; on the form, click the "
        "marker's cell, as in =SUM(E12)"
    ),
    "ds.so_tien>=1000": _("a rule that uses a column in any other way is checked in every filled-in row"),
}
"""Markers and names of a list, shown with the code ds."""

UNIT_MARKERS: Mapping[str, str] = {
    "don_vi": _("the unit's name"),
    "don_vi_hoa": _("the unit's name in capitals"),
    "don_vi_thuong": _("the unit's name with a small first letter, as in Ủy ban nhân dân xã Bát Trang"),
    "ma_don_vi": _("the unit's code"),
    "cap_tren": _("the name of the unit above, or of the office"),
    "cap_tren_hoa": _("the same in capitals"),
}
GENERATED_MARKERS: Mapping[str, str] = {
    "ma_bieu": _("the form's identity, written by the program; once on every form sheet"),
    "tien_do": _("the progress of filling in the form, updated while typing; once on every form sheet"),
}

DECISION_KINDS: Mapping[str, DecisionKind] = {
    "chấp nhận": DecisionKind.ACCEPT,
    "tính tệp này": DecisionKind.CHOOSE,
    "ghi giá trị đã xác nhận": DecisionKind.SET,
    "không tính tệp này": DecisionKind.EXCLUDE,
    "gia hạn": DecisionKind.EXTEND,
    "không phát sinh số liệu": DecisionKind.NOTHING,
    "dừng đôn đốc": DecisionKind.SILENCE,
}
EXAMPLE_UNIT = "Đơn vị ví dụ (thay bằng đơn vị thật)"
"""What the unit of a new roster is called until somebody replaces it."""
EARLIER_VALUES: Mapping[str, str] = {
    "chấp nhận cảnh báo": "chấp nhận",
    "chọn tệp": "tính tệp này",
    "đặt giá trị": "ghi giá trị đã xác nhận",
    "loại tệp": "không tính tệp này",
    "không có gì báo cáo": "không phát sinh số liệu",
}
"""Former closed value → present one; both are accepted."""
