"""Filling in forms of a campaign and collecting them, as most tests of the whole way do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filled_campaign import to_cells

from workbook_tools.forms.fill import fill_form
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

    from workbook_tools.frames import Collection

SAVED = datetime(2023, 10, 9, 8, 0, tzinfo=UTC)


def read_back(campaign: Campaign, folder: Path) -> Collection:
    return collect(folder, campaign.template_path, campaign.units_path, CollectOptions(key=campaign.key))


def fill(
    campaign: Campaign, unit: str, answers: dict[str, Any], target: Path, saved: datetime = SAVED
) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(fill_form(campaign.forms[unit].read_bytes(), to_cells(campaign, answers), saved))
    return target


def outcomes(collection: Collection) -> dict[str, str]:
    return dict(zip(collection.files["path"], collection.files["outcome"], strict=True))
