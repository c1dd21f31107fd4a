"""What a container knows of the files inside: their names, and the mail that brought them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parseaddr

from msgspec import Struct
from msgspec.structs import force_setattr

from workbook_tools.readers.refused import RefusedFile
from workbook_tools.text.names import safe_line

MAIL_DEPTH = 5
"""Mails attached to mails, one inside another, that are opened."""


class Envelope(Struct, frozen=True):
    """The mail that brought a file; ``sender`` is a bare address or empty, ``received`` is UTC or None, and
    ``said`` what it says in words that corrects figures.
    """

    sender: str = ""
    subject: str = ""
    received: datetime | None = None
    said: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "sender", safe_line(self.sender))
        force_setattr(self, "subject", safe_line(self.subject))
        force_setattr(self, "said", safe_line(self.said))


class Enclosed(Struct, frozen=True):
    """A file inside an archive or mail: its bytes, or why they are unavailable.

    ``litter`` marks files that nobody meant to send. ``envelope`` is set if the file came in a mail attached
    to the mail.
    """

    name: str
    data: bytes = b""
    refused: RefusedFile | None = None
    litter: bool = False
    envelope: Envelope | None = None


def attachment_name(name: str) -> str:
    """The name of an attachment on one line, and without slashes: it is not a path."""
    return " ".join(name.split()).replace("/", "_").replace("\\", "_")


def bare_address(sender: str) -> str:
    """``"Văn thư" <a@b.vn>`` → ``a@b.vn``; lower case, because mail systems ignore case."""
    address = parseaddr(sender)[1]
    return address.strip().lower() if "@" in address else ""


def as_utc(moment: datetime | None) -> datetime | None:
    """Convert to UTC; a time without a zone is taken to be UTC."""
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
