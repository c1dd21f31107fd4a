"""Headers and footers of pages as Excel writes them in all its formats: words among codes such as ``&P``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]{1,3}|[A-Za-z])')
_FONT = re.compile(r'[\w ]+,(?:Regular|Bold|Italic|Bold Italic)"[0-9]*')


def strip_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of headers and footers, without codes for fonts, page numbers and the like."""
    # Those of the first page or of even pages often repeat the others.
    words = dict.fromkeys(" ".join(strip_font(_CODE.sub(" ", text)).split()) for text in texts)
    return tuple(filter(None, words))


def strip_font(text: str) -> str:
    """The text without the code of a font as Gnumeric leaves it, in OpenDocument, too.

    It leaves out what begins the name, and the first digit of the size.
    """
    return _FONT.sub(" ", text)
