"""Mailboxes that are only looked at: IMAP without marking anything as read, POP3 without deleting anything."""

from __future__ import annotations

import imaplib
import poplib
import re
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import TIMEOUT, Login, name_of, one_line, refusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

    from imap_tools import BaseMailBox

    from workbook_tools.spec.mail.mail_settings import Server

_BATCH = 500
_FIELDS = (
    "FROM TO SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE "
    "AUTO-SUBMITTED X-AUTOREPLY RETURN-PATH"
)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A mail from outside: its number in the mailbox, bytes, and the header (or, by POP3, all of it)."""

    uid: str
    size: int
    header: bytes


class Mailbox(Protocol):
    """What both kinds offer. ``name`` tells apart mailboxes in which one number means different mails."""

    name: str

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail that is not ``known`` by its number."""

    def read(self, uid: str) -> bytes:
        """A whole mail."""


class ImapMailbox:
    """The inbox of an account by IMAP, opened for reading only."""

    def __init__(self, box: BaseMailBox, server: Server, account: str) -> None:
        self._box, self._server = box, server
        box.folder.set("INBOX", readonly=True)
        validity = box.folder.status("INBOX", ["UIDVALIDITY"])["UIDVALIDITY"]
        self.name = f"imap {account} {server.host} INBOX {validity}"

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail that is not ``known``, its header without marking it as read."""
        new = [uid for uid in self._box.uids("ALL") if uid not in known]
        for start in range(0, len(new), _BATCH):
            wanted = ",".join(new[start : start + _BATCH])
            items = f"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({_FIELDS})])"
            _status, found = self._box.client.uid("FETCH", wanted, items)
            for item in found:
                if isinstance(item, tuple) and (uid := _UID.search(item[0])) is not None:
                    size = _SIZE.search(item[0])
                    yield Glimpse(uid[1].decode(), int(size[1]) if size else 0, item[1])

    def read(self, uid: str) -> bytes:
        """A whole mail, without marking it as read."""
        _status, found = self._box.client.uid("FETCH", uid, "(BODY.PEEK[])")
        for item in found:
            if isinstance(item, tuple):
                return bytes(item[1])
        raise CannotConnect(name_of(self._server), _("it does not answer as a mail server does"))

    def put_drafts(self, drafts: Iterable[tuple[str, bytes]]) -> int:
        """Put mails, each with its message id, into the folder that is flagged for drafts; those that lie there stay once."""
        folder = self._flagged("\\Drafts")
        self._box.folder.set(folder)
        put = 0
        for message_id, data in drafts:
            if not self._box.uids(f'HEADER Message-ID "{message_id}"'):
                self._box.append(data, folder, flag_set=["\\Draft", "\\Seen"])
                put += 1
        return put

    def holds(self, message_id: str) -> bool:
        """Whether the inbox or the folder of sent mails has a mail with this id."""
        for folder in filter(None, (self._flagged("\\Sent", required=False), "INBOX")):
            self._box.folder.set(folder, readonly=True)
            if self._box.uids(f'HEADER Message-ID "{message_id}"'):
                return True
        return False

    def _flagged(self, flag: str, *, required: bool = True) -> str:
        for folder in self._box.folder.list():
            if flag.casefold() in {one.casefold() for one in folder.flags}:
                return folder.name
        if required:
            raise CannotConnect(
                name_of(self._server), _("no folder of the mailbox is flagged as the one for drafts")
            )
        return ""


class Pop3Mailbox:
    """The mailbox of an account by POP3; mails are known by their unique ids (UIDL)."""

    def __init__(self, pop: poplib.POP3, server: Server, account: str) -> None:
        self._pop, self._server = pop, server
        self.name = f"pop3 {account} {server.host}"
        _answer, lines, _size = pop.uidl()
        self._numbers = {
            uid.decode(): number.decode() for number, uid in (line.split()[:2] for line in lines)
        }

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        """Every mail that is not ``known``, and its header."""
        _answer, lines, _size = self._pop.list()
        sizes = {number.decode(): int(size) for number, size in (line.split()[:2] for line in lines)}
        for uid, number in self._numbers.items():
            if uid not in known:
                _answer, header, _size = self._pop.top(int(number), 0)
                yield Glimpse(uid, sizes.get(number, 0), b"\r\n".join(header) + b"\r\n\r\n")

    def read(self, uid: str) -> bytes:
        """A whole mail."""
        _answer, lines, _size = self._pop.retr(int(self._numbers[uid]))
        return b"\r\n".join(lines) + b"\r\n"


@contextmanager
def open_mailbox(
    server: Server, login: Login, context: ssl.SSLContext
) -> Iterator[ImapMailbox | Pop3Mailbox]:
    """The inbox of an account; CannotConnect where the server cannot be used, also while it is looked at."""
    try:
        if server.protocol == "pop3":
            pop = _open_pop3(server, login, context)
            try:
                yield Pop3Mailbox(pop, server, login.account)
            finally:
                pop.quit()
        else:
            with _open_imap(server, login, context) as box:
                yield ImapMailbox(box, server, login.account)
    except (imaplib.IMAP4.error, poplib.error_proto) as error:
        reason = _("it does not answer as a mail server does")
        raise CannotConnect(name_of(server), reason, one_line(str(error))) from error
    except OSError as error:
        raise refusal(server, error) from error


def _open_imap(server: Server, login: Login, context: ssl.SSLContext) -> Any:
    from imap_tools import MailBox, MailBoxStartTls
    from imap_tools.errors import MailboxLoginError

    kind = MailBox if server.implicit else MailBoxStartTls
    box = kind(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
    try:
        if login.oauth:
            return box.xoauth2(login.account, login.secret, initial_folder=None)
        return box.login(login.account, login.secret, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        raise CannotConnect(name_of(server), _REFUSED, one_line(str(error))) from None


def _open_pop3(server: Server, login: Login, context: ssl.SSLContext) -> poplib.POP3:
    if server.implicit:
        pop: poplib.POP3 = poplib.POP3_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        pop = poplib.POP3(server.host, server.port, timeout=TIMEOUT)
        pop.stls(context=context)
    try:
        if login.oauth:
            pop._shortcmd(f"AUTH XOAUTH2 {b64encode(login.xoauth2.encode()).decode()}")  # type: ignore[attr-defined]  # poplib has no public one
        else:
            pop.user(login.account)
            pop.pass_(login.secret)
    except poplib.error_proto as error:
        pop.close()
        raise CannotConnect(name_of(server), _REFUSED, one_line(str(error))) from None
    return pop


_REFUSED = _(
    "it refuses name and password; many providers want an app password, or have to allow IMAP or POP3"
)
