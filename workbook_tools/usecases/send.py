"""Use case: send prepared letters, none of them twice, whenever the program may be interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.errors import CannotConnect
from workbook_tools.followup.journal import HANDED_OVER, Bounce, Journal, JournalEntry, MailState
from workbook_tools.followup.message import build_mail
from workbook_tools.model import LetterKind
from workbook_tools.post.smtp import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from workbook_tools.followup.letters import Letter
    from workbook_tools.storage.campaign_folder import CampaignFolder

# A mail refused for now was not sent either, so that a later run sends it.
_STATES = {
    Verdict.ACCEPTED: MailState.SENT,
    Verdict.REFUSED: MailState.REFUSED,
    Verdict.LATER: MailState.REFUSED,
    Verdict.QUOTA: MailState.REFUSED,
    Verdict.UNKNOWN: MailState.UNKNOWN,
}
TRIES = 3
"""Attempts per mail and run if the server refuses it for now."""
TEST_MARK = "[THỬ] "


class Sender(Protocol):
    """Anything that can send a mail."""

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> Answer:
        """Send one mail."""


class Clock(Struct, frozen=True):
    """The clock and sleep, replaceable in tests."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class SendOptions(Struct, frozen=True):
    """Options of sending.

    ``rate`` in mails per minute (0: unlimited), ``quota`` per day over all runs (0: none), ``stop_after``
    consecutive refusals, ``pause`` in seconds before a retry, ``copy`` whether the sender gets a copy of
    each.
    """

    sender: str
    rate: int = 0
    quota: int = 0
    stop_after: int = 5
    pause: float = 30.0
    copy: bool = False


class SendResult(Struct):
    """The result for each letter of a run, by unit; ``stopped`` is ``quota``, ``refusals`` or empty."""

    sent: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    stopped: str = ""


def find_unsettled(campaign: CampaignFolder[Path], kind: LetterKind) -> list[JournalEntry]:
    """Return the letters of a kind whose delivery is unknown: handed over, but without an answer."""
    with Journal(campaign.mail_journal) as journal:
        # Not resent automatically: a second letter does more harm than a late one.
        unsure = (MailState.SENDING, MailState.UNKNOWN)
        return [entry for entry in journal.entries() if entry.kind is kind and entry.state in unsure]


def settle_by_hand(
    campaign: CampaignFolder[Path], entry: JournalEntry, *, arrived: bool, now: datetime
) -> None:
    """Record what the user found out about such a letter: it arrived, or it should be sent again."""
    with Journal(campaign.mail_journal) as journal:
        state = MailState.SENT if arrived else MailState.REFUSED
        journal.settle(entry.key, state, entry.answer, now)


def still_to_send(
    campaign: CampaignFolder[Path], letters: Sequence[Letter], *, again: bool = False
) -> list[Letter]:
    """Return the letters that certainly have not been sent.

    A unit that already has its form gets no other version of that letter, unless ``again``: an office that
    corrects a word in the template does not mean to write to everybody twice.
    """
    with Journal(campaign.mail_journal) as journal:
        left = [entry for entry in journal.entries() if entry.state in HANDED_OVER]
    keys = {entry.key for entry in left}
    served = set()
    if not again:
        served = {entry.unit for entry in left if entry.kind is LetterKind.FORM}
    return [
        letter
        for letter in letters
        if letter.key not in keys and not (letter.kind is LetterKind.FORM and letter.unit in served)
    ]


def send_letters(
    campaign: CampaignFolder[Path],
    letters: Sequence[Letter],
    outbox: Sender,
    options: SendOptions,
    clock: Clock,
    progress: Callable[[int, int], None] | None = None,
) -> SendResult:
    """Send each letter not sent yet; deferred ones are retried at the end.

    The journal records every letter on disk before it is handed over, so one that was in transit when the
    program was killed is never resent automatically. Raises CannotConnect, CannotRead and CannotWrite; what
    was sent stays recorded.
    """
    result = SendResult()
    waiting = list(letters)
    with Journal(campaign.mail_journal) as journal:
        run = _Run(journal, outbox, options, clock, result)
        for attempt in range(TRIES):
            if attempt and waiting and not result.stopped:
                clock.sleep(options.pause)
            waiting = run.send_all(waiting, progress, last=attempt == TRIES - 1)
    return result


def send_test(
    letters: Sequence[Letter], to: str, outbox: Sender, options: SendOptions, clock: Clock
) -> list[Answer]:
    """Send the letters to a single test address, with a mark in the subject and without the journal."""
    answers = []
    for letter in letters:
        trial = replace(letter, to=(to,), cc=(), subject=TEST_MARK + letter.subject)
        answers.append(outbox.send(build_mail(trial, options.sender, clock.now()), options.sender, [to]))
    return answers


class _Run(Struct):
    """One run over the letters; ``refusals`` counts those since the last letter that was accepted."""

    journal: Journal
    outbox: Sender
    options: SendOptions
    clock: Clock
    result: SendResult
    refusals: int = 0

    def send_all(
        self, letters: Sequence[Letter], progress: Callable[[int, int], None] | None, *, last: bool
    ) -> list[Letter]:
        """Send letters until something stops that; return those to retry."""
        later = []
        for number, letter in enumerate(letters, start=1):
            if self.result.stopped:
                self.result.unsent.append(letter.unit)
            elif self._send(letter, last=last):
                later.append(letter)
            if progress is not None:
                progress(number, len(letters))
        return later

    def _send(self, letter: Letter, *, last: bool) -> bool:
        """Send one letter; return whether to retry it."""
        if self._quota_used():
            self.result.stopped = "quota"
            self.result.unsent.append(letter.unit)
            return False
        now = self.clock.now()
        # Before the journal has it as being sent: a letter that cannot be built has not left.
        mail = build_mail(letter, self.options.sender, now)
        if not self.journal.begin(letter, now):
            # Another run has sent it, or is sending it, since the letters were listed.
            return False
        recipients = [*letter.to, *letter.cc]
        if self.options.copy:
            recipients.append(self.options.sender)
        try:
            answer = self.outbox.send(mail, self.options.sender, list(dict.fromkeys(recipients)))
        except CannotConnect as error:
            # Without a connection, nothing can have been sent.
            self.journal.settle(letter.key, MailState.REFUSED, error.reason, self.clock.now())
            raise
        self.journal.settle(letter.key, _STATES[answer.verdict], answer.text, self.clock.now())
        for address, reason in answer.refused:
            self.journal.note_bounce(Bounce(letter.key, letter.unit, address, reason, self.clock.now()))
        if self.options.rate:
            self.clock.sleep(60 / self.options.rate)
        return self._judge(letter, answer, last=last)

    def _judge(self, letter: Letter, answer: Answer, *, last: bool) -> bool:
        if answer.verdict is Verdict.ACCEPTED:
            self.refusals = 0
            self.result.sent.append(letter.unit)
        elif answer.verdict is Verdict.UNKNOWN:
            self.result.unknown.append(letter.unit)
        elif answer.verdict is Verdict.QUOTA:
            self.result.stopped = "quota"
            self.result.unsent.append(letter.unit)
        elif answer.verdict is Verdict.LATER and not last:
            return True
        else:
            self.result.refused.append((letter.unit, answer.text))
            self.refusals += 1
            if self.refusals >= self.options.stop_after:
                self.result.stopped = "refusals"
        return False

    def _quota_used(self) -> bool:
        if not self.options.quota:
            return False
        today = self.clock.now().date()
        sent = [e for e in self.journal.entries() if e.state in HANDED_OVER and e.at.date() == today]
        return len(sent) >= self.options.quota
