"""The campaign folder: the default paths of everything in one report campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, cast

from msgspec import Struct

from workbook_tools.errors import CannotRead
from workbook_tools.storage.location import as_named

if TYPE_CHECKING:
    from workbook_tools.storage.location import Location

P = TypeVar("P", bound="Location")
Part = Literal[
    "root",
    "template",
    "units",
    "key",
    "forms",
    "returned",
    "passwords",
    "decisions",
    "previous",
    "word_template",
    "consolidated",
    "mail_journal",
]


class CampaignFolder(Struct, Generic[P], frozen=True):
    """Paths inside a campaign folder."""

    root: P

    def exists(self) -> bool:
        """Whether it is a campaign; CannotRead if a URL cannot be reached."""
        # Both: a folder of templates is not a campaign.
        return self.template.is_file() and self.units.is_file()

    @property
    def template(self) -> P:
        """The template workbook."""
        return self._at("template.xlsx")

    @property
    def units(self) -> P:
        """The roster."""
        return self._at("units.xlsx")

    @property
    def key(self) -> P:
        """The signature key."""
        return key_beside(self.units)

    @property
    def forms(self) -> P:
        """The forms to send out."""
        return self._at("forms")

    @property
    def returned(self) -> P:
        """The folder for returned files."""
        return self._at("returned")

    @property
    def passwords(self) -> P:
        """Passwords of returned files, one per line."""
        return self._at("passwords.txt")

    @property
    def word_template(self) -> P:
        """The Word template of the office's report."""
        return self._at("report_template.docx")

    @property
    def unit_pages(self) -> tuple[P, ...]:
        """Guidance for those who fill in a form, attached to the letters with forms if it is there."""
        # As it is called in the documentation, and in the folder for Windows.
        return self._at("huong-dan-don-vi.docx"), self._at("Hướng dẫn cho đơn vị.docx")

    @property
    def decisions(self) -> P:
        """The officer's decisions about returns and figures."""
        return self._at("decisions.xlsx")

    @property
    def previous(self) -> P:
        """Last period's consolidated workbook, for comparison."""
        return self._at("previous.xlsx")

    @property
    def cache(self) -> Path:
        """Cache of readings; safe to delete at any time.

        For a campaign at a URL it is in the user's cache folder, because SQLite needs a local disk.
        """
        if isinstance(self.root, Path):
            return self.root / ".cache" / "readings.sqlite3"
        from hashlib import sha256

        from platformdirs import user_cache_path

        return (
            user_cache_path("workbook_tools", appauthor=False)
            # A hash, because a URL may hold what no folder name can.
            / sha256(str(self.root).encode()).hexdigest()[:16]
            / "readings.sqlite3"
        )

    @property
    def corrections(self) -> P:
        """Correction forms: each unit's own form with the cells to correct marked."""
        return self._at("corrections")

    @property
    def mail(self) -> P:
        """Letters ready to send by hand."""
        return self._at("mail")

    @property
    def mail_journal(self) -> P:
        """Journal of mail sent and its delivery state."""
        return self._at("mail.sqlite3")

    @property
    def form_versions(self) -> P:
        """Record of the forms made so far, and of what each version of them asked."""
        return self._at("form_versions.json")

    @property
    def inputs(self) -> tuple[P, ...]:
        """The files, besides the returned ones, that the collection of a campaign depends on."""
        return (
            self.template,
            self.units,
            self.key,
            self.form_versions,
            self.passwords,
            self.decisions,
            self.previous,
            self.mail_journal,
        )

    @property
    def consolidated(self) -> P:
        """The consolidated workbook."""
        return self._at("consolidated.xlsx")

    @property
    def own(self) -> dict[str, P]:
        """What a person opens of it: a word for each → its path."""
        return {
            "folder": self.root,
            "template": self.template,
            "units": self.units,
            "forms": self.forms,
            "returned": self.returned,
            "decisions": self.decisions,
            "workbook": self.consolidated,
            "report": self._at("consolidated.docx"),
            "report-template": self.word_template,
            "mail": self.mail,
            "corrections": self.corrections,
        }

    def _at(self, name: str) -> P:
        return cast("P", self.root / name)


def part_of(campaign: CampaignFolder[Location] | None, part: Part) -> Location | None:
    """The path of that part of a campaign folder; None outside of one."""
    found: Location | None = getattr(campaign, part, None)
    return found


def existing(path: P | None) -> P | None:
    """The path if something is there."""
    if path is not None and path.exists():
        return path
    return None


def key_beside(units: P) -> P:
    """The default path of the signature key: beside the roster."""
    return cast("P", units.parent / "signing.key")


def find_campaign(start: P) -> CampaignFolder[P] | None:
    """Find the campaign folder that ``start`` is or is in; None outside of one.

    Raises CannotRead if a URL cannot be reached.
    """
    here = as_named(start)
    for folder in (here, *here.parents):
        campaign = CampaignFolder(cast("P", folder))
        try:
            if campaign.exists():
                return campaign
        except CannotRead:
            if folder == here:
                raise
            # Stop at the first level in a store: the office may have no right to read above its own folder.
            return None
    return None
