"""Write the one page for those who fill in a form, ``huong-dan-don-vi.docx``. Run by ``make pictures``."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

PAGE = Path(__file__).resolve().parent / "huong-dan-don-vi.docx"
FORM = Path(__file__).resolve().parent / "pictures/form.png"
TITLE = "CÁCH ĐIỀN VÀ NỘP BIỂU BÁO CÁO"
STEPS = (
    (
        "Mở tệp.",
        "Lưu tệp .xlsx về máy rồi mở bằng Excel, WPS hoặc LibreOffice. Nếu Excel hiện thanh vàng, bấm Enable "
        "Editing (Cho phép chỉnh sửa).",
    ),
    (
        "Chỉ điền ô màu vàng.",
        "Các ô khác đã khóa. Đừng thêm, xóa dòng, cột và đừng chép sang tệp khác: chương trình nhận ra biểu "
        "nhờ các dấu trong tệp này.",
    ),
    (
        "Mỗi ô một số.",
        "Ghi 1500, không ghi “1500 lượt” hay “khoảng 1500”. Không phát sinh thì ghi 0. Không có số liệu (chưa "
        "thống kê được) thì ghi KCSL, viết tắt của “không có số liệu”. Không được để trống ô bắt buộc.",
    ),
    (
        "Xem dòng đầu trang.",
        "“Đã điền x/y, còn z lỗi”: ô sai được tô màu, cạnh dòng có ghi sai ở đâu. Số đúng nhưng vẫn bị cảnh "
        "báo thì ghi lý do vào cột Ghi chú.",
    ),
    (
        "Nộp lại chính tệp này.",
        "Dòng đầu trang chuyển xanh thì lưu (giữ dạng .xlsx) và gửi tệp: trả lời thư và đính kèm, hoặc gửi qua "
        "Zalo nếu biểu đến bằng Zalo. Không chụp ảnh, không gửi bản in thay cho tệp. Có phải nộp thêm bản ký, "
        "đóng dấu hay không là theo công văn của cơ quan ban hành biểu; nếu phải nộp thì in từ chính tệp này.",
    ),
    (
        "Nếu được đề nghị sửa:",
        "bạn nhận lại biểu có sẵn số đã nộp; chỉ sửa những ô được đánh dấu, trang “Cần sửa” ghi rõ từng ô, "
        "rồi nộp lại như trên.",
    ),
)
SHOWN = (
    ("Dòng đầu trang khi còn lỗi:", (125, 55, 470, 112), 12),
    ("Dòng có số sai (ở đây có hội thảo mà không có người tham gia):", (125, 664, 457, 697), 12),
    ("Lời báo màu đỏ ở ngay bên phải dòng đó:", (455, 679, 832, 696), 17),
)
"""What is shown of the picture of a form: left, top, right and bottom in its pixels, and how wide in centimetres."""


def add_part(document: Any, part: tuple[int, int, int, int], wide: float) -> None:
    """Add a part of the form's picture: the whole form would be too small to read."""
    left, top, right, bottom = part
    picture = document.add_picture(str(FORM), Cm(wide), Cm(wide * (bottom - top) / (right - left)))
    width, height = struct.unpack(">II", FORM.read_bytes()[16:24])
    crop = OxmlElement("a:srcRect")
    for side, share in (
        ("l", left / width),
        ("t", top / height),
        ("r", 1 - right / width),
        ("b", 1 - bottom / height),
    ):
        crop.set(side, str(round(share * 100_000)))
    picture._inline.graphic.graphicData.pic.blipFill.find(qn("a:blip")).addnext(crop)


def main() -> None:
    """Write the page."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(5)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(TITLE)
    run.bold, run.font.size = True, Pt(16)
    for number, (head, text) in enumerate(STEPS, start=1):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{number}. {head} ").bold = True
        paragraph.add_run(text)
    for caption, part, wide in SHOWN:
        document.add_paragraph(caption).paragraph_format.space_before = Pt(6)
        add_part(document, part, wide)
    last = document.add_paragraph("Vướng mắc xin liên hệ: ……………………………… Điện thoại: ………………………")
    last.paragraph_format.space_after = Pt(0)
    properties = document.core_properties
    properties.title, properties.author = TITLE, ""
    properties.created = properties.modified = datetime(2023, 1, 1, tzinfo=UTC)
    document.save(str(PAGE))


if __name__ == "__main__":
    main()
