"""Saved e-mails (.eml, .emlx, .mbox): sender, time of arrival, attachments."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.inbox.envelope import Enclosed, Envelope, as_utc, attachment_name, bare_address
from workbook_tools.inbox.mail_corrections import find_corrections, strip_tags
from workbook_tools.inbox.signed import open_signed
from workbook_tools.inbox.transfer import decode_base64, decode_part, find_uuencoded
from workbook_tools.locale import mark as _
from workbook_tools.model import LETTER_KEY
from workbook_tools.readers.mail_head import find_mail, split_mailbox
from workbook_tools.readers.refused import RefusedFile, damaged, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart

_MOST_PARTS = 100
# The standard library's parser raises these for headers and encodings that no mail program writes.
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, IndexError)
# The standard library parses a header field again on every access, five times per part.
_POLICY = policy.default.clone(header_factory=lru_cache(maxsize=64)(HeaderRegistry()))
_AS_WRITTEN = _POLICY.clone(refold_source="none")
_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/calendar",
)


def open_mail(data: bytes) -> tuple[Envelope, list[Enclosed]]:
    """The envelope of a mail and its attachments, including attached mails; RefusedFile if it is no mail.

    What the office itself sent is litter: the attachments of its letters, and a letter inside a bounce.
    """
    try:
        message = message_from_bytes(data[find_mail(data) or 0 :], policy=_POLICY)
        attachments = list(_attachments(message))
        if LETTER_KEY.search(str(message.get("Message-ID", ""))):
            attachments = [replace(attachment, litter=True) for attachment in attachments]
        return _envelope(message), attachments
    except RecursionError as error:
        raise hostile(_("mails are nested too deeply in one another")) from error
    except _FAULTS as error:
        raise damaged(_("a part of the mail cannot be parsed"), str(error)) from error


def read_envelope(data: bytes) -> Envelope:
    """The envelope of a mail, without looking at what it holds; RefusedFile as for :func:`open_mail`."""
    return open_mail(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")[0]


def open_mbox(data: bytes) -> list[Enclosed]:
    """The mails of an mbox file, in order."""
    return [Enclosed(f"{number}.eml", mail) for number, mail in enumerate(split_mailbox(data), start=1)]


def _envelope(message: EmailMessage) -> Envelope:
    return Envelope(
        bare_address(str(message.get("From", ""))),
        " ".join(str(message.get("Subject", "")).split()),
        _received(message),
        find_corrections(_text_of(message)),
    )


def _text_of(message: EmailMessage) -> str:
    """What the mail says; empty if it cannot be decoded."""
    try:
        body = message.get_body(("plain", "html"))
        if body is None:
            return ""
        text = decode_part(body).decode(body.get_content_charset("utf-8"), "replace")
    except (*_FAULTS, RecursionError):
        # The words are an extra: a fault in them must not cost the forms.
        return ""
    if body.get_content_subtype() == "html":
        return strip_tags(text)
    return text


def _received(message: EmailMessage) -> datetime | None:
    """When the mail arrived: the last server's stamp, which comes first; else the sender's own clock."""
    stamps = [str(stamp).rpartition(";")[2] for stamp in message.get_all("Received", [])]
    for text in (*stamps, str(message.get("Date", ""))):
        try:
            return as_utc(parsedate_to_datetime(text.strip()))
        except (ValueError, TypeError, IndexError):
            continue
    return None


def _attachments(message: MIMEPart) -> Iterator[Enclosed]:
    waiting: list[MIMEPart] = [message]
    seen = 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > _MOST_PARTS:
            raise hostile(_("the mail has more than a hundred parts"))
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from _attached_mails(part, undelivered=message.get_content_type() == "multipart/report")
        elif kind in _SIGNED:
            yield from _unsigned(part, waiting)
        elif part.is_multipart():
            waiting = [*part.iter_parts(), *waiting]
        elif part.get_filename() or part.get_content_maintype() not in ("text", "multipart"):
            yield _enclosed(part, f"{seen}")
        elif kind == "text/plain":
            for name, content in find_uuencoded(decode_part(part)):
                yield Enclosed(attachment_name(name), content)


def _enclosed(part: MIMEPart, otherwise: str) -> Enclosed:
    name, content = _name(part, otherwise), decode_part(part)
    # Apple Mail stores a large attachment beside the saved mail, and Thunderbird drops a detached one.
    if not content.strip() and (
        "X-Apple-Content-Length" in part or "X-Mozilla-External-Attachment-URL" in part
    ):
        return Enclosed(name, refused=RefusedFile("attachment-absent"))
    return Enclosed(name, content, litter=_is_litter(part))


def _attached_mails(part: MIMEPart, *, undelivered: bool) -> Iterator[Enclosed]:
    """The mails attached as this part, each with an envelope of its own; litter if undelivered."""
    name = _name(part, "mail.eml")
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    for inner in part.iter_parts():
        content = inner.as_bytes(policy=_AS_WRITTEN)
        # The standard forbids base64 here, but programs write it; the parser leaves it as text.
        if encoding == "base64":
            content = decode_base64(content)
        yield Enclosed(name, content, litter=undelivered)


def _unsigned(part: MIMEPart, waiting: list[MIMEPart]) -> Iterator[Enclosed]:
    """Content of a signed part, treated as if it were unsigned; a mail without an envelope."""
    name, content = _name(part, "smime.p7m"), decode_part(part)
    try:
        signed = open_signed(content)
    except RefusedFile as refused:
        yield Enclosed(name, content, refused)
        return
    waiting.insert(0, message_from_bytes(signed, policy=_POLICY))


def _is_litter(part: MIMEPart) -> bool:
    """Whether a part belongs to the letter itself: inline pictures, signatures, invitations."""
    inline = part.get_content_disposition() != "attachment" or part.get("Content-ID") is not None
    return (part.get_content_maintype() == "image" and inline) or part.get_content_type() in _SIGNATURES


def _name(part: MIMEPart, otherwise: str) -> str:
    return attachment_name(part.get_filename() or "") or otherwise
