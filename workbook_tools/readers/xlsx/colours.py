"""Whether a cell's text can be distinguished from its background, as far as the workbook states colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook_tools.readers.limits import Element

_LEAST_CONTRAST = 1.2
"""Of 1 to 21, as WCAG 2 defines it; pale grey on white has 1.4."""
_WHITE, _BLACK = "FFFFFF", "000000"
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{6}$")
_INDEXED = {"0": _BLACK, "1": _WHITE, "8": _BLACK, "9": _WHITE, "64": _BLACK, "65": _WHITE}
_THEME = {"0": _WHITE, "1": _BLACK}
"""The colours of text and background, which few themes change; other themed colours are not known here."""


def font_colour(font: Element, prefix: str) -> str:
    """The colour of a font as six hexadecimal digits; black if it names none, empty if it is not known."""
    colour = font.find(f"{prefix}color")
    return _BLACK if colour is None else _colour(colour)


def fill_colour(fill: Element, prefix: str) -> str:
    """The colour of a fill; white if it has none, empty if it is a pattern or not known."""
    pattern = fill.find(f"{prefix}patternFill")
    if pattern is None:
        return ""
    kind = pattern.get("patternType", "none")
    colour = pattern.find(f"{prefix}fgColor")
    if kind == "none":
        return _WHITE
    if kind == "solid" and colour is not None:
        return _colour(colour)
    return ""


def cannot_be_seen(text: str, background: str) -> bool:
    """Whether two known colours are so alike that nobody reads one on the other."""
    if not text or not background:
        return False
    darker, lighter = sorted((_luminance(text), _luminance(background)))
    return (lighter + 0.05) / (darker + 0.05) < _LEAST_CONTRAST


def _colour(element: Element) -> str:
    if element.get("tint", "0") not in ("0", "0.0"):
        return ""
    named = _HEXADECIMAL.search(element.get("rgb", ""))
    if named:
        return str(named[0])
    return _THEME.get(element.get("theme", ""), "") or _INDEXED.get(element.get("indexed", ""), "")


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    if part <= 0.03928:
        return part / 12.92
    return float(((part + 0.055) / 1.055) ** 2.4)
