"""What of a typed text is content: one form of every letter, no control characters, no blanks around it."""

from __future__ import annotations

import re
import unicodedata

# Not content, and not writable or not safe in a workbook: controls except tab and line feed, halves of characters,
# non-characters, marks that reverse the direction of writing, zero-width blanks and byte order marks.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_APOSTROPHES = "'‘’`´"


def clean_text(text: str) -> str:
    """A free text as it is kept: NFC, line ends as line feeds, outer blanks and what cannot be seen removed."""
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def tidy_entry(text: str) -> str:
    """A short entry ready to be understood: cleaned, full-width signs and all blanks as plain ones, no leading apostrophe.

    Only full-width signs are replaced, not everything Unicode calls compatible: that would make 122 of ``12²``.
    """
    text = _BLANKS.sub(" ", clean_text(text).translate(_FULL_WIDTH)).strip()
    return text[1:].lstrip() if text[:1] in _APOSTROPHES else text


def drop_diacritics(text: str) -> str:
    """The text in plain letters, ``Đ`` and ``đ`` too; capitals stay."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """A text for comparison where diacritics, capitals and the number of blanks make no difference."""
    return " ".join(drop_diacritics(text.casefold()).split())
