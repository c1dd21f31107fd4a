"""Mail on the page: prepares letters, writes or sends them, and fetches the answers."""

from __future__ import annotations

import dataclasses
import time
import webbrowser
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _
from workbook_tools.model import LetterKind
from workbook_tools.post.connection import trust
from workbook_tools.post.credentials import Account, Credentials
from workbook_tools.spec.mail.mail_settings import MailSettings, Server, read_mail_settings
from workbook_tools.storage.replace import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workbook_tools.followup.due import Due
    from workbook_tools.followup.journal import JournalEntry
    from workbook_tools.followup.letters import Letter
    from workbook_tools.page.jobs import Job
    from workbook_tools.page.notices import Notices
    from workbook_tools.post.connection import Login
    from workbook_tools.storage.campaign_folder import CampaignFolder
    from workbook_tools.usecases.correct import Asked
    from workbook_tools.usecases.fetch import FetchResult
    from workbook_tools.usecases.prepare_letters import Prepared
    from workbook_tools.usecases.send import SendResult

STOP_AFTER = 5
"""Number of consecutive refusals after which sending stops."""
SIGNING_IN = _("Waiting until you have signed in on the page that has opened")


class Ready(Struct):
    """Prepared letters of one kind; for ``waiting``, ``calls`` and ``unasked`` see ``remind``."""

    prepared: Prepared
    waiting: tuple[Due, ...] = ()
    calls: tuple[tuple[Due, str], ...] = ()
    unasked: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    again: bool = False
    """Whether units that already have the form get it once more, with another text or version."""
    drafted: bool = False
    result: SendResult | None = None

    @property
    def settings(self) -> MailSettings:
        """The template's mail settings."""
        return read_mail_settings(self.prepared.template.campaign.values)


class LoginForm(Struct, frozen=True):
    """What the page asks for before letters are sent or fetched: nothing if ``known``.

    With a ``provider`` the user signs in there, otherwise a password is asked for; ``could_sign_in`` if
    signing in would only need the program's id.
    """

    account: str
    known: bool
    provider: str = ""
    needs_secret: bool = False
    could_sign_in: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Entered:
    """What the user entered in that form: the password, or the program's secret at the provider."""

    secret: str = dataclasses.field(default="", repr=False)
    remember: bool = False


class _Answers(Struct, frozen=True):
    """Answers ``post.credentials.Questions`` from the form, while a job is running."""

    entered: Entered
    job: Job
    notices: Notices

    def password(self, account: str, host: str) -> str:
        return self.entered.secret

    access_token = password

    def client_secret(self) -> str:
        return self.entered.secret

    def sign_in(self, host: str, url: str) -> None:
        # The page shows the address, too, in case no browser opens.
        self.job.name, self.job.address = SIGNING_IN, url
        webbrowser.open(url)

    def keep_waiting(self) -> None:
        self.job.progress(0, 0)

    def tell_no_vault(self) -> None:
        self.notices.say(_("The system has no vault for passwords; it will be asked for again."))


