"""The hidden marks by which a returned form's answers are found wherever they have moved.

A hidden column beside the form names the inputs of each row, a hidden row below it names the columns; both are
plain ASCII texts. A row that is inserted, deleted or sorted takes its marks along::

    wt:row ct_5_1a=3 ct_5_1b=5 ct_5_1a.ghi_chu=7      (in the key column: these answers stand on this row, in the columns so named)
    wt:column 3                                       (in the key row: this is the column so named)
    wt:id BM/HTSD2023/11629/1a2b3c4d/0123456789abcdef (the form's identity once more)
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "wt:"
"""How every mark begins; nothing that is for people to read does."""
ROW, COLUMN, ID, FACT, OPTIONS = (
    f"{MARK}row ",
    f"{MARK}column ",
    f"{MARK}id ",
    f"{MARK}fact ",
    f"{MARK}options ",
)
META_SHEET = "_meta"
META_VERSION = "1"
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date every blank form bears, so that the same input gives the same bytes; a program that saves it sets its own."""
_PAIR = re.compile(r"([a-z][a-z0-9_]*(?:\.ghi_chu)?)=([0-9]{1,5})")


def render_row_key(columns: Mapping[str, int]) -> str:
    """The mark of a row: which answer or remark stands in which named column."""
    return ROW + " ".join(f"{name}={column}" for name, column in columns.items())


@lru_cache(maxsize=1 << 14)
def parse_row_key(text: str) -> Mapping[str, int] | None:
    """The answers and remarks of a row by named column; None for any other text. All forms of a type have the same."""
    if not text.startswith(ROW):
        return None
    return {name: int(column) for name, column in _PAIR.findall(text)}


def parse_column_key(text: str) -> int | None:
    """The name of a column; None for any other text."""
    rest = text.removeprefix(COLUMN)
    return int(rest) if rest != text and rest.isdecimal() and len(rest) <= 5 else None
