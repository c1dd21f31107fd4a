"""Use case: create a campaign folder."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from workbook_tools.propose.starter import build_roster, build_starter
from workbook_tools.spec import vocabulary as words
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.replace import refusals, write_bytes

WORD_TEMPLATE = "templates/district_report.docx"
_PACKAGE = Path(__file__).parent.parent


def initialise(folder: Path, deadline: date | None = None) -> list[Path]:
    """Create ``folder`` as the sample campaign: template, roster, ``forms`` and ``returned``.

    Returns what is new; existing files are not touched. With ``deadline``, the template's deadline and bounds
    of dates are shifted: otherwise forms filled in today would seem years late. Raises CannotWrite if the
    system refuses.
    """
    campaign = CampaignFolder(folder)
    made = make_folders(campaign)
    sources = {
        campaign.template: bundled("templates/report_template.xlsx"),
        campaign.units: bundled("samples/units.xlsx"),
        campaign.word_template: bundled(WORD_TEMPLATE),
    }
    with refusals(folder):
        new = [target for target in sources if not target.exists()]
        for target in new:
            shutil.copyfile(sources[target], target)
        if deadline is not None and campaign.template in new:
            _move_dates(campaign.template, deadline)
    return [*made, *new]


def lay_out_starter(folder: Path, deadline: date) -> list[Path]:
    """Create ``folder`` with an empty starter: one example line, one example unit; return what is new.

    Existing files are not touched. Raises CannotWrite if the system refuses.
    """
    campaign = CampaignFolder(folder)
    contents = {
        campaign.template: build_starter(deadline),
        campaign.units: build_roster(),
        campaign.word_template: bundled(WORD_TEMPLATE).read_bytes(),
    }
    made = make_folders(campaign)
    for target, content in contents.items():
        if not target.exists():
            write_bytes(target, content)
            made.append(target)
    return made


def make_folders(campaign: CampaignFolder[Path]) -> list[Path]:
    """Create the campaign's folders; return the new ones. CannotWrite if the system refuses."""
    made = []
    with refusals(campaign.root):
        for directory in (campaign.root, campaign.forms, campaign.returned):
            if not directory.is_dir():
                directory.mkdir(parents=True)
                made.append(directory)
    return made


def _move_dates(template: Path, deadline: date) -> None:
    """Move the template's deadline, and shift the bounds of its dates by as many days."""
    workbook: Any = load_workbook(template)
    rows = {row[0].value: row for row in workbook[words.CAMPAIGN].iter_rows()}
    cell = rows["han_nop"][2]
    # By the same number of days, so that what was plausible stays plausible.
    shift = datetime(deadline.year, deadline.month, deadline.day) - cell.value
    cell.value += shift
    bounds = [bound for row in workbook[words.INDICATORS].iter_rows() for bound in row if bound.is_date]
    for bound in bounds:
        bound.value += shift
    workbook.save(template)


def bundled(name: str) -> Path:
    """A bundled workbook: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent / name
