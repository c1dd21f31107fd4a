"""Make samples/returned and samples/consolidated.xlsx anew from the template and the sample roster.

Run by ``make samples`` after the template or the program changed; the figures are invented, and the same
every time.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from workbook_tools.demo import run_demo
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.collect import collect, write_workbook

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"


def main() -> None:
    """Fill forms signed with the samples' own key, which is no secret, and collect them."""
    with tempfile.TemporaryDirectory() as folder:
        campaign = CampaignFolder(Path(folder) / "campaign")
        run_demo(campaign.root)
        # Forms signed with the demonstration's own key would keep the program from using another.
        for folder_of_forms in (campaign.forms, campaign.returned, campaign.corrections, campaign.mail):
            shutil.rmtree(folder_of_forms, ignore_errors=True)
        shutil.copyfile(SAMPLES / "signing.key", campaign.key)
        run_demo(campaign.root)
        shutil.rmtree(SAMPLES / "returned", ignore_errors=True)
        shutil.copytree(campaign.returned, SAMPLES / "returned", copy_function=shutil.copyfile)
    collection = collect(
        SAMPLES / "returned", ROOT / "templates/report_template.xlsx", SAMPLES / "units.xlsx"
    )
    write_workbook(collection, SAMPLES / "consolidated.xlsx")


if __name__ == "__main__":
    main()
