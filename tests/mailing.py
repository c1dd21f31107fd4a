"""The small campaign with addresses, for tests of letters and of what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheets import write_template, write_units

from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = {"x1": "xa1@mau.example", "t1": "t1@mau.example; vt.t1@mau.example", "x2": "xa2@mau.example"}


def lay_out(folder: Path, addresses: dict[str, str] = ADDRESSES, *rows: list[object]) -> CampaignFolder[Path]:
    """The small campaign with these addresses, its forms generated; ``rows`` go into its sheet ``Đợt báo cáo``."""

    def plant(units: list[list[object]]) -> None:
        for row in units[1:]:
            row[4] = addresses.get(str(row[0]))

    campaign = CampaignFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_template(campaign.template, lambda tables: tables["Đợt báo cáo"].extend(rows))
    write_units(campaign.units, plant)
    generate(campaign.template, campaign.units, campaign.forms)
    return campaign
