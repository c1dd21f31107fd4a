"""Text normalisation: one form of every letter, no control characters, no surrounding blanks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Dropped, because they are not content and are unsafe or impossible to write into a workbook: control
# characters except tab and line feed, lone surrogates, non-characters, bidirectional marks, zero-width spaces
# and byte order marks.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Input methods for East Asian texts type full-width forms of ASCII, shifted by this distance.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SHORT = 256
_APOSTROPHES = "'‘’`´"


def clean_text(text: str) -> str:
    """Normalise free text: NFC, line feeds as line ends, no invisible characters, no surrounding blanks."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def tidy_entry(text: str) -> str:
    """Normalise a short entry for parsing.

    Cleaned like free text; full-width characters and every kind of blank become plain ones, and a leading
    apostrophe (how people force text in Excel) is dropped. NFKC is not used: it would turn ``12²`` into 122.
    """
    text = _BLANKS.sub(" ", clean_text(text).translate(_FULL_WIDTH)).strip()
    if text[:1] in _APOSTROPHES:
        return text[1:].lstrip()
    return text


def value_text(value: object) -> str:
    """A cell's value as text; "" for none."""
    return "" if value is None else str(value)


def truncate(text: str, most: int) -> str:
    """Cut a text to at most ``most`` characters; an ellipsis replaces the rest."""
    if len(text) <= most:
        return text
    return text[: most - 1] + "…"


def drop_diacritics(text: str) -> str:
    """Remove diacritics, including the stroke of ``Đ`` and ``đ``; keep the case."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def fold_case(text: str) -> str:
    """Normalise for a comparison that ignores case, composition and repeated blanks."""
    # Labels recur on every form; what units write at length does not, and would fill the memory.
    if len(text) < _SHORT:
        return _fold_short(text)
    return _fold_case(text)


@lru_cache(maxsize=1 << 14)
def _fold_short(text: str) -> str:
    return _fold_case(text)


def _fold_case(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def fold(text: str) -> str:
    """Normalise for a comparison that ignores diacritics, case and repeated blanks."""
    return " ".join(drop_diacritics(text.casefold()).split())
