"""What a mail in the office's mailbox is to a campaign: an answer with a file, words, a bounce, or nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING

from workbook_tools.followup.letters import find_keys, find_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.model import Roster

_ONLY_WORDS = frozenset({"text/plain", "text/html", "multipart/alternative", "multipart/related"})
_DAEMONS = ("mailer-daemon@", "postmaster@")


class What(StrEnum):
    """What a mail was taken for."""

    RETURN = "return"
    WORDS = "words"
    BOUNCE = "bounce"
    DELAY = "delay"
    OWN = "own"
    AUTOMATIC = "automatic"
    LARGE = "too-large"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a mail says: texts on one line, ``sender`` a bare address in small letters."""

    sender: str
    subject: str
    references: str
    message_id: str
    content_type: str
    report_type: str
    automatic: bool

    @property
    def only_words(self) -> bool:
        """Whether a mail of this type has nothing attached."""
        return self.content_type in _ONLY_WORDS

    @property
    def from_a_server(self) -> bool:
        """Whether a mail server wrote it: a report of what became of another mail."""
        return self.report_type == "delivery-status" or self.sender.startswith(_DAEMONS)


def read_header(data: bytes) -> Header:
    """The header of a mail; whatever cannot be understood is empty."""
    message = message_from_bytes(
        data.partition(b"\r\n\r\n")[0][:100_000] + b"\r\n\r\n", policy=policy.compat32
    )

    def text(name: str) -> str:
        from email.header import decode_header

        raw = message.get(name)
        if raw is None:
            return ""
        try:
            parts = [
                part.decode(charset or "utf-8", "replace") if isinstance(part, bytes) else part
                for part, charset in decode_header(str(raw))
            ]
        except (ValueError, LookupError):
            parts = [str(raw)]
        return " ".join("".join(parts).split())

    sender = parseaddr(text("From"))[1].lower()
    automatic = text("Auto-Submitted").casefold() not in ("", "no") or bool(text("X-Autoreply"))
    return Header(
        sender,
        text("Subject"),
        f"{text('In-Reply-To')} {text('References')}",
        text("Message-ID"),
        message.get_content_type(),
        str(message.get_param("report-type") or "").casefold(),
        automatic,
    )


def find_unit(header: Header, campaign: str, roster: Roster) -> str:
    """The unit that a mail is about: by our message id, our tag, or who sent it; empty where nothing tells."""
    for _, unit in reversed(find_keys(header.references, campaign)):
        if unit in roster:
            return unit
    tagged = find_tag(header.subject, campaign)
    if tagged in roster:
        return tagged
    return senders(roster).get(header.sender, "")


def senders(roster: Roster) -> Mapping[str, str]:
    """Address → its unit, for addresses of one unit only."""
    found: dict[str, set[str]] = {}
    for unit in roster:
        for address in unit.addresses:
            found.setdefault(address, set()).add(unit.code)
    return {address: next(iter(units)) for address, units in found.items() if len(units) == 1}


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report of a mail server says: addresses that will not be reached, and others that are tried again."""

    key: str
    unit: str
    lost: tuple[str, ...]
    delayed: tuple[str, ...]
    reason: str


def read_failure(data: bytes, campaign: str, roster: Roster) -> Failure | None:
    """The report in a mail, if it is about a letter of this campaign or an address of its roster."""
    from flufl.bounce import all_failures

    message = message_from_bytes(data, policy=policy.compat32)
    delayed, lost = (
        tuple(sorted(address.decode("ascii", "replace").lower() for address in found))
        for found in all_failures(message)
    )
    keys = find_keys(data.decode("ascii", "replace"), campaign)
    known = senders(roster)
    unit = keys[0][1] if keys else next((known[a] for a in (*lost, *delayed) if a in known), "")
    if not unit or not (lost or delayed):
        return None
    return Failure(keys[0][0] if keys else "", unit, lost, delayed, _reason(data))


def _reason(data: bytes) -> str:
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if hasattr(block, "get") and (text := block.get("Diagnostic-Code") or block.get("Status")):
                    return " ".join(str(text).split())[:300]
    return ""
