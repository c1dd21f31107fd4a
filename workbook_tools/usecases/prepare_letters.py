"""Use case: prepare the due letters of one kind, all checked before the first is sent."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.errors import CannotRead
from workbook_tools.followup.drafts import Drafts, Recipients, build_group_text, write_drafts
from workbook_tools.followup.journal import Journal, local_now
from workbook_tools.followup.letters import Attachment, Details, Letter, Writer, say_when
from workbook_tools.followup.message import build_draft
from workbook_tools.forms.form_id import read_key
from workbook_tools.forms.form_name import form_name
from workbook_tools.model import LetterKind, ReportTemplate, Roster, Unit
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.read import read_return
from workbook_tools.spec.roster import load_roster
from workbook_tools.spec.template import load_template
from workbook_tools.storage.location import as_named
from workbook_tools.storage.refusals import explain_refusal

if TYPE_CHECKING:
    from collections.abc import Collection as Codes
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder

MESSAGE_LIMIT = 20_000_000
"""Size limit of a mail: providers accept 25 MB and more, some offices' own servers less."""
_GROUP_TEXTS = {
    LetterKind.FORM: "Đã gửi biểu báo cáo ({count} đơn vị). Hạn nộp: hết ngày {deadline}.",
    LetterKind.REMINDER: "Chưa nộp báo cáo ({count}). Hạn nộp: hết ngày {deadline}.",
    LetterKind.CORRECTION: "Đã nộp, cần sửa ({count}). {again}",
    LetterKind.RECEIPT: "Đã nhận báo cáo ({count} đơn vị).",
}
"""What the text for the chat group says about units with a letter of each kind."""


class Prepared(Struct, frozen=True):
    """Letters of one kind; ``problems`` say why the units in ``refused`` get none."""

    kind: LetterKind
    template: ReportTemplate
    roster: Roster
    letters: tuple[Letter, ...]
    problems: tuple[Problem, ...]
    unaddressed: tuple[Letter, ...] = ()
    """Letters to units without an address, to be handed over otherwise."""
    owing: Mapping[LetterKind, tuple[str, ...]] = field(default_factory=dict)
    """For reminders: all units that owe a report (``REMINDER``) and a correction (``CORRECTION``)."""

    @property
    def refused(self) -> tuple[Unit, ...]:
        """Units that cannot get their letter, in the roster's order."""
        codes = {p.place.unit for p in self.problems}
        return tuple(unit for unit in self.roster if unit.code in codes)


def prepare_forms(campaign: CampaignFolder[Path], only: Codes[str] = ()) -> Prepared:
    """Prepare a letter with the blank form for every unit, or for those in ``only``.

    Raises SpecificationError for a template or roster with errors, and CannotRead.
    """
    template, _ = load_template(campaign.template)
    roster, _ = load_roster(campaign.units, template)
    key = read_key(campaign.key)
    writer, pages = Writer(template, roster), _read_unit_pages(campaign)
    letters, problems = [], []
    for unit in roster:
        if only and unit.code not in only:
            continue
        form, wrong = read_blank_form(campaign, unit, template, roster, key)
        problems += wrong
        if form is not None:
            details = Details(template.campaign.deadline)
            letters.append(writer.write(LetterKind.FORM, unit, details, (form, *pages)))
    return check_letters(Prepared(LetterKind.FORM, template, roster, tuple(letters), tuple(problems)))


def _read_unit_pages(campaign: CampaignFolder[Path]) -> list[Attachment]:
    found = []
    for path in campaign.unit_pages:
        try:
            found.append(Attachment(path.name, path.read_bytes(), str(as_named(path))))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CannotRead(path, *explain_refusal(error)) from error
    return found


