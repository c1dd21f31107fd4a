"""Mail on the page: prepares letters, writes or sends them, and fetches the answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _
from workbook_tools.model import LetterKind
from workbook_tools.post.connection import Login, trust
from workbook_tools.post.vault import keep, recall
from workbook_tools.spec.mail.mail_settings import MailSettings, Server, read_mail_settings

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.followup.due import Due
    from workbook_tools.followup.journal import JournalEntry
    from workbook_tools.followup.letters import Letter
    from workbook_tools.page.jobs import Job
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.usecases.correct import Asked
    from workbook_tools.usecases.fetch import FetchResult
    from workbook_tools.usecases.prepare_letters import Prepared
    from workbook_tools.usecases.send import SendResult

STOP_AFTER = 5
"""Number of refusals in a row after which sending stops."""


@dataclass
class Ready:
    """Prepared letters of one kind; units in ``waiting`` and ``calls`` get none now (see ``remind``)."""

    prepared: Prepared
    waiting: tuple[Due, ...] = ()
    calls: tuple[tuple[Due, str], ...] = ()
    asked: tuple[Asked, ...] = ()
    drafted: bool = False
    result: SendResult | None = None

    @property
    def settings(self) -> MailSettings:
        """The template's mail settings."""
        return read_mail_settings(self.prepared.template.campaign.values)


@dataclass
class Mailing:
    """The letters of the open campaign. Passwords stay in memory, and on request in the system's vault."""

    ready: dict[LetterKind, Ready] = field(default_factory=dict)
    fetched: FetchResult | None = None
    _secrets: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def knows_password(self, server: Server | None, account: str) -> bool:
        """Whether the password is known."""
        return server is not None and bool(self._recall(server, account))

    def prepare(self, folder: CampaignFolder[Path], kind: LetterKind) -> None:
        """Prepare the letters of a kind as they would be sent now; nothing is sent."""
        self.ready[kind] = _prepare(folder, kind)

    def draft(self, folder: CampaignFolder[Path], kind: LetterKind) -> None:
        """Write the prepared letters to files, to be sent by hand."""
        from workbook_tools.usecases.prepare_letters import draft_letters

        ready = self.ready[kind]
        draft_letters(folder, ready.prepared, now(), [due.unit for due in ready.waiting])
        ready.drafted = True

    def unsettled(self, folder: CampaignFolder[Path], kind: LetterKind) -> list[JournalEntry]:
        """Letters that may or may not have been sent."""
        from workbook_tools.usecases.send import find_unsettled

        return find_unsettled(folder, kind) if kind in self.ready else []

    def left_over(self, folder: CampaignFolder[Path], kind: LetterKind) -> list[Letter]:
        """The letters that have not been sent yet."""
        from workbook_tools.usecases.send import still_to_send

        return (
            still_to_send(folder, self.ready[kind].prepared.letters, again=True) if kind in self.ready else []
        )

    def send(
        self, folder: CampaignFolder[Path], kind: LetterKind, given: Login, job: Job, *, test: bool
    ) -> None:
        """Send what is still unsent, or the first letter to the office itself; CannotConnect, CannotWrite."""
        from workbook_tools.post.smtp import Outbox, Verdict
        from workbook_tools.usecases.send import Clock, SendOptions, send_letters, send_test

        ready = self.ready[kind]
        settings = ready.settings
        assert settings.outgoing is not None
        options = SendOptions(settings.sender, stop_after=STOP_AFTER)
        clock = Clock(now, time.sleep)
        letters = self.left_over(folder, kind)
        login = self._login(settings.outgoing, given)
        with Outbox(settings.outgoing, login, trust()) as outbox:
            # Only after the server has accepted it: a wrong password is asked for again.
            self._secrets[settings.outgoing.host, login.account] = login.secret
            if not test:
                ready.result = send_letters(folder, letters, outbox, options, clock, job.progress)
                return
            (answer,) = send_test(letters[:1], settings.sender, outbox, options, clock)
        if answer.verdict is not Verdict.ACCEPTED:
            reason = _("the server did not accept the test letter")
            raise CannotConnect(settings.outgoing.host, reason, answer.text)

    def fetch(self, folder: CampaignFolder[Path], settings: MailSettings, given: Login, job: Job) -> None:
        """Look through the mailbox and save the answers to the folder of returns."""
        from workbook_tools.post.mailbox import open_mailbox
        from workbook_tools.usecases.fetch import fetch_mails

        assert settings.incoming is not None
        folder.returned.mkdir(exist_ok=True)
        login = self._login(settings.incoming, given)
        with open_mailbox(settings.incoming, login, trust()) as mailbox:
            self._secrets[settings.incoming.host, login.account] = login.secret
            self.fetched = fetch_mails(
                folder, mailbox, settings.sender, now(), lambda done, _total: job.progress(done, 0)
            )

    def remember(self, server: Server, login: Login) -> bool:
        """Keep a password in the system's vault; False if there is none."""
        return bool(login.secret) and keep(server, login.account, login.secret)

    def _login(self, server: Server, given: Login) -> Login:
        return Login(given.account, given.secret or self._recall(server, given.account))

    def _recall(self, server: Server, account: str) -> str:
        return self._secrets.get((server.host, account)) or recall(server, account) or ""


def now() -> datetime:
    """Return the current time with the computer's time zone."""
    return datetime.now().astimezone()


def _prepare(folder: CampaignFolder[Path], kind: LetterKind) -> Ready:
    if kind is LetterKind.FORM:
        from workbook_tools.usecases.prepare_letters import prepare_forms

        return Ready(prepare_forms(folder))
    if kind is LetterKind.CORRECTION:
        from workbook_tools.usecases.correct import correct

        corrected = correct(folder)
        return Ready(corrected.prepared, asked=corrected.asked)
    if kind is LetterKind.RECEIPT:
        from workbook_tools.usecases.receipts import write_receipts

        return Ready(write_receipts(folder)[0])
    from workbook_tools.usecases.remind import remind, write_calls

    reminded = remind(folder, now())
    if reminded.calls:
        write_calls(folder, reminded)
    return Ready(reminded.prepared, reminded.waiting, reminded.calls)
