"""The journal of a campaign's mails: letters with the server's answers, bounces, and fetched mails.

A letter is recorded on disk before it is handed over and again after the server's answer, so the journal has
every letter that may have been sent, whenever the program is killed. It holds no password and no content.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from workbook_tools.errors import CannotRead, CannotWrite
from workbook_tools.locale import mark as _
from workbook_tools.model import LetterKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from workbook_tools.followup.letters import Letter

_TABLES = """
CREATE TABLE IF NOT EXISTS mails (
    key TEXT PRIMARY KEY, kind TEXT, unit TEXT, number INTEGER, addresses TEXT, subject TEXT,
    state TEXT, answer TEXT, at TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bounces (
    key TEXT, unit TEXT, address TEXT, reason TEXT, at TEXT, PRIMARY KEY (unit, address, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fetched (
    mailbox TEXT, uid TEXT, what TEXT, unit TEXT, file TEXT, at TEXT,
    PRIMARY KEY (mailbox, uid)) WITHOUT ROWID;
"""

_DRAFTS = (
    f"FROM mails WHERE state = 'drafted' AND kind = ? AND kind != '{LetterKind.RECEIPT}' AND unit = ? AND "
    "number = ?"
)
"""Drafts of one letter, whatever their text; a receipt replaces none, because each is for another report."""


class MailState(StrEnum):
    """The state of a mail.

    ``sending``: handed over, no answer yet; the same as unknown unless a program is running.
    """

    DRAFTED = "drafted"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


HANDED_OVER = frozenset({MailState.SENDING, MailState.SENT, MailState.UNKNOWN})
"""States of a letter that was sent, or may have been: it is never resent automatically."""


class JournalEntry(Struct, frozen=True):
    """A letter in the journal; ``at`` is a moment with its zone, ``answer`` the server's answer."""

    key: str
    kind: LetterKind
    unit: str
    number: int
    addresses: str
    subject: str
    state: MailState
    answer: str
    at: datetime


class Bounce(Struct, frozen=True):
    """An address that a letter did not reach, and why; ``key`` is the letter's, or empty if unknown."""

    key: str
    unit: str
    address: str
    reason: str
    at: datetime


class Fetched(Struct, frozen=True):
    """A mail examined in a mailbox: what it is, and the file it was saved to, if any."""

    mailbox: str
    uid: str
    what: str
    unit: str
    file: str
    at: datetime


class Journal:
    """The journal at a path, created on first use; raises CannotRead and CannotWrite."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        with self._asking(CannotRead):
            # Autocommit, because the module's implicit transactions take the write lock only late.
            self._database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            try:
                # The record written before a mail is handed over must survive a power cut, or the mail would
                # be sent twice.
                self._database.execute("PRAGMA synchronous = FULL")
                self._database.executescript(_TABLES)
            except sqlite3.Error:
                self._database.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def entries(self) -> list[JournalEntry]:
        """Return all letters, the earliest first."""
        rows = self._all("SELECT key, kind, unit, number, addresses, subject, state, answer, at FROM mails")
        entries = [
            JournalEntry(
                key, LetterKind(kind), unit, number, to, subject, MailState(state), answer, _moment(at)
            )
            for key, kind, unit, number, to, subject, state, answer, at in rows
        ]
        return sorted(entries, key=lambda entry: (entry.at, entry.key))

    def bounces(self) -> list[Bounce]:
        """Return all bounces, the earliest first."""
        rows = self._all("SELECT key, unit, address, reason, at FROM bounces ORDER BY at, unit, address")
        return [Bounce(key, unit, address, reason, _moment(at)) for key, unit, address, reason, at in rows]

    def fetched(self) -> list[Fetched]:
        """Return all examined mails, the earliest first."""
        rows = self._all("SELECT mailbox, uid, what, unit, file, at FROM fetched ORDER BY at, mailbox, uid")
        return [
            Fetched(mailbox, uid, what, unit, file, _moment(at))
            for mailbox, uid, what, unit, file, at in rows
        ]

    def note_draft(self, letter: Letter, at: datetime) -> None:
        """Record that a letter was drafted.

        It replaces a draft of the same letter with another text, but keeps its date.
        """
        with self._transaction():
            earlier = self._database.execute(f"SELECT min(at) {_DRAFTS}", _draft_of(letter)).fetchone()[0]
            self._drop_drafts(letter)
            begun = _moment(earlier) if earlier else at
            self._insert(letter, MailState.DRAFTED, begun, "OR IGNORE")

    def begin(self, letter: Letter, at: datetime) -> bool:
        """Record that a letter is about to be handed over; False if it was, or may have been, sent before."""
        with self._transaction():
            found = self._database.execute("SELECT state FROM mails WHERE key = ?", (letter.key,)).fetchone()
            free = found is None or MailState(found[0]) not in HANDED_OVER
            if free:
                self._drop_drafts(letter)
                self._insert(letter, MailState.SENDING, at, "OR REPLACE")
        return free

    def settle(self, key: str, state: MailState, answer: str, at: datetime) -> None:
        """Record the result of sending a letter."""
        self._do(
            "UPDATE mails SET state = ?, answer = ?, at = ? WHERE key = ?", (state, answer, _text(at), key)
        )

    def note_bounce(self, bounce: Bounce) -> None:
        """Record a bounce."""
        row = (bounce.key, bounce.unit, bounce.address, bounce.reason, _text(bounce.at))
        self._do("INSERT OR REPLACE INTO bounces VALUES (?, ?, ?, ?, ?)", row)

    def note_fetched(self, mails: Iterable[Fetched]) -> None:
        """Record mails that need not be examined again, all or none of them."""
        rows = [(m.mailbox, m.uid, m.what, m.unit, m.file, _text(m.at)) for m in mails]
        with self._transaction():
            self._database.executemany("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _drop_drafts(self, letter: Letter) -> None:
        self._database.execute(f"DELETE {_DRAFTS} AND key != ?", (*_draft_of(letter), letter.key))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._asking(CannotWrite):
            # Takes the write lock at once; otherwise two runs could both find the letter unsent.
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def _insert(self, letter: Letter, state: MailState, at: datetime, conflict: str) -> None:
        to = ", ".join((*letter.to, *letter.cc))
        row = (letter.key, letter.kind, letter.unit, letter.number, to, letter.subject, state, "", _text(at))
        self._do(f"INSERT {conflict} INTO mails VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _do(self, statement: str, values: tuple[object, ...]) -> None:
        with self._asking(CannotWrite):
            self._database.execute(statement, values)

    def _all(self, statement: str) -> list[Any]:
        with self._asking(CannotRead):
            return self._database.execute(statement).fetchall()

    @contextmanager
    def _asking(self, refusal: type[CannotRead | CannotWrite]) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            busy = isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
            reason = (
                _("another run is writing to it") if busy else _("it is damaged, or its folder is read-only")
            )
            raise refusal(self._path, reason) from error


def _draft_of(letter: Letter) -> tuple[object, ...]:
    return letter.kind, letter.unit, letter.number


def local_now() -> datetime:
    """The current time with the computer's time zone, as the journal records it."""
    return datetime.now().astimezone()


def _text(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