class Mailing(Struct, dict=True):
    """The letters of the open campaign, and what is known for sending them."""

    notices: Notices
    ready: dict[LetterKind, Ready] = field(default_factory=dict)
    fetched: FetchResult | None = None

    @cached_property
    def credentials(self) -> Credentials:
        """Passwords and sign-ins, in memory and on request in the system's vault."""
        return Credentials(trust())

    def login_form(self, server: Server | None, settings: MailSettings) -> LoginForm | None:
        """Return what has to be asked; None without a server."""
        if server is None:
            return None
        from workbook_tools.post.sign_in import find_provider

        account, found = _account(server, settings), find_provider(server, settings.client_id)
        known = self.credentials.knows(server, account)
        if found is None or not account.oauth:
            return LoginForm(account.name, known, could_sign_in=found is not None)
        return LoginForm(account.name, known, found[0].host, found[0].needs_secret)

    def prepare(self, folder: CampaignFolder[Path], kind: LetterKind, *, again: bool = False) -> None:
        """Prepare the letters of a kind as they would be sent now; nothing is sent."""
        self.ready[kind] = replace(_prepare(folder, kind), again=again)

    def draft(self, folder: CampaignFolder[Path], kind: LetterKind) -> None:
        """Write the prepared letters to files, to be sent by hand."""
        from workbook_tools.usecases.prepare_letters import draft_letters

        ready = self.ready[kind]
        draft_letters(folder, ready.prepared, kept=[due.unit for due in ready.waiting])
        ready.drafted = True

    def unsettled(self, folder: CampaignFolder[Path], kind: LetterKind) -> list[JournalEntry]:
        """Letters that may or may not have been sent."""
        from workbook_tools.usecases.send import find_unsettled

        return find_unsettled(folder, kind)

    def entries(self, folder: CampaignFolder[Path]) -> list[JournalEntry]:
        """All letters in the journal, the earliest first."""
        from workbook_tools.followup.journal import Journal

        if not folder.mail_journal.exists():
            return []
        with Journal(folder.mail_journal) as journal:
            return journal.entries()

    def left_over(self, folder: CampaignFolder[Path], kind: LetterKind) -> list[Letter]:
        """The prepared letters that would be sent now."""
        from workbook_tools.usecases.send import still_to_send

        ready = self.ready[kind]
        return still_to_send(folder, ready.prepared.letters, again=ready.again)

    def other_versions(self, folder: CampaignFolder[Path], kind: LetterKind) -> list[Letter]:
        """The prepared letters whose units have the form already, in another version, and get no other."""
        from workbook_tools.usecases.send import still_to_send

        left_over = {letter.unit for letter in self.left_over(folder, kind)}
        unsent = still_to_send(folder, self.ready[kind].prepared.letters, again=True)
        return [letter for letter in unsent if letter.unit not in left_over]

    def send(
        self, folder: CampaignFolder[Path], kind: LetterKind, entered: Entered, job: Job, *, test: bool
    ) -> None:
        """Send what is still unsent, or the first letter to the office itself; CannotConnect, CannotWrite."""
        from workbook_tools.followup.journal import local_now
        from workbook_tools.post.smtp import Outbox, Verdict
        from workbook_tools.usecases.send import Clock, SendOptions, send_letters, send_test

        ready = self.ready[kind]
        settings = ready.settings
        assert settings.outgoing is not None
        options = SendOptions(settings.sender, stop_after=STOP_AFTER)
        clock = Clock(local_now, time.sleep)
        letters, name = self.left_over(folder, kind), job.name
        with (
            self._login(settings.outgoing, settings, entered, job) as (login, worked),
            Outbox(settings.outgoing, login, self.credentials.context) as outbox,
        ):
            worked()
            job.name, job.address = name, ""
            if not test:
                ready.result = send_letters(folder, letters, outbox, options, clock, job.progress)
                return
            (answer,) = send_test(letters[:1], settings.sender, outbox, options, clock)
        if answer.verdict is not Verdict.ACCEPTED:
            reason = _("the server did not accept the test letter")
            raise CannotConnect(settings.outgoing.host, reason, answer.text)
        self.notices.say(_("The test letter was sent to {address}: read it there."), address=settings.sender)

    def fetch(self, folder: CampaignFolder[Path], settings: MailSettings, entered: Entered, job: Job) -> None:
        """Look through the mailbox and save the answers to the folder of returns."""
        from workbook_tools.followup.journal import local_now
        from workbook_tools.post.mailbox import open_mailbox
        from workbook_tools.usecases.fetch import fetch_mails

        assert settings.incoming is not None
        make_folder(folder.returned)
        name = job.name
        with (
            self._login(settings.incoming, settings, entered, job) as (login, worked),
            open_mailbox(settings.incoming, login, self.credentials.context) as mailbox,
        ):
            worked()
            job.name, job.address = name, ""
            self.fetched = fetch_mails(
                folder, mailbox, settings.sender, local_now(), lambda done, _total: job.progress(done, 0)
            )

    def _login(
        self, server: Server, settings: MailSettings, entered: Entered, job: Job
    ) -> AbstractContextManager[tuple[Login, Callable[[], None]]]:
        account = _account(server, settings, remember=entered.remember)
        return self.credentials.login(server, account, _Answers(entered, job, self.notices))


def _account(server: Server, settings: MailSettings, *, remember: bool = False) -> Account:
    """Sign in where the template names the program's id at the server's provider."""
    from workbook_tools.post.sign_in import find_provider

    client = settings.client_id
    return Account(
        settings.account, bool(client) and find_provider(server, client) is not None, client, remember
    )


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
    from workbook_tools.followup.journal import local_now
    from workbook_tools.usecases.remind import remind, write_calls

    reminded = remind(folder, local_now())
    if reminded.calls:
        write_calls(folder, reminded)
    return Ready(reminded.prepared, reminded.waiting, reminded.calls, reminded.unasked)
