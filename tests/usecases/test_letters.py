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
from workbook_tools.usecases.correct import collect_campaign
from workbook_tools.usecases.generate import generate
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


CONTACT = (
    ["nguoi_lien_he", None, "bà Hoa"],
    ["dien_thoai_lien_he", None, "0225 123"],
    ["thu_nguoi_gui", None, "bc@mau.example"],
)
ASK = "Vướng mắc đề nghị liên hệ: bà Hoa, điện thoại 0225 123"


def test_guidance_in_the_folder_goes_with_the_forms(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path)
    for name in ("huong-dan-don-vi.docx", "Hướng dẫn cho đơn vị.docx"):
        (campaign.root / name).write_bytes(b"PK")
        (letter, *_) = prepare_forms(campaign).letters
        assert [one.name for one in letter.attachments] == ["x1_Xa-Mot.xlsx", name]
        (campaign.root / name).unlink()
    assert "(tệp x1_Xa-Mot.xlsx)" in letter.body


def test_a_text_for_a_chat_asks_for_no_answer_by_mail(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES, *CONTACT)
    drafts = draft_letters(campaign, prepare_forms(campaign), NOW)
    chat = (drafts.folder / "zalo" / "x2_Xa-Hai.txt").read_text("utf-8-sig")
    assert "trả lời thư này" not in chat
    assert "[THU-2023/x2]" not in chat
    assert "qua Zalo hoặc thư điện tử bc@mau.example" in chat
    assert "trả lời thư này (giữ nguyên tiêu đề)" in read(drafts.mails[2]).get_body(("plain",)).get_content()


def test_whom_to_ask_is_said_in_letters_chats_and_on_the_form(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES, *CONTACT)
    prepared = prepare_forms(campaign)
    drafts = draft_letters(campaign, prepared, NOW)
    texts = [letter.body for letter in prepared.letters]
    texts += [path.read_text("utf-8-sig") for path in drafts.folder.rglob("*.txt")]
    assert [text.count(ASK) for text in texts] == [1] * 7
    sheet = load_workbook(campaign.forms / "x2_Xa-Hai.xlsx")["Biểu"]
    assert sheet["F1"].value == ASK
    assert sheet.print_area == "'Biểu'!$A$1:$E$12"


def test_another_contact_makes_no_form_outdated_and_is_no_strange_entry(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES, *CONTACT)
    fill(campaign.forms / "x2_Xa-Hai.xlsx")
    workbook = load_workbook(campaign.forms / "x2_Xa-Hai.xlsx")
    campaign.returned.mkdir()
    workbook.save(campaign.returned / "x2.xlsx")
    write_template(
        campaign.template,
        lambda tables: tables["Đợt báo cáo"].append(["nguoi_lien_he", None, "ông Nam"]),
    )
    assert prepare_forms(campaign, ["x1"]).problems == ()
    collection = collect_campaign(campaign)
    assert "entry-outside" not in {p.code for p in collection.problems}
    assert list(collection.status["file"]) == ["", "", "x2.xlsx"]


def test_a_contact_placed_by_the_officer_is_not_said_twice(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path, ADDRESSES, *CONTACT)

    def place(tables) -> None:
        tables["Đợt báo cáo"].extend(map(list, CONTACT))
        tables["Biểu"][2][0] = "Hỏi {{nguoi_lien_he}}"
        tables["Thư"] = [["Loại thư", "Tiêu đề", "Nội dung"], ["gửi biểu", "T", "Hỏi {{nguoi_lien_he}}"]]

    write_template(campaign.template, place)
    generate(campaign.template, campaign.units, campaign.forms)
    assert load_workbook(campaign.forms / "x2_Xa-Hai.xlsx")["Biểu"]["F1"].value is None
    assert prepare_forms(campaign).letters[0].body == "Hỏi bà Hoa\n"


def test_letters_address_a_unit_as_its_type_says(tmp_path: Path) -> None:
    campaign = lay_out(tmp_path)

    def address(tables) -> None:
        for row, text in zip(
            tables["Loại đơn vị"], ("Kính gửi", None, "UBND {{don_vi_thuong}}", None), strict=True
        ):
            row.append(text)

    write_template(campaign.template, address)
    firsts = [letter.body.split("\n")[0] for letter in prepare_forms(campaign).letters]
    assert firsts == ["Kính gửi: UBND xã Một", "Kính gửi: Trường Một", "Kính gửi: UBND xã Hai"]


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
