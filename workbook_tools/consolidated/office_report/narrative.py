"""The sheet ``Thuyết minh``: what the units wrote, by section and unit, ready to print."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.model import Kind, State
from workbook_tools.sheetwriter.cell_text import cut_text, line_count
from workbook_tools.sheetwriter.columns import Column
from workbook_tools.sheetwriter.style import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from workbook_tools.frames import Collection
    from workbook_tools.sheetwriter.book import Book

NAME = "Thuyết minh"
_UNIT_WIDTH, _WIDTH = 24.0, 74.0
_GOES_ON = "(tiếp)"
_REST = "(Còn nữa; xem đủ ở trang Dữ liệu hoặc trong tệp của đơn vị.)"
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n")
_MOST_PIECES = 40
"""Rows of one answer; the longest text that a cell holds takes 20 where it is prose."""
_LINES = 24
"""Lines of one row: Excel shows at most 409 points, and a page should not be left half empty."""


def write_narrative(book: Book, collection: Collection) -> None:
    """Write every text answer under its section; a long one goes on over several rows and is never clipped."""
    sheet = book.sheet(NAME, TAB["report"])
    sheet.widths([_UNIT_WIDTH, _WIDTH])
    sheet.page(landscape=False, repeat=(0, 0))
    sheet.head(0, [heads.UNIT, heads.CONTENT], 22)
    answers = collection.answers
    texts = answers[(answers["state"] == State.ANSWERED) & answers["indicator"].isin(_text_codes(collection))]
    lines = list(_build_lines(texts, collection))
    if lines:
        names, pieces, styles, heights = zip(*lines, strict=True)
        sheet.columns(1, [Column(names, styles), Column(pieces, styles)], heights)
    else:
        sheet.text(1, 0, "Chưa đơn vị nào có phần thuyết minh.", "plain")
    sheet.raw.freeze_panes(1, 1)


def _build_lines(texts: pd.DataFrame, collection: Collection) -> Iterator[tuple[str, str, str, float]]:
    """What stands in the two columns of each row, their style and the row's height."""
    pieces = {text: _pieces(text) for text in texts["value"].map(str).unique()}
    names = {unit: collection.roster[unit].name for unit in texts["unit"].unique()}
    name_lines = {name: line_count(name, _UNIT_WIDTH) for name in (*names.values(), _GOES_ON)}
    for code in _text_codes(collection):
        section = texts[texts["indicator"] == code]
        if section.empty:
            continue
        label = collection.template.indicators[code].label
        yield f"{len(section)} đơn vị", label, "band", 17.0 * line_count(label, _WIDTH) + 3
        for unit, text in zip(section["unit"], section["value"], strict=True):
            name = names[unit]
            for piece, lines in pieces[str(text)]:
                yield name, piece, "wrap", 15.5 * max(lines, name_lines[name]) + 3
                name = _GOES_ON


def _text_codes(collection: Collection) -> list[str]:
    return [i.code for i in collection.template.indicators.values() if i.kind is Kind.TEXT]


def _pieces(text: str) -> list[tuple[str, int]]:
    """The text in parts that a row can show, each with the number of its lines; blank lines only where there was one.

    A text of more lines than anybody writes ends with a word on where the rest stands.
    """
    pieces = [*islice(cut_text(_BLANK_LINES.sub("\n\n", text), _WIDTH, _LINES), _MOST_PIECES + 1)]
    if len(pieces) > _MOST_PIECES:
        pieces[_MOST_PIECES:] = [_REST]
    return [(piece, line_count(piece, _WIDTH)) for piece in pieces]
