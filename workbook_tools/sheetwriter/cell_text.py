"""Text and numbers in cells: Excel's limits, and the room they need."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from workbook_tools.excel import SHEET_NAME_LIMIT, TEXT_LIMIT, round_as_shown
from workbook_tools.pivots import item_key
from workbook_tools.text.names import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_LETTERS = 1.1
"""Letters of ordinary Vietnamese per unit of column width; bold letters are wider."""
_CAPITAL = 1.4
"""Width of a capital in small letters."""
_WIDEST_CODE = 20.0
_CUT = " … [đã cắt bớt]"
_MEASURE = re.compile(r"\s*(\([^()]{1,20}\))$")
_FORBIDDEN, _UNNAMED = re.compile(r"[\[\]:*?/\\]"), "Trang"
"""Characters that no sheet's name may have, and the name of a sheet that has no other."""


def excel_text(text: str) -> str:
    """Make text valid for Excel: no control characters or lone surrogates, at most 32,767 UTF-16 units."""
    # Fast path: at most two UTF-16 units a letter.
    if len(text) <= TEXT_LIMIT // 2 and text.isprintable():
        return text
    cleaned = safe_text(text.replace("\r\n", "\n").replace("\r", "\n"))
    units = cleaned.encode("utf-16-le")
    if len(units) <= 2 * TEXT_LIMIT:
        return cleaned
    # The cut may have split a surrogate pair.
    return units[: 2 * (TEXT_LIMIT - 20)].decode("utf-16-le", errors="ignore") + _CUT


def excel_value(value: Any) -> Any:
    """A text made valid for Excel; any other value as it is."""
    return excel_text(value) if isinstance(value, str) else value


def cut_name(name: str, limit: int) -> str:
    """Shorten a sheet name to ``limit`` characters, between words where possible."""
    if len(name) > limit:
        # Unless the last blank is near the beginning, where little would be left of the name.
        end = name.rfind(" ", 0, limit + 1)
        if end <= limit // 2:
            end = limit
        name = name[:end]
    # Excel refuses sheet names that begin or end with an apostrophe.
    return name.strip(" '-")


def free_sheet_name(wanted: str, taken: Collection[str]) -> str:
    """A sheet name that Excel allows, numbered if it is taken in whatever case: ``DS Lớp (2)``."""
    allowed, used = _FORBIDDEN.sub(" ", wanted), {name.casefold() for name in taken}
    endings = ("", *(f" ({number})" for number in range(2, len(used) + 2)))
    names = ((cut_name(allowed, SHEET_NAME_LIMIT - len(end)) or _UNNAMED) + end for end in endings)
    return next(name for name in names if name.casefold() not in used)


def tell_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Code → name, with the code appended to names that a pivot would merge, as those equal but for case."""
    shared = Counter(item_key(excel_text(name)) for name in names.values())
    return {
        code: f"{name} ({code})" if shared[item_key(excel_text(name))] > 1 else name
        for code, name in names.items()
    }


def shown_share(share: float) -> float:
    """A share in whole percent that is 100 only if complete and 0 only if nothing."""
    if 0 < share < 1:
        return min(max(round_as_shown(share, 2), 0.01), 0.99)
    return share


def percent_text(share: float) -> str:
    """A share as a text says it: ``85 %``."""
    return f"{shown_share(share):.0%}".replace("%", " %")


def line_count(text: str, width: float) -> int:
    """Lines that wrapped text takes in a column of that width."""
    room = max(int(width * _LETTERS), 1)
    # Fast path: it fits whatever its letters are.
    return sum(1 if len(line) * _CAPITAL <= room else _wrapped_lines(line, room) for line in text.split("\n"))


def _wrapped_lines(line: str, room: int) -> int:
    lines, used = 1, 0
    for word in line.split(" "):
        length = len(word) if word.islower() else _length(word)
        if used:
            used += 1 + length
            if used <= room:
                continue
            lines += 1
        used = length
        if used > room:
            lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def _length(word: str) -> int:
    return len(word) + round((_CAPITAL - 1) * sum(map(str.isupper, word)))


def one_line_width(text: str) -> float:
    """Column width that shows a text on one line."""
    # Cell margins take about two letters.
    return _length(text) / _LETTERS + 2.0


def shorten(text: str, width: float, lines: int) -> str:
    """The text, cut to so many lines of a column of that width, between words where possible.

    A measure in brackets at its end stays, if it leaves room for the text: “Số lớp… (lớp)”.
    """
    if line_count(text, width) <= lines:
        return text
    end, measure = "…", _MEASURE.search(text)
    if measure and line_count(measure[1], width) < lines:
        text, end = text[: measure.start()], f"… {measure[1]}"
    short = next(cut_text(text, width, lines))
    while line_count(f"{short}{end}", width) > lines:
        # A single word longer than the cell is cut anywhere.
        short = short.rpartition(" ")[0] or short[:-1]
    return f"{short}{end}"


def cut_text(text: str, width: float, lines: int) -> Iterator[str]:
    """Split text into parts of at most ``lines`` lines in a column of that width, between words where
    possible.
    """
    while text:
        end = _fitting(text, width, lines)
        if end < len(text):
            # A single word longer than the cell is cut anywhere.
            between = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
            if between > 0:
                end = between
        yield text[:end].strip("\n")
        text = text[end:].lstrip(" ")


def _fitting(text: str, width: float, lines: int) -> int:
    """Length of the longest prefix that takes at most ``lines`` lines, at least 1."""
    shortest, longest = 1, min(len(text), lines * (int(width * _LETTERS) + 2))
    # Fast path: the end of a text mostly fits whole.
    if line_count(text[:longest], width) <= lines:
        return longest
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if line_count(text[:middle], width) <= lines:
            shortest = middle
        else:
            longest = middle - 1
    return shortest


def code_width(codes: Iterable[str], least: float = 12.0) -> float:
    """Column width that shows codes whole, within limits: they have no blank at which to wrap."""
    longest = max((len(code) for code in codes), default=0)
    return max(least, min(longest + 2.0, _WIDEST_CODE))


def number_width(numbers: npt.ArrayLike, least: float = 12) -> float:
    """Column width that fits each of the numbers: Excel shows ``####`` for what does not fit."""
    values = np.asarray(numbers, dtype="float64")
    known = values[np.isfinite(values)]
    # The longest are the greatest and the least.
    texts = []
    if len(known):
        texts = [f"{number:,.0f}" for number in (known.min(), known.max())]
    # A separator is half as wide as a digit; indent and cell margins take about three digits.
    return max(least, max((len(text) - text.count(",") / 2 for text in texts), default=0.0) + 3)
