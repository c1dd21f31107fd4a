"""The hidden marks that locate a returned form's answers wherever they have moved.

A hidden column beside the form names the inputs of each row, and a hidden row below it names the columns;
both are plain ASCII text. Rows that are inserted, deleted or sorted take their marks along::

    wt:row ct_5_1a=3 ct_5_1b=5 ct_5_1a.ghi_chu=7 #1a2b3c4d
    wt:column 3
    wt:list ds.ten=2 ds.so_tien=5 @9
    wt:fact dv_so_dan
    wt:options ct_5_2
    wt:id BM/HTSD2023/11629/1a2b3c4d/0123456789abcdef texts=1a2b3c4d of=5e6f7a8b hidden=6

``wt:row``, in the key column, says which answers are on its row and in which named columns; the hash is
that of the row's label. ``wt:list`` is on every row of a list and on the hidden rows around it, each the
same: rows between two of them that have no mark were inserted. It names its own column, too: if that has not
moved, no other has, and a list pasted over the marks of its columns is still found. ``wt:column``, in the key
row, names its column. ``wt:fact`` and ``wt:options`` name what the hidden row holds for formulas: a fact of
the unit, or the options of a choice. ``wt:id`` repeats the form's identity, with digests of all printed texts
and of the template's whole content, and the number of hidden columns behind that of the marks.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbook_tools.bounded_cache import cache_if
from workbook_tools.text.clean import fold_case

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "wt:"
"""The prefix of every mark; no text for people has it."""
ROW, LIST, COLUMN, ID, FACT, OPTIONS = (
    f"{MARK}row ",
    f"{MARK}list ",
    f"{MARK}column ",
    f"{MARK}id ",
    f"{MARK}fact ",
    f"{MARK}options ",
)
META_SHEET = "_meta"
MADE_FOR = "unit_name"
"""In the first column of the map: beside it is the unit's name when the form was made."""
META_VERSION = "1"
CORRECTION_SHEET, OPEN, DONE = "Cần sửa", "Chưa sửa", "Đã sửa"
STILL_WRONG = "Đã đổi, vẫn còn lỗi"
"""The sheet of questions on a form that goes back to its unit, and the states of a question."""
CORRECTION_HEAD, CORRECTION_COLUMNS = 3, 9
"""The row of its headings and how many there are; a numbered row for each question follows."""
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in every blank form, so that equal input gives equal bytes; saving the form replaces it."""
_LONGEST = 1 << 12
"""Marks and labels are shorter; of longer texts in returned files nothing is remembered."""
_PIECE = re.compile(r"([a-z][a-z0-9_]*(?:\.ghi_chu)?)=[0-9]{1,5}|#([0-9a-f]{8})")
_MADE_WITH = re.compile(r"of=([0-9a-f]{8})")
_HIDDEN = re.compile(r"hidden=([0-9]{1,5})")
_DIGEST = re.compile(r"texts=([0-9a-f]{8})")
_COLUMN = re.compile(r"([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)=([0-9]{1,5})")
_HOME = re.compile(r" @([0-9]{1,5})$")
_PAIR = re.compile(r"([a-z][a-z0-9_]*(?:\.ghi_chu)?)=([0-9]{1,5})")


def render_row_key(columns: Mapping[str, int], label: str = "") -> str:
    """The mark of a row: its answers and remarks by named column, and the hash of its label, if any."""
    keys = [f"{name}={column}" for name, column in columns.items()]
    if label:
        keys.append(f"#{hash_text(fold_case(label))}")
    return ROW + " ".join(keys)


def render_list_key(columns: Mapping[str, int], key_column: int) -> str:
    """The mark of a list's rows: its columns by named column, and the column of the mark itself."""
    return LIST + " ".join([*(f"{name}={column}" for name, column in columns.items()), f"@{key_column}"])


@cache_if(lambda text: len(text) < _LONGEST, maxsize=1 << 10)
def parse_list_key(text: str) -> Mapping[str, int] | None:
    """Columns of a list by named column; None for any other text."""
    if not text.startswith(LIST):
        return None
    return {name: int(column) for name, column in _COLUMN.findall(text)}


def parse_list_home(text: str) -> int | None:
    """The column in which a list's mark was written; None for any other text."""
    match = _HOME.search(text) if text.startswith(LIST) else None
    return int(match[1]) if match else None


@cache_if(lambda text: len(text) < _LONGEST, maxsize=1 << 14)
def hash_text(text: str) -> str:
    """Hash of folded text, 8 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@cache_if(lambda text: len(text) < _LONGEST, maxsize=1 << 14)
def parse_row_labels(text: str) -> Mapping[str, str]:
    """Answer or remark → hash of its label, from the mark of a row; older forms have none."""
    found: dict[str, str] = {}
    names: list[str] = []
    for name, digits in _PIECE.findall(text):
        if digits:
            found.update(dict.fromkeys(names, digits))
            names.clear()
        else:
            names.append(name)
    return found


def parse_texts_digest(text: str) -> str:
    """Digest of all texts the form was printed with, from its identity mark; "" if missing."""
    return _stated(_DIGEST, text)


def parse_made_with(text: str) -> str:
    """Fingerprint of the template's content when the form was made, from its identity mark; "" if missing."""
    return _stated(_MADE_WITH, text)


def render_hidden(count: int) -> str:
    """The part of the identity mark that says how many hidden columns are behind that of the marks."""
    return f"hidden={count}"


def parse_hidden(text: str) -> int | None:
    """The number of hidden columns behind that of the marks, from the identity mark; None on older forms."""
    count = _stated(_HIDDEN, text)
    return int(count) if count else None


def _stated(piece: re.Pattern[str], text: str) -> str:
    """What an identity mark says in one of its pieces; "" without it, and for any other text."""
    match = piece.search(text) if text.startswith(ID) else None
    return match[1] if match else ""


@cache_if(lambda text: len(text) < _LONGEST, maxsize=1 << 14)
def parse_row_key(text: str) -> Mapping[str, int] | None:
    """Answers and remarks of a row by named column; None for any other text. Cached: equal on all forms of a
    type.
    """
    if not text.startswith(ROW):
        return None
    return {name: int(column) for name, column in _PAIR.findall(text)}


def parse_column_key(text: str) -> int | None:
    """The name of a column; None for any other text."""
    rest = text.removeprefix(COLUMN)
    if rest != text and rest.isdecimal() and len(rest) <= 5:
        return int(rest)
    return None