def read_blank_form(
    campaign: CampaignFolder[Path], unit: Unit, template: ReportTemplate, roster: Roster, key: bytes | None
) -> tuple[Attachment | None, list[Problem]]:
    """Read a unit's form to attach; None and a problem if it is not the unit's own blank form."""
    path = campaign.forms / form_name(unit)
    place = Place(file=path.name, unit=unit.code)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None, [problem("form-missing", place, value=path.name)]
    except OSError as error:
        raise CannotRead(path, *explain_refusal(error)) from error
    try:
        found, _ = read_return(data, None, key)
    except RefusedFile:
        return None, [problem("form-unusable", place, value=path.name)]
    identity, wrong = found.identity, []
    if (identity.unit, identity.campaign) != (unit.code, template.campaign.code):
        wrong.append(problem("form-of-other", place, value=path.name, other=roster.named(identity.unit)))
    # An outdated form asks other questions than the office does now.
    elif not template.made(identity.form_version) or identity.made_with not in ("", template.earlier_version):
        wrong.append(problem("form-outdated", place, value=path.name))
    # Somebody typed into the form to send, and the unit would take these figures for its own.
    if found.is_filled:
        wrong.append(problem("form-not-blank", place, value=path.name))
    if wrong:
        return None, wrong
    return Attachment(path.name, data, str(as_named(path))), []


def check_letters(prepared: Prepared) -> Prepared:
    """Drop letters that must not be sent: without an address, with another unit's address, or too large."""
    # A form sent to another unit's address would be filled in for the wrong one.
    owners: dict[str, list[Unit]] = defaultdict(list)
    for unit in prepared.roster:
        for address in unit.addresses:
            owners[address].append(unit)
    problems = list(prepared.problems)
    for letter in prepared.letters:
        place = Place(file=prepared.roster.path.name, unit=letter.unit)
        if not letter.to:
            problems.append(problem("address-missing", place))
        for address in letter.to:
            others = [unit.name for unit in owners[address] if unit.code != letter.unit]
            if others:
                problems.append(problem("address-shared", place, value=address, other=", ".join(others)))
        # Base64 turns three bytes into four. Building a mail to measure it is slow, so only doubtful ones are
        # built.
        size = sum(len(attachment.data) for attachment in letter.attachments) * 4 // 3
        if size > MESSAGE_LIMIT // 2 and (size := len(build_draft(letter))) > MESSAGE_LIMIT:
            problems.append(problem("message-too-large", place, size=size, limit=MESSAGE_LIMIT))
    bad = {p.place.unit for p in problems}
    letters = tuple(letter for letter in prepared.letters if letter.unit not in bad)
    unaddressed = tuple(letter for letter in prepared.letters if not letter.to)
    return replace(prepared, letters=letters, problems=tuple(problems), unaddressed=unaddressed)


def _write_group_text(prepared: Prepared, written: Codes[str]) -> str:
    campaign = prepared.template.campaign
    about: Mapping[LetterKind, Codes[str]] = prepared.owing or {prepared.kind: written}
    again = say_when(campaign, Details(campaign.deadline, again=True))
    lists = {}
    for kind, codes in about.items():
        units = [unit for unit in prepared.roster if unit.code in codes]
        if units:
            said = _GROUP_TEXTS[kind]
            lists[said.format(count=len(units), deadline=f"{campaign.deadline:%d/%m/%Y}", again=again)] = (
                units
            )
    return build_group_text(prepared.template, lists)


def draft_letters(
    campaign: CampaignFolder[Path], prepared: Prepared, now: datetime | None = None, kept: Codes[str] = ()
) -> Drafts:
    """Write the letters to the folder of mails by kind, for sending by hand, and record them in the journal.

    Earlier letters of units in ``kept`` stay; those of other units that get none now are removed.
    """
    letters = [*prepared.letters, *prepared.unaddressed]
    group = _write_group_text(prepared, [*kept, *(letter.unit for letter in letters)])
    recipients = Recipients(prepared.template, prepared.roster, frozenset(kept))
    drafts = write_drafts(campaign.mail / prepared.kind, letters, group, recipients)
    with Journal(campaign.mail_journal) as journal:
        for letter in prepared.letters:
            journal.note_draft(letter, now or local_now())
    return drafts
