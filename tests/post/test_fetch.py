"""Fetching: what belongs to the campaign comes whole, once; nothing in the mailbox changes; the rest is listed."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from killed import be_killed, kill_at, requires_fork
from mailing import SAVED, SENT, blank, read
from post.mail_servers import OFFICE
from post.posting import NOW, answer, parse

from workbook_tools.excel import Cell
from workbook_tools.followup.journal import Journal
from workbook_tools.followup.message import build_mail
from workbook_tools.followup.sorting import MailKind
from workbook_tools.forms.fill import fill_form
from workbook_tools.post.mailbox_answers import Glimpse
from workbook_tools.usecases import fetch as use_case
from workbook_tools.usecases.fetch import fetch_mails
from workbook_tools.usecases.prepare_letters import prepare_forms

if TYPE_CHECKING:
    from collections.abc import Iterator


class Box:
    """A mailbox in memory; ``read`` may fail at a mail, as a connection does."""

    def __init__(self, *mails: bytes, name: str = "imap office 1") -> None:
        self.name, self.mails, self.asked, self.fails_at, self.header = name, list(mails), [], "", b""
        self.sizes: dict[str, int] = {}

    def glimpse(self, known: set[str]) -> Iterator[Glimpse]:
        for number, data in enumerate(self.mails, start=1):
            if str(number) not in known:
                head = data or self.header
                size = self.sizes.get(str(number), len(data))
                yield Glimpse(str(number), size, head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")

    def read(self, uid: str) -> bytes:
        if uid == self.fails_at:
            raise KeyboardInterrupt
        self.asked.append(uid)
        return self.mails[int(uid) - 1]


def letters(campaign):
    return {
        letter.unit: parse(build_mail(letter, OFFICE, NOW).as_bytes())
        for letter in prepare_forms(campaign).letters
    }


def filled(campaign, unit: str) -> bytes:
    cells = {Cell("Biểu", int(ref[1:]), ord(ref[0]) - 64): value for ref, value in SENT["t1"].items()}
    return fill_form(blank(campaign, unit), cells, SAVED)


def as_sent(message) -> bytes:
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def fetch(campaign, box: Box) -> Counter[MailKind]:
    return Counter(seen.what for seen in fetch_mails(campaign, box, OFFICE, NOW).seen)


@pytest.mark.parametrize("way", ["reply", "tag", "address", "stranger"])
def test_an_answer_is_known_by_reference_tag_sender_or_the_form_inside(campaign, way: str) -> None:
    mail = as_sent(answer(letters(campaign)["x2"], filled(campaign, "x2"), way))
    assert fetch(campaign, Box(mail)) == {MailKind.RETURN: 1}
    (path,) = campaign.returned.iterdir()
    assert path.read_bytes() == mail
    assert path.name.startswith("2023-10-11_x2_")
    collection = read(campaign)
    assert dict(zip(collection.status["unit"], collection.status["outcome"], strict=True))["x2"].startswith(
        "accepted"
    )


def test_a_number_that_means_another_mail_now_brings_nothing_twice(campaign) -> None:
    """UIDVALIDITY changed: the mailbox is another one, and all is looked at again."""
    mail = as_sent(answer(letters(campaign)["x1"], filled(campaign, "x1"), "reply"))
    assert fetch(campaign, Box(mail)) == {MailKind.RETURN: 1}
    assert fetch(campaign, Box(mail)) == {}
    assert fetch(campaign, Box(b"From: a@b.example\r\n\r\nx", mail, name="imap office 2")) == {
        MailKind.RETURN: 1,
        MailKind.OTHER: 1,
    }
    assert len(list(campaign.returned.iterdir())) == 1


def test_own_automatic_and_other_mails_are_left_and_listed(campaign) -> None:
    mails = letters(campaign)
    away = answer(mails["x1"], None, "reply")
    away["Auto-Submitted"] = "auto-replied"
    words = answer(mails["x1"], None, "reply")
    box = Box(
        as_sent(mails["x1"]),
        as_sent(away),
        as_sent(words),
        b"From: shop@ads.example\r\nSubject: Buy\r\n\r\nx",
    )
    assert fetch(campaign, box) == {
        MailKind.OWN: 1,
        MailKind.AUTOMATIC: 1,
        MailKind.WORDS: 1,
        MailKind.OTHER: 1,
    }
    assert list(campaign.returned.iterdir()) == []


def test_a_mailbox_full_of_other_mails_costs_their_headers_only(campaign) -> None:
    box = Box(*[b"From: a%d@b.example\r\nSubject: s\r\n\r\nx" % n for n in range(2000)])
    assert fetch(campaign, box) == {MailKind.OTHER: 2000}
    assert box.asked == []


def test_what_is_too_large_is_listed_and_not_fetched(campaign) -> None:
    box = Box(
        as_sent(answer(letters(campaign)["x1"], filled(campaign, "x1"), "reply")),
        as_sent(answer(letters(campaign)["x2"], filled(campaign, "x2"), "reply")),
    )
    box.sizes = {"1": 200_000_000}
    assert fetch(campaign, box) == {MailKind.LARGE: 1, MailKind.RETURN: 1}
    assert box.asked == ["2"]


def test_interrupted_the_next_run_goes_on_and_loses_none(campaign) -> None:
    mails = letters(campaign)
    box = Box(*(as_sent(answer(mails[unit], filled(campaign, unit), "reply")) for unit in ("x1", "t1", "x2")))
    box.fails_at = "2"
    with pytest.raises(KeyboardInterrupt):
        fetch(campaign, box)
    box.fails_at = ""
    assert fetch(campaign, box) == {MailKind.RETURN: 2}
    assert len(list(campaign.returned.iterdir())) == 3


def test_a_mail_of_many_parts_costs_itself_only(campaign) -> None:
    head = as_sent(answer(letters(campaign)["x1"], None, "reply")).partition(b"\r\n\r\n")[0]
    head = head.replace(b'text/plain; charset="utf-8"', b"multipart/mixed; boundary=b")
    assert b"multipart" in head
    part = b"--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\nx\r\n"
    good = answer(letters(campaign)["x2"], filled(campaign, "x2"), "reply")
    many = head + b"\r\n\r\n" + part * 10_000 + b"--b--\r\n"
    assert fetch(campaign, Box(many, as_sent(good))) == {MailKind.RETURN: 2}
    collection = read(campaign)
    assert sorted(collection.files["outcome"]) == ["accepted-with-warnings", "rejected"]
    assert "return-hostile" in {p.code for p in collection.problems}


def test_no_name_in_a_mail_leads_out_of_the_folder(campaign) -> None:
    reply = answer(letters(campaign)["x1"], filled(campaign, "x1"), "reply")
    reply["X-Name"] = "../../etc"
    reply.replace_header("Date", "Wed, 11 Oct 2023 09:00:00 +0700")
    fetch(campaign, Box(as_sent(reply)))
    (path,) = campaign.returned.iterdir()
    assert path.parent == campaign.returned
    assert datetime(2023, 10, 11, tzinfo=UTC).strftime("%Y") in path.name


STEPS = [
    (Box, "read", "before"),
    (Box, "read", "after"),
    (os, "fsync", "before"),
    (Path, "replace", "before"),
    (Path, "replace", "after"),
    (Journal, "note_fetched", "before"),
    (Journal, "note_fetched", "after"),
]


@requires_fork
@pytest.mark.parametrize(("owner", "name", "when"), STEPS)
@pytest.mark.slow
def test_killed_at_any_step_none_is_lost_and_no_file_is_half(campaign, owner, name, when) -> None:
    mails = [
        as_sent(answer(letters(campaign)[unit], filled(campaign, unit), "reply"))
        for unit in ("x1", "t1", "x2")
    ]

    def be_fetching() -> None:
        kill_at(owner, name, when, lambda *given: name != "replace" or str(given[1]).endswith(".eml"))
        use_case._BATCH = 1
        fetch(campaign, Box(*mails))

    be_killed(be_fetching)
    left = [path.read_bytes() for path in campaign.returned.glob("*.eml")]
    assert all(data in mails for data in left)
    read(campaign)
    fetch(campaign, Box(*mails))
    assert sorted(path.read_bytes() for path in campaign.returned.iterdir()) == sorted(mails)
    assert fetch(campaign, Box(*mails)) == {}
