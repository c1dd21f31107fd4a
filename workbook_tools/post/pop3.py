"""Read-only access to a mailbox by POP3: deletes nothing."""

from __future__ import annotations

import poplib
from base64 import b64encode
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING

from workbook_tools.post.connection import TIMEOUT, Login, refusal
from workbook_tools.post.mailbox_answers import HEADER, Glimpse, refused_login, strange_answer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from workbook_tools.spec.mail.mail_settings import Server

_LONGEST_LINE = 10_000_000
"""Bytes of a line."""


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
        with _explained(self._server):
            _answer, lines, _size = self._pop.list()
        sizes = {number.decode(): int(size) for number, size in (line.split()[:2] for line in lines)}
        for uid, number in self._numbers.items():
            if uid not in known and (header := self._ask(self._pop.top, int(number), 0)):
                # POP3 cannot select header fields, so all are fetched and truncated here.
                yield Glimpse(uid, sizes.get(number, 0), header[:HEADER] + b"\r\n")

    def read(self, uid: str) -> bytes:
        """The whole mail; empty if the server cannot read it."""
        return self._ask(self._pop.retr, int(self._numbers[uid]))

    def _ask(self, command: Callable[..., tuple[bytes, list[bytes], int]], *numbers: int) -> bytes:
        """Return an answer; empty if refused, because one damaged mail must not hide the others."""
        with _explained(self._server):
            try:
                _answer, lines, _size = command(*numbers)
            except poplib.error_proto as error:
                if not _is_answer(error):
                    raise
                return b""
        return b"\r\n".join(lines) + b"\r\n"


@contextmanager
def open_pop3(server: Server, login: Login, context: ssl.SSLContext) -> Iterator[Pop3Mailbox]:
    """Open an account's mailbox; CannotConnect if the server cannot be used."""
    with ExitStack() as stack:
        with _explained(server):
            # Signing off closes the connection only if the server still answers.
            pop = stack.enter_context(closing(_connect(server, context)))
            if not server.implicit:
                pop.stls(context=context)
            _sign_in(pop, server, login)
            stack.callback(_sign_off, pop)
            mailbox = Pop3Mailbox(pop, server, login.account)
        # Outside, because what fails there may be the disk.
        yield mailbox


def _sign_off(pop: poplib.POP3) -> None:
    # All has been read, so a connection that is lost by now does no harm.
    with suppress(OSError, poplib.error_proto):
        pop.quit()


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Raise CannotConnect for what goes wrong in talking to the server."""
    try:
        yield
    except poplib.error_proto as error:
        raise strange_answer(server, error) from error
    except OSError as error:
        raise refusal(server, error) from error


class _LongLines(poplib.POP3):
    """A connection for any mail: many programs write HTML in one line, and poplib allows 2,048 bytes."""

    def _getline(self) -> tuple[bytes, int]:
        line: bytes = self.file.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise poplib.error_proto("line too long")
        if not line:
            raise poplib.error_proto("-ERR EOF")
        return line.removesuffix(b"\n").removesuffix(b"\r"), len(line)


class _LongLinesTls(_LongLines, poplib.POP3_SSL):
    """The same, encrypted from the beginning."""


def _connect(server: Server, context: ssl.SSLContext) -> poplib.POP3:
    if server.implicit:
        return _LongLinesTls(server.host, server.port, timeout=TIMEOUT, context=context)
    return _LongLines(server.host, server.port, timeout=TIMEOUT)


def _is_answer(error: poplib.error_proto) -> bool:
    """Whether the server has answered; otherwise the connection is lost."""
    return bool(error.args) and isinstance(error.args[0], bytes)


def _sign_in(pop: poplib.POP3, server: Server, login: Login) -> None:
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
        if not _is_answer(error):
            raise
        raise refused_login(server, error) from None
