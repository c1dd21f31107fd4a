"""Messages saved by Outlook (.msg): who sent them, when they arrived, and what was attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oxmsg import Message

from workbook_tools.inbox.envelope import Enclosed, Envelope, as_utc, bare_address
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import RefusedFile, damaged

if TYPE_CHECKING:
    from oxmsg.attachment import Attachment

_DELIVERED, _CONTENT_ID, _SENDER_SMTP, _SHORT_NAME = 0x0E06, 0x3712, 0x5D01, 0x3704


def open_outlook_mail(data: bytes) -> tuple[Envelope, list[Enclosed]]:
    """The envelope of an Outlook message and its attachments; RefusedFile for a damaged one."""
    try:
        message = Message.load(data)
        return _envelope(message), [
            _enclosed(number, item) for number, item in enumerate(message.attachments, start=1)
        ]
    except Exception as error:  # the one door for the library's own, which has no common root
        raise damaged(_("a part of the mail cannot be understood"), str(error)) from error


def _envelope(message: Message) -> Envelope:
    properties = message.properties
    sender = bare_address(message.sender or "") or bare_address(properties.str_prop_value(_SENDER_SMTP) or "")
    received = properties.date_prop_value(_DELIVERED) or message.sent_date
    return Envelope(sender, " ".join(message.subject.split()), as_utc(received))


def _enclosed(number: int, attachment: Attachment) -> Enclosed:
    name = attachment.file_name or attachment.properties.str_prop_value(_SHORT_NAME) or f"{number}"
    name = " ".join(name.split()).replace("/", "_").replace("\\", "_")
    data = attachment.file_bytes
    if data is None:
        return Enclosed(name, refused=RefusedFile("attachment-absent"))
    in_text = bool(attachment.properties.str_prop_value(_CONTENT_ID)) and (
        attachment.mime_type or ""
    ).startswith("image/")
    return Enclosed(name, data, litter=in_text)
