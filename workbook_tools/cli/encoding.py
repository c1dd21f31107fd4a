"""Output in the encoding of the terminal: letters without diacritics instead of a crash, no control codes."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from typing import TextIO

FALLBACK = "workbook-tools-plain-letters"
"""Name of the codec error handler that :func:`prepare_streams` puts on stdout and stderr."""

# Unlike other Vietnamese letters, đ has no decomposition in Unicode; punctuation has none either.
_ASCII = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "→": "->",
        "•": "*",
        "·": "-",
        "×": "x",
    }
)


def plain_letters(text: str) -> str:
    """Transliterate to ASCII: “Đã nhận” becomes "Da nhan"; other characters become question marks."""
    # Vietnamese without diacritics is still readable; question marks are not.
    decomposed = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return (
        "".join(c for c in decomposed if not unicodedata.combining(c))
        .encode("ascii", "replace")
        .decode("ascii")
    )


def harmless(text: object) -> str:
    """Put text on one line and escape terminal control sequences and bidirectional marks."""
    return "".join(c if c.isprintable() else _spell_out(c) for c in str(text))


def _spell_out(character: str) -> str:
    if character.isspace():
        return " "
    return character.encode("unicode_escape").decode("ascii")


def as_shown(text: str, stream: TextIO) -> str:
    """Return the text as far as the stream's encoding can represent it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, FALLBACK).decode(encoding)


def prepare_streams() -> None:
    """Let stdout and stderr print any text, whatever the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=FALLBACK)


def _replace_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain_letters(error.object[error.start : error.end]), error.end


codecs.register_error(FALLBACK, _replace_unencodable)
