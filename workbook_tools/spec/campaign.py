"""The campaign folder: where everything of one report campaign lies when nothing else is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """The places inside a campaign folder."""

    root: Path

    @property
    def template(self) -> Path:
        """The template workbook."""
        return self.root / "template.xlsx"

    @property
    def units(self) -> Path:
        """The roster."""
        return self.root / "units.xlsx"

    @property
    def key(self) -> Path:
        """The signature key."""
        return key_beside(self.units)

    @property
    def forms(self) -> Path:
        """The forms to be sent out."""
        return self.root / "forms"

    @property
    def returned(self) -> Path:
        """The folder into which returned files are put."""
        return self.root / "returned"

    @property
    def word_template(self) -> Path:
        """The Word template of the office's report."""
        return self.root / "report_template.docx"

    @property
    def decisions(self) -> Path:
        """The officer's decisions about what came back."""
        return self.root / "decisions.xlsx"

    @property
    def previous(self) -> Path:
        """Last period's consolidated workbook, put there to compare with."""
        return self.root / "previous.xlsx"

    @property
    def cache(self) -> Path:
        """What was read of the returned files last time; it may be deleted at any time."""
        return self.root / ".cache" / "readings.sqlite3"

    @property
    def consolidated(self) -> Path:
        """The consolidated workbook."""
        return self.root / "consolidated.xlsx"


def key_beside(units: Path) -> Path:
    """Where the signature key lies unless told otherwise: beside the roster."""
    return units.parent / "signing.key"


def find_campaign(start: Path) -> CampaignFolder | None:
    """The campaign folder that ``start`` is, or lies in; None outside of one."""
    for folder in (start.resolve(), *start.resolve().parents):
        campaign = CampaignFolder(folder)
        if campaign.template.is_file() and campaign.units.is_file():
            return campaign
    return None
