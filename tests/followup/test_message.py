"""A letter as a mail: whatever a roster or template says, it arrives as it was written, and adds nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_tools.followup.letters import Attachment, Letter, find_keys, find_tag
from workbook_tools.followup.message import build_draft, build_mail
from workbook_tools.model import LetterKind

MOMENT = datetime(2023, 10, 2, 8, tzinfo=UTC)


def letter(subject: str = "Đề nghị báo cáo [HTSD2023/x1]", **more: object) -> Letter:
    fields: dict[str, object] = {
        "kind": LetterKind.FORM,
        "campaign": "HTSD2023",
        "unit": "x1",
        "name": "Xã Một",
        "to": ("xa1@xa.example",),
        "cc": (),
        "subject": subject,
        "body": "Kính gửi: Xã Một\n",
        "attachments": (Attachment("x1_Xa-Mot.xlsx", b"PK form"),),
    }
    return Letter(**{**fields, **more})  # type: ignore[arg-type]


def read(data: bytes):
    return message_from_bytes(data, policy=policy.default)


@given(
    st.text(st.sampled_from("aáàạăđeêốưỳ ABCĐ:()“”-/2023"), min_size=1, max_size=200).map(
        lambda text: " ".join(text.split())
    )
)
def test_a_subject_arrives_with_every_blank(words: str) -> None:
    subject = f"{words} [HTSD2023/x1]".strip()
    data = build_draft(letter(subject))
    assert str(read(data)["Subject"]) == subject
    assert all(len(line) <= 998 for line in data.splitlines())
    assert find_tag(str(read(data)["Subject"]), "HTSD2023") == "x1"


def test_a_draft_has_no_sender_and_no_date_and_opens_ready_to_be_sent() -> None:
    draft = read(build_draft(letter(cc=("xa@xa.example",))))
    assert draft["X-Unsent"] == "1"
    assert draft["From"] is None
    assert draft["Date"] is None
    assert draft["To"] == "xa1@xa.example"
    assert draft["Cc"] == "xa@xa.example"
    (attached,) = draft.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("x1_Xa-Mot.xlsx", b"PK form")
    assert draft.get_body(("plain",)).get_content().splitlines() == ["Kính gửi: Xã Một"]


def test_the_same_letter_is_the_same_bytes_and_has_the_same_id() -> None:
    assert build_draft(letter()) == build_draft(letter())
    assert letter().key == letter().key
    for other in (
        letter(body="Khác\n"),
        letter(kind=LetterKind.REMINDER),
        letter(number=2),
        letter(attachments=(Attachment("x1_Xa-Mot.xlsx", b"PK another form"),)),
    ):
        assert other.key != letter().key


def test_the_id_says_what_an_answer_is_about() -> None:
    mail = read(build_mail(letter(), "phong@gd.example", MOMENT).as_bytes())
    assert mail["Message-ID"].endswith("@gd.example>")
    assert find_keys(f"<other@x.example> {mail['Message-ID']}", "HTSD2023") == [(letter().key, "x1")]
    assert find_keys(mail["Message-ID"], "HTSD2024") == []


@pytest.mark.parametrize("field", ["subject", "to", "cc"])
def test_no_header_can_be_added_through_a_value(field: str) -> None:
    evil = "a@b.example\r\nBcc: thief@evil.example"
    value = evil if field == "subject" else (evil,)
    with pytest.raises(ValueError, match=r"linefeed|[Ii]nvalid|CR or LF"):
        build_draft(letter(**{field: value}))


def test_a_tag_of_another_campaign_is_none_of_ours() -> None:
    assert find_tag("Re: [HTSD2023/x1] Fwd: [HTSD2024/x2]", "HTSD2023") == "x1"
    assert find_tag("Báo cáo [2023]", "HTSD2023") == ""
