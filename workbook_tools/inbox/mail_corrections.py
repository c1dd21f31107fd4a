"""Corrections of figures in the text of a mail: what is corrected in words is not on the form."""

from __future__ import annotations

import html
import re
import unicodedata

from workbook_tools.text.clean import truncate

_MOST = 20_000
"""Characters; what a person writes above a form is shorter."""
_SHOWN = 300
_EARLIER = re.compile(
    r"^\s*(?:>|-{2,} ?(?:original|forwarded|thư gốc|tin nhắn)|_{10,}|(?:from|từ|người gửi): |"
    r"(?:on|vào|ngày) .{0,120}(?:wrote|viết) ?:)",
    re.IGNORECASE,
)
"""The line from which a mail quotes the one that it answers."""
_CORRECTS = re.compile(
    r"đính chính|nhầm|sửa|đúng là|thay (?:bằng|cho|vì)|bổ sung|"
    r"\b(?:dinh chinh|nham|sua (?:lai|thanh)|dung la|bo sung)\b"
)
_DATE = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}(?:[/.-][0-9]{2,4})?|(?:số|so|lần|lan|năm|nam) [0-9]\S*")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr)\b[^<>]*>", re.IGNORECASE)


def find_corrections(text: str) -> str:
    """The sentences of a mail that correct figures, joined; empty if there are none."""
    own: list[str] = []
    for line in unicodedata.normalize("NFC", text[:_MOST]).splitlines():
        if _EARLIER.match(line):
            break
        own.append(line)
    corrections = [
        sentence.strip()
        for sentence in _SENTENCE.split("\n".join(own))
        if _CORRECTS.search(sentence.casefold()) and re.search("[0-9]", _DATE.sub("", sentence.casefold()))
    ]
    return truncate(" ".join(" ".join(corrections).split()), _SHOWN)


def strip_tags(page: str) -> str:
    """The text of a mail written in HTML."""
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", page[: 10 * _MOST])))
