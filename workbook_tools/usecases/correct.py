"""Use case: correction forms for the units that have something to correct, and their letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotRead
from workbook_tools.followup.correction import Correction, build_correction, typed_again
from workbook_tools.followup.letters import Attachment, Details, Writer
from workbook_tools.followup.mail_frame import last_rounds
from workbook_tools.followup.questions import Question, find_questions
from workbook_tools.forms.form_id import read_key, sheet_password, sign_form
from workbook_tools.forms.form_name import correction_name, find_owner
from workbook_tools.forms.stamp import stamp_form
from workbook_tools.inbox.folder import find_files
from workbook_tools.inbox.passwords import read_passwords
from workbook_tools.locale import mark as _
from workbook_tools.model import DecisionKind, LetterKind
from workbook_tools.returns.result import FileReading, ReadingContext
from workbook_tools.returns.workers.pool import read_files
from workbook_tools.storage.campaign_folder import existing
from workbook_tools.storage.location import as_named
from workbook_tools.storage.replace import remove, write_bytes
from workbook_tools.usecases.collect import CollectOptions, collect
from workbook_tools.usecases.generate import build_stamps
from workbook_tools.usecases.prepare_letters import Prepared, check_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Collection as Codes
    from datetime import date
    from pathlib import Path

    from workbook_tools.frames import Collection
    from workbook_tools.storage.campaign_folder import CampaignFolder

FIRST_QUESTIONS = 10
"""Number of questions in the letter itself, for those who read only that."""


class Asked(Struct, frozen=True):
    """A unit that is asked: its round, number of questions, and correction form."""

    unit: str
    name: str
    round: int
    questions: int
    path: Path


class Corrected(Struct, frozen=True):
    """The units asked in the roster's order, their letters, and the collection."""

    asked: tuple[Asked, ...]
    prepared: Prepared
    collection: Collection

    @property
    def unchanged(self) -> list[str]:
        """Units whose correction came back unchanged."""
        return [p.place.unit for p in self.collection.problems if p.code == "correction-unchanged"]


def collect_campaign(
    campaign: CampaignFolder[Path],
    *,
    progress: Callable[[int, int], None] | None = None,
    seen: Callable[[Sequence[FileReading]], None] | None = None,
) -> Collection:
    """Collect what has been returned to a campaign folder so far, with the officer's decisions."""
    options = CollectOptions(
        passwords=existing(campaign.passwords),
        decisions=existing(campaign.decisions),
        previous=existing(campaign.previous),
        cache=campaign.cache,
        mail_journal=existing(campaign.mail_journal),
    )
    return collect(
        campaign.returned, campaign.template, campaign.units, options, progress=progress, seen=seen
    )


def correct(
    campaign: CampaignFolder[Path],
    only: Codes[str] = (),
    *,
    warnings: bool = False,
    collection: Collection | None = None,
) -> Corrected:
    """Write the correction forms to the folder of corrections, and compose the letters.

    Pass ``collection`` if the returns were already collected. A second run without news gives the same files;
    forms of units with nothing to correct now are removed. Raises what ``collect`` raises, CannotRead without
    a signature key, and CannotWrite.
    """
    collection = collection or collect_campaign(campaign)
    template, roster = collection.template, collection.roster
    key = read_key(campaign.key)
    if key is None:
        raise CannotRead(campaign.key, _("there is no such file"))
    # From the same collection as the workbook, so that letters and workbook agree.
    questions = find_questions(collection, warnings=warnings)
    units = [unit for unit in roster if unit.code in questions and (not only or unit.code in only)]
    returns = _read_again(collection, campaign, key, {unit.code for unit in units})
    stamps = build_stamps(template, roster, {unit.type for unit in units}, sheet_password(key))
    deadlines, rounds = own_deadlines(collection), last_rounds(collection.files)
    writer, received = Writer(template, roster), received_at(collection)
    asked, letters = [], []
    for unit in units:
        reading, round_ = returns[unit.code], rounds[unit.code] + 1
        form_id = sign_form(template.campaign.code, unit.code, template.version, key, round_)
        above = roster.name_above(unit, template.campaign.office)
        blank = stamp_form(stamps[unit.type], unit, above, form_id)
        own = questions[unit.code]
        title = f"ĐỀ NGHỊ SỬA BÁO CÁO – NỘP LẦN {round_} – {unit.name}"
        correction = Correction(
            typed_again(reading.answers, template, unit.type, reading.list_cells), own, round_, title
        )
        path = campaign.corrections / correction_name(unit, round_)
        # Built from a blank form, because the return may have been changed in any way.
        data = build_correction(blank, correction)
        write_bytes(path, data)
        asked.append(Asked(unit.code, unit.name, round_, len(own), path))
        asks = in_words(own)
        details = Details(deadlines[unit.code], asks, round_, len(own), received[unit.code], again=True)
        attachment = Attachment(path.name, data, str(as_named(path)))
        letters.append(writer.write(LetterKind.CORRECTION, unit, details, (attachment,)))
    # With `only`, the other units were not examined, so their forms may still be right.
    if not only:
        _remove_others(campaign, collection, {place.path for place in asked})
    prepared = check_letters(Prepared(LetterKind.CORRECTION, template, roster, tuple(letters), ()))
    return Corrected(tuple(asked), prepared, collection)


