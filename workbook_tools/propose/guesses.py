"""Guess what an input asks for (label, group, measure and kind) from the words around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.propose.inputs import MEASURES, heads, is_heading, is_label, row_texts, spans_table
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.propose.grid import Block, Grid

_SIGNS = re.compile(r"[^\w]+")
_BULLET = re.compile(r"^\s*[-+*•–]\s*")
_NUMBERING = re.compile(r"^\s*(?:[IVX]{1,5}|[A-ZĐ]|\d{1,2})(?:\.\d{1,2})*[.)/]\s*")
_IN_BRACKETS = re.compile(r"\((?:đơn vị(?: tính)?:?\s*|đvt:?\s*)?([^()\d+]{1,20})\)\s*:?\s*$", re.IGNORECASE)
_OF_TABLE = re.compile(r"(?:đơn vị(?: tính)?|đvt)\s*:\s*([^()\d,;.]{1,20})", re.IGNORECASE)
_WORDS = (
    "học sinh", "giáo viên", "cán bộ", "đơn vị", "cá nhân", "hoạt động", "trung tâm", "cơ sở", "tài liệu",
    "người", "lượt", "trẻ", "lớp", "trường", "phòng", "bài", "tin", "tờ", "cuốn", "cuộc", "buổi", "lần",
    "cái", "bộ", "máy", "hộ",
)  # fmt: skip
_MONEY = re.compile(r"\bđồng\b|kinh phí|số tiền|\bvnđ\b")
_DECIMAL = re.compile(r"\b(?:m2|m3|ha|km|kg|tấn|giờ)\b|m²|điểm trung bình|diện tích")
_RATE = re.compile(r"%|\bt[ỷỉ] lệ\b|phần trăm")
# “Ngày công” is a day's work, a figure, not a date.
_DATE = re.compile(r"(?:^|: )(?:ngày|thời gian|thời điểm)\b(?! công)")
_CHOICE = re.compile(r"\bcó\s*/\s*không\b|\?$")
_TEXT = re.compile(
    r"\b(?:họ và tên|họ tên|tên|nhận xét|khó khăn|thuận lợi|kiến nghị|đề xuất|hình thức|nội dung|lý do|"
    r"địa chỉ|nguyên nhân|giải pháp|đánh giá|kết quả đạt được|kế hoạch|xếp loại|chức vụ|e-?mail|điện thoại)\b"
)
_NUMBER_FORMAT = re.compile(r"[0#]")
_ADDED_UP = frozenset({"số đếm", "tiền", "số thập phân"})
_PER_PIECE = re.compile(r"\b(?:don gia|dinh muc|binh quan|trung binh)\b")


class ProposedLine(Struct, frozen=True):
    """A proposed line of the dictionary; ``row`` and ``column`` name it in a matrix."""

    block: Block
    sheet: str
    group: str
    label: str
    measure: str
    kind: str
    row: str = ""
    column: str = ""
    options: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it asks for a figure."""
        return self.kind in _ADDED_UP or self.kind == "tỷ lệ %"

    @property
    def adds_up(self) -> bool:
        """Whether figures of several units are added up; unit prices, norms and means are not."""
        return self.kind in _ADDED_UP and not _PER_PIECE.search(fold(self.label))


def guess_line(grid: Grid, block: Block, inputs: Sequence[Block]) -> ProposedLine:
    """Guess what one cell asks for."""
    row, column = _row_words(grid, block, inputs), _column_words(grid, block)
    others = [_column_words(grid, b) for b in inputs if b.row == block.row and b is not block]
    alone = not others
    if column in others:
        # Two figures of the row share the heading, so it does not tell them apart; their measures do.
        column = ""
    measure = _measure(grid, block, row, column)
    label = ": ".join(words for words in (row, column) if words)
    if row and alone:
        label = row
    if not alone and label == row and measure:
        label = f"{row} ({measure})"
    group = _group(grid, block)
    label = _tidy(label) or _tidy(group) or block.ref
    words = f"{_tidy(row)}: {column}" if column else _tidy(row)
    kind, options = _kind(
        block,
        words.casefold(),
        measure,
        # A ruled box with no words of a table is for words.
        boxed=block.is_boxed and bool(row or column),
    )
    if kind in ("văn bản", "ngày", "lựa chọn"):
        measure = ""
    place = ("", "")
    if row and column and not alone:
        place = (_tidy(row), _tidy(column))
    group = " ".join(group.split()) or grid.name
    return ProposedLine(block, grid.name, group, label, measure, kind, *place, options)


