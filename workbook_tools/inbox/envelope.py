"""What a container says of the files inside it: the name each had, and the mail that brought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr

from workbook_tools.readers.refused import RefusedFile
from workbook_tools.text.names import safe_line


@dataclass(frozen=True, slots=True)
class Envelope:
    """The mail that a file came in; ``sender`` is a bare address, ``received`` is UTC, empty or None where not said."""

    sender: str = ""
    subject: str = ""
    received: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sender", safe_line(self.sender))
        object.__setattr__(self, "subject", safe_line(self.subject))


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside an archive or mail: its bytes, or why they cannot be had; ``litter`` is what nobody meant to send."""

    name: str
    data: bytes = b""
    refused: RefusedFile | None = None
    litter: bool = False


def bare_address(sender: str) -> str:
    """``"Văn thư" <a@b.vn>`` → ``a@b.vn``; small letters, for mail systems do not tell them apart."""
    address = parseaddr(sender)[1]
    return address.strip().lower() if "@" in address else ""


def as_utc(moment: datetime | None) -> datetime | None:
    """A moment with its time zone; one without is taken to be UTC already."""
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
