"""The sheet ``Thuyết minh``: a summary of figures and texts, then the units' texts by section and area."""

from __future__ import annotations

import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools import heads
from workbook_tools.consolidated.words import NARRATIVE_SHEET
from workbook_tools.excel import quote_sheet
from workbook_tools.frames import find_answered
from workbook_tools.model import Kind
from workbook_tools.sheetwriter.cell_text import cut_text, line_count
from workbook_tools.sheetwriter.columns import Column, Links
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from workbook_tools.consolidated.office_report.statements import Statement
    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

_UNIT_WIDTH, _WIDTH, _HEAD_HEIGHT = 24.0, 74.0, 22.0
_GOES_ON = "(tiếp)"
_REST = "(Còn nữa; xem đủ ở trang Dữ liệu hoặc trong tệp của đơn vị.)"
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n")
_MOST_PIECES = 40
"""Rows of one answer; as prose, the longest text that a cell holds takes 20."""
_LINES = 24
"""Lines of one row: Excel's rows have at most 409 points, and high rows leave pages half empty."""
_PRINTED_PAGES, _PAGE_HEIGHT = 12, 720.0
"""Pages printed of very many answers, and points of rows per page; the screen shows all."""
_CUT = f"Bản in dừng ở khoảng {_PRINTED_PAGES} trang; trên màn hình có đủ ý kiến của mọi đơn vị."


class _Row(Struct, frozen=True):
    """A row: the texts of its two columns, style, height in points, and the link of its first cell."""

    left: str
    text: str
    style: str
    height: float
    link: str | None = None

    @property
    def left_style(self) -> str:
        """The style of its first cell."""
        return self.style if self.link is None else "wrapped_link"


def write_narrative(book: Book, collection: Collection, statements: Sequence[Statement]) -> None:
    """Write the summary, then every text answer; a long one takes several rows and is never clipped."""
    sheet = book.sheet(NARRATIVE_SHEET, TAB["report"])
    sheet.widths([_UNIT_WIDTH, _WIDTH])
    sheet.page(landscape=False, repeat=(0, 0))
    sheet.head(0, [heads.UNIT, heads.CONTENT], _HEAD_HEIGHT)
    texts = find_answered(collection.answers, _text_codes(collection))
    entries = list(_build_lines(texts, collection))
    summary = list(_summarise(statements))
    ends = [*accumulate(row.height for row in [*summary, *entries])]
    printed = sum(end <= _PRINTED_PAGES * _PAGE_HEIGHT for end in ends)
    if printed < len(ends):
        summary.append(_Row("", _CUT, "wrap", 15.5 * line_count(_CUT, _WIDTH) + 3))
    rows = [*summary, *entries]
    if not entries:
        rows.append(_Row("", "Chưa đơn vị nào có phần thuyết minh.", "wrap", 18.5))
    links = Links.within([row.link for row in rows])
    columns = [
        Column([row.left for row in rows], [row.left_style for row in rows], links),
        Column([row.text for row in rows], [row.style for row in rows]),
    ]
    sheet.columns(1, columns, [row.height for row in rows])
    if printed < len(ends):
        sheet.raw.print_area(0, 0, printed + 1, 1)
    heights = [_HEAD_HEIGHT, *(row.height for row in rows[: printed + 1])]
    bands = {place for place, row in enumerate(rows, start=1) if row.style == "band"}
    sheet.end_pages(heights, bands, _HEAD_HEIGHT)
    sheet.raw.freeze_panes(1, 1)


def _summarise(statements: Sequence[Statement]) -> Iterator[_Row]:
    """The statements, each with a link to the sheet that has its figures."""
    yield _Row("Xem trang", "Tóm tắt", "band", 20.0)
    for found in statements:
        lines = max(line_count(found.text, _WIDTH), line_count(found.sheet, _UNIT_WIDTH))
        height = 15.5 * lines + 3
        # The quotes are below, on this sheet.
        if found.sheet == NARRATIVE_SHEET:
            yield _Row("Ý kiến bên dưới", found.text, "wrap", height)
        else:
            yield _Row(found.sheet, found.text, "wrap", height, f"{quote_sheet(found.sheet)}!A1")


def _build_lines(texts: pd.DataFrame, collection: Collection) -> Iterator[_Row]:
    """The rows of all answers: by section, and within it by area."""
    # Units often write the same; each text is measured once.
    pieces = {text: _pieces(text) for text in dict.fromkeys(map(str, texts["value"]))}
    names = {unit: collection.roster[unit].name for unit in texts["unit"].unique()}
    name_lines = {name: line_count(name, _UNIT_WIDTH) for name in (*names.values(), _GOES_ON)}
    areas = {area: place for place, area in enumerate(dict.fromkeys(collection.status["area"]))}
    of_unit = {unit: areas[area] for unit, area in collection.area_of.items()}
    texts = texts.assign(area=texts["unit"].map(of_unit)).sort_values("area", kind="stable")
    for code in _text_codes(collection):
        section = texts[texts["indicator"] == code]
        if section.empty:
            continue
        label = collection.template.indicators[code].label
        yield _Row(f"{len(section)} đơn vị", label, "band", 17.0 * line_count(label, _WIDTH) + 3)
        for unit, text in zip(section["unit"], section["value"], strict=True):
            name = names[unit]
            for piece, lines in pieces[str(text)]:
                yield _Row(name, piece, "wrap", 15.5 * max(lines, name_lines[name]) + 3)
                name = _GOES_ON


def _text_codes(collection: Collection) -> list[str]:
    return [i.code for i in collection.template.indicators.values() if i.kind is Kind.TEXT]


def _pieces(text: str) -> list[tuple[str, int]]:
    """Cut a text into parts that a row can show, each with its number of lines; blank lines are collapsed.

    A text of more lines than anybody writes ends with a note on where the rest is.
    """
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    lines = line_count(text, _WIDTH)
    if lines <= _LINES:
        return [(text, lines)]
    pieces = [*islice(cut_text(text, _WIDTH, _LINES), _MOST_PIECES + 1)]
    if len(pieces) > _MOST_PIECES:
        pieces[_MOST_PIECES:] = [_REST]
    return [(piece, line_count(piece, _WIDTH)) for piece in pieces]
