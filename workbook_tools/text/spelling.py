"""Move Vietnamese tone marks to where the modern spelling rule puts them: ``khoá`` → ``khóa``, ``tuỳ`` →
``tùy``.
"""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# The two rules differ only in open syllables in oa, oe and uy. A following letter or a second mark (hoặc)
# fixes the place of the tone, and the u in quý belongs to the consonant.
_OLD = re.compile(f"(?:(o)([ae])|(?<!q)(u)(y))([{_TONES}])(?![^\\W\\d_]|[\u0300-\u036f])", re.IGNORECASE)


def modern_spelling(text: str) -> str:
    """Move tone marks to their modern place; the rest of the text is only composed (NFC)."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    moved = _OLD.sub(lambda m: f"{m[1] or m[3]}{m[5]}{m[2] or m[4]}", decomposed)
    return unicodedata.normalize("NFC", moved)
