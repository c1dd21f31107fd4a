"""Default texts of the letters, for templates without wording of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.model import LetterKind, LetterText

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = "Kính gửi: {{don_vi}}"
_END = "Trân trọng./.\n\n{{co_quan}}"
_KEEP_SUBJECT = (
    "Khi gửi, đề nghị trả lời thư này (giữ nguyên tiêu đề) và đính kèm tệp đã lưu, định dạng Excel; "
    "không chụp ảnh, không chuyển sang PDF."
)

LETTER_TEXTS: Mapping[LetterKind, LetterText] = {
    LetterKind.FORM: LetterText(
        "Đề nghị báo cáo: {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{co_quan}} gửi kèm thư này biểu báo cáo “{{tieu_de}}” (tệp {{tep}}), lập riêng cho "
                "{{don_vi}}.",
                "Đề nghị đơn vị điền số liệu vào các ô màu vàng trong tệp gửi kèm, xem dòng tiến độ trên "
                "biểu và phần kiểm tra bên phải từng dòng. Khi dòng tiến độ hiện “GỬI ĐƯỢC” là báo cáo đã "
                "điền đủ và không còn lỗi.",
                "Hạn gửi báo cáo: hết ngày {{han_don_vi}}. " + _KEEP_SUBJECT,
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
                "Hạn gửi báo cáo: hết ngày {{han_don_vi}}. Để kịp tổng hợp, đề nghị đơn vị khẩn trương hoàn "
                "thành và gửi báo cáo. Biểu được gửi lại kèm thư này (tệp {{tep}}).",
                _KEEP_SUBJECT,
                "Nếu đơn vị vừa gửi báo cáo, đề nghị bỏ qua thư này.",
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
                "Biểu của đơn vị với số liệu đã gửi được gửi lại kèm thư này (tệp {{tep}}). Ô cần xem lại "
                "được tô đỏ và tự hết màu khi đơn vị sửa; trang “Cần sửa” ghi đủ các nội dung. Đề nghị sửa "
                "ngay trên tệp này; số liệu đúng thì giữ nguyên và ghi lý do vào cột Ghi chú (biểu không có "
                "cột này thì nêu lý do trong thư trả lời), khi đó cứ gửi dù biểu còn báo lỗi.",
                "Đề nghị gửi lại trước khi kết thúc việc tổng hợp, chậm nhất ngày {{han_don_vi}} (nếu đã "
                "quá hạn thì gửi "
                "ngay). " + _KEEP_SUBJECT,
                _END,
            )
        ),
    ),
    LetterKind.RECEIPT: LetterText(
        "Xác nhận đã nhận báo cáo: {{tieu_de}}",
        "\n\n".join(
            (
                _HEAD,
                "{{co_quan}} xác nhận đã nhận báo cáo “{{tieu_de}}” của {{don_vi}}, thời điểm nhận: "
                "{{ngay_nhan}}. Số liệu dưới đây được tính vào tổng hợp:",
                "{{viec}}",
                "Nếu có số liệu chưa đúng, đề nghị đơn vị trả lời thư này. Đơn vị lưu thư này làm căn cứ đã "
                "nộp báo cáo.",
                _END,
            )
        ),
    ),
}
