"""Decode attachments from their transfer encoding: base64 with a footer after it, uuencoded text."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
# A line of length 0 precedes `end`, written as ` or as a blank; some programs omit it.
_UUENCODED = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n(.*?)^(?:`| )?\r?\n?end\b", re.M | re.S)


def decode_part(part: Message) -> bytes:
    """Decode a part that is not multipart; whatever follows its base64 is dropped."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        return decode_base64(_written(part))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def decode_base64(text: bytes) -> bytes:
    """Decode base64; list servers and virus scanners append a footer to the same part.

    If a line is not base64, the content ends at the first line that is blank, shorter or padded.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    if not all(_BASE64_LINE.fullmatch(line) for line in lines if line):
        lines = [*_until_footer(lines)] or lines
    letters = _NO_BASE64.sub(b"", b"".join(lines))
    whole = len(letters) - (len(letters) % 4 == 1)
    return binascii.a2b_base64(letters[:whole] + b"=" * (-whole % 4))


def _until_footer(lines: list[bytes]) -> Iterator[bytes]:
    for line in lines:
        if not _BASE64_LINE.fullmatch(line):
            return
        yield line
        if line.endswith(b"=") or len(line) < len(lines[0]):
            return


def find_uuencoded(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Files that older programs write into the text itself, ``begin 644 NAME`` … ``end``: name and bytes."""
    for found in _UUENCODED.finditer(text):
        content = b"".join(map(_decode_line, found[2].splitlines()))
        yield found[1].decode("utf-8", "replace").strip(), content


def _decode_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some programs pad a line beyond the length it declares.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


def _written(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, str):
        return payload.encode("utf-8", "replace")
    return b""
