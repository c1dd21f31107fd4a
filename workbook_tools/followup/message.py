"""Build the mail (RFC 5322) of a letter, for every way of sending it."""

from __future__ import annotations

import hashlib
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import TYPE_CHECKING, Any

from workbook_tools.model import LetterKind

if TYPE_CHECKING:
    from datetime import datetime

    from workbook_tools.followup.letters import Letter

UNSENT = "X-Unsent"
"""With ``1``, classic Outlook and Thunderbird open the file as a letter ready to be sent."""
# RFC 2047 allows 76 characters per line with encoded words.
_LINE = 75


class _Policy(EmailPolicy):
    """The standard library's policy, except for subjects: it loses a space where it folds one (Python 3.11
    to 3.13).
    """

    def fold(self, name: str, value: Any) -> str:
        """Return the header as folded text."""
        if name.lower() != "subject":
            return str(super().fold(name, value))
        words, _, end = str(value).rpartition(" ")
        header = Header(header_name=name, maxlinelen=_LINE, continuation_ws=" ")
        for text in (words, end):
            charset = "us-ascii" if text.isascii() else "utf-8"
            header.append(text, charset)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header as folded bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


_MAIL = _Policy(linesep="\r\n")
_PAGE = ("text", "html")
_WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def build_message(letter: Letter) -> EmailMessage:
    """Build subject, addresses, text and attachments; the same bytes for the same letter.

    The standard library rejects line ends in a header, so no text of roster or template can add a header.
    """
    message = EmailMessage(policy=_MAIL)
    message["Subject"] = letter.subject
    if letter.to:
        message["To"] = [Address(addr_spec=address) for address in letter.to]
    if letter.cc:
        message["Cc"] = [Address(addr_spec=address) for address in letter.cc]
    # Not quoted-printable: some gateways break its long lines, which invalidates signatures.
    message.set_content(letter.body, cte="base64")
    for attachment in letter.attachments:
        maintype, subtype = _PAGE if attachment.name.endswith(".html") else _WORKBOOK
        message.add_attachment(attachment.data, maintype=maintype, subtype=subtype, filename=attachment.name)
    if message.is_multipart():
        # By default a boundary is random, but equal letters must have equal bytes.
        message.set_boundary("=_" + hashlib.sha256(letter.key.encode()).hexdigest()[:32])
    return message


def build_draft(letter: Letter) -> bytes:
    """Build a draft to be sent by hand, without sender and date, which the mail program sets."""
    message = build_message(letter)
    message[UNSENT] = "1"
    return message.as_bytes()


def build_mail(letter: Letter, sender: str, moment: datetime) -> EmailMessage:
    """Build the mail of a letter from an address; ``moment`` has a time zone."""
    message = build_message(letter)
    message["From"] = Address(addr_spec=sender)
    message["Date"] = moment
    message["Message-ID"] = message_id(letter.key, sender)
    if letter.kind is LetterKind.RECEIPT:
        # Prevents out-of-office answers to receipts (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
    return message


def message_id(key: str, sender: str) -> str:
    """Return the message id of the letter with this key: the key at the sender's domain."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def build_mailbox_draft(letter: Letter, sender: str) -> bytes:
    """Build a draft for the mailbox's own folder; a second run recognises it by its message id."""
    message = build_message(letter)
    message["From"] = Address(addr_spec=sender)
    message["Message-ID"] = message_id(letter.key, sender)
    return message.as_bytes()
