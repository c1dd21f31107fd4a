"""What the page knows between two requests: the open campaign, the work under way, and what was last read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.page.jobs import Job, JobRunner
from workbook_tools.page.running import Claim, remember
from workbook_tools.storage.campaign_folder import CampaignFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbook_tools.collection import Collection
    from workbook_tools.usecases.correct import Corrected
    from workbook_tools.usecases.generate import Generated
    from workbook_tools.usecases.prepare_letters import Prepared

READING = _("Reading the returns")
WRITING = _("Writing the consolidated workbook")
MAKING_FORMS = _("Making the forms")
WRITING_DRAFTS = _("Writing the letters")
MAKING_CORRECTIONS = _("Making the forms that go back")

Signature = frozenset[tuple[str, int, int]]


@dataclass
class Desk:
    """One program's campaign; ``claim`` keeps other programs out of its folder while it is open."""

    claim: Claim
    campaign: CampaignFolder[Path] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        self.jobs = JobRunner()
        self.collection: Collection | None = None
        self.generated: Generated | None = None
        self.prepared: Prepared | None = None
        self.corrected: Corrected | None = None
        self._read: Signature | None = None
        self._tried: Signature | None = None

    @property
    def root(self) -> Path:
        """The campaign's folder; CannotRead where none is open or it has gone."""
        if self.campaign is None:
            raise CannotRead("", "no campaign is open")
        if not self.campaign.root.is_dir():
            raise CannotRead(self.campaign.root, "the folder is no longer there")
        return self.campaign.root

    @property
    def folder(self) -> CampaignFolder[Path]:
        """The places of the open campaign."""
        return CampaignFolder(self.root)

    def open(self, folder: Path) -> None:
        """Work in this campaign from now on; AlreadyOpen where another program does, and the old one stays open."""
        claim = Claim(folder)
        if self.url:
            claim.tell(self.url)
        self.claim.release()
        self.claim, self.campaign = claim, CampaignFolder(folder)
        self.collection = self.generated = self.prepared = self.corrected = None
        self._read = self._tried = None
        remember(folder)

    def close(self) -> None:
        """Let other programs open the campaign."""
        self.claim.release()

    # What was read, and whether it is still so

    @property
    def stale(self) -> bool:
        """Whether something was changed in the folder since the returns were last read."""
        return self._read != sign(self.folder)

    @property
    def worth_reading(self) -> bool:
        """Whether reading could give something else than the last attempt did, be it that it failed."""
        now = sign(self.folder)
        return now not in (self._read, self._tried)

    def start_reading(self) -> Job | None:
        """Read the returns again, unless something else is under way."""
        return self.jobs.start(READING, self._read_returns)

    def start_writing(self) -> Job | None:
        """Read the returns and write the consolidated workbook and the Word report."""
        return self.jobs.start(WRITING, self._write_report)

    def start_forms(self, *, force: bool = False) -> Job | None:
        """Make the forms of all units."""
        return self.jobs.start(MAKING_FORMS, lambda job: self._make_forms(job, force))

    def start_drafts(self) -> Job | None:
        """Write a letter with its form for every unit, to be sent by hand."""
        return self.jobs.start(WRITING_DRAFTS, lambda job: self._write_drafts())

    def start_corrections(self) -> Job | None:
        """Make the forms that go back to be mended, and the letters that go with them."""
        return self.jobs.start(MAKING_CORRECTIONS, lambda job: self._make_corrections())

    def _write_drafts(self) -> None:
        from workbook_tools.usecases.prepare_letters import draft_letters, prepare_forms

        self.prepared = prepare_forms(self.folder)
        draft_letters(self.folder, self.prepared)

    def _make_corrections(self) -> None:
        from workbook_tools.usecases.correct import correct
        from workbook_tools.usecases.prepare_letters import draft_letters

        self.corrected = correct(self.folder)
        draft_letters(self.folder, self.corrected.prepared)

    def _read_returns(self, job: Job) -> None:
        from workbook_tools.usecases.collect import CollectOptions, collect

        folder = self.folder
        signature = self._tried = sign(folder)
        options = CollectOptions(
            decisions=_if_there(folder.decisions),
            previous=_if_there(folder.previous),
            cache=folder.cache,
        )
        folder.returned.mkdir(exist_ok=True)
        self.collection = collect(
            folder.returned, folder.template, folder.units, options, progress=job.progress
        )
        self._read = signature
        if not folder.decisions.exists():
            from workbook_tools.outputs.blank_decisions import write_blank_decisions

            write_blank_decisions(folder.decisions, self.collection.template, self.collection.roster)
            self._read = sign(folder)

    def _write_report(self, job: Job) -> None:
        from workbook_tools.outputs.word_report import write_word_report
        from workbook_tools.usecases.collect import write_workbook
        from workbook_tools.usecases.init import WORD_TEMPLATE, bundled

        self._read_returns(job)
        folder = self.folder
        assert self.collection is not None
        job.progress(job.total, job.total)
        write_workbook(self.collection, folder.consolidated)
        word_template = _if_there(folder.word_template) or bundled(WORD_TEMPLATE)
        write_word_report(self.collection, word_template, folder.consolidated.with_suffix(".docx"))

    def _make_forms(self, job: Job, force: bool) -> None:
        from workbook_tools.usecases.generate import generate

        folder = self.folder
        folder.forms.mkdir(exist_ok=True)
        self.generated = generate(
            folder.template,
            folder.units,
            folder.forms,
            force=force,
            previous=_if_there(folder.previous),
            progress=job.progress,
        )


def sign(folder: CampaignFolder[Path]) -> Signature:
    """What a reading depends on, by name, size and date of each file: cheap enough to be asked every few seconds."""
    own = (folder.template, folder.units, folder.decisions, folder.previous)
    return frozenset(_stamps([*own, *_below(folder.returned)]))


def _below(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*") if not path.name.startswith("~$"))


def _stamps(paths: list[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue
        yield str(path), found.st_size, found.st_mtime_ns


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None
