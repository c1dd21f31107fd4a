"""Default texts of the letters, for templates without wording of their own, and the markers of letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.model import LetterKind, LetterText

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = "Kính gửi: {{kinh_gui}}"
_END = "Trân trọng./.\n\n{{co_quan}}"

LETTER_MARKERS: Mapping[str, str] = {
    "han_don_vi": _("the unit's own last day: the deadline, or a later one set by decision"),
    "tep": _("the name of the attached file"),
    "viec": _(
        "the subject matter, written by the program: what is missing, what to correct, the figures received"
    ),
    "lan": _("the number of the reminder or correction round: 1, 2, 3 …"),
    "so_cau_hoi": _("the number of lines to correct"),
    "ngay_nhan": _("when the mail with the report came or, if there was none, when the file was last saved"),
    "kinh_gui": _("whom the letter addresses: the column “Kính gửi” of the unit type, or the unit's name"),
    "thoi_han": _(
        "a sentence that says by when: the unit's own last day for a report, the day in han_gui_lai for a "
        "correction"
    ),
    "cach_gui": _(
        "how to send the file back: by answering, in a mail; by chat or mail, in a text for a chat"
    ),
}
"""Markers that only letters have."""

LETTER_TEXTS: Mapping[LetterKind, LetterText] = {
    LetterKind.FORM: LetterText(
        "Đề nghị báo cáo: {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{co_quan}} gửi kèm đây biểu báo cáo “{{tieu_de}}” (tệp {{tep}}), lập riêng cho {{don_vi}}.",
                "Đề nghị đơn vị điền số liệu vào các ô màu vàng trong tệp gửi kèm, xem dòng tiến độ trên "
                "biểu và phần kiểm tra bên phải từng dòng. Khi dòng tiến độ hiện “GỬI ĐƯỢC” là báo cáo đã "
                "điền đủ và không còn lỗi.",
                "{{thoi_han}} {{cach_gui}}",
                _END,
            )
        ),
    ),
    LetterKind.REMINDER: LetterText(
        "Đôn đốc báo cáo (lần {{lan}}): {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{viec}}",
                "{{thoi_han}} Để kịp tổng hợp, đề nghị đơn vị khẩn trương hoàn thành và gửi báo cáo. Biểu "
                "được gửi lại kèm đây (tệp {{tep}}).",
                "{{cach_gui}}",
                "Nếu đơn vị vừa gửi báo cáo, đề nghị bỏ qua lời nhắc này.",
                _END,
            )
        ),
    ),
    LetterKind.CORRECTION: LetterText(
        "Đề nghị sửa báo cáo (nộp lần {{lan}}): {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{co_quan}} đã nhận báo cáo “{{tieu_de}}” của {{don_vi}} ({{ngay_nhan}}). Qua kiểm tra, còn "
                "{{so_cau_hoi}} nội dung cần đơn vị xem lại:",
                "{{viec}}",
                "Biểu của đơn vị với số liệu đã gửi được gửi lại kèm đây (tệp {{tep}}). Ô cần xem lại "
                "được tô đỏ và tự hết màu khi đơn vị sửa; trang “Cần sửa” ghi đủ các nội dung. Đề nghị sửa "
                "ngay trên tệp này; số liệu đúng thì giữ nguyên và ghi lý do vào cột Ghi chú (biểu không có "
                "cột này thì nêu lý do khi gửi lại), khi đó cứ gửi dù biểu còn báo lỗi.",
                "{{thoi_han}} {{cach_gui}}",
                _END,
            )
        ),
    ),
    LetterKind.RECEIPT: LetterText(
        "Xác nhận đã nhận báo cáo: {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{co_quan}} xác nhận đã nhận báo cáo “{{tieu_de}}” của {{don_vi}} ({{ngay_nhan}}). Số liệu "
                "dưới đây được tính vào tổng hợp:",
                "{{viec}}",
                "Nếu có số liệu chưa đúng, đề nghị đơn vị báo lại. Đơn vị lưu thông báo này làm căn cứ đã "
                "nộp báo cáo.",
                _END,
            )
        ),
    ),
}
