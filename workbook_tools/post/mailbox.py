"""Read-only access to mailboxes, by IMAP or POP3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from workbook_tools.post.connection import Login
    from workbook_tools.post.imap import ImapMailbox
    from workbook_tools.post.mailbox_answers import Glimpse
    from workbook_tools.post.pop3 import Pop3Mailbox
    from workbook_tools.spec.mail.mail_settings import Server


class Mailbox(Protocol):
    """What IMAP and POP3 have in common. A number identifies a mail only in combination with ``name``."""

    name: str

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail whose number is not among the ``known`` ones."""

    def read(self, uid: str) -> bytes:
        """The whole mail; empty if it is no longer there, or the server cannot read it."""


def open_mailbox(
    server: Server, login: Login, context: ssl.SSLContext
) -> AbstractContextManager[ImapMailbox | Pop3Mailbox]:
    """Open an account's inbox; raises CannotConnect if the server cannot be used, as do its methods."""
    # Imported here, because only one of them is needed.
    if server.protocol == "pop3":
        from workbook_tools.post.pop3 import open_pop3

        return open_pop3(server, login, context)
    from workbook_tools.post.imap import open_imap

    return open_imap(server, login, context)
