"""Use case: search a mailbox for mails of the campaign, and save answers to the folder of returns."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.followup.journal import Bounce, Fetched, Journal
from workbook_tools.followup.sorting import Header, MailKind, find_unit, read_failure, read_header
from workbook_tools.forms.form_id import read_key
from workbook_tools.inbox.eml import read_envelope
from workbook_tools.inbox.unwrap import unwrap
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.read import read_return
from workbook_tools.returns.workers.pool import read_alone
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.post.mailbox import Mailbox
    from workbook_tools.post.mailbox_answers import Glimpse
    from workbook_tools.storage.campaign_folder import CampaignFolder

LARGEST = 100_000_000
"""Size limit of mails to fetch; no report needs as much."""
_REPORT = 30_000_000
"""Size limit of delivery reports, which may hold the letter itself."""
_BATCH = 200
"""Mails between writes of the journal: each write costs a flush to disk."""
_CARRIERS = ("multipart/", "application/")
"""Types of mails that can contain a workbook."""


class Seen(Struct, frozen=True):
    """A mail that was examined: what it is, its unit, and the file it was saved to."""

    what: MailKind
    unit: str
    sender: str
    subject: str
    file: str = ""


class FetchResult(Struct):
    """All new mails of a run, in the order of the mailbox."""

    seen: list[Seen] = field(default_factory=list)

    def of(self, what: MailKind) -> list[Seen]:
        """Return the mails of one kind."""
        return [one for one in self.seen if one.what is what]


def fetch_mails(
    campaign: CampaignFolder[Path],
    mailbox: Mailbox,
    own_address: str,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> FetchResult:
    """Examine every new mail; the mailbox is not changed.

    An answer is saved under a name derived from its content before the journal records it, so that none is
    lost or duplicated, whenever the program ends.
    """
    template, _ = load_template(campaign.template)
    roster, _ = load_roster(campaign.units, template)
    key, own = read_key(campaign.key), own_address.lower()
    result = FetchResult()
    with Journal(campaign.mail_journal) as journal:
        sorter = _Sorter(campaign, template, roster, own, key, mailbox, journal, now)
        known = {fetched.uid for fetched in journal.fetched() if fetched.mailbox == mailbox.name}
        looked_at: list[Fetched] = []
        try:
            for number, glimpse in enumerate(mailbox.glimpse(known), start=1):
                seen = sorter.sort(glimpse)
                if seen is None:
                    continue
                looked_at.append(Fetched(mailbox.name, glimpse.uid, seen.what, seen.unit, seen.file, now))
                result.seen.append(seen)
                if len(looked_at) == _BATCH:
                    journal.note_fetched(looked_at)
                    looked_at.clear()
                if progress is not None:
                    progress(number, number)
        finally:
            # Also after an error: what is not recorded is examined again, and saved under the same name.
            journal.note_fetched(looked_at)
    return result


class _Sorter(Struct, frozen=True):
    """Sorts the mails of one run; ``own`` is the office's address."""

    campaign: CampaignFolder[Path]
    template: ReportTemplate
    roster: Roster
    own: str
    key: bytes | None
    mailbox: Mailbox
    journal: Journal
    now: datetime

    def sort(self, glimpse: Glimpse) -> Seen | None:
        """Classify a mail, and save it if it belongs to the campaign; None if it cannot be read now."""
        header = read_header(glimpse.header)
        # Rules and mailing lists return copies of the office's own letters.
        if (self.own and header.sender == self.own) or header.is_letter:
            return _seen(MailKind.OWN, "", header)
        unit = find_unit(header, self.template.campaign.code, self.roster)
        if header.from_a_server and (reported := self._report(header, unit, glimpse)):
            return reported
        # The header is enough: an out-of-office answer need not be fetched.
        if header.automatic and header.only_words:
            return _seen(MailKind.AUTOMATIC, unit, header)
        if not unit and not header.content_type.startswith(_CARRIERS):
            return _seen(MailKind.OTHER, "", header)
        # Before the body is fetched, because a video may be attached.
        if glimpse.size > LARGEST:
            return _seen(MailKind.LARGE, unit, header)
        if not unit and header.only_words:
            return _seen(MailKind.OTHER, "", header)
        # Empty if somebody moved or deleted the mail after it was listed.
        data = self.mailbox.read(glimpse.uid)
        if not data:
            return None
        what, unit = self._judge(header, unit, data)
        kept = self._keep(data, unit) if what is MailKind.RETURN else ""
        return _seen(what, unit, header, kept)

    def _judge(self, header: Header, unit: str, data: bytes) -> tuple[MailKind, str]:
        """Return the kind and the unit of a mail that may contain a file."""
        if unit and not header.automatic:
            what = MailKind.RETURN if _holds_a_file(data) else MailKind.WORDS
            return what, unit
        # A scanner or a mail rule may send a report, too, so only the form inside decides.
        inside = self._form_inside(data)
        if inside:
            return MailKind.RETURN, unit or inside
        what = MailKind.AUTOMATIC if header.automatic else MailKind.OTHER
        return what, unit

    def _report(self, header: Header, unit: str, glimpse: Glimpse) -> Seen | None:
        """Record a server's report; None if it is none: people write from such addresses, too."""
        failure = None
        if glimpse.size <= _REPORT:
            failure = read_failure(self.mailbox.read(glimpse.uid), self.template.campaign.code, self.roster)
        if failure is None:
            return None
        for address, owner in failure.lost:
            self.journal.note_bounce(Bounce(failure.key, owner, address, failure.reason, self.now))
        what = MailKind.BOUNCE if failure.lost else MailKind.DELAY
        return _seen(what, failure.unit, header)

    def _form_inside(self, data: bytes) -> str:
        """Return the unit of the first filled-in form of this campaign in a mail; empty if there is none."""
        for file in unwrap("mail.eml", data):
            if file.refused is not None or file.litter or not file.data:
                continue
            try:
                found, _problems = read_alone(read_return, file.data, None, self.key)
            except RefusedFile:
                continue
            ours = found.identity.campaign == self.template.campaign.code
            # A blank form may be the office's own letter, quoted in an answer.
            if ours and found.is_filled and found.identity.unit in self.roster:
                return str(found.identity.unit)
        return ""

    def _keep(self, data: bytes, unit: str) -> str:
        """Save a mail to the folder of returns, named by day, unit and content."""
        try:
            received = read_envelope(data).received
        except RefusedFile:
            received = None
        day = f"{received or self.now:%Y-%m-%d}"
        # With the hash of the content, a mail has the same name in every run, and two mails never share one.
        path = self.campaign.returned / f"{day}_{unit}_{hashlib.sha256(data).hexdigest()[:12]}.eml"
        if not path.exists():
            write_bytes(path, data)
        return path.name


def _holds_a_file(data: bytes) -> bool:
    """Whether a mail has attachments other than inline pictures and signatures."""
    return any(
        not file.litter and (file.refused is None or file.refused.code != "mail-empty")
        for file in unwrap("mail.eml", data)
    )


def _seen(what: MailKind, unit: str, header: Header, file: str = "") -> Seen:
    return Seen(what, unit, header.sender, header.subject, file)
