"""The program's state between requests: the open campaign, the running job, and the last reading."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead, SpecificationError, WorkbookToolsError, WrongKey
from workbook_tools.locale import mark as _
from workbook_tools.page.jobs import Arrived, Job, JobRunner
from workbook_tools.page.mailing import Mailing
from workbook_tools.page.notices import Notices
from workbook_tools.page.running import Claim, remember
from workbook_tools.spec.mail.mail_settings import MailSettings, read_mail_settings
from workbook_tools.storage.campaign_folder import CampaignFolder, existing
from workbook_tools.storage.folder_state import Signature, files_below, sign, stamps
from workbook_tools.storage.replace import make_folder, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workbook_tools.frames import Collection
    from workbook_tools.model import Decision, LetterKind
    from workbook_tools.page.mailing import Entered
    from workbook_tools.usecases.generate import Generated

READING = _("Reading the returns")
WRITING = _("Writing the consolidated workbook")
MAKING_FORMS = _("Making the forms")
FILLING_IN = _("Filling in the sample's forms")
WRITING_DRAFTS = _("Writing the letters")
PREPARING_LETTERS = _("Preparing the letters")
SENDING = _("Sending")
FETCHING = _("Searching the mailbox")
NO_REPORT = _(
    "The consolidated workbook was written, but no Word report; one from an earlier time has other figures."
)
BUSY = _("Another job is still running. Wait until it has ended, or stop it, then try again.")
PUT_BACK = _(
    "Connect the network drive or USB stick again, or put the folder back where it was; nothing in it has "
    "changed."
)


@dataclass
class Desk:
    """The program's campaign; ``claim`` keeps other programs out of its folder while it is open."""

    claim: Claim
    campaign: CampaignFolder[Path] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        self.jobs = JobRunner()
        self.notices = Notices()
        self.mailing = Mailing(self.notices)
        self.collection: Collection | None = None
        self.generated: Generated | None = None
        self.lacks_key = False
        """Whether no forms were made because there is not the key of those that exist."""
        self.unwritten: dict[str, str] = {}
        self.arrived = Arrived()
        self.dropped = 0
        """Number of files copied since the page of returns was last shown."""
        self.readings = 0
        """Number of times the returns were read."""
        self._deciding = threading.Lock()
        self.undo_key = ""
        """Identifies the last decision; empty if it cannot be undone."""
        self._undecided = b""
        self._read: Signature | None = None
        self._tried: Signature | None = None

    @property
    def root(self) -> Path:
        """The campaign's folder; CannotRead if none is open or it no longer exists."""
        if self.campaign is None:
            raise CannotRead("", _("no campaign is open"))
        if not self.campaign.root.is_dir():
            raise CannotRead(self.campaign.root, _("the folder is no longer there"), PUT_BACK)
        return self.campaign.root

    @property
    def folder(self) -> CampaignFolder[Path]:
        """The open campaign's paths."""
        return CampaignFolder(self.root)

    def open(self, folder: Path) -> None:
        """Open this campaign; AlreadyOpen if another program has it, and the old one then stays open."""
        # Before the old claim is released: if another program has the new folder, this campaign stays open.
        claim = Claim(folder)
        if self.url:
            claim.publish(self.url)
        self.claim.release()
        self.claim, self.campaign = claim, CampaignFolder(folder)
        self.collection = self.generated = None
        self.lacks_key = False
        self.mailing = Mailing(self.notices)
        self._read = self._tried = None
        remember(folder)

    def close(self) -> None:
        """Let other programs open the campaign."""
        self.claim.release()

    @property
    def stale(self) -> bool:
        """Whether anything in the folder has changed since the returns were last read."""
        return self._read != sign(self.folder)

    @property
    def seen(self) -> str:
        """Identifies a state of the list of returns, also while they are first read."""
        if self.collection:
            return f"{self.readings}"
        return f"{self.readings}-{self.arrived.files}"

    @property
    def drawn(self) -> str:
        """Identifies a state of template and roster; empty while Excel is saving one of them."""
        # Excel saves to a temporary file and renames it: for a moment the workbook does not exist.
        found = [*stamps([self.folder.template, self.folder.units])]
        if len(found) == 2:
            return "-".join(str(when) for _path, _size, when, _changed in found)
        return ""

    @property
    def awaits_sample(self) -> bool:
        """Whether this is the sample campaign, and nothing has been returned yet."""
        from workbook_tools.demo import is_sample

        folder = self.folder
        return is_sample(folder) and not any(path.is_file() for path in files_below(folder.returned))

    @property
    def worth_reading(self) -> bool:
        """Whether reading now could give another result than the last attempt, including a failed one."""
        now = sign(self.folder)
        return now not in (self._read, self._tried)

    def read_if_worthwhile(self) -> None:
        """Start reading if the result could differ."""
        if self.worth_reading:
            self.start_reading()

    def mail_settings(self) -> MailSettings:
        """The template's mail settings; empty ones if it cannot be read at the moment."""
        from workbook_tools.spec.template import read_template

        try:
            template, _problems = read_template(self.folder.template)
        except WorkbookToolsError:
            return MailSettings()
        if template is None:
            return MailSettings()
        return read_mail_settings(template.campaign.values)

    def take_unwritten(self) -> dict[str, str]:
        """Return the fields of a rejected form, once, so that the user need not type them again."""
        fields, self.unwritten = self.unwritten, {}
        return fields

    def write_decision(self, decision: Decision, collection: Collection) -> bool:
        """Write a decision, as ``add_decision`` does; CannotRead, SpecificationError, CannotWrite."""
        from workbook_tools.outputs.add_decision import add_decision
        from workbook_tools.spec.own_workbook import read_own_file

        # One after the other: of two that read the workbook before either writes it, one would be lost.
        path = self.folder.decisions
        with self._deciding:
            self._undecided = read_own_file(path) if path.exists() else b""
            replaced = add_decision(path, decision, collection.template, collection.roster)
            self.undo_key = sha256(read_own_file(path)).hexdigest() if self._undecided else ""
        return replaced

    def undo_decision(self, key: str) -> bool:
        """Undo the decision of this key, if nothing was written since; CannotRead, CannotWrite."""
        from workbook_tools.spec.own_workbook import read_own_file

        path = self.folder.decisions
        with self._deciding:
            now = sha256(read_own_file(path)).hexdigest() if path.exists() else ""
            if not key or {key, now} != {self.undo_key}:
                return False
            write_bytes(path, self._undecided)
        return True

    def start_reading(self) -> Job | None:
        """Read the returns again, unless another job is running."""
        return self.jobs.start(READING, self._read_returns, automatic=True)

    def start_writing(self) -> Job | None:
        """Read the returns and write the consolidated workbook and the Word report."""
        return self._start(WRITING, self._write_report)

    def start_forms(self, *, force: bool = False, new_key: bool = False) -> Job | None:
        """Make the forms of all units."""
        return self._start(MAKING_FORMS, lambda job: self._make_forms(job, force=force, new_key=new_key))

    def start_answers(self) -> Job | None:
        """Fill in and return the forms of the sample campaign, with the mistakes that people make."""
        return self._start(FILLING_IN, self._answer_sample)

    def start_letters(self, kind: LetterKind, *, again: bool) -> Job | None:
        """Prepare the letters of a kind for review."""
        return self._start(
            PREPARING_LETTERS, lambda job: self.mailing.prepare(self.folder, kind, again=again)
        )

    def start_drafts(self, kind: LetterKind) -> Job | None:
        """Write the prepared letters to files, to be sent by hand."""
        return self._start(WRITING_DRAFTS, lambda job: self.mailing.draft(self.folder, kind))

    def start_sending(self, kind: LetterKind, entered: Entered, *, test: bool) -> Job | None:
        """Send the prepared letters, or one of them to the office itself as a test."""
        return self._start(SENDING, lambda job: self.mailing.send(self.folder, kind, entered, job, test=test))

    def start_fetching(self, settings: MailSettings, entered: Entered) -> Job | None:
        """Save the answers in the mailbox to the folder of returns."""
        return self._start(FETCHING, lambda job: self.mailing.fetch(self.folder, settings, entered, job))

    def _start(self, name: str, work: Callable[[Job], None]) -> Job | None:
        # Reading gives way: it starts automatically, and again afterwards, so nobody need wait for it.
        job = self.jobs.start(name, work)
        if job is None:
            self.notices.say(BUSY, "warning")
        else:
            # The reading may have been stopped for this job, so it has to be tried again.
            self._tried = None
        return job

    def _read_returns(self, job: Job) -> None:
        from workbook_tools.usecases.correct import collect_campaign

        folder = self.folder
        signature = self._tried = sign(folder)
        undecided = not folder.decisions.exists()
        make_folder(folder.returned)
        self.arrived = Arrived()
        self.collection = collect_campaign(folder, progress=job.progress, seen=self.arrived.count)
        # The signature from before the reading: a file that arrived meanwhile makes the result stale.
        self._read = signature
        self.readings += 1
        # Not if there was one before: while Excel saves a workbook, it is missing for a moment.
        if undecided and not folder.decisions.exists():
            from workbook_tools.outputs.blank_decisions import create_blank_decisions

            # The page already shows what to decide, so the officer may decide something at this moment.
            with self._deciding:
                if create_blank_decisions(folder.decisions, self.collection.template, self.collection.roster):
                    # A blank decisions workbook changes no result, so it must not cause another reading;
                    # whatever else has changed must.
                    self._read = signature | frozenset(stamps([folder.decisions]))

    def _write_report(self, job: Job) -> None:
        from workbook_tools.returns.workers.side_process import SideProcess
        from workbook_tools.usecases.write_outputs import write_outputs

        self._read_returns(job)
        folder = self.folder
        assert self.collection is not None
        job.progress(job.total, job.total)
        with SideProcess() as beside:
            written = write_outputs(
                self.collection, folder.consolidated, existing(folder.word_template), beside=beside
            )
        if written.no_report is not None:
            self.notices.say(NO_REPORT, "warning")
            if isinstance(written.no_report, SpecificationError):
                self.notices.show(written.no_report.problems)
            else:
                self.notices.explain(written.no_report)

    def _answer_sample(self, job: Job) -> None:
        from workbook_tools.demo import write_returns

        self._make_forms(job)
        write_returns(self.folder)
        self._read_returns(job)

    def _make_forms(self, job: Job, *, force: bool = False, new_key: bool = False) -> None:
        from workbook_tools.usecases.generate import generate

        folder = self.folder
        make_folder(folder.forms)
        self.lacks_key = False
        try:
            self.generated = generate(
                folder.template,
                folder.units,
                folder.forms,
                force=force,
                new_key=new_key,
                previous=existing(folder.previous),
                progress=job.progress,
            )
        except WrongKey:
            self.lacks_key = True
            raise
