"""Read-only access to mailboxes: IMAP marks nothing as read, POP3 deletes nothing."""

from __future__ import annotations

import imaplib
import poplib
import re
from base64 import b64encode
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import TIMEOUT, Login, name_of, one_line, refusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator

    from imap_tools import BaseMailBox

    from workbook_tools.spec.mail.mail_settings import Server

_BATCH = 500
"""Mails per command: a command lists their numbers, and servers limit the length of a line."""
_HEADER = 100_000
"""Bytes of a header that are fetched, so that no mail can fill the memory."""
# By default poplib rejects a mail with a line over 2,048 bytes, but many programs write HTML in one line.
poplib._MAXLINE = 10_000_000  # type: ignore[attr-defined]
_FIELDS = (
    "FROM TO SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE "
    "X-AUTOREPLY X-AUTORESPOND X-FAILED-RECIPIENTS"
)
_REFUSED = _(
    "it rejects name and password; many providers require an app password, or IMAP or POP3 must be enabled "
    "first"
)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


class Glimpse(Struct, frozen=True):
    """An unopened mail: number in the mailbox, size in bytes, and relevant header fields (all with POP3)."""

    uid: str
    size: int
    header: bytes


class Mailbox(Protocol):
    """What IMAP and POP3 have in common. A number identifies a mail only in combination with ``name``."""

    name: str

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail whose number is not among the ``known`` ones."""

    def read(self, uid: str) -> bytes:
        """The whole mail; empty if it is no longer there, or the server cannot read it."""


class ImapMailbox:
    """An account's inbox by IMAP, opened read-only."""

    def __init__(self, box: BaseMailBox, server: Server, account: str) -> None:
        self._box, self._server = box, server
        box.folder.set("INBOX", readonly=True)
        validity = box.folder.status("INBOX", ["UIDVALIDITY"])["UIDVALIDITY"]
        # If UIDVALIDITY changes, the server has renumbered all mails (RFC 3501, 2.3.1.1).
        self.name = f"imap {account} {server.host} INBOX {validity}"

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail whose number is not among the ``known`` ones; none is marked as read."""
        new = [uid for uid in self._box.uids("ALL") if uid not in known]
        for start in range(0, len(new), _BATCH):
            wanted = ",".join(new[start : start + _BATCH])
            # PEEK, because a plain FETCH of a body marks the mail as read.
            items = f"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({_FIELDS})]<0.{_HEADER}>)"
            _status, found = self._box.client.uid("FETCH", wanted, items)
            for item in found:
                if isinstance(item, tuple) and (uid := _UID.search(item[0])) is not None:
                    stated = _SIZE.search(item[0])
                    size = int(stated[1]) if stated else 0
                    yield Glimpse(uid[1].decode(), size, item[1])

    def read(self, uid: str) -> bytes:
        """The whole mail, without marking it as read; empty if it was deleted meanwhile or is damaged."""
        _status, found = self._box.client.uid("FETCH", uid, "(BODY.PEEK[])")
        return next((bytes(item[1]) for item in found if isinstance(item, tuple)), b"")

    def put_drafts(self, drafts: Iterable[tuple[str, bytes]]) -> int:
        """Store mails, given with their message ids, in the folder flagged ``\\Drafts``; return their number.

        A mail that is already there, or was sent from there, is not stored again.
        """
        folder = self._flagged("\\Drafts")
        if not folder:
            raise CannotConnect(
                name_of(self._server), _("no folder of the mailbox is flagged as the drafts folder")
            )
        # An interrupted run can be repeated, because it looks for stored drafts first.
        wanted = list(drafts)
        present = self.find({message_id for message_id, _data in wanted}, (folder, self._flagged("\\Sent")))
        for message_id, data in wanted:
            if message_id not in present:
                self._box.append(data, folder, flag_set=["\\Draft", "\\Seen"])
        return sum(message_id not in present for message_id, _data in wanted)

    def find_sent(self, message_ids: set[str]) -> set[str]:
        """Return those of the message ids that occur in the folder of sent mails or in the inbox."""
        return self.find(message_ids, (self._flagged("\\Sent"), "INBOX"))

    def find(self, message_ids: set[str], folders: Iterable[str]) -> set[str]:
        """Return those of the message ids that occur in one of the folders."""
        found: set[str] = set()
        for folder in filter(None, folders):
            self._box.folder.set(folder, readonly=True)
            found |= {one for one in message_ids - found if self._box.uids(f'HEADER Message-ID "{one}"')}
        return found

    def _flagged(self, flag: str) -> str:
        """Return the folder with this flag (RFC 6154); empty if the server flags none."""
        for folder in self._box.folder.list():
            if flag.casefold() in {one.casefold() for one in folder.flags}:
                return folder.name
        return ""


class Pop3Mailbox:
    """An account's mailbox by POP3; mails are identified by their unique ids (UIDL)."""

    def __init__(self, pop: poplib.POP3, server: Server, account: str) -> None:
        self._pop, self._server = pop, server
        self.name = f"pop3 {account} {server.host}"
        _answer, lines, _size = pop.uidl()
        self._numbers = {
            uid.decode(): number.decode() for number, uid in (line.split()[:2] for line in lines)
        }

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail whose unique id is not among the ``known`` ones."""
        _answer, lines, _size = self._pop.list()
        sizes = {number.decode(): int(size) for number, size in (line.split()[:2] for line in lines)}
        for uid, number in self._numbers.items():
            if uid not in known and (header := self._ask(self._pop.top, int(number), 0)):
                # POP3 cannot select header fields, so all are fetched and truncated here.
                yield Glimpse(uid, sizes.get(number, 0), header[:_HEADER] + b"\r\n")

    def read(self, uid: str) -> bytes:
        """The whole mail; empty if the server cannot read it."""
        return self._ask(self._pop.retr, int(self._numbers[uid]))

    def _ask(self, command: Callable[..., tuple[bytes, list[bytes], int]], *numbers: int) -> bytes:
        """Return an answer; empty if refused, because one damaged mail must not hide the others."""
        try:
            _answer, lines, _size = command(*numbers)
        except poplib.error_proto as error:
            if not isinstance(error.args[0], bytes):  # a lost connection, not a server's answer
                raise
            return b""
        return b"\r\n".join(lines) + b"\r\n"


@contextmanager
def open_mailbox(
    server: Server, login: Login, context: ssl.SSLContext
) -> Iterator[ImapMailbox | Pop3Mailbox]:
    """Open an account's inbox; raises CannotConnect if the server cannot be used, also within the block."""
    try:
        if server.protocol == "pop3":
            # Signing off closes the connection only if the server still answers.
            with closing(_connect_pop3(server, context)) as pop:
                if not server.implicit:
                    pop.stls(context=context)
                _sign_in_pop3(pop, server, login)
                try:
                    yield Pop3Mailbox(pop, server, login.account)
                finally:
                    pop.quit()
        else:
            with _connect_imap(server, context) as box:
                _sign_in_imap(box, server, login)
                with box:
                    yield ImapMailbox(box, server, login.account)
    except (imaplib.IMAP4.error, poplib.error_proto) as error:
        reason = _("it does not respond like a mail server")
        raise CannotConnect(name_of(server), reason, _server_reply(error)) from error
    except OSError as error:
        raise refusal(server, error) from error


