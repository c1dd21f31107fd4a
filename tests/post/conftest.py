"""What tests of mailboxes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mailing import lay_out

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder


@pytest.fixture
def campaign(tmp_path: Path) -> CampaignFolder[Path]:
    made = lay_out(tmp_path / "đợt")
    made.returned.mkdir()
    return made
