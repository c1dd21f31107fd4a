"""Use case: lay out a campaign folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbook_tools.errors import CannotWrite
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.causes import explain_refusal

WORD_TEMPLATE = "templates/district_report.docx"
_PACKAGE = Path(__file__).parent.parent


def initialise(folder: Path) -> list[Path]:
    """Lay out ``folder`` with a template, a roster to replace, ``forms`` and ``returned``; returns what is new.

    Nothing that is there already is touched. Raises CannotWrite where the system refuses.
    """
    campaign = CampaignFolder(folder)
    made = []
    try:
        for directory in (folder, campaign.forms, campaign.returned):
            if not directory.is_dir():
                directory.mkdir(parents=True)
                made.append(directory)
        sources = {
            campaign.template: bundled("templates/report_template.xlsx"),
            campaign.units: bundled("samples/units.xlsx"),
            campaign.word_template: bundled(WORD_TEMPLATE),
        }
        for target, source in sources.items():
            if not target.exists():
                shutil.copyfile(source, target)
                made.append(target)
    except OSError as error:
        raise CannotWrite(folder, *explain_refusal(error)) from error
    return made


def bundled(name: str) -> Path:
    """One of the project's own workbooks: installed inside the package, in a checkout beside it."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent / name
