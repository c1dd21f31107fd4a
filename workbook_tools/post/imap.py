"""Read-only access to a mailbox by IMAP: marks nothing as read."""

from __future__ import annotations

import imaplib
import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls
from imap_tools.errors import ImapToolsError, MailboxLoginError

from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import TIMEOUT, Login, name_of, refusal
from workbook_tools.post.mailbox_answers import HEADER, Glimpse, refused_login, strange_answer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.spec.mail.mail_settings import Server

_BATCH = 500
"""Mails per command: a command lists their numbers, and servers limit the length of a line."""
_FIELDS = (
    "FROM TO SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE "
    "X-AUTOREPLY X-AUTORESPOND X-FAILED-RECIPIENTS"
)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


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
        with _explained(self._server):
            new = [uid for uid in self._box.uids("ALL") if uid not in known]
        for start in range(0, len(new), _BATCH):
            wanted = ",".join(new[start : start + _BATCH])
            # PEEK, because a plain FETCH of a body marks the mail as read.
            items = f"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({_FIELDS})]<0.{HEADER}>)"
            with _explained(self._server):
                _status, found = self._box.client.uid("FETCH", wanted, items)
            glimpses = [*_glimpses(found)]
            # One that was deleted meanwhile is left out; if all are, the answer was not understood.
            if not glimpses:
                raise strange_answer(self._server)
            yield from glimpses

    def read(self, uid: str) -> bytes:
        """The whole mail, without marking it as read; empty if it was deleted meanwhile or is damaged."""
        with _explained(self._server):
            _status, found = self._box.client.uid("FETCH", uid, "(BODY.PEEK[])")
        return next((bytes(item[1]) for item in found if isinstance(item, tuple)), b"")

    def put_drafts(self, drafts: Iterable[tuple[str, bytes]]) -> int:
        """Store mails, given with their message ids, in the folder flagged ``\\Drafts``; return their number.

        A mail that is already there, or was sent from there, is not stored again.
        """
        wanted = list(drafts)
        with _explained(self._server):
            folder = self._flagged("\\Drafts")
            if not folder:
                raise CannotConnect(
                    name_of(self._server), _("no folder of the mailbox is flagged as the drafts folder")
                )
            # An interrupted run can be repeated, because it looks for stored drafts first.
            present = self._find(
                {message_id for message_id, _data in wanted}, folder, self._flagged("\\Sent")
            )
            for message_id, data in wanted:
                if message_id not in present:
                    self._box.append(data, folder, flag_set=["\\Draft", "\\Seen"])
        return sum(message_id not in present for message_id, _data in wanted)

    def find_sent(self, message_ids: set[str]) -> set[str]:
        """Return those of the message ids that occur in the folder of sent mails or in the inbox."""
        with _explained(self._server):
            return self._find(message_ids, self._flagged("\\Sent"), "INBOX")

    def _find(self, message_ids: set[str], *folders: str) -> set[str]:
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


@contextmanager
def open_imap(server: Server, login: Login, context: ssl.SSLContext) -> Iterator[ImapMailbox]:
    """Open an account's inbox; CannotConnect if the server cannot be used."""
    with ExitStack() as stack:
        with _explained(server):
            box = stack.enter_context(_connect(server, context))
            _sign_in(box, server, login)
            stack.callback(_sign_off, box)
            mailbox = ImapMailbox(box, server, login.account)
        # Outside, because what fails there may be the disk.
        yield mailbox


def _sign_off(box: BaseMailBox) -> None:
    # All has been read, so a connection that is lost by now does no harm.
    with suppress(OSError, imaplib.IMAP4.error):
        box.client.logout()


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Raise CannotConnect for what goes wrong in talking to the server."""
    try:
        yield
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise strange_answer(server, error) from error
    except OSError as error:
        raise refusal(server, error) from error


def _glimpses(found: Sequence[object]) -> Iterator[Glimpse]:
    """The mails of an answer to FETCH: for each a pair of text and header, and the text behind it."""
    for item, after in zip(found, [*found[1:], None], strict=True):
        if isinstance(item, tuple):
            # A server may send the number and the size before the header or behind it (RFC 3501, 7.4.2).
            stated = item[0] + (after if isinstance(after, bytes) else b"")
            uid, size = _UID.search(stated), _SIZE.search(stated)
            if uid is not None:
                yield Glimpse(uid[1].decode(), int(size[1]) if size else 0, item[1])


@contextmanager
def _connect(server: Server, context: ssl.SSLContext) -> Iterator[BaseMailBox]:
    kind = MailBox if server.implicit else MailBoxStartTls
    box = kind(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
    try:
        yield box
    finally:
        # Of a connection that is closed already, the socket says so.
        with suppress(OSError):
            box.client.shutdown()


def _sign_in(box: BaseMailBox, server: Server, login: Login) -> None:
    try:
        if login.oauth:
            box.xoauth2(login.account, login.secret, initial_folder=None)
        else:
            box.login(login.account, login.secret, initial_folder=None)
    except imaplib.IMAP4.abort:  # a lost connection, not a server's answer
        raise
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        raise refused_login(server, error) from None
