"""What a mailbox's server answers, by whatever protocol: glimpses of mails, and refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import NOT_NOW, name_of, one_line

if TYPE_CHECKING:
    from workbook_tools.spec.mail.mail_settings import Server

HEADER = 100_000
"""Bytes of a header that are fetched, so that no mail can fill the memory."""
_REFUSED = _(
    "it rejects name and password; many providers require an app password, or IMAP or POP3 must be enabled "
    "first"
)
# RFC 5530 (IMAP), RFC 3206 and 2449 (POP3); and in words, as Gmail has it.
_TEMPORARY = re.compile(
    r"\[(unavailable|inuse|in-use|limit|serverbug|login-delay|sys/temp)\b|too many|tempor", re.IGNORECASE
)


class Glimpse(Struct, frozen=True):
    """An unopened mail: number in the mailbox, size in bytes, and relevant header fields (all with POP3)."""

    uid: str
    size: int
    header: bytes


def refused_login(server: Server, error: Exception) -> CannotConnect:
    """Return the exception for a refused login: LoginRefused only if the password may be wrong."""
    answer = server_reply(error)
    if _TEMPORARY.search(answer):
        return CannotConnect(name_of(server), NOT_NOW, answer)
    return LoginRefused(name_of(server), _REFUSED, answer)


def strange_answer(server: Server, error: Exception | None = None) -> CannotConnect:
    """Return the exception for an answer that no mail server should give."""
    answer = server_reply(error) if error is not None else ""
    return CannotConnect(name_of(server), _("it does not respond like a mail server"), answer)


def server_reply(error: Exception) -> str:
    """Return a server's answer, which the libraries raise as text or bytes."""
    answer = error.args[0] if error.args else ""
    reply = answer if isinstance(answer, bytes) else str(error)
    return one_line(reply)
