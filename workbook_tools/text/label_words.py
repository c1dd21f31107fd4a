"""Labels of lines compared by what they mean."""

from __future__ import annotations

import re
import unicodedata

# Under 30 pupils is not over 30.
_WORDS, _LETTERS = re.compile(r"[^\W_]+|[<>≤≥]"), re.compile(r"[^\W\d_]+|[<>≤≥]")


def label_words(label: str, *, numbers: bool = True) -> str:
    """The words of a label or measure: without spaces, capitals and most signs, or also without numbers."""
    found = _WORDS if numbers else _LETTERS
    return " ".join(found.findall(unicodedata.normalize("NFC", label).casefold()))
