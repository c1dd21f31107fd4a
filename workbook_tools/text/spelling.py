"""Vietnamese spelled by the new rule of tone marks, where the old one differs: ``khoá`` → ``khóa``, ``tuỳ`` → ``tùy``."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Open syllables in oa, oe and uy only: a letter or a further mark (hoặc) settles the place of the tone, and in quý the u is no vowel.
_OLD = re.compile(f"(?:(o)([ae])|(?<!q)(u)(y))([{_TONES}])(?![^\\W\\d_]|[\u0300-\u036f])", re.IGNORECASE)


def modern_spelling(text: str) -> str:
    """The text with the mark where the new rule has it; anything else stays as it is, composed (NFC)."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    moved = _OLD.sub(lambda m: f"{m[1] or m[3]}{m[5]}{m[2] or m[4]}", decomposed)
    return unicodedata.normalize("NFC", moved)
