"""Attachments wrapped by Outlook (TNEF, ``winmail.dat``): one unknown file to other mail programs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tnefparse import TNEF

from workbook_tools.inbox.envelope import Enclosed, attachment_name
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import damaged

# The library logs unknown attributes to the screen; the officer can do nothing about them.
logging.getLogger("tnefparse").addHandler(logging.NullHandler())

if TYPE_CHECKING:
    from tnefparse.tnef import TNEFAttachment


def open_winmail(data: bytes) -> list[Enclosed]:
    """The attachments inside; RefusedFile if the wrapper is damaged. An attached mail is a wrapper again."""
    try:
        wrapping = TNEF(data, do_checksum=False)
        return [_enclosed(number, item) for number, item in enumerate(wrapping.attachments, start=1)]
    except Exception as error:  # the library's exceptions share no base class
        raise damaged(_("a part of the mail cannot be parsed"), str(error)) from error


def _enclosed(number: int, attachment: TNEFAttachment) -> Enclosed:
    stored, data = attachment.long_filename(), attachment.data
    text = stored.decode("utf-8", "replace") if isinstance(stored, bytes) else str(stored)
    name = attachment_name(text.replace("\0", "")) or f"{number}"
    if not isinstance(data, bytes):
        data = b""
    return Enclosed(name, data)
