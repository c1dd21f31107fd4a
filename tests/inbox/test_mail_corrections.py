"""A mail that corrects in words the form that it brings is quoted to the officer; polite words are not."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from collecting import filled, read_back
from compound_file import outlook_message

from workbook_tools.inbox.eml import open_mail
from workbook_tools.inbox.mail_corrections import find_corrections
from workbook_tools.inbox.msg import open_outlook_mail

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign

CORRECTS = [
    "Xin đính chính: số lớp là 15, không phải 12.",
    "Dòng 3 ghi nhầm, đúng là 1.250 lượt.",
    "Đề nghị sửa số người tham gia thành 80 giúp đơn vị",
    "Bổ sung thêm 2 lớp tại điểm trường lẻ.",
    "Don vi ghi nham, so lop la 15",
]
POLITE = [
    "Kính gửi Phòng GDĐT, đơn vị gửi báo cáo Tuần lễ năm 2023.",
    "Xin gửi lại báo cáo đã sửa ngày 10/10/2023 (lần 2).",
    "Có gì cần bổ sung xin liên hệ.",
    "Điện thoại: 0225 000 001",
    "Trường có 2 điểm.",
]


@pytest.mark.parametrize("said", CORRECTS)
def test_a_correction_is_found_among_other_words(said: str) -> None:
    text = "\n".join(("Kính gửi Phòng,", *POLITE, said, "Trân trọng."))
    assert find_corrections(text) == said


def test_polite_words_are_none() -> None:
    assert find_corrections("\n".join(POLITE)) == ""


@pytest.mark.parametrize(
    "head",
    ["> Xin chào", "-----Original Message-----", "Từ: Phòng GDĐT", "Vào Th 2, 9 thg 10, 2023 lúc 8:00 A <a@b.example> đã viết:"],
)  # fmt: skip
def test_what_the_office_wrote_and_the_unit_quotes_is_none(head: str) -> None:
    assert find_corrections(f"Gửi Phòng.\n{head}\n{CORRECTS[0]}") == ""


def test_a_long_story_is_cut() -> None:
    assert len(find_corrections(f"{CORRECTS[0]}\n" * 1000)) == 300


def mail(body: str, *, kind: str = "plain", charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Date"] = "xa@mau.example", "Mon, 09 Oct 2023 08:00:00 +0700"
    message.set_content(body, subtype=kind, charset=charset)
    return message


def test_in_html_alone_it_is_found_too() -> None:
    page = f"<style>p {{ margin: 12px }}</style><div>Kính gửi<br>{CORRECTS[0]}</div><div>Trân trọng</div>"
    assert open_mail(mail(page, kind="html").as_bytes())[0].said == CORRECTS[0]


@pytest.mark.parametrize(("body", "said"), [(CORRECTS[1], CORRECTS[1]), (POLITE[1], ""), ("", "")])
def test_in_a_message_of_outlook_it_is_found_too(body: str, said: str) -> None:
    day = datetime(2023, 10, 9, tzinfo=UTC)
    data = outlook_message("a@b.example", "Báo cáo", day, {"a.xlsx": b"x"}, f"Kính gửi\r\n{body}\r\n")
    assert open_outlook_mail(data)[0].said == said


def test_words_that_cannot_be_decoded_cost_no_form() -> None:
    message = mail(CORRECTS[0])
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="a.xlsx")
    data = message.as_bytes().replace(b'charset="utf-8"', b'charset="chua-co"', 1)
    envelope, attachments = open_mail(data)
    assert (envelope.said, [one.name for one in attachments]) == ("", ["a.xlsx"])


def test_the_officer_reads_it_beside_the_form(little: Campaign, tmp_path: Path) -> None:
    for unit, body in (("x1", CORRECTS[1]), ("x2", POLITE[0])):
        message = mail(f"Kính gửi Phòng,\n{body}\n")
        data = filled(little, unit, {"ct_1": 3})
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{unit}.xlsx")
        (tmp_path / f"{unit}.eml").write_bytes(message.as_bytes())
    collection = read_back(little, tmp_path)
    said = [(p.place.unit, p.params["value"]) for p in collection.problems if p.code == "mail-says"]
    assert said == [("x1", CORRECTS[1])]
    assert collection.totals["total"]["ct_1"] == 6
