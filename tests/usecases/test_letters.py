"""Letters with forms: each unit its own blank form, and nothing that must not leave."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from mailing import ADDRESSES, lay_out
from openpyxl import load_workbook
from sheets import write_template

from workbook_tools.excel import Cell
from workbook_tools.forms.fill import fill_form
from workbook_tools.model import LetterKind
from workbook_tools.problems.mail_problems import MAIL_PROBLEMS
from workbook_tools.usecases import prepare_letters as use_case
from workbook_tools.usecases.prepare_letters import draft_letters, prepare_forms

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder


NOW = datetime(2023, 10, 2, 8, tzinfo=UTC)


def read(path: Path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_every_unit_gets_its_own_form(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path / "đợt báo cáo", ADDRESSES, ["gui_cap_tren", "", "có", ""])
    prepared = prepare_forms(campaign)
    drafts = draft_letters(campaign, prepared, NOW)
    assert prepared.problems == ()
    assert [path.name for path in drafts.mails] == ["x1_Xa-Mot.eml", "t1_Truong-Mot.eml", "x2_Xa-Hai.eml"]
    school = read(drafts.mails[1])
    assert school["To"] == "t1@mau.example, vt.t1@mau.example"
    assert school["Cc"] == "xa1@mau.example"
    assert school["Subject"] == "Đề nghị báo cáo: Báo cáo thử [THU-2023/t1]"
    (form,) = school.iter_attachments()
    assert form.get_content() == (campaign.forms / "t1_Truong-Mot.xlsx").read_bytes()
    body = school.get_body(("plain",)).get_content()
    assert "Kính gửi: Trường Một" in body
    assert "12/10/2023" in body
    assert "{{" not in body
    assert read(drafts.mails[0])["Cc"] is None


def test_texts_for_chats_and_the_list_for_a_mail_merge(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path)
    drafts = draft_letters(campaign, prepare_forms(campaign), NOW)
    chat = (drafts.folder / "zalo" / "x2_Xa-Hai.txt").read_text("utf-8-sig")
    assert "Kính gửi: Xã Hai" in chat
    group = (drafts.folder / "zalo_nhom.txt").read_text("utf-8-sig")
    assert all(name in group for name in ("Xã Một", "Trường Một", "Xã Hai"))
    rows = [
        row[:6]
        for row in load_workbook(drafts.folder / "tron_thu.xlsx").worksheets[0].iter_rows(values_only=True)
    ]
    form = campaign.forms / "x2_Xa-Hai.xlsx"
    subject = "Đề nghị báo cáo: Báo cáo thử [THU-2023/x2]"
    assert rows[3] == ("x2", "Xã Hai", "xa2@mau.example", None, subject, str(form.resolve()))


def test_a_second_run_gives_the_same_and_drops_who_gets_no_letter_now(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path)
    drafts = draft_letters(campaign, prepare_forms(campaign), NOW)
    before = {path: path.read_bytes() for path in drafts.mails}
    again = draft_letters(campaign, prepare_forms(campaign), NOW)
    assert {path: path.read_bytes() for path in again.mails} == before
    mine = drafts.folder / "thư của tôi.eml"
    mine.write_bytes(b"Subject: x\n\n")
    (only,) = draft_letters(campaign, prepare_forms(campaign, ["x2"]), NOW).mails
    assert {path.name for path in drafts.folder.glob("*.eml")} == {only.name, mine.name}


def test_a_draft_under_a_unit_s_former_name_does_not_stay(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path)
    drafts = draft_letters(campaign, prepare_forms(campaign), NOW)
    former = [drafts.folder / "x2_Ten-cu.eml", drafts.folder / "zalo" / "x2_Ten-cu.txt"]
    own = [drafts.folder / "x2 trả lời.eml", drafts.folder / "x9_Xa-Chin.eml"]
    for path in (*former, *own):
        path.write_bytes(b"Subject: x\n\n")
    draft_letters(campaign, prepare_forms(campaign, ["x1"]), NOW, kept=["x2"])
    assert all(path.exists() for path in (*former, *own))
    draft_letters(campaign, prepare_forms(campaign), NOW)
    assert not any(path.exists() for path in former)
    assert all(path.exists() for path in own)


def fill(path: Path) -> None:
    path.write_bytes(fill_form(path.read_bytes(), {Cell("Biểu", 5, 2): 7}, datetime(2023, 10, 9, tzinfo=UTC)))


def swap(campaign: CampaignFolder[Path]) -> None:
    shutil.copyfile(campaign.forms / "x1_Xa-Mot.xlsx", campaign.forms / "x2_Xa-Hai.xlsx")


def outdate(campaign: CampaignFolder[Path]) -> None:
    write_template(
        campaign.template, lambda tables: tables["Đợt báo cáo"][3].__setitem__(2, date(2023, 10, 20))
    )


REFUSALS = {
    "form-missing": lambda campaign: (campaign.forms / "x2_Xa-Hai.xlsx").unlink(),
    "form-unusable": lambda campaign: (campaign.forms / "x2_Xa-Hai.xlsx").write_bytes(b"PK"),
    "form-of-other": swap,
    "form-not-blank": lambda campaign: fill(campaign.forms / "x2_Xa-Hai.xlsx"),
    "form-outdated": outdate,
    "address-missing": lambda campaign: lay_out(campaign.root, ADDRESSES | {"x2": ""}),
    "address-shared": lambda campaign: lay_out(campaign.root, ADDRESSES | {"x2": "VT.T1@mau.example"}),
    "message-too-large": lambda campaign: None,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_what_must_not_leave_is_no_letter(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = lay_out(tmp_path)
    REFUSALS[code](campaign)
    if code == "message-too-large":
        monkeypatch.setattr(use_case, "MESSAGE_LIMIT", 1000)
    prepared = prepare_forms(campaign)
    assert (code, "x2") in {(p.code, p.place.unit) for p in prepared.problems}
    assert "x2" not in {letter.unit for letter in prepared.letters}
    assert prepared.kind is LetterKind.FORM


def test_every_problem_of_letters_has_a_test() -> None:
    assert set(REFUSALS) == set(MAIL_PROBLEMS)