def own_deadlines(collection: Collection) -> dict[str, date]:
    """Return each unit's deadline, as extended by the officer."""
    found = {unit.code: collection.template.campaign.deadline for unit in collection.roster}
    for settled in collection.decisions:
        if settled.applied and settled.decision.kind is DecisionKind.EXTEND:
            # The value was checked to be a date when the decision was applied.
            found[settled.decision.unit] = settled.decision.value  # type: ignore[assignment]
    return found


def received_at(collection: Collection) -> dict[str, str]:
    """Return unit → when its counted report came, or was last saved if no mail brought it, for a letter."""
    files = collection.files
    known: dict[str, str] = {}
    for said, column in (("tệp lưu lần cuối", "saved"), ("thư đến", "mailed")):
        dated = files[files[column].notna()]
        known |= {
            path: f"{said} lúc {moment:%H giờ %M ngày %d/%m/%Y}"
            for path, moment in zip(dated["path"], dated[column], strict=True)
        }
    status = collection.status
    return {
        str(unit): known.get(file, "chưa rõ thời điểm")
        for unit, file in zip(status["unit"], status["file"], strict=True)
    }


def _read_again(
    collection: Collection, campaign: CampaignFolder[Path], key: bytes, units: set[str]
) -> dict[str, FileReading]:
    """Read the counted returns of these units again: a collection has no raw values.

    CannotRead if one of them is not what was collected any more.
    """
    files = collection.files.set_index("path")
    status = collection.status
    paths = {
        str(file): str(unit)
        for file, unit in zip(status["file"], status["unit"], strict=True)
        if unit in units
    }
    outer = {str(files.at[path, "container"]) or str(path) for path in paths}
    passwords = read_passwords(existing(campaign.passwords))
    context = ReadingContext(campaign.returned, collection.template, collection.roster, key, passwords)
    # Archives and mails are read again as a whole, because a file inside cannot be read alone.
    found = [file for file in find_files(campaign.returned) if file.path in outer]
    read = {
        paths[reading.path]: reading
        for readings in read_files(found, context)
        for reading in readings
        if reading.path in paths and reading.sha256 == files.at[reading.path, "sha256"]
    }
    if len(read) < len(paths):
        raise CannotRead(
            campaign.returned,
            _("files in it were changed or moved since they were collected"),
            _("Repeat this when no more files are being copied or renamed."),
        )
    return read


def in_words(questions: Sequence[Question]) -> str:
    """Render the first questions as text, for those who read only the letter."""
    lines = []
    several = len({question.cell.sheet for question in questions if question.cell}) > 1
    for number, question in enumerate(questions[:FIRST_QUESTIONS], start=1):
        group = f"mục “{question.group}”" if question.group else ""
        sheet = f"trang “{question.cell.sheet}”" if question.cell and several else ""
        places = f"ô {question.places}" if question.cell else ""
        found = ", ".join(filter(None, (group, sheet, places)))
        line = f"{question.label} ({found})" if found else question.label
        sent = f" Đơn vị ghi: “{question.sent}”." if question.sent else ""
        lines.append(f"{number}. {line}.{sent} {question.why} {question.ask}")
    if len(questions) > FIRST_QUESTIONS:
        lines.append(f"… và {len(questions) - FIRST_QUESTIONS} nội dung khác, xem trang “Cần sửa” của tệp.")
    return "\n".join(lines)


def _remove_others(campaign: CampaignFolder[Path], collection: Collection, kept: set[Path]) -> None:
    """Remove forms of rounds that are no longer asked, also those under a former name of a unit."""
    for path in sorted(campaign.corrections.glob("*_lan-*.xlsx")):
        if path not in kept and find_owner(path.name, collection.roster):
            remove(path)
