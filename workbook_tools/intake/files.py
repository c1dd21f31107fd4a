"""Every file of the folder, read on its own: one outcome each, and one bad file costs nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from workbook_tools.intake.folder import is_litter, read_file
from workbook_tools.intake.refusal import RefusedFile
from workbook_tools.intake.returns import read_return
from workbook_tools.model import Outcome, ReportTemplate, Return, Roster
from workbook_tools.problems import Place, Problem, problem


@dataclass(frozen=True, slots=True)
class FileReading:
    """What came of one file: ``found`` where it is a return, ``saved`` as naive local time of the campaign."""

    path: str
    sha256: str = ""
    size: int = 0
    outcome: Outcome = Outcome.REJECTED
    unit: str = ""
    found: Return | None = None
    saved: datetime | None = None
    problems: tuple[Problem, ...] = ()

    def with_problem(self, outcome: Outcome, new: Problem) -> FileReading:
        """The same file with another outcome and one more problem, at this file and unit."""
        placed = new.at(file=self.path, unit=self.unit)
        return replace(self, outcome=outcome, problems=(*self.problems, placed))


@dataclass(frozen=True)
class ReadingContext:
    """What reading a file needs to know."""

    root: Path
    template: ReportTemplate
    roster: Roster
    key: bytes | None


def read_one(relative: str, context: ReadingContext) -> FileReading:
    """Read one file of the folder; never raises for what is wrong with the file."""
    reading = FileReading(relative)
    if is_litter(Path(relative).name):
        return replace(reading, outcome=Outcome.IGNORED)
    try:
        content = read_file(context.root, relative)
        reading = replace(reading, sha256=content.sha256, size=content.size)
        found, problems = read_return(content.data, context.template, context.key)
    except RefusedFile as refused:
        return reading.with_problem(Outcome.REJECTED, refused.problem)
    return _accept(replace(reading, unit=found.identity.unit), found, problems, context)


def _accept(reading: FileReading, found: Return, problems: list[Problem], context: ReadingContext) -> FileReading:
    identity, campaign = found.identity, context.template.campaign
    if identity.campaign != campaign.code:
        wrong = problem("other-campaign", value=identity.campaign, expected=campaign.code)
        return replace(reading, unit="").with_problem(Outcome.REJECTED, wrong)
    if identity.unit not in context.roster:
        return replace(reading, unit="").with_problem(Outcome.REJECTED, problem("unit-unknown", value=identity.unit))
    saved = found.saved.astimezone(ZoneInfo(campaign.timezone)).replace(tzinfo=None) if found.saved else None
    placed = [p.at(file=reading.path, unit=identity.unit) for p in problems]
    if identity.form_version != context.template.version:
        place = Place(file=reading.path, unit=identity.unit)
        placed.append(problem("form-version-old", place, value=identity.form_version))
    return replace(reading, outcome=Outcome.ACCEPTED, found=found, saved=saved, problems=tuple(placed))
