"""Make names, labels, notes, senders and addresses safe to write into any output."""

from __future__ import annotations

import re

_UNWRITABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
"""Characters that XML, UTF-8 or a terminal cannot hold: controls, non-characters and lone surrogates.

Python uses lone surrogates for bytes of a file name that are not valid UTF-8.
"""
_TURNING = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidirectional marks: they can make ``fdp.xlsx`` look like ``xslx.pdf``."""
_IN_TEXTS = re.compile(f"[{_UNWRITABLE}]")
_IN_NAMES = re.compile(f"[{_UNWRITABLE}{_TURNING}\t\n\r\x80-\x9f\u2028\u2029]")
_SIGN = "\ufffd"


def safe_text(text: str) -> str:
    """Replace whatever XML, UTF-8, JSON, Parquet or Word cannot hold; keep line ends and tabs."""
    return text if text.isprintable() else _IN_TEXTS.sub(_SIGN, text)


def safe_line(text: str) -> str:
    """Make text safe and put it on one line, without bidirectional marks: for names that a sender chose."""
    if text.isprintable():
        return text
    return " ".join(_IN_NAMES.sub(" ", text).split())


def safe_path(path: str) -> str:
    """Escape a path for display and storage: an unsafe character becomes ``�`` and its code in hex, such as
    ``�1B``.

    The result is unique to the path, but an escaped path no longer opens the file; see :func:`is_altered`.
    """
    if path.isprintable():
        return path
    return _IN_NAMES.sub(lambda found: f"{_SIGN}{_number(found[0])}", path)


def is_altered(path: str) -> bool:
    """Whether a path was escaped by :func:`safe_path` and no longer opens the file."""
    return _SIGN in path


def _number(letter: str) -> str:
    """The character's code in hex; for a lone surrogate, the byte that it represents."""
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        return f"{code - 0xDC00:02X}"
    return f"{code:02X}"
