"""What a unit is asked to do about a problem, in the words that fit the kind of answer and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.model import NO_FIGURE_CODE, SEVERAL, Indicator, Kind
from workbook_tools.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.problems import Problem

_NO_FIGURE = f"không phát sinh thì ghi 0, không có số liệu thì ghi {NO_FIGURE_CODE}."
_WHOLE, _DECIMAL = "một số nguyên, không kèm chữ (ví dụ 1250)", "một số, không kèm chữ (ví dụ 12,5)"
_RATE, _DATE = "tỷ lệ %, gõ cả dấu % (ví dụ 87,5%)", "ngày theo dạng ngày/tháng/năm, ví dụ 05/10/2023."
_CHOOSE = "Chọn một mục trong danh sách của ô."
_IN_RANGE = "Kiểm tra lại số liệu, có thể gõ thừa hoặc thiếu chữ số; ghi lại số đúng."
_DATE_AGAIN = f"Ghi lại {_DATE}"
_AGAIN = "Điền lại dòng này trên biểu gửi kèm; không xóa, không chèn, không chép dòng."
_EXPLAIN = "Kiểm tra lại; nếu số liệu đúng thì ghi lý do vào cột Ghi chú."
_WANTED = "Điền nếu có; không có thì để trống và ghi lý do vào cột Ghi chú."
_MOVE = "Nếu là số liệu của dòng này thì ghi số vào ô số liệu, không ghi ở cột Ghi chú."
_REMARK, _REPLY = "ghi lý do vào cột Ghi chú", "nêu lý do khi gửi lại"
_BY_KIND = frozenset(
    {
        "answer-missing",
        "number-in-doubt",
        "number-not-whole",
        "cell-error",
        "formula-not-calculated",
        "choice-unknown",
    }
)
_FIXED: Mapping[str, str] = {
    "answer-wanted": _WANTED,
    "figure-in-remark": _MOVE,
    "input-missing": _AGAIN,
    "input-moved-apart": _AGAIN,
    "input-duplicated": _AGAIN,
    "number-out-of-range": _IN_RANGE,
    "number-too-small": _IN_RANGE,
    "number-too-large": _IN_RANGE,
    "date-in-doubt": _DATE_AGAIN,
    "date-too-early": _DATE_AGAIN,
    "date-too-late": _DATE_AGAIN,
    "text-too-long": "Rút gọn nội dung.",
    "rule-broken": "Kiểm tra các ô có liên quan và sửa ô chưa đúng.",
    "inclusion-unanswered": "Chọn Có hoặc Không.",
    "below-children": _EXPLAIN,
    "blank-above-children": "Điền số đã gồm cả các đơn vị trực thuộc.",
    "same-as-other": "Kiểm tra xem có điền nhầm số liệu của đơn vị khác không.",
    "outlier": _EXPLAIN,
    "jump": _EXPLAIN,
    "list-empty": "Điền danh sách.",
    "list-short": "Điền thêm các dòng còn thiếu.",
    "list-cell-missing": "Điền ô còn thiếu, hoặc xóa cả dòng nếu không phải một dòng của danh sách.",
    "list-row-repeated": "Xóa dòng ghi hai lần; nếu là hai mục khác nhau thì ghi rõ tên từng mục.",
    "list-row-bare": "Xóa dòng nếu chỉ là đề mục; nếu không thì điền số liệu của dòng.",
    "list-covers-line": _AGAIN,
    "list-headings-exchanged": "Điền lại danh sách, để các cột theo đúng thứ tự của biểu.",
    "list-cells-shifted": "Xem lại từng dòng: các cột đã lệch nhau; sửa cho đúng rồi gửi lại.",
}
_SAID_ITSELF = ("answer-wanted", "figure-in-remark", "list-row-repeated", "list-row-bare")
"""Warnings for which an explanation is not what is asked."""
ASKED = _BY_KIND | _FIXED.keys()
"""The problems that the unit itself can correct."""


def word_request(problem: Problem, indicator: Indicator | None, *, has_remark: bool) -> str:
    """Return what the unit should do about a problem of ``ASKED``.

    ``indicator`` is the line or the column of a list that it is about; without a cell for a remark, reasons
    are given when the form is sent back.
    """
    if problem.code in _BY_KIND:
        return _word_answer(problem.code, indicator)
    warned = problem.severity is Severity.WARNING and problem.code not in _SAID_ITSELF
    asked = _EXPLAIN if warned else _FIXED[problem.code]
    if has_remark:
        return asked
    return asked.replace(_REMARK, _REPLY)


def _word_answer(code: str, indicator: Indicator | None) -> str:
    """How a line of this kind is answered: KCSL and 0 are for figures only."""
    kind = indicator.kind if indicator is not None else Kind.COUNT
    verb = "Điền" if code == "answer-missing" else "Ghi lại"
    if kind is Kind.CHOICE:
        return _CHOOSE
    if kind is Kind.CHOICES and indicator is not None:
        return f"Ghi một hoặc nhiều mục, cách nhau bằng dấu chấm phẩy: {SEVERAL.join(indicator.options)}."
    if kind is Kind.DATE:
        return f"{verb} {_DATE}"
    if kind is Kind.TEXT:
        return f"{verb} nội dung; không có thì ghi “Không có”."
    if code == "answer-missing":
        return f"Điền số liệu; {_NO_FIGURE}"
    if kind is Kind.PERCENT:
        return f"Ghi lại bằng {_RATE}; {_NO_FIGURE}"
    figure = _WHOLE if indicator is None or indicator.whole else _DECIMAL
    return f"Ghi lại bằng {figure}; {_NO_FIGURE}"
