"""Paragraphs, rules and tables of the office's report in Word, as python-docx has no words for them."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

CENTRE, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def put(
    place: Any,
    text: str,
    align: Any = LEFT,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 13,
    new_page: bool = False,
    with_next: bool = False,
) -> None:
    """A paragraph; one in bold type is a heading, which stays with the next."""
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.page_break_before = new_page or None
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = bold or with_next
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def draw_rule(place: Any, left: Any, right: Any) -> None:
    """A line of its own, as Decree 30 has it under motto, issuing body and title."""
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent, form.right_indent, form.space_after, form.line_spacing = left, right, Pt(4), Pt(2)
    borders = paragraph._element.get_or_add_pPr().makeelement(qn("w:pBdr"), {})
    look = {"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "auto"}
    borders.append(borders.makeelement(qn("w:top"), {qn(name): value for name, value in look.items()}))
    paragraph._element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def fill(cell: Any, lines: list[tuple[str, dict[str, Any]]], align: Any = CENTRE) -> None:
    """Lines in a cell, in place of the blank one that every cell begins with."""
    cell.paragraphs[0]._element.getparent().remove(cell.paragraphs[0]._element)
    for text, look in lines:
        put(cell, text, align, **look)


def fill_cells(cells: Any, texts: tuple[str, ...], *, bold: bool = False) -> None:
    """A row's cells, a text each."""
    for cell, text in zip(cells, texts, strict=True):
        fill(cell, [(text, {"bold": bold, "size": 12})], LEFT)


def set_widths(table: Any, widths: tuple[Any, ...]) -> None:
    """Word goes by the cells, LibreOffice by the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            if row.cells[0] is not row.cells[-1]:
                cell.width = width
