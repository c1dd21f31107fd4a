"""Makes templates/district_report.docx: the office's report as Decree 30/2020/NĐ-CP has it, with marks to be filled in."""

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
from docx.shared import Mm, Pt

TARGET = Path(__file__).parent.parent / "templates" / "district_report.docx"
CENTRE, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def main() -> None:
    """Write the template."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(30),
        Mm(18),
        Mm(20),
        Mm(20),
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(4)
    _letterhead(document)
    _put(document, "BÁO CÁO", CENTRE, bold=True, size=14)
    _put(document, "{{ tieu_de }}", CENTRE, bold=True, size=14)
    _put(document, "")
    _put(document, "I. TÌNH HÌNH NỘP BÁO CÁO", bold=True)
    _put(
        document,
        "Đã báo cáo: {{ so_da_bao_cao }}/{{ so_don_vi }} đơn vị; nộp trễ: {{ so_nop_tre }}; chưa báo cáo: {{ so_chua_bao_cao }}.",
    )
    _put(document, "{%p if nop_tre %}")
    _put(document, "Đơn vị nộp trễ: {{ nop_tre | join(', ') }}.")
    _put(document, "{%p endif %}")
    _put(document, "{%p if chua_bao_cao %}")
    _put(document, "Đơn vị chưa báo cáo: {{ chua_bao_cao | join(', ') }}.")
    _put(document, "{%p endif %}")
    _put(document, "II. KẾT QUẢ", bold=True)
    _totals(document)
    _put(document, "")
    _put(document, "{%p if thuyet_minh %}")
    _put(document, "III. Ý KIẾN CỦA CÁC ĐƠN VỊ (trích nguyên văn)", bold=True)
    _put(document, "{%p for muc in thuyet_minh %}")
    _put(document, "{{ loop.index }}. {{ muc.tieu_de }}", bold=True)
    _put(document, "{%p for y in muc.y_kien %}")
    _put(document, "- {{ y.don_vi }}: {{ y.noi_dung }}", JUSTIFY)
    _put(document, "{%p endfor %}")
    _put(document, "{%p endfor %}")
    _put(document, "{%p endif %}")
    _signature(document)
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


def _put(
    place: Any, text: str, align: Any = LEFT, *, bold: bool = False, italic: bool = False, size: float = 13
) -> None:
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = bold
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _fill(cell: Any, lines: list[tuple[str, dict[str, Any]]], align: Any = CENTRE) -> None:
    cell.paragraphs[0]._element.getparent().remove(cell.paragraphs[0]._element)
    for text, look in lines:
        _put(cell, text, align, **look)


def _set_widths(table: Any, widths: tuple[Any, ...]) -> None:
    """Word goes by the cells, LibreOffice by the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            if row.cells[0] is not row.cells[-1]:
                cell.width = width


def _letterhead(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    office, state = table.rows[0].cells
    _set_widths(table, (Mm(66), Mm(98)))
    _fill(
        office,
        [
            ("{{ co_quan_chu_quan | default('') }}", {"size": 12}),
            ("{{ ten_co_quan | default(co_quan) }}", {"bold": True, "size": 12}),
            ("Số: ……/BC-……", {"size": 13}),
        ],
    )
    _fill(
        state,
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", {"bold": True, "size": 12}),
            ("Độc lập - Tự do - Hạnh phúc", {"bold": True, "size": 13}),
            ("……, ngày {{ ngay }} tháng {{ thang }} năm {{ nam }}", {"italic": True, "size": 13}),
        ],
    )


def _totals(document: Any) -> None:
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    widths = (Mm(88), Mm(22), Mm(30), Mm(22))
    for cell, head in zip(
        table.rows[0].cells, ("Nội dung", "Đơn vị tính", "Kết quả", "Số đơn vị có số liệu"), strict=True
    ):
        _fill(cell, [(head, {"bold": True, "size": 12})])
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
            _fill(merged, [("{{ nhom.ten }}", {"bold": True, "size": 12})], LEFT)
        elif mark:
            cells[0].paragraphs[0].add_run(mark)
        else:
            _fill(cells[0], [("{{ d.noi_dung }}", {"size": 12})], LEFT)
            for cell, text in zip(
                cells[1:], ("{{ d.don_vi_tinh }}", "{{ d.tong }}", "{{ d.so_don_vi }}"), strict=True
            ):
                _fill(
                    cell, [(text, {"size": 12})], CENTRE if "tong" not in text else WD_ALIGN_PARAGRAPH.RIGHT
                )
    for row in table.rows:
        row._tr.get_or_add_trPr().append(row._tr.makeelement(qn("w:cantSplit"), {}))
    _set_widths(table, widths)


def _signature(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    recipients, signer = table.rows[0].cells
    _fill(
        recipients,
        [
            ("Nơi nhận:", {"bold": True, "italic": True, "size": 12}),
            ("{{ noi_nhan | default('- ……;\n- Lưu: VT.') }}", {"size": 11}),
        ],
        LEFT,
    )
    _fill(
        signer,
        [
            ("{{ quyen_han_ky | default('') }}", {"bold": True}),
            ("{{ chuc_vu_ky | default('……') }}", {"bold": True}),
            ("", {}),
            ("", {}),
            ("", {}),
            ("……………………", {"bold": True}),
        ],
    )


if __name__ == "__main__":
    main()
