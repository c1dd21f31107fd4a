"""The project's two sample campaigns, for tests that need real forms."""

from __future__ import annotations

import shutil
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.demo.invented_answers import Answer, invent_answers
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate, Roster

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE, UNITS = ROOT / "templates/report_template.xlsx", ROOT / "samples/units.xlsx"
SECOND_TEMPLATE, SECOND_UNITS = ROOT / "samples/second_template.xlsx", ROOT / "samples/second_units.xlsx"


class Campaign:
    """A campaign whose blank forms have been generated into a folder of their own."""

    def __init__(self, template: Path, units: Path, folder: Path) -> None:
        self.template_path, self.units_path = template, units
        self.template: ReportTemplate = load_template(template)[0]
        self.roster: Roster = load_roster(units, self.template)[0]
        self.key = folder / "signing.key"
        generated = generate(template, units, folder / "forms", key=self.key)
        self.forms = {form.unit: form.path for form in generated.forms}

    def copy_to(self, folder: Path) -> None:
        """Copy template, roster and key, without the forms, so that the folder is a campaign."""
        copy = CampaignFolder(folder)
        for source, target in (
            (self.template_path, copy.template),
            (self.units_path, copy.units),
            (self.key, copy.key),
        ):
            shutil.copyfile(source, target)

    def invent_answers(self, seed: int) -> dict[str, dict[str, Answer]]:
        """Unit → indicator → a sound answer; worked out once, which takes seconds."""
        return deepcopy(_invent(self.template_path, self.units_path, seed))


@cache
def _invent(template_path: Path, units_path: Path, seed: int) -> dict[str, dict[str, Answer]]:
    template = load_template(template_path)[0]
    return invent_answers(template, load_roster(units_path, template)[0], seed)
