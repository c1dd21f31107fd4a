"""Settings for all tests, and the sample campaign: generated and filled once, collected where a test needs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from workbook_tools.demo import run_demo
from workbook_tools.generate import generate
from workbook_tools.model import ReportTemplate, Roster
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE, UNITS = ROOT / "templates/report_template.xlsx", ROOT / "samples/units.xlsx"
SECOND_TEMPLATE, SECOND_UNITS = ROOT / "samples/second_template.xlsx", ROOT / "samples/second_units.xlsx"

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")


class Campaign:
    """A campaign whose blank forms have been generated into a folder of their own."""

    def __init__(self, template: Path, units: Path, folder: Path) -> None:
        self.template_path, self.units_path = template, units
        self.template: ReportTemplate = load_template(template)[0]
        self.roster: Roster = load_roster(units, self.template)[0]
        self.key = folder / "signing.key"
        generated = generate(template, units, folder / "forms", key=self.key)
        self.forms = {form.unit: form.path for form in generated.forms}


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The sample campaign: 72 blank forms."""
    return Campaign(TEMPLATE, UNITS, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The campaign of the second template: two form sheets, a matrix, dates and choices."""
    return Campaign(SECOND_TEMPLATE, SECOND_UNITS, tmp_path_factory.mktemp("second"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory):
    """The demonstration, run once in a folder with a space and a diacritic in its name."""
    folder = tmp_path_factory.mktemp("demo") / "đợt báo cáo"
    result = run_demo(folder)
    yield result
    shutil.rmtree(folder, ignore_errors=True)
