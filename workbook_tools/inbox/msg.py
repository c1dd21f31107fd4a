"""Messages saved by Outlook (.msg): sender, time of arrival, attachments."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import replace
from olefile import OleFileIO
from oxmsg import Message
from oxmsg.attachment import Attachment
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from workbook_tools.inbox.envelope import (
    MAIL_DEPTH,
    Enclosed,
    Envelope,
    as_utc,
    attachment_name,
    bare_address,
)
from workbook_tools.inbox.mail_corrections import find_corrections
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import RefusedFile, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

# MAPI property ids (MS-OXPROPS), such as PidTagMessageDeliveryTime and PidTagSenderSmtpAddress.
_DELIVERED, _SUBMITTED, _CONTENT_ID, _SENDER, _SENDER_SMTP = 0x0E06, 0x0039, 0x3712, 0x0C1F, 0x5D01
_SUBJECT, _SHORT_NAME, _BODY = 0x0037, 0x3704, 0x1000
_MESSAGE_WITHIN = "__substg1.0_3701000D"
"""Storage of a message attached to another."""
_WITHIN_HEADER = 24
"""Header size of its property stream."""


def open_outlook_mail(data: bytes) -> tuple[Envelope, list[Enclosed]]:
    """The envelope of an Outlook message and its attachments, including those of attached messages.

    RefusedFile if it is damaged.
    """
    try:
        with OleFileIO(BytesIO(data)) as file:
            root = Storage.from_ole(file)
        message = Message(root)
        return _envelope(message.properties, message.sender or ""), [*_attachments(root, None, 1)]
    except Exception as error:  # the library's exceptions share no base class
        raise damaged(_("a part of the mail cannot be parsed"), str(error)) from error


def _envelope(properties: Properties, sender: str = "") -> Envelope:
    addresses = (sender, *(properties.str_prop_value(pid) or "" for pid in (_SENDER_SMTP, _SENDER)))
    received = properties.date_prop_value(_DELIVERED) or properties.date_prop_value(_SUBMITTED)
    subject = " ".join((properties.str_prop_value(_SUBJECT) or "").split())
    corrections = find_corrections(properties.str_prop_value(_BODY) or "")
    return Envelope(
        next(filter(None, map(bare_address, addresses)), ""), subject, as_utc(received), corrections
    )


def _attachments(message: Storage, envelope: Envelope | None, depth: int) -> Iterator[Enclosed]:
    for number, storage in enumerate(message.iter_attachment_storages(), start=1):
        within = next((inner for inner in storage.storages if inner.name == _MESSAGE_WITHIN), None)
        if within is None:
            yield _enclosed(number, Attachment(storage), envelope)
        elif depth == MAIL_DEPTH:
            yield Enclosed(f"{number}.msg", refused=RefusedFile("nested-too-deep"))
        else:
            inner_envelope = _envelope(Properties(within, properties_header_offset=_WITHIN_HEADER))
            yield from _named(f"{number}.msg", [*_attachments(within, inner_envelope, depth + 1)])


def _named(mail: str, members: list[Enclosed]) -> Iterator[Enclosed]:
    """An attached message becomes a folder in the path; one without attachments is listed itself."""
    for member in members or [Enclosed("", refused=RefusedFile("mail-empty"))]:
        yield replace(member, name=f"{mail}/{member.name}".rstrip("/"))


def _enclosed(number: int, attachment: Attachment, envelope: Envelope | None) -> Enclosed:
    name = attachment.file_name or attachment.properties.str_prop_value(_SHORT_NAME) or f"{number}"
    name = attachment_name(name)
    data = attachment.file_bytes
    if data is None:
        return Enclosed(name, refused=RefusedFile("attachment-absent"))
    in_text = bool(attachment.properties.str_prop_value(_CONTENT_ID)) and (
        attachment.mime_type or ""
    ).startswith("image/")
    return Enclosed(name, data, litter=in_text, envelope=envelope)
