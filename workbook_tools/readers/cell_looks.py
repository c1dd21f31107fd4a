"""What a cell shows that it does not hold: by its number format, a struck-out font, or the looks of parts of its text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from workbook_tools.readers.number_format import find_date_formats, find_odd_formats, show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from workbook_tools.readers.workbook import CellValue

STROKE = "\u0336"
"""Drawn across the letter before it."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Look(Enum):
    """How a part of a text stands in its cell."""

    PLAIN = ""
    STRUCK = "struck"
    RAISED = "raised"
    LOWERED = "lowered"


def strike(text: str) -> str:
    """A text struck out, as it is shown."""
    return "".join(letter + STROKE for letter in text)


def show_runs(runs: Iterable[tuple[str, Look]]) -> str:
    """A text of several parts as it is shown; empty where no part is struck out, raised or lowered beside another one."""
    parts = [*runs]
    looks = {look for text, look in parts if text.strip()}
    if Look.STRUCK not in looks and len(looks) < 2:
        return ""
    shown = "".join(map(_draw, parts))
    return shown if shown != "".join(text for text, _ in parts) else ""


def _draw(part: tuple[str, Look]) -> str:
    text, look = part
    if look is Look.STRUCK:
        return strike(text)
    return text.translate(_RAISED if look is Look.RAISED else _LOWERED) if look is not Look.PLAIN else text


def cut_runs(text: str, starts: Sequence[tuple[int, int]], fonts: Mapping[int, Look]) -> str:
    """A text as it is shown, by where each of its fonts begins; what stands before the first has the cell's own."""
    if not any(fonts.get(font) for _, font in starts):
        return ""
    bounds = [(0, -1), *starts]
    ends = [start for start, _ in starts] + [len(text)]
    runs = [
        (text[start:end], fonts.get(font, Look.PLAIN))
        for (start, font), end in zip(bounds, ends, strict=True)
    ]
    return show_runs(runs)


@dataclass(frozen=True)
class CellLooks:
    """The cell formats of a workbook, by index: which show dates, and which show a value otherwise than it is held.

    ``odd`` are (index, code of the number format or an empty text, whether it is struck out).
    """

    dates: frozenset[object] = frozenset()
    odd: frozenset[tuple[object, str, bool]] = frozenset()

    @cached_property
    def _odd(self) -> Mapping[object, tuple[str, bool]]:
        return {index: (code, struck) for index, code, struck in self.odd}

    def is_odd(self, index: object) -> bool:
        """Whether a format may show something else than a cell holds."""
        return index in self._odd

    def is_struck(self, index: object) -> bool:
        """Whether a format strikes out what stands in the cell."""
        return self._odd.get(index, ("", False))[1]

    def dress(self, value: CellValue, index: object) -> CellValue:
        """A value with what the format of its cell makes of it."""
        look = self._odd.get(index)
        if look is None:
            return value
        code, struck = look
        shown = (
            show_number(code, value.value)
            if code and isinstance(value.value, float) and not value.is_date
            else value.shown
        )
        # Parts of a text with looks of their own do not have the cell's.
        if struck and not value.shown:
            shown = strike(shown or value.raw)
        return msgspec.structs.replace(value, shown=shown) if shown else value


def build_looks(
    formats: Sequence[tuple[int, bool]], codes: Mapping[int, str], key: Callable[[int], object]
) -> CellLooks:
    """The looks of cell formats, each a number format and whether its font is struck out; ``key`` makes the index that cells write."""
    dates, odd = find_date_formats(codes), find_odd_formats(codes)
    return CellLooks(
        frozenset(key(index) for index, (number, _) in enumerate(formats) if number in dates),
        frozenset(
            (key(index), odd.get(number, ""), struck)
            for index, (number, struck) in enumerate(formats)
            if struck or (number in odd and number not in dates)
        ),
    )
