"""Heads of columns cut to a few lines, so that frozen rows leave the screen to the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.sheetwriter.cell_text import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.sheetwriter.book_sheet import Sheet


def write_short_head(
    sheet: Sheet,
    cell: tuple[int, int],
    text: str,
    room: tuple[float, int],
    style: str | Mapping[str, object] = "head",
) -> None:
    """Write a head cut to ``room``, a width and a number of lines; if it was cut, a note has it whole."""
    short = shorten(text, *room)
    sheet.text(*cell, short, style)
    if short != text:
        sheet.note(*cell, text)
