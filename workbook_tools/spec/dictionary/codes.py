"""Codes of the dictionary sheets: which are valid, and who a row is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools import heads
from workbook_tools.excel import parse_ref
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.row_lists.list_columns import RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.model import UnitType
    from workbook_tools.spec.tables import CodeBook, Row


_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_COLUMN_CODE = re.compile(r"([a-z][a-z0-9_]{0,29})\.([a-z][a-z0-9_]{0,29})")
"""A column of a list, such as ds.ten."""
_ROW_COLUMN = re.compile(r"r[0-9]*c[0-9]*|[rc]")
_EXCEL_WORDS = frozenset({"true", "false", "print_area", "print_titles"})
"""Excel repairs a form in which a cell has one of these names."""
_CAMPAIGN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def is_campaign_code(code: str) -> bool:
    """Whether a campaign may have this code, which is part of file names and form ids."""
    return bool(_CAMPAIGN_CODE.fullmatch(code))


def is_like_cell(code: str) -> bool:
    """Whether Excel would read a name as a cell address (``ct1`` is column CT, row 1; also ``r1c1`` and
    ``r``).
    """
    if _ROW_COLUMN.fullmatch(code):
        return True
    try:
        parse_ref(code)
    except ValueError:
        return False
    return True


def read_code(row: Row, seen: CodeBook, *, columns: bool = False) -> str | None:
    """The row's code; None if it is missing, invalid or already used, which is noted.

    With ``columns`` it may be that of a list's column.
    """
    code = row.text(heads.KEY, required=True)
    if not code:
        return None
    # A column's code is never like a cell's address: Excel's addresses have no full stop.
    if columns and (parts := _COLUMN_CODE.fullmatch(code)) is not None:
        if parts[2] in RESERVED:
            row.note("code-reserved", heads.KEY, value=code)
            return None
        if seen.is_new(row, heads.KEY, code):
            return code
        return None
    if not _CODE.fullmatch(code):
        row.note("code-invalid", heads.KEY, value=code)
        return None
    if code in _EXCEL_WORDS:
        row.note("code-reserved", heads.KEY, value=code)
        return None
    if is_like_cell(code):
        row.note("code-like-cell", heads.KEY, value=code)
        return None
    if seen.is_new(row, heads.KEY, code):
        return code
    return None


def read_types(row: Row, head: str, unit_types: Mapping[str, UnitType]) -> frozenset[str]:
    """The unit types that a row is for; empty means all."""
    codes = [code.lower() for code in row.codes(head, between=";,\n")]
    if not codes or codes == [words.EVERYBODY]:
        return frozenset()
    for code in codes:
        if code not in unit_types:
            row.note_unknown("type-unknown", head, code, [words.EVERYBODY, *unit_types])
    return frozenset(codes)
