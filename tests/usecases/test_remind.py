"""Reminders: only who owes something, never twice within the interval, and a list of whom to call; receipts for the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from mailing import ADDRESSES, SAVED, SENT, blank, lay_out, send
from msgspec.structs import replace
from openpyxl import load_workbook
from sheets import write_tables

from workbook_tools.followup.journal import Journal, MailState
from workbook_tools.model import LetterKind
from workbook_tools.spec.vocabulary import DECISIONS
from workbook_tools.usecases.collect import write_workbook
from workbook_tools.usecases.correct import collect_campaign, correct
from workbook_tools.usecases.prepare_letters import draft_letters, prepare_forms
from workbook_tools.usecases.receipts import write_receipts
from workbook_tools.usecases.remind import remind, write_calls
from workbook_tools.usecases.send import find_unsettled, settle_by_hand

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder

DAY = timedelta(days=1)
NOW = datetime(2023, 10, 9, 8, tzinfo=UTC)


@pytest.fixture
def campaign(tmp_path: Path) -> CampaignFolder[Path]:
    """Nothing has come but the report of t1, which has no error."""
    made = lay_out(tmp_path / "đợt báo cáo")
    send(made, "t1", blank(made, "t1"), SENT["t1"], SAVED)
    return made


def draft(campaign, at: datetime) -> list[str]:
    reminded = remind(campaign, at)
    draft_letters(campaign, reminded.prepared, at, [due.unit for due in reminded.waiting])
    return [letter.unit for letter in reminded.prepared.letters]


def test_who_owes_a_report_is_reminded_with_the_form(campaign) -> None:
    (letter, _) = remind(campaign, NOW).prepared.letters
    assert letter.unit == "x1"
    assert "(lần 1)" in letter.subject
    assert "chưa nhận được báo cáo" in letter.body
    assert letter.attachments[0].data == blank(campaign, "x1")


def test_never_twice_within_the_interval_and_drafts_stay(campaign) -> None:
    assert draft(campaign, NOW) == ["x1", "x2"]
    assert draft(campaign, NOW + DAY) == []
    assert (campaign.mail / "reminder" / "x1_Xa-Mot.eml").exists()
    send(campaign, "x1", blank(campaign, "x1"), SENT["t1"] | {"B11": 1}, SAVED)
    assert draft(campaign, NOW + 3 * DAY) == ["x2"]
    assert not (campaign.mail / "reminder" / "x1_Xa-Mot.eml").exists()
    assert "(lần 2)" in (campaign.mail / "reminder/zalo/x2_Xa-Hai.txt").read_text("utf-8-sig")


def test_a_reminder_that_is_ready_can_still_be_sent_and_is_the_same(campaign) -> None:
    draft(campaign, NOW)
    ready = remind(campaign, NOW + DAY, drafts=False).prepared.letters
    assert [letter.key for letter in ready] == [
        letter.key for letter in remind(campaign, NOW, drafts=False).prepared.letters
    ]
    with Journal(campaign.mail_journal) as journal:
        assert {entry.key for entry in journal.entries()} == {letter.key for letter in ready}
        for letter in ready:
            assert journal.begin(letter, NOW + DAY)
    assert remind(campaign, NOW + 2 * DAY, drafts=False).prepared.letters == ()


def test_a_form_that_just_went_out_is_not_chased(campaign) -> None:
    draft_letters(campaign, prepare_forms(campaign), NOW)
    assert draft(campaign, NOW + 2 * DAY) == []


@pytest.mark.slow
def test_past_the_third_reminder_and_without_an_address_one_calls(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES | {"t1": ""})
    campaign.returned.mkdir()
    for number in range(3):
        draft(campaign, NOW + 3 * number * DAY)
    reminded = remind(campaign, NOW + 9 * DAY)
    assert reminded.prepared.letters == ()
    rows = list(
        load_workbook(write_calls(campaign, reminded)).worksheets[0].iter_rows(min_row=2, values_only=True)
    )
    assert [(row[0], row[2], row[5]) for row in rows] == [
        ("x1", "0225 000 001", "Đã nhắc nhiều lần"),
        ("t1", None, "Chưa có địa chỉ thư điện tử"),
        ("x2", None, "Đã nhắc nhiều lần"),
    ]


@pytest.mark.slow
def test_who_was_asked_to_mend_and_is_silent_is_reminded_of_that(campaign) -> None:
    for unit in ("x1", "x2"):
        send(campaign, unit, blank(campaign, unit), SENT[unit], SAVED)
    corrected = correct(campaign)
    draft_letters(campaign, corrected.prepared, NOW)
    assert draft(campaign, NOW + DAY) == []
    (letter, _) = remind(campaign, NOW + 4 * DAY).prepared.letters
    assert "nộp lần 2" in letter.body
    assert "khoảng 20" in letter.body
    assert letter.attachments[0].name == corrected.asked[0].path.name
    (campaign.returned / "x1 lần 2.xlsx").write_bytes(corrected.asked[0].path.read_bytes())
    assert [one.unit for one in remind(campaign, NOW + 4 * DAY).prepared.letters] == ["x2"]


def test_who_was_never_asked_to_correct_is_told_to_the_officer(campaign) -> None:
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    before = remind(campaign, NOW)
    assert before.unasked == ("x1",)
    assert [letter.unit for letter in before.prepared.letters] == ["x2"]
    draft_letters(campaign, correct(campaign).prepared, NOW)
    assert remind(campaign, NOW).unasked == ()


def test_the_group_is_told_who_sent_nothing_and_who_has_to_correct(campaign) -> None:
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    draft_letters(campaign, correct(campaign).prepared, NOW)
    draft(campaign, NOW + 4 * DAY)
    assert (campaign.mail / "reminder" / "zalo_nhom.txt").read_text("utf-8-sig").split("\n")[2:] == [
        "Chưa nộp báo cáo (1). Hạn nộp: hết ngày 12/10/2023.",
        "1. Xã Hai",
        "",
        "Đã nộp, cần sửa (1). Đề nghị gửi lại ngay khi sửa xong, trước khi kết thúc việc tổng hợp.",
        "1. Xã Một",
        "",
    ]


def test_a_correction_is_asked_for_by_its_own_day(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES, ["han_gui_lai", None, date(2023, 10, 20)])
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    corrected = correct(campaign)
    (letter,) = corrected.prepared.letters
    draft_letters(campaign, corrected.prepared, NOW)
    again = remind(campaign, NOW + 12 * DAY).prepared.letters[0]
    for body in (letter.body, again.body):
        assert "Đề nghị gửi lại chậm nhất ngày 20/10/2023." in body
        assert "12/10/2023" not in body


def test_past_the_deadline_it_is_said_by_how_many_days(campaign) -> None:
    last = datetime(2023, 10, 12, 20, tzinfo=UTC)
    (letter, _) = remind(campaign, last - DAY).prepared.letters
    assert "quá hạn" not in letter.body
    (letter, _) = remind(campaign, last + 4 * DAY).prepared.letters
    assert "đã quá hạn 5 ngày" in letter.body


def test_a_draft_with_another_text_takes_the_place_and_day_of_the_first(campaign) -> None:
    late = NOW + 10 * DAY
    draft(campaign, late)
    (letter, _) = remind(campaign, late + DAY, drafts=False).prepared.letters
    with Journal(campaign.mail_journal) as journal:
        journal.note_draft(letter, late + DAY)
        (entry,) = [entry for entry in journal.entries() if entry.unit == "x1"]
        assert (entry.key, entry.at) == (letter.key, late)
        assert journal.begin(replace(letter, body="khác"), late + DAY)
        (entry,) = [entry for entry in journal.entries() if entry.unit == "x1"]
        assert entry.state is MailState.SENDING


def test_a_reminder_that_may_have_left_is_asked_about_and_then_sent(campaign) -> None:
    (letter, _) = remind(campaign, NOW, drafts=False).prepared.letters
    with Journal(campaign.mail_journal) as journal:
        journal.begin(letter, NOW)
    (unsure,) = find_unsettled(campaign, LetterKind.REMINDER)
    assert "x1" not in [one.unit for one in remind(campaign, NOW, drafts=False).prepared.letters]
    settle_by_hand(campaign, unsure, arrived=False, now=NOW)
    assert remind(campaign, NOW, drafts=False).prepared.letters[0] == letter


def test_what_cannot_be_read_is_named(campaign) -> None:
    (campaign.returned / "x1_ảnh chụp.pdf").write_bytes(b"%PDF-1.4\n")
    letter = next(one for one in remind(campaign, NOW).prepared.letters if one.unit == "x1")
    assert "x1_ảnh chụp.pdf" in letter.body


def test_the_officer_can_stop_reminders(campaign) -> None:
    heads = ["Xử lý", "Mã đơn vị", "Mã chỉ tiêu", "Tệp", "Giá trị", "Lý do", "Người xử lý", "Ngày"]
    row = ["dừng đôn đốc", "x2", None, None, None, "Đã gọi", "A", date(2023, 10, 9)]
    write_tables(campaign.decisions, {DECISIONS: [heads, row]})
    assert [letter.unit for letter in remind(campaign, NOW).prepared.letters] == ["x1"]


def test_a_receipt_says_what_was_read_and_when(campaign) -> None:
    prepared, _ = write_receipts(campaign)
    (letter,) = prepared.letters
    assert letter.unit == "t1"
    assert "(tệp lưu lần cuối lúc 15 giờ 00 ngày 11/10/2023)" in letter.body
    assert "Nhóm 1\n- Số bài viết: 5 bài\n- Số lớp: 1 lớp\n- Số lượt người: 30 lượt\nNhóm 2\n" in letter.body
    page = letter.attachments[0].data.decode()
    assert "30" in page
    again, _ = write_receipts(campaign)
    assert again.letters[0].key == letter.key


def mail_in(campaign: CampaignFolder[Path], form: Path) -> None:
    mail = EmailMessage()
    mail["Received"] = "from a by b; Sun, 15 Oct 2023 08:30:00 +0700"
    mail.add_attachment(form.read_bytes(), "application", "octet-stream", filename=form.name)
    form.unlink()
    (campaign.returned / f"{form.stem}.eml").write_bytes(mail.as_bytes())


def test_a_day_is_called_one_of_receipt_only_if_a_mail_says_so(campaign) -> None:
    late = datetime(2023, 10, 14, 2, tzinfo=UTC)
    form = send(campaign, "t1", blank(campaign, "t1"), SENT["t1"], late)
    by_file = {p.code: p.message("vi") for p in collect_campaign(campaign).problems}
    assert by_file["late"] == "Nhận ngày 14/10/2023 (theo ngày lưu tệp), sau hạn nộp."
    mail_in(campaign, form)
    by_mail = {p.code: p.message("vi") for p in collect_campaign(campaign).problems}
    assert by_mail["late"] == "Nhận ngày 15/10/2023, sau hạn nộp."
    (letter,) = write_receipts(campaign)[0].letters
    assert "(thư đến lúc 08 giờ 30 ngày 15/10/2023)" in letter.body


def test_the_roll_call_marks_the_days_that_no_mail_proves(campaign) -> None:
    def dated() -> tuple[str, dict[str, str]]:
        write_workbook(collect_campaign(campaign), campaign.consolidated)
        head, *rows = load_workbook(campaign.consolidated)["Tình trạng nộp"].iter_rows()
        column = next(cell.column for cell in head if str(cell.value).startswith("Ngày nhận")) - 1
        code = next(cell.column for cell in head if cell.value == "Mã") - 1
        looks = {row[code].value: row[column].number_format for row in rows if row[column].value}
        return head[column].value, looks

    assert dated() == ("Ngày nhận (theo ngày lưu tệp)", {"t1": "dd/mm/yyyy"})
    mail_in(campaign, send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED))
    marked = {"x1": "dd/mm/yyyy", "t1": 'dd/mm/yyyy"*"'}
    assert dated() == ("Ngày nhận (*: theo ngày lưu tệp)", marked)
