"""Makes templates/district_report.docx: the office's report as Decree 30/2020/NĐ-CP has it, with marks to be
filled in.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from word_parts import CENTRE, JUSTIFY, LEFT, draw_rule, fill, fill_cells, put, set_widths

TARGET = Path(__file__).parent.parent / "templates" / "district_report.docx"


def main() -> None:
    """Write the template."""
    document = Document()
    _set_up(document)
    _letterhead(document)
    _body(document)
    _signature(document)
    _annex(document)
    _save(document)


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(30),
        Mm(18),
        Mm(20),
        Mm(20),
    )
    _number_pages(section)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(4)


def _body(document: Any) -> None:
    put(document, "BÁO CÁO", CENTRE, bold=True, size=14)
    put(document, "{{ ten_bao_cao }}", CENTRE, bold=True, size=14)
    draw_rule(document, Mm(55), Mm(55))
    put(
        document,
        "Tổng hợp báo cáo của {{ so_da_bao_cao }}/{{ so_don_vi }} đơn vị đến ngày "
        "{{ ngay }}/{{ thang }}/{{ nam }}, kết quả {{ tieu_de_thuong }} như sau:",
        JUSTIFY,
    )
    put(document, "I. TÌNH HÌNH NỘP BÁO CÁO", bold=True)
    put(
        document,
        (
            "Đã báo cáo: {{ so_da_bao_cao }}/{{ so_don_vi }} đơn vị; nộp trễ: {{ so_nop_tre }}; chưa báo "
            "cáo: {{ so_chua_bao_cao }}."
        ),
    )
    put(document, "{%p if nop_tre %}")
    put(document, "Đơn vị nộp trễ: {{ nop_tre | join(', ') }}.")
    put(document, "{%p endif %}")
    put(document, "{%p if chua_bao_cao %}")
    put(document, "Đơn vị chưa báo cáo: {{ chua_bao_cao | join(', ') }}.")
    put(document, "{%p endif %}")
    put(document, "II. KẾT QUẢ", bold=True)
    _totals(document)
    put(
        document,
        "Báo cáo đã gộp trong số của đơn vị cấp trên không cộng lại; đơn vị không được hỏi hoặc không có số "
        "thì không có gì để cộng.",
        italic=True,
        size=12,
    )
    _lists(document)
    put(document, "III. NHẬN XÉT", bold=True)
    put(document, "{%p for cau in nhan_xet %}")
    put(document, "{%p if not cau.muc %}")
    put(document, "- {{ cau.noi_dung }}", JUSTIFY)
    put(document, "{%p endif %}")
    put(document, "{%p endfor %}")
    _sections(document)
    put(
        document,
        (
            "Trên đây là báo cáo kết quả {{ tieu_de_thuong }}{% if phu_luc %} (kèm theo Phụ lục ý kiến của "
            "các đơn vị){% endif %}./."
        ),
        JUSTIFY,
        # No signature stands alone on a page.
        with_next=True,
    )


def _sections(document: Any) -> None:
    """The sections that units answer in words: what several wrote, and dots for the office's own words."""
    put(document, "{%p if cac_muc %}")
    put(document, "IV. Ý KIẾN CỦA CÁC ĐƠN VỊ", bold=True)
    put(document, "{%p for muc in cac_muc %}")
    put(document, "{{ loop.index }}. {{ muc.ten }}", bold=True)
    put(document, "{%p for cau in muc.nhan_xet %}")
    put(document, "- {{ cau.noi_dung }}", JUSTIFY)
    put(document, "{%p endfor %}")
    put(document, "……")
    put(document, "{%p endfor %}")
    put(document, "{%p endif %}")


def _save(document: Any) -> None:
    """The same bytes each time: no dates of today."""
    document.core_properties.created = document.core_properties.modified = datetime(2023, 1, 1)
    document.core_properties.author = ""
    document.core_properties.title = "Báo cáo"
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as package:
        for name in made.namelist():
            package.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED
            )


def _annex(document: Any) -> None:
    """What units wrote, word for word, on pages of its own."""
    put(document, "{%p if phu_luc %}")
    put(document, "PHỤ LỤC", CENTRE, bold=True, size=14, new_page=True)
    put(document, "Ý kiến của các đơn vị (trích nguyên văn)", CENTRE, bold=True)
    draw_rule(document, Mm(55), Mm(55))
    put(document, "{%p for muc in phu_luc %}")
    put(document, "{{ loop.index }}. {{ muc.ten }}", bold=True)
    put(document, "{%p for y in muc.y_kien %}")
    put(document, "- {{ y.don_vi }}: {{ y.noi_dung }}", JUSTIFY, size=12)
    put(document, "{%p endfor %}")
    put(document, "{%p endfor %}")
    put(document, "{%p if phu_luc_con_lai %}")
    put(
        document,
        "Còn {{ phu_luc_con_lai }} ý kiến khác: xem trang Thuyết minh của tệp tổng hợp.",
        italic=True,
        size=12,
    )
    put(document, "{%p endif %}")
    put(document, "{%p endif %}")


