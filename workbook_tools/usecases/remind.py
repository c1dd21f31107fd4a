"""Use case: reminders to units that owe a report or a correction, and a list of units to call."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from workbook_tools import heads
from workbook_tools.followup.due import Due, find_due
from workbook_tools.followup.journal import Journal
from workbook_tools.followup.letters import Attachment, Details, Letter, Writer
from workbook_tools.followup.mail_frame import last_rounds
from workbook_tools.followup.questions import find_questions
from workbook_tools.forms.form_id import read_key
from workbook_tools.forms.form_name import correction_name
from workbook_tools.locale import show_number
from workbook_tools.model import LetterKind
from workbook_tools.sheetwriter.book import Book
from workbook_tools.sheetwriter.style import TAB
from workbook_tools.storage.location import as_named
from workbook_tools.storage.replace import replacing
from workbook_tools.usecases.correct import collect_campaign, in_words, own_deadlines
from workbook_tools.usecases.prepare_letters import Prepared, check_letters, read_blank_form

if TYPE_CHECKING:
    from collections.abc import Collection as Codes
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from workbook_tools.followup.questions import Question
    from workbook_tools.frames import Collection
    from workbook_tools.model import Unit
    from workbook_tools.problems import Problem
    from workbook_tools.storage.campaign_folder import CampaignFolder

_HEADS = [
    heads.UNIT_CODE,
    heads.UNIT,
    heads.PHONE,
    heads.ADDRESS,
    "Việc",
    "Lý do gọi",
    "Đã nhắc (lần)",
    "Kết quả gọi",
]


class Reminded(Struct, frozen=True):
    """``waiting`` are units with a letter within the campaign's interval; ``calls`` are units to call, with
    reasons; ``unasked`` are those whose report has errors and that have not been asked to correct it.
    """

    prepared: Prepared
    waiting: tuple[Due, ...]
    calls: tuple[tuple[Due, str], ...]
    collection: Collection
    unasked: tuple[str, ...] = ()


def remind(
    campaign: CampaignFolder[Path], now: datetime, only: Codes[str] = (), *, drafts: bool = True
) -> Reminded:
    """Prepare the reminders that are due now; only the cache of readings is written.

    ``drafts``: whether drafted reminders count as sent, which they do unless this program sends them.

    Raises what ``collect`` raises, and CannotRead for an unusable journal.
    """
    collection = collect_campaign(campaign)
    with Journal(campaign.mail_journal) as journal:
        entries = journal.entries()
    due = find_due(collection, entries, now, drafts=drafts)
    questions = find_questions(collection, warnings=False)
    returned = last_rounds(collection.files)
    corrections = [entry for entry in entries if entry.kind is LetterKind.CORRECTION]
    asked = {entry.unit for entry in corrections if entry.number > returned.get(entry.unit, 1)}
    unasked = tuple(unit.code for unit in collection.roster if unit.code in questions.keys() - asked)
    due = [one for one in due if not only or one.unit in only]
    roster = collection.roster
    calls = [
        (one, "Đã nhắc nhiều lần" if one.by_telephone else "Chưa có địa chỉ thư điện tử")
        for one in due
        if one.by_telephone or not roster[one.unit].addresses
    ]
    # A unit that is called gets no letter on the same day.
    called = {one.unit for one, _ in calls}
    waiting = [one for one in due if one.waits is not None and one.unit not in called]
    now_due = [one for one in due if one.waits is None and one.unit not in called]
    today = now.astimezone(ZoneInfo(collection.template.campaign.timezone)).date()
    letters, problems = _write(campaign, collection, now_due, today, questions)
    owing = {
        LetterKind.REMINDER: tuple(one.unit for one in due if one.round == 1),
        LetterKind.CORRECTION: tuple(one.unit for one in due if one.round > 1),
    }
    prepared = Prepared(
        LetterKind.REMINDER, collection.template, roster, tuple(letters), tuple(problems), owing=owing
    )
    return Reminded(check_letters(prepared), tuple(waiting), tuple(calls), collection, unasked)


def write_calls(campaign: CampaignFolder[Path], reminded: Reminded) -> Path:
    """Write the call list atomically."""
    path = campaign.mail / LetterKind.REMINDER / "goi_dien.xlsx"
    template, roster = reminded.collection.template, reminded.collection.roster
    properties = {"title": template.campaign.title, "author": template.campaign.office}
    with replacing(path) as temporary, Book(temporary, template.campaign.deadline, properties) as book:
        sheet = book.sheet("Gọi điện", TAB["report"])
        sheet.widths([16, 30, 18, 34, 34, 28, 14, 40])
        sheet.page(landscape=True, repeat=(0, 0))
        sheet.head(0, _HEADS)
        for row, (due, reason) in enumerate(reminded.calls, start=1):
            unit = roster[due.unit]
            owed = "Chưa nộp báo cáo" if due.round == 1 else f"Chưa nộp bản sửa lần {due.round}"
            cells = (unit.code, unit.name, unit.phone, unit.email, owed, reason, str(due.number - 1), "")
            for column, text in enumerate(cells):
                sheet.text(row, column, text, "wrap")
    return path


def _write(
    campaign: CampaignFolder[Path],
    collection: Collection,
    due: Sequence[Due],
    today: date,
    questions: Mapping[str, Sequence[Question]],
) -> tuple[list[Letter], list[Problem]]:
    template, roster = collection.template, collection.roster
    key, deadlines, writer = read_key(campaign.key), own_deadlines(collection), Writer(template, roster)
    letters, problems = [], []
    for one in due:
        unit = roster[one.unit]
        form: Attachment | None = None
        wrong: list[Problem] = []
        if one.round > 1:
            form = _correction(campaign, unit, one.round)
        # If the correction form was deleted, a blank one is better than no letter.
        if form is None:
            form, wrong = read_blank_form(campaign, unit, template, roster, key)
        problems += wrong
        if form is None:
            continue
        task = _task(one, unit, collection, (today - deadlines[one.unit]).days)
        if one.round > 1:
            task += "\n\n" + in_words(questions.get(one.unit, []))
        details = Details(deadlines[one.unit], task, one.number, again=one.round > 1)
        letters.append(writer.write(LetterKind.REMINDER, unit, details, (form,)))
    return letters, problems


def _correction(campaign: CampaignFolder[Path], unit: Unit, round_: int) -> Attachment | None:
    path = campaign.corrections / correction_name(unit, round_)
    if not path.is_file():
        return None
    return Attachment(path.name, path.read_bytes(), str(as_named(path)))


def _task(due: Due, unit: Unit, collection: Collection, days_late: int) -> str:
    office, title = collection.template.campaign.office, collection.template.campaign.title
    if due.round > 1:
        return (
            f"Đến nay {office} chưa nhận được bản sửa (nộp lần {due.round}) báo cáo “{title}” của "
            f"{unit.name}. Các nội dung cần sửa:"
        )
    late = ""
    if days_late > 0:
        late = f" Báo cáo đã quá hạn {show_number(days_late, 'vi')} ngày."
    if due.file:
        name = due.file.rpartition("/")[2]
        return (
            f"{office} đã nhận tệp “{name}” của {unit.name} nhưng chưa đọc được số liệu, nên chưa tính là "
            f"đã nộp báo cáo “{title}”.{late} Đề nghị đơn vị điền vào biểu gửi kèm và gửi lại."
        )
    return f"Đến nay {office} chưa nhận được báo cáo “{title}” của {unit.name}.{late}"
