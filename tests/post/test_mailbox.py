"""Mailboxes whose servers answer in unusual ways: nothing is overlooked, and nobody else is blamed."""

from __future__ import annotations

import errno
import imaplib
import poplib
from typing import TYPE_CHECKING, Any

import pytest
from post.posting import login, server

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.post import imap as imap_module
from workbook_tools.post import pop3 as pop3_module
from workbook_tools.post.connection import trust
from workbook_tools.post.mailbox import open_mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = b"From: a@b.example\r\n\r\n"
SPEC = b"BODY[HEADER.FIELDS (FROM)]<0> {21}"


class Client:
    """An IMAP server's answers."""

    def __init__(self, found: list[Any]) -> None:
        self.found = found

    def uid(self, *command: str) -> tuple[str, list[Any]]:
        return "OK", self.found

    def logout(self) -> None:
        raise imaplib.IMAP4.abort("socket error: EOF")

    def shutdown(self) -> None: ...


class ImapBox:
    """What the library makes of a mailbox with the mails 7 and 8."""

    def __init__(self, found: list[Any]) -> None:
        self.client, self.folder = Client(found), self
        self.refusal: Exception | None = None

    def login(self, *given: object, **options: object) -> None:
        if self.refusal is not None:
            raise self.refusal

    def set(self, *given: object, **options: object) -> None: ...

    def status(self, *given: object) -> dict[str, int]:
        return {"UIDVALIDITY": 1}

    def uids(self, criteria: str) -> list[str]:
        return ["7", "8"]


class PopBox:
    """A mailbox by POP3 without mails."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None

    def user(self, name: str) -> None: ...

    def pass_(self, secret: str) -> None:
        if self.refusal is not None:
            raise self.refusal

    def uidl(self) -> tuple[bytes, list[bytes], int]:
        return b"+OK", [], 0

    def quit(self) -> None:
        raise poplib.error_proto("-ERR EOF")

    def close(self) -> None: ...


@pytest.fixture
def imap(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ImapBox]:
    """A function that makes the next mailbox by IMAP one with this answer to FETCH."""

    def make(*found: Any) -> ImapBox:
        box = ImapBox([*found])
        monkeypatch.setattr(imap_module, "MailBox", lambda *given, **options: box)
        return box

    return make


@pytest.fixture
def pop3(monkeypatch: pytest.MonkeyPatch) -> PopBox:
    box = PopBox()
    monkeypatch.setattr(pop3_module, "_LongLinesTls", lambda *given, **options: box)
    return box


def test_number_and_size_may_stand_behind_the_header(imap) -> None:
    imap(
        (b"1 (" + SPEC, HEADER),
        b" UID 7 RFC822.SIZE 900)",
        (b"2 (UID 8 RFC822.SIZE 800 " + SPEC, HEADER),
        b")",
    )
    with open_mailbox(server("imaps://h.example"), login(), trust()) as box:
        assert [(one.uid, one.size) for one in box.glimpse(set())] == [("7", 900), ("8", 800)]


def test_an_answer_that_names_no_mail_is_no_empty_mailbox(imap) -> None:
    imap((b"1 (" + SPEC, HEADER), b")")
    with (
        open_mailbox(server("imaps://h.example"), login(), trust()) as box,
        pytest.raises(CannotConnect, match="does not respond like a mail server"),
    ):
        list(box.glimpse(set()))


@pytest.mark.parametrize("protocol", ["imaps", "pop3s"])
def test_a_full_disk_while_mails_are_saved_is_not_the_network(protocol: str, imap, pop3) -> None:
    imap()
    with (
        pytest.raises(OSError, match="No space left"),
        open_mailbox(server(f"{protocol}://h.example"), login(), trust()),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("protocol", "refusal", "kind"),
    [
        ("imaps", imaplib.IMAP4.error("b'[AUTHENTICATIONFAILED] Invalid credentials'"), LoginRefused),
        ("imaps", imaplib.IMAP4.error("b'[UNAVAILABLE] Temporary authentication failure.'"), CannotConnect),
        ("imaps", imaplib.IMAP4.error("b'[ALERT] Too many simultaneous connections.'"), CannotConnect),
        ("imaps", imaplib.IMAP4.abort("socket error: EOF"), CannotConnect),
        ("pop3s", poplib.error_proto(b"-ERR [AUTH] Authentication failed."), LoginRefused),
        ("pop3s", poplib.error_proto(b"-ERR [IN-USE] Another session has it."), CannotConnect),
        ("pop3s", poplib.error_proto("-ERR EOF"), CannotConnect),
    ],
)
def test_only_a_wrong_password_is_called_wrong(
    protocol: str, refusal: Exception, kind: type[Exception], imap, pop3
) -> None:
    """A password that is called wrong is deleted from the vault."""
    imap().refusal = pop3.refusal = refusal
    opened = open_mailbox(server(f"{protocol}://h.example"), login(), trust())
    with pytest.raises(CannotConnect) as told, opened:
        pass
    assert type(told.value) is kind