def _server_reply(error: Exception) -> str:
    """Return a server's answer, which the libraries raise as text or bytes."""
    answer = error.args[0] if error.args else ""
    reply = answer if isinstance(answer, bytes) else str(error)
    return one_line(reply)


@contextmanager
def _connect_imap(server: Server, context: ssl.SSLContext) -> Iterator[BaseMailBox]:
    from imap_tools import MailBox, MailBoxStartTls

    kind = MailBox if server.implicit else MailBoxStartTls
    box = kind(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
    try:
        yield box
    finally:
        # Of a connection that is closed already, the socket says so.
        with suppress(OSError):
            box.client.shutdown()


def _sign_in_imap(box: BaseMailBox, server: Server, login: Login) -> None:
    from imap_tools.errors import MailboxLoginError

    try:
        if login.oauth:
            box.xoauth2(login.account, login.secret, initial_folder=None)
        else:
            box.login(login.account, login.secret, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        raise LoginRefused(name_of(server), _REFUSED, _server_reply(error)) from None


def _connect_pop3(server: Server, context: ssl.SSLContext) -> poplib.POP3:
    if server.implicit:
        return poplib.POP3_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    return poplib.POP3(server.host, server.port, timeout=TIMEOUT)


def _sign_in_pop3(pop: poplib.POP3, server: Server, login: Login) -> None:
    try:
        if login.oauth:
            token = b64encode(login.xoauth2.encode()).decode()
            reply = pop._shortcmd(f"AUTH XOAUTH2 {token}")  # type: ignore[attr-defined]  # poplib has no public one
            if not reply.startswith(b"+OK"):
                # After the reason for a refusal, the server waits for an empty line.
                pop._shortcmd("")  # type: ignore[attr-defined]
        else:
            pop.user(login.account)
            pop.pass_(login.secret)
    except poplib.error_proto as error:
        raise LoginRefused(name_of(server), _REFUSED, _server_reply(error)) from None
