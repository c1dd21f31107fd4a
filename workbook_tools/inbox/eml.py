"""E-mails saved as files (.eml): who sent them, when they arrived, and what was attached."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from workbook_tools.inbox.envelope import Enclosed, Envelope, as_utc, bare_address
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import damaged, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart

_MOST_PARTS = 100
_SIGNATURES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/calendar",
)


def open_mail(data: bytes) -> tuple[Envelope, list[Enclosed]]:
    """The envelope of a mail and its attachments, mails attached to it among them; RefusedFile for what is no mail."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        return _envelope(message), list(_attachments(message))
    except RecursionError as error:
        raise hostile(_("mails are nested in one another")) from error
    except (ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        # The standard library's parser has these for headers and encodings that no mail program writes.
        raise damaged(_("a part of the mail cannot be understood"), str(error)) from error


def _envelope(message: EmailMessage) -> Envelope:
    return Envelope(
        bare_address(str(message.get("From", ""))),
        _one_line(str(message.get("Subject", ""))),
        _received(message),
    )


def _received(message: EmailMessage) -> datetime | None:
    """When the mail reached the office: the last server's stamp, which stands first; the sender's own clock otherwise."""
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
        if part.get_content_type() == "message/rfc822":
            # A mail attached to this one has an envelope of its own.
            yield from (Enclosed(_name(part, "mail.eml"), inner.as_bytes()) for inner in part.iter_parts())
        elif part.is_multipart():
            waiting = [*part.iter_parts(), *waiting]
        elif part.get_filename() or part.get_content_maintype() not in ("text", "multipart"):
            content = part.get_payload(decode=True)
            yield Enclosed(
                _name(part, f"{seen}"),
                content if isinstance(content, bytes) else b"",
                litter=_is_litter(part),
            )


def _is_litter(part: MIMEPart) -> bool:
    """Whether a part belongs to the letter itself: pictures of its text, signatures, invitations."""
    inline = part.get_content_disposition() != "attachment" or part.get("Content-ID") is not None
    return (part.get_content_maintype() == "image" and inline) or part.get_content_type() in _SIGNATURES


def _name(part: MIMEPart, otherwise: str) -> str:
    return _one_line(part.get_filename() or "").replace("/", "_").replace("\\", "_") or otherwise


def _one_line(text: str) -> str:
    return " ".join(text.split())
