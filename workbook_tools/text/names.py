"""The one gate for names, labels, notes, senders and addresses: what comes out can be written anywhere."""

from __future__ import annotations

import re

_UNWRITABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
"""What XML, UTF-8 or a terminal cannot hold: controls, halves of characters, which stand for bytes that are no UTF-8, non-characters."""
_TURNING = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that turn the direction of writing, so that ``fdp.xlsx`` is shown for ``xslx.pdf``."""
_IN_TEXTS = re.compile(f"[{_UNWRITABLE}]")
_IN_NAMES = re.compile(f"[{_UNWRITABLE}{_TURNING}\t\n\r\x80-\x9f\u2028\u2029]")
_SIGN = "\ufffd"


def safe_text(text: str) -> str:
    """The text with a sign in place of whatever XML, UTF-8, JSON, Parquet or Word cannot hold; line ends and tabs stay."""
    return text if text.isprintable() else _IN_TEXTS.sub(_SIGN, text)


def safe_line(text: str) -> str:
    """The same on one line, without marks that turn the direction of writing; what a sender calls himself or his file."""
    return text if text.isprintable() else " ".join(_IN_NAMES.sub(" ", text).split())


def safe_path(path: str) -> str:
    """A file's path as it is shown and kept: each letter that cannot be is its number behind a sign, ``�1B``.

    Two files keep two paths. :func:`is_altered` tells one that leads to no file any more.
    """
    return path if path.isprintable() else _IN_NAMES.sub(lambda found: f"{_SIGN}{_number(found[0])}", path)


def is_altered(path: str) -> bool:
    """Whether a path is not the file's own."""
    return _SIGN in path


def _number(letter: str) -> str:
    """The byte that a lone half of a character stands for, or the letter's number."""
    code = ord(letter)
    return f"{code - 0xDC00:02X}" if 0xDC80 <= code <= 0xDCFF else f"{code:02X}"