def _tidy(text: str) -> str:
    return " ".join(_BULLET.sub("", _NUMBERING.sub("", text)).split()).strip(" :;")


def _row_words(grid: Grid, block: Block, inputs: Sequence[Block]) -> str:
    texts = row_texts(grid, block)
    before = [b for b in inputs if b.row == block.row and b.column < block.column]
    if before:
        # "Số bài: ___ Số tin: ___": the label of a second figure is the text after the first one.
        since = [b for b in texts if b.column > before[-1].column]
        if since and (since[-1].text.endswith(":") or "L" in since[-1].edges):
            return since[-1].text
        texts = [b for b in texts if b.column < before[0].column]
    texts = [b for b in texts if not any(fold(head) in MEASURES for head in heads(grid, b)[-1:])]
    if not texts:
        above = grid.at(block.row - 1, block.column)
        if above is not None and not block.is_boxed:
            return above.text
        return ""
    return ": ".join(dict.fromkeys(_tidy(b.text) for b in texts))


def _column_words(grid: Grid, block: Block) -> str:
    if block.is_boxed:
        return ": ".join(heads(grid, block))
    return ""


def _measure(grid: Grid, block: Block, row: str, column: str) -> str:
    # Without a line between them, the text at the right shares the input's box: "12 | lượt".
    right = grid.at(block.row, block.last_column + 1)
    if (
        right is not None
        and right.text
        and "L" not in right.edges
        and len(right.text) <= 20
        and block.is_boxed
    ):
        return right.text
    for text in row_texts(grid, block):
        if any(fold(head) in MEASURES for head in heads(grid, text)[-1:]):
            return text.text
    # "Số lớp" names what is counted and is more reliable than brackets; any other word is the last resort.
    headings = _plain(column or row)
    found = next((word for word in _WORDS if f" số {word} " in headings[: len(word) + 6]), "")
    if found:
        return found
    for words in (row, column):
        if bracket := _IN_BRACKETS.search(words):
            return bracket[1].strip()
    if heading := _OF_TABLE.search(_group(grid, block)):
        return heading[1].strip()
    near = [(headings.find(f" {word} "), word) for word in _WORDS if f" {word} " in headings]
    return min(near)[1] if near else ""


def _plain(words: str) -> str:
    return f" {' '.join(_SIGNS.sub(' ', words.casefold()).split())} "


def _group(grid: Grid, block: Block) -> str:
    """Return the nearest heading above: a full-width row of the table, or a numbered text above the table."""
    for row in range(block.row - 1, 0, -1):
        for other in grid.row(row):
            if not other.text or other.is_formula or other.is_blank:
                continue
            if other.is_boxed:
                # A row that numbers the columns, A, B, 1, 2, is no heading.
                if not other.is_ordinal and spans_table(grid, other):
                    return other.text
            elif is_heading(other) and not is_label(grid, other):
                return other.text
    return ""


def _kind(block: Block, words: str, measure: str, *, boxed: bool) -> tuple[str, str]:
    number_format, measure = block.number_format.casefold(), measure.casefold()
    is_number = bool(_NUMBER_FORMAT.search(number_format))
    if block.options:
        return "lựa chọn", block.options
    # The format precedes the words: the officer chose it for this cell, the words may be about another.
    if re.search(r"[dy]{2}", number_format):
        return "ngày", ""
    if "%" in number_format or _RATE.search(measure) or _RATE.search(words):
        return "tỷ lệ %", ""
    # Before dates and numbers: the answer to "Có/Không" or a question is a choice, whatever it mentions.
    if _CHOICE.search(words.strip()):
        return "lựa chọn", "Có; Không"
    if _DATE.search(words) and number_format != "@" and not is_number:
        return "ngày", ""
    if number_format == "@" or (_TEXT.search(words) and not is_number and not measure):
        return "văn bản", ""
    if _MONEY.search(measure) or (not measure and _MONEY.search(words)):
        return "tiền", ""
    if re.search(r"0[.,]0", number_format) or _DECIMAL.search(measure) or _DECIMAL.search(words):
        return "số thập phân", ""
    if is_number or boxed or words.startswith(("số ", "tổng ")):
        return "số đếm", ""
    return "văn bản", ""
