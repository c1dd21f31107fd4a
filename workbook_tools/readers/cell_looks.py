"""What a cell displays when that differs from its content: number format, strikethrough, rich text."""

from __future__ import annotations

import itertools
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.readers.number_format import find_date_formats, find_odd_formats, format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from workbook_tools.readers.sheet_book import CellValue

STROKE = "\u0336"
"""Combining character that strikes through the letter before it."""
SPLIT = "|"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class TextLook(Enum):
    """Formatting of a run of text that changes what a reader sees."""

    PLAIN = ""
    STRUCK = "struck"
    RAISED = "raised"
    LOWERED = "lowered"


def strike(text: str) -> str:
    """Text with strikethrough as displayed."""
    return "".join(letter + STROKE for letter in text)


def show_runs(runs: Iterable[tuple[str, TextLook]]) -> str:
    """Rich text as displayed; empty if that is its letters.

    It differs if a run is struck out, raised or lowered beside another, or if the format changes between two
    digits, as where a figure was added in red: then ``SPLIT`` stands between the runs.
    """
    parts = [part for part in runs if part[0]]
    looks = {look for text, look in parts if text.strip()}
    if TextLook.STRUCK in looks or len(looks) > 1:
        shown = "".join(map(_draw, parts))
        if shown != "".join(text for text, _ in parts):
            return shown
        return ""
    # A figure added in red beside the old one, 1 beside 2, would otherwise be read as 12.
    is_split = any(
        before[-1].isdigit() and after[0].isdigit() for (before, _), (after, _) in itertools.pairwise(parts)
    )
    if is_split:
        return SPLIT.join(text for text, _ in parts)
    return ""


def _draw(part: tuple[str, TextLook]) -> str:
    text, look = part
    if look is TextLook.STRUCK:
        return strike(text)
    if look is TextLook.PLAIN:
        return text
    signs = _RAISED if look is TextLook.RAISED else _LOWERED
    return text.translate(signs)


def cut_runs(text: str, starts: Sequence[tuple[int, int]], fonts: Mapping[int, TextLook]) -> str:
    """Rich text as displayed, from the offsets where its fonts begin.

    The text before the first offset has the cell's own font.
    """
    bounds = [(0, -1), *starts]
    ends = [start for start, _ in starts] + [len(text)]
    runs = [
        (text[start:end], fonts.get(font, TextLook.PLAIN))
        for (start, font), end in zip(bounds, ends, strict=True)
    ]
    return show_runs(runs)


class CellLooks(Struct, frozen=True, dict=True):
    """Cell formats of a workbook by index: those that show dates, and those that display another value.

    ``odd`` are (index, number format code or "", struck out).
    """

    dates: frozenset[object] = frozenset()
    odd: frozenset[tuple[object, str, bool]] = frozenset()

    @cached_property
    def _odd(self) -> Mapping[object, tuple[str, bool]]:
        return {index: (code, struck) for index, code, struck in self.odd}

    def is_odd(self, index: object) -> bool:
        """Whether a format may display something other than the cell's content."""
        return index in self._odd

    def is_struck(self, index: object) -> bool:
        """Whether a format strikes out the cell's content."""
        return self._odd.get(index, ("", False))[1]

    def dress(self, value: CellValue, index: object) -> CellValue:
        """Add what the cell's format displays to a value."""
        look = self._odd.get(index)
        if look is None:
            return value
        code, struck = look
        # Dates always differ from their number, and are read as dates.
        shown = value.shown
        if code and isinstance(value.value, float) and not value.is_date:
            shown = format_number(code, value.value)
        # Runs with formatting of their own override the cell's.
        if struck and not value.shown:
            shown = strike(shown or value.raw)
        if shown:
            return replace(value, shown=shown)
        return value


def build_looks(
    formats: Sequence[tuple[int, bool]], codes: Mapping[int, str], key: Callable[[int], object]
) -> CellLooks:
    """Build the looks of cell formats, each a number format and whether its font is struck out.

    ``key`` makes the index that cells refer to.
    """
    dates, odd = find_date_formats(codes), find_odd_formats(codes)
    return CellLooks(
        frozenset(key(index) for index, (number, _) in enumerate(formats) if number in dates),
        frozenset(
            (key(index), odd.get(number, ""), struck)
            for index, (number, struck) in enumerate(formats)
            if struck or (number in odd and number not in dates)
        ),
    )
