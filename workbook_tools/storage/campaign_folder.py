"""The campaign folder: where everything of one report campaign lies when nothing else is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from workbook_tools.errors import CannotRead

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location

P = TypeVar("P", bound="Location")


@dataclass(frozen=True, slots=True)
class CampaignFolder(Generic[P]):
    """The places inside a campaign folder."""

    root: P

    @property
    def template(self) -> P:
        """The template workbook."""
        return self._at("template.xlsx")

    @property
    def units(self) -> P:
        """The roster."""
        return self._at("units.xlsx")

    @property
    def key(self) -> Location:
        """The signature key."""
        return key_beside(self.units)

    @property
    def forms(self) -> P:
        """The forms to be sent out."""
        return self._at("forms")

    @property
    def returned(self) -> P:
        """The folder into which returned files are put."""
        return self._at("returned")

    @property
    def word_template(self) -> P:
        """The Word template of the office's report."""
        return self._at("report_template.docx")

    @property
    def decisions(self) -> P:
        """The officer's decisions about what came back."""
        return self._at("decisions.xlsx")

    @property
    def previous(self) -> P:
        """Last period's consolidated workbook, put there to compare with."""
        return self._at("previous.xlsx")

    @property
    def cache(self) -> Path:
        """What was read of the returned files last time; it may be deleted at any time.

        Of a campaign at a URL it lies in the cache folder of whoever runs the program: a database cannot be worked in remotely.
        """
        if isinstance(self.root, Path):
            return self.root / ".cache" / "readings.sqlite3"
        from hashlib import sha256

        from platformdirs import user_cache_path

        return (
            user_cache_path("workbook_tools", appauthor=False)
            / sha256(str(self.root).encode()).hexdigest()[:16]
            / "readings.sqlite3"
        )

    @property
    def corrections(self) -> P:
        """The units' own forms with what is to be mended marked, one for each unit that is asked."""
        return self._at("corrections")

    @property
    def mail(self) -> P:
        """Letters that are ready to be sent by hand."""
        return self._at("mail")

    @property
    def mail_journal(self) -> P:
        """What was sent to whom, and what came of it."""
        return self._at("mail.sqlite3")

    @property
    def consolidated(self) -> P:
        """The consolidated workbook."""
        return self._at("consolidated.xlsx")

    def _at(self, name: str) -> P:
        return cast("P", self.root / name)


def key_beside(units: Location) -> Location:
    """Where the signature key lies unless told otherwise: beside the roster."""
    return units.parent / "signing.key"


def find_campaign(start: P) -> CampaignFolder[P] | None:
    """The campaign folder that ``start`` is, or lies in; None outside of one. CannotRead where a URL cannot be reached."""
    here = start.resolve()
    for folder in (here, *here.parents):
        campaign = CampaignFolder(cast("P", folder))
        try:
            if campaign.template.is_file() and campaign.units.is_file():
                return campaign
        except CannotRead:
            if folder == here:
                raise
            # Above its own folder of a store, an office need not have any rights.
            return None
    return None
