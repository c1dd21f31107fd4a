"""The paths of one ``collect``: as given, or from the campaign folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from workbook_tools.cli.options import given
from workbook_tools.errors import CannotRead
from workbook_tools.storage.campaign_folder import (
    CampaignFolder,
    existing,
    find_campaign,
    key_beside,
    part_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.storage.campaign_folder import Part
    from workbook_tools.storage.location import Location


class CollectJob(Struct, frozen=True):
    """One command with all its paths."""

    folder: Location
    template: Location
    units: Location
    out: Location | None
    campaign: CampaignFolder[Location] | None
    given: Mapping[str, Any]

    def beside(self, option: Part) -> Location | None:
        """The named file, or the campaign folder's if it exists."""
        named: Location | None = self.given[option]
        return named or existing(part_of(self.campaign, option))

    @property
    def inputs(self) -> tuple[Location | None, ...]:
        """The files that are read, besides those in ``folder``."""
        return (
            self.template,
            self.units,
            self.given["key"] or key_beside(self.units),
            self.passwords,
            self.decisions,
            self.previous,
            self.word_template,
        )

    @property
    def passwords(self) -> Location | None:
        """The passwords of returned files, if there are any."""
        return self.beside("passwords")

    @property
    def decisions(self) -> Location | None:
        """The officer's decisions, if there are any yet."""
        return self.beside("decisions")

    @property
    def previous(self) -> Location | None:
        """Last period's workbook, if there is one to compare with."""
        return self.beside("previous")

    @property
    def word_template(self) -> Location | None:
        """The officer's own template of the Word report, if there is one."""
        return self.beside("word_template")


def plan(folder: Location | None, options: Mapping[str, Any]) -> CollectJob:
    """Determine every path; UsageError if one is neither given nor in a campaign folder."""
    from workbook_tools.storage.location import as_named

    campaign = find_campaign(folder or Path.cwd())
    # The campaign folder stands for the folder of returns in it.
    if folder is None or (campaign and as_named(folder) == campaign.root):
        folder = given(None, campaign, "returned", "FOLDER")
    template = given(options["template"], campaign, "template", "--template")
    units = given(options["units"], campaign, "units", "--units")
    out = options["out"]
    # With only JSON, no workbook path is needed.
    if out is None and (campaign or options["json_target"] is None):
        out = given(None, campaign, "consolidated", "--out")
    return CollectJob(folder, template, units, out, campaign, options)


def check_outputs(job: CollectJob) -> None:
    """CannotWrite, before anything is read, if a result would overwrite an input."""
    from workbook_tools.sheetwriter.whole_table import DATA, whole_path
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.overwrite_guard import Inputs

    campaign, previous, target = job.campaign, job.previous, job.given["json_target"]
    previous_data = whole_path(previous, DATA) if previous else None
    inputs = (*job.inputs, previous_data)
    outputs = []
    if target not in (None, "-"):
        outputs.append(parse_location(target))
    if job.out is not None:
        outputs += [job.out, job.out.with_suffix(".docx"), whole_path(job.out, DATA)]
    # The run will create a blank decisions workbook.
    if campaign and job.decisions is None:
        outputs.append(campaign.decisions)
    Inputs(inputs, (job.folder,)).check_outputs(outputs)


def list_returns(folder: Location) -> frozenset[tuple[str, int]]:
    """The files of a local folder and their sizes.

    Empty for a folder that cannot be listed, which is reported elsewhere, and for a store, where listing
    takes long.
    """
    from workbook_tools.inbox.folder import find_files, is_litter

    if not isinstance(folder, Path):
        return frozenset()
    try:
        found = find_files(folder)
    except CannotRead:
        return frozenset()
    return frozenset((file.path, file.size) for file in found if not is_litter(file.path))
