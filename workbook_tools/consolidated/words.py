"""The workbook's words for sheets, outcomes, states and severities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.model import NO_FIGURE_CODE, DecisionKind, LetterKind, Outcome, State
from workbook_tools.pivots import Captions
from workbook_tools.problems import Severity
from workbook_tools.sheetwriter.cell_text import free_sheet_name
from workbook_tools.sheetwriter.whole_table import DATA
from workbook_tools.spec.vocabulary import DECISION_KINDS
from workbook_tools.tally.status import MISSING, NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.model import Campaign

OVERVIEW_SHEET = "Tổng quan"
ROLL_CALL_SHEET = "Tình trạng nộp"
SUMMARY_SHEET = heads.SUMMARY_SHEET
TYPES_SHEET = "Chỉ tiêu theo loại đơn vị"
EXPLORER_SHEET = heads.EXPLORER_SHEET
EXTREMES_SHEET = heads.EXTREMES_SHEET
COMPARISON_SHEET = "Đối chiếu"
CHANGES_SHEET = "So với kỳ trước"
PROBLEMS_SHEET = "Vấn đề"
DECIDED_SHEET = "Xử lý"
NARRATIVE_SHEET = "Thuyết minh"
MAILS_SHEET = "Thư đã gửi"
DATA_SHEET = DATA
JOURNAL_SHEET = "Nhật ký"


def areas_sheet(campaign: Campaign) -> str:
    """The sheet of figures by area, by what areas are called: ``Chỉ tiêu theo xã``."""
    return free_sheet_name(f"Chỉ tiêu theo {campaign.level_names.get(2, 'địa bàn')}", ())


def completeness_sheet(campaign: Campaign) -> str:
    """The sheet on how complete answers are, by area."""
    return free_sheet_name(f"Mức đầy đủ theo {campaign.level_names.get(2, 'địa bàn')}", ())


def pivot_captions(campaign: Campaign) -> Captions:
    """What the workbook's pivots write beside their figures."""
    return Captions(campaign.whole_area, "Số liệu", "(Tất cả)", "(trống)")


OUTCOMES: Mapping[str, str] = {
    Outcome.ACCEPTED: "Đã nhận",
    Outcome.WARNED: "Đã nhận, cần xem lại",
    Outcome.REJECTED: "Không nhận được",
    Outcome.IGNORED: "Bỏ qua",
    Outcome.SUPERSEDED: "Đã có bản thay thế",
    Outcome.COMPANION: "Tệp kèm theo",
    MISSING: "Chưa nộp",
    NOTHING: "Không phát sinh số liệu",
}
OUTCOME_STYLES: Mapping[str, str] = {
    Outcome.ACCEPTED: "good",
    Outcome.WARNED: "warn",
    Outcome.REJECTED: "bad",
    MISSING: "bad",
    NOTHING: "good",
    Outcome.IGNORED: "text",
    Outcome.SUPERSEDED: "text",
    Outcome.COMPANION: "text",
}
STATES: Mapping[str, str] = {
    State.ANSWERED: "Đã trả lời",
    State.UNANSWERED: "Bỏ trống",
    State.NO_FIGURE: "Không có số liệu",
    State.IN_DOUBT: "Chưa rõ, chưa tính",
    State.NOT_APPLICABLE: "Không áp dụng",
    State.NOT_ASKED: "Bản biểu đã điền không hỏi",
}
SHORT_STATES: Mapping[str, str] = {
    State.UNANSWERED: "",
    State.NO_FIGURE: NO_FIGURE_CODE,
    State.IN_DOUBT: "chưa rõ",
    State.NOT_APPLICABLE: "–",
    State.NOT_ASKED: "không hỏi",
}
"""Shown in place of a figure."""
SEVERITIES: Mapping[str, str] = {
    Severity.ERROR: "Lỗi",
    Severity.WARNING: "Cảnh báo",
    Severity.NOTICE: "Lưu ý",
}
LETTER_KINDS: Mapping[str, str] = {
    LetterKind.FORM: "Gửi biểu",
    LetterKind.REMINDER: "Đôn đốc",
    LetterKind.CORRECTION: "Đề nghị sửa",
    LetterKind.RECEIPT: "Xác nhận",
}
LETTER_STATES: Mapping[str, str] = {
    "drafted": "Đã soạn",
    "sending": "Chưa rõ",
    "sent": "Đã gửi",
    "refused": "Bị từ chối",
    "unknown": "Chưa rõ",
}
LETTER_STATE_STYLES: Mapping[str, str] = {
    "drafted": "text",
    "sending": "warn",
    "sent": "good",
    "refused": "bad",
    "unknown": "warn",
}
MAIL_STATES: Mapping[str, str] = {
    "sent": "Đã gửi",
    "undeliverable": "Không gửi được",
    "reminded": "Đã nhắc ({number})",
    "awaiting-correction": "Chờ sửa lần {number}",
}
"""The states of a unit's letters."""
BY_AREA, BY_UNIT = "Theo địa bàn (gồm cả các đơn vị trực thuộc)", "Theo đơn vị nộp"
"""Titles of tables: an area has the name of its first unit, which is not what its figures are of."""
DETAIL = "↳ Chi tiết"
"""In place of a severity, where a problem is a detail of the one above it."""
SEVERITY_STYLES: Mapping[str, str] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "warn",
    Severity.NOTICE: "text",
}
DECISIONS: Mapping[DecisionKind, str] = {kind: word.capitalize() for word, kind in DECISION_KINDS.items()}