def _number_pages(section: Any) -> None:
    """Numbers in the middle of the head, from the second page on."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        tag, attributes = ("w:fldChar", {qn("w:fldCharType"): kind}) if kind else ("w:instrText", {})
        field = run._element.makeelement(qn(tag), attributes)
        field.text = text or None
        run._element.append(field)
    _name_figures(section)


def _name_figures(section: Any) -> None:
    """The code of the figures at the foot of the first page, by which their workbook is found."""
    paragraph = section.first_page_footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run("Mã số liệu: {{ ma_so_lieu }} (ghi ở đầu trang Tổng quan của tệp tổng hợp)")
    run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x60, 0x60, 0x60)


def _lists(document: Any) -> None:
    """A table for each list of the form, with as many columns as it has."""
    put(document, "{%p for b in cac_danh_sach %}")
    put(document, "{{ b.ten }}: {{ b.so_dong }} dòng", bold=True)
    table = document.add_table(rows=1, cols=5)
    table.style = "Table Grid"
    heads = ("TT", "Đơn vị", "{%tc for c in b.cot %}", "{{ c.ten }}", "{%tc endfor %}")
    fill_cells(table.rows[0].cells, heads, bold=True)
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(header.makeelement(qn("w:tblHeader"), {}))
    table.add_row().cells[0].paragraphs[0].add_run("{%tr for d in b.dong %}")
    cells = ("{{ d.stt }}", "{{ d.don_vi }}", "{%tc for x in d.o %}", "{{ x.noi_dung }}", "{%tc endfor %}")
    fill_cells(table.add_row().cells, cells)
    table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")
    put(document, "{%p if b.con_lai %}")
    put(
        document,
        "Còn {{ b.con_lai }} dòng khác: xem trang của danh sách trong tệp tổng hợp.",
        italic=True,
        size=12,
    )
    put(document, "{%p endif %}")
    put(document, "{%p endfor %}")


def _letterhead(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    office, state = table.rows[0].cells
    set_widths(table, (Mm(66), Mm(98)))
    fill(
        office,
        [
            ("{{ co_quan_chu_quan | default('') }}", {"size": 12}),
            ("{{ ten_co_quan | default(co_quan) }}", {"bold": True, "size": 12}),
        ],
    )
    draw_rule(office, Mm(20), Mm(20))
    put(office, "Số: {{ so_van_ban }}/{{ ky_hieu }}", CENTRE)
    fill(
        state,
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", {"bold": True, "size": 12}),
            ("Độc lập - Tự do - Hạnh phúc", {"bold": True, "size": 13}),
        ],
    )
    draw_rule(state, Mm(22), Mm(22))
    put(
        state,
        "{{ dia_danh }}, ngày {{ ngay }} tháng {{ thang }} năm {{ nam }}",
        CENTRE,
        italic=True,
    )


def _totals(document: Any) -> None:
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    widths = (Mm(88), Mm(22), Mm(30), Mm(22))
    for cell, head in zip(
        table.rows[0].cells, ("Nội dung", "Đơn vị tính", "Kết quả", "Số báo cáo được cộng"), strict=True
    ):
        fill(cell, [(head, {"bold": True, "size": 12})])
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(header.makeelement(qn("w:tblHeader"), {}))
    for mark in (
        "{%tr for nhom in cac_nhom %}",
        None,
        "{%tr for d in nhom.dong %}",
        "",
        "{%tr endfor %}",
        "{%tr endfor %}",
    ):
        cells = table.add_row().cells
        if mark is None:
            merged = cells[0].merge(cells[3])
            fill(merged, [("{{ nhom.ten }}", {"bold": True, "size": 12})], LEFT)
        elif mark:
            cells[0].paragraphs[0].add_run(mark)
        else:
            fill(cells[0], [("{{ d.noi_dung }}", {"size": 12})], LEFT)
            for cell, text in zip(
                cells[1:], ("{{ d.don_vi_tinh }}", "{{ d.tong }}", "{{ d.so_don_vi }}"), strict=True
            ):
                fill(cell, [(text, {"size": 12})], CENTRE if "tong" not in text else WD_ALIGN_PARAGRAPH.RIGHT)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(row._tr.makeelement(qn("w:cantSplit"), {}))
    set_widths(table, widths)


def _signature(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    recipients, signer = table.rows[0].cells
    fill(
        recipients,
        [
            ("Nơi nhận:", {"bold": True, "italic": True, "size": 12}),
            ("{{ noi_nhan }}", {"size": 11}),
        ],
        LEFT,
    )
    fill(
        signer,
        [
            ("{{ quyen_han_ky | default('') }}", {"bold": True}),
            ("{{ chuc_vu_ky | default('……') }}", {"bold": True}),
            ("", {}),
            ("", {}),
            ("", {}),
            ("{{ nguoi_ky }}", {"bold": True}),
        ],
    )


if __name__ == "__main__":
    main()
