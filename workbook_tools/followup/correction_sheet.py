"""The sheet ``Cần sửa`` of a correction form: every question with a link to its cell and its state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from workbook_tools import heads
from workbook_tools.excel import ROW_HEIGHT_LIMIT, quote_sheet
from workbook_tools.forms.form_marks import CORRECTION_SHEET, DONE, META_SHEET, OPEN, STILL_WRONG
from workbook_tools.text.clean import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.followup.questions import Question

_HEADS = (
    "STT",
    heads.NEED,
    heads.CONTENT,
    heads.CELL,
    "Đơn vị đã ghi",
    "Được hiểu là",
    "Vì sao",
    "Đề nghị",
    heads.STATE,
)
_WIDTHS = (6, 11, 44, 9, 22, 20, 48, 48, 14)
_WITH_SHEET = 18
"""Width of the column of cells if it includes the names of their sheets."""
_GUIDE = (
    "Bấm vào địa chỉ ô để đến ô cần xem lại. Ô đó đang tô đỏ và tự hết màu khi sửa; cột Tình trạng tự chuyển "
    f"thành “{DONE}”, hoặc “{STILL_WRONG}” nếu số mới vẫn chưa hợp lý. Số liệu đúng thì giữ nguyên và ghi lý "
    "do vào cột Ghi chú của biểu, hoặc báo khi gửi lại nếu biểu không có cột này; khi đó cứ gửi dù biểu còn "
    "báo lỗi. Xong thì lưu và gửi lại tệp này."
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINE = 15.0
_XF = (
    '<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" applyAlignment="1" applyFont="1" '
    'applyFill="1" applyBorder="1" pivotButton="0" quotePrefix="0" xfId="0" applyProtection="1">'
    '<alignment horizontal="{across}" vertical="{down}" wrapText="1"/>'
    '<protection locked="1" hidden="0"/></xf>'
)


def add_sheet(
    parts: dict[str, bytes], title: str, questions: Sequence[Question], tests: Sequence[tuple[str, str]]
) -> None:
    """Add the sheet to the parts of a form, before its hidden map, and let the workbook open on it.

    ``tests`` has two expressions per question: TRUE while nothing has been changed, and TRUE while its lines
    are not right.
    """
    first = _add_styles(parts)
    count = sum(1 for name in parts if name.startswith("xl/worksheets/sheet"))
    part = f"xl/worksheets/sheet{count + 1}.xml"
    parts[part] = _render(title, questions, tests, first).encode()
    types = parts["[Content_Types].xml"].decode()
    override = (
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = types.replace("</Types>", override).encode()
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    relation = (
        f'<Relationship Id="rIdQuestions" Type="{_RELATIONS}/worksheet" '
        f'Target="{part.removeprefix("xl/")}"/></Relationships>'
    )
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", relation).encode()
    workbook = parts["xl/workbook.xml"].decode()
    # Before the hidden map, which stays the last sheet. activeTab counts sheets from 0.
    position = len(re.findall(r"<sheet ", workbook.partition(f'name="{META_SHEET}"')[0])) - 1
    entry = (
        f'<sheet xmlns:r="{_RELATIONS}" name="{CORRECTION_SHEET}" sheetId="{count + 1}" state="visible" '
        'r:id="rIdQuestions"/>'
    )
    workbook = re.sub(
        rf'(<sheet [^>]*name="{META_SHEET}")', lambda found: entry + found[1], workbook, count=1
    )
    parts["xl/workbook.xml"] = re.sub(r'activeTab="\d+"', f'activeTab="{position}"', workbook).encode()
    for name in parts:
        if name.startswith("xl/worksheets/sheet") and name != part:
            # With two selected sheets Excel opens them as a group, and typing into one fills both.
            parts[name] = parts[name].replace(b' tabSelected="1"', b"")


def _add_styles(parts: dict[str, bytes]) -> int:
    """Add formats for title, text, heading, cell, link and centred cell, in this order; return the first's
    index.
    """
    text = parts["xl/styles.xml"].decode()
    fonts, fills, borders, formats = (
        int(re.search(rf'<{name} count="(\d+)"', text)[1])  # type: ignore[index]  # every form has them
        for name in ("fonts", "fills", "borders", "cellXfs")
    )
    face = '<name val="Times New Roman"/>'
    line = "".join(
        f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    added = {
        "fonts": (
            f'<font><b val="1"/><sz val="14"/><color rgb="FF9C0006"/>{face}</font>',
            f'<font><sz val="12"/><color rgb="FF000000"/>{face}</font>',
            f'<font><b val="1"/><sz val="12"/><color rgb="FFFFFFFF"/>{face}</font>',
            f'<font><u val="single"/><sz val="12"/><color rgb="FF0563C1"/>{face}</font>',
        ),
        "fills": ('<fill><patternFill patternType="solid"><fgColor rgb="FF1F4E78"/></patternFill></fill>',),
        "borders": (f"<border>{line}<diagonal/></border>",),
        "cellXfs": (
            _XF.format(font=fonts, fill=0, border=0, across="left", down="center"),
            _XF.format(font=fonts + 1, fill=0, border=0, across="left", down="top"),
            _XF.format(font=fonts + 2, fill=fills, border=borders, across="center", down="center"),
            _XF.format(font=fonts + 1, fill=0, border=borders, across="left", down="top"),
            _XF.format(font=fonts + 3, fill=0, border=borders, across="center", down="top"),
            _XF.format(font=fonts + 1, fill=0, border=borders, across="center", down="top"),
        ),
    }
    for name, elements in added.items():
        head, found, tail = text.partition(f'<{name} count="')
        count, _, rest = tail.partition('"')
        text = f'{head}{found}{int(count) + len(elements)}"{rest}'
        text = text.replace(f"</{name}>", f"{''.join(elements)}</{name}>", 1)
    parts["xl/styles.xml"] = text.encode()
    return formats


def _render(title: str, questions: Sequence[Question], tests: Sequence[tuple[str, str]], first: int) -> str:
    headline, guide, head, cell, link, centre = range(first, first + 6)
    rows = [
        _row(1, 24, [_text("A1", title, headline)]),
        _row(2, 34, [_text("A2", _GUIDE, guide)]),
        _row(3, 22, [_text(f"{'ABCDEFGHI'[column]}3", word, head) for column, word in enumerate(_HEADS)]),
    ]
    links = []
    several = len({question.cell.sheet for question in questions if question.cell}) > 1
    widths = (*_WIDTHS[:3], _WITH_SHEET, *_WIDTHS[4:]) if several else _WIDTHS
    for number, (question, (same, wrong)) in enumerate(zip(questions, tests, strict=True), start=1):
        row = number + 3
        place = _place(question, named=several)
        # Said twice, it would seem to differ.
        read = "" if question.understood == question.sent.strip() else question.understood
        texts = (question.line, place, question.sent, read, question.why, question.ask)
        cells = [f'<c r="A{row}" s="{centre}"><v>{number}</v></c>', _text(f"B{row}", question.level, centre)]
        looks = zip("CDEFGH", texts, (cell, link, *[cell] * 4), strict=True)
        cells += [_text(f"{letter}{row}", text, look) for letter, text, look in looks]
        if question.cell is not None:
            formula = escape(f'IF({same},"{OPEN}",IF({wrong},"{STILL_WRONG}","{DONE}"))')
            cells.append(f'<c r="I{row}" s="{centre}" t="str"><f>{formula}</f><v>{OPEN}</v></c>')
            target = f"{quote_sheet(question.cell.sheet)}!{question.cell.ref}"
            links.append(f'<hyperlink ref="D{row}" location={quoteattr(target)} display={quoteattr(place)}/>')
        rows.append(_row(row, _height(texts, widths), cells))
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, start=1)
    )
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{_MAIN}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="D4" sqref="D4"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        '<sheetProtection sheet="1" objects="0" scenarios="0" formatColumns="0" formatRows="0"/>'
        f'<mergeCells count="2"><mergeCell ref="A1:I1"/><mergeCell ref="A2:I2"/></mergeCells>{linked}'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _place(question: Question, *, named: bool) -> str:
    """Return the cells of a question; ``named`` adds its sheet."""
    if question.cell is None:
        return ""
    if named:
        return f"{question.cell.sheet}: {question.places}"
    return question.places


def _row(number: int, height: float, cells: Sequence[str]) -> str:
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _text(ref: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{ref}" s="{style}"/>'
    content = escape(clean_text(text))
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def _height(texts: Sequence[str], widths: Sequence[int]) -> float:
    lines = max(
        sum(max(1, -(-len(line) // int(width * 0.95))) for line in text.split("\n"))
        for text, width in zip(texts, widths[2:], strict=False)
    )
    return min(ROW_HEIGHT_LIMIT, 4 + _LINE * lines * 1.08)
