"""The office's letters to units: their kinds, and their wording."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct


class LetterKind(StrEnum):
    """Subjects of the office's letters to units."""

    FORM = "form"
    REMINDER = "reminder"
    CORRECTION = "correction"
    RECEIPT = "receipt"


LETTER_KEY = re.compile(
    r"\bwt\.(form|reminder|correction|receipt)"
    r"\.([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{1,40})\.([0-9a-f]{24})(?=@)"
)
"""The local part of the message ids of this program's letters: kind, campaign, unit, hash of the content."""


class LetterText(Struct, frozen=True):
    """Subject and body of one kind of letter, with markers: a row of the sheet ``Thư``, or the default."""

    subject: str
    body: str
