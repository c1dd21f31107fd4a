"""Sort the mails in the office's mailbox: an answer with or without a file, a bounce, or of no concern."""

from __future__ import annotations

import logging
import re
from email import message_from_bytes, message_from_string, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.followup.letters import find_keys, find_tag
from workbook_tools.locale import mark as _
from workbook_tools.model import LETTER_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

    from workbook_tools.model import Roster

_ONLY_WORDS = frozenset({"text/plain", "text/html", "multipart/alternative", "multipart/related"})
_DAEMON = re.compile(r"(?:mailer-daemon|maildaemon|mail-daemon|postmaster|microsoftexchange[0-9a-f]+)@")
_AWAY = re.compile(
    r"(?:automatic reply|auto[- ]?reply|out of (?:the )?office"
    r"|trả lời tự động|tự động trả lời|thư trả lời tự động)\b",
    re.IGNORECASE,
)
"""Beginnings of the subjects of automatic answers; not all mail programs mark these in a header field."""
_REFUSAL = re.compile(r"\b[45]\d\d[ -][^\r\n]{3,200}")


class MailKind(StrEnum):
    """The kind of a mail; ``words`` is an answer without a file."""

    RETURN = "return"
    WORDS = "words"
    BOUNCE = "bounce"
    DELAY = "delay"
    OWN = "own"
    AUTOMATIC = "automatic"
    LARGE = "too-large"
    OTHER = "other"


MAIL_KIND_NAMES = {
    MailKind.RETURN: _("answers with a file, put into returned"),
    MailKind.WORDS: _("answers without a file"),
    MailKind.BOUNCE: _("undeliverable"),
    MailKind.DELAY: _("delayed on the way"),
    MailKind.AUTOMATIC: _("automatic answers"),
    MailKind.OWN: _("sent by this office itself"),
    MailKind.LARGE: _("too large to fetch"),
    MailKind.OTHER: _("not of this campaign"),
}
"""The name of each kind, for the command line and the page."""


class Header(Struct, frozen=True):
    """The header of a mail, each text on one line; ``sender`` is a bare address in lower case."""

    sender: str
    subject: str
    references: str
    message_id: str
    content_type: str
    report_type: str
    marked_automatic: bool
    bounced: bool
    """Whether it names addresses that were not reached (``X-Failed-Recipients``, written by Exim)."""

    @property
    def only_words(self) -> bool:
        """Whether a mail of this type has no attachment."""
        return self.content_type in _ONLY_WORDS

    @property
    def from_a_server(self) -> bool:
        """Whether it is a mail server's report on another mail."""
        return self.bounced or self.report_type == "delivery-status" or bool(_DAEMON.match(self.sender))

    @property
    def automatic(self) -> bool:
        """Whether it was sent automatically, such as an out-of-office answer or a read receipt."""
        return self.marked_automatic or bool(self.report_type) or bool(_AWAY.match(self.subject))

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter of this program, such as a copy to the office itself."""
        return LETTER_KEY.search(self.message_id) is not None


def read_header(data: bytes) -> Header:
    """Parse the header of a mail; fields that cannot be parsed are empty."""
    # Only the header, and a bounded part of it, because this is done for every mail in the mailbox.
    head = data.partition(b"\r\n\r\n")[0][:100_000]
    # Some programs write UTF-8 where a field should be ASCII.
    message = message_from_string(head.decode("utf-8", "replace") + "\r\n\r\n", policy=policy.compat32)
    automatic = (
        _text(message, "Auto-Submitted").casefold() not in ("", "no")
        or _text(message, "Precedence").casefold() == "auto_reply"
        or any(_text(message, name) for name in ("X-Autoreply", "X-Autorespond"))
    )
    return Header(
        parseaddr(_text(message, "From"))[1].lower(),
        _text(message, "Subject"),
        f"{_text(message, 'In-Reply-To')} {_text(message, 'References')}",
        _text(message, "Message-ID"),
        message.get_content_type(),
        str(message.get_param("report-type") or "").casefold(),
        automatic,
        bool(_text(message, "X-Failed-Recipients")),
    )


def _text(message: Message, name: str) -> str:
    raw = message.get(name)
    if raw is None:
        return ""
    try:
        parts = [
            part.decode(charset or "raw-unicode-escape", "replace") if isinstance(part, bytes) else part
            for part, charset in decode_header(str(raw))
        ]
    except (HeaderParseError, ValueError, LookupError):
        parts = [str(raw)]
    return " ".join("".join(parts).split())


def find_unit(header: Header, campaign: str, roster: Roster) -> str:
    """Return the unit of a mail by our message id, our tag, or its sender; empty if none is known."""
    for _found, unit in reversed(find_keys(header.references, campaign)):
        if unit in roster:
            return unit
    tagged = find_tag(header.subject, campaign)
    # The tag comes before the sender, because one person may write for several units.
    if tagged in roster:
        return tagged
    return roster.by_address.get(header.sender, "")


class Failure(Struct, frozen=True):
    """A mail server's report on a letter.

    ``lost`` are the addresses not reached, each with its unit; for ``delayed`` ones the server keeps trying.
    """

    key: str
    unit: str
    lost: tuple[tuple[str, str], ...]
    delayed: tuple[str, ...]
    reason: str


def read_failure(data: bytes, campaign: str, roster: Roster) -> Failure | None:
    """Read a mail server's report; None if it concerns no letter of the campaign and no roster address."""
    # Addresses and ids are ASCII; flufl.bounce fails on other characters in a header.
    text = data.decode("ascii", "replace").replace("\ufffd", "?")
    delayed, lost = _failed_addresses(message_from_string(text, policy=policy.compat32))
    keys = find_keys(text, campaign)
    known = roster.by_address
    unit = next((unit for _, unit in keys if unit in roster), "") or next(
        (known[address] for address in (*lost, *delayed) if address in known), ""
    )
    if not unit or not (lost or delayed):
        return None
    # If the copy to the unit above does not arrive, the address to correct is that unit's.
    owned = tuple((address, known.get(address, unit)) for address in lost)
    key = keys[0][0] if keys else ""
    return Failure(key, unit, owned, delayed, _reason(data))


def _failed_addresses(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the delayed and the failed addresses."""
    from flufl.bounce import all_failures

    # If a mail contradicts its own header, the library logs a traceback and fails.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)
    try:
        delayed, lost = all_failures(message)
    except (ValueError, LookupError, TypeError, AttributeError):
        return (), ()
    return _sorted(delayed), _sorted(lost)


def _sorted(addresses: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted(address.decode("ascii", "replace").lower() for address in addresses))


def _reason(data: bytes) -> str:
    """Return the server's words: the report's field, else the first line that looks like a refusal."""
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.compat32)
    blocks = [
        block
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in part.get_payload()
        if hasattr(block, "get")
    ]
    reasons = [
        block.get(name) for name in ("Diagnostic-Code", "Status") for block in blocks if block.get(name)
    ]
    if not reasons and (line := _REFUSAL.search(data[:20_000].decode("utf-8", "replace"))):
        reasons = [line[0]]
    if reasons:
        return " ".join(str(reasons[0]).split())[:300]
    return ""
