"""The journal: a mail that has left, or may have, is never begun again, whenever the program was killed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from open_files import open_files

from workbook_tools.errors import CannotRead
from workbook_tools.followup.journal import Bounce, Fetched, Journal, MailState
from workbook_tools.followup.letters import Letter
from workbook_tools.model import LetterKind

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2023, 10, 2, 8, tzinfo=UTC)
LETTER = Letter(LetterKind.FORM, "HTSD", "x1", "Xã Một", ("a@b.example",), (), "S [HTSD/x1]", "Kính gửi\n")


@pytest.mark.parametrize("state", [MailState.SENDING, MailState.SENT, MailState.UNKNOWN])
def test_what_may_have_left_is_not_begun_again(tmp_path: Path, state: MailState) -> None:
    with Journal(tmp_path / "mail.sqlite3") as journal:
        assert journal.begin(LETTER, NOW)
        if state is not MailState.SENDING:
            journal.settle(LETTER.key, state, "250 ok", NOW)
    with Journal(tmp_path / "mail.sqlite3") as journal:
        assert not journal.begin(LETTER, NOW + timedelta(days=9))
        (entry,) = journal.entries()
        assert (entry.state, entry.at) == (state, NOW)


@pytest.mark.parametrize("state", [MailState.REFUSED, MailState.DRAFTED])
def test_what_did_not_leave_may_be_sent(tmp_path: Path, state: MailState) -> None:
    with Journal(tmp_path / "mail.sqlite3") as journal:
        if state is MailState.DRAFTED:
            journal.note_draft(LETTER, NOW)
        else:
            journal.begin(LETTER, NOW)
            journal.settle(LETTER.key, state, "550 no", NOW)
        assert journal.begin(LETTER, NOW)


def test_a_draft_made_again_keeps_its_day_and_never_unsends(tmp_path: Path) -> None:
    with Journal(tmp_path / "mail.sqlite3") as journal:
        journal.note_draft(LETTER, NOW)
        journal.note_draft(LETTER, NOW + timedelta(days=1))
        assert journal.entries()[0].at == NOW
        journal.begin(LETTER, NOW)
        journal.note_draft(LETTER, NOW)
        assert journal.entries()[0].state is MailState.SENDING


def test_bounces_and_mails_looked_at_are_kept(tmp_path: Path) -> None:
    bounce = Bounce(LETTER.key, "x1", "a@b.example", "550 no such user", NOW)
    fetched = Fetched("imap host/INBOX/1", "7", "return", "x1", "2023-10-09.eml", NOW)
    with Journal(tmp_path / "mail.sqlite3") as journal:
        for _ in range(2):
            journal.note_bounce(bounce)
            journal.note_fetched([fetched])
    with Journal(tmp_path / "mail.sqlite3") as journal:
        assert journal.bounces() == [bounce]
        assert journal.fetched() == [fetched]


def test_a_damaged_journal_is_said_to_be_and_not_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "mail.sqlite3").write_bytes(b"no database at all, but long enough to be one" * 40)
    with pytest.raises(CannotRead) as told, Journal(tmp_path / "mail.sqlite3"):
        pass
    assert told.value.__traceback__ is not None
    assert not any(name.endswith("mail.sqlite3") for name in open_files())
    # Windows could not put another file in the place of one that is still open.
    (tmp_path / "copy.sqlite3").touch()
    (tmp_path / "copy.sqlite3").replace(tmp_path / "mail.sqlite3")
