"""Mails as people and servers make them: what each is taken for, and what of it counts."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest
from collecting import outcomes
from mailing import SAVED, SENT, blank, lay_out, read, send
from post.mail_servers import OFFICE
from post.posting import NOW, answer
from post.test_fetch import Box, as_sent, fetch, filled, letters

from workbook_tools.followup.journal import Journal
from workbook_tools.followup.message import build_draft
from workbook_tools.followup.sorting import MailKind
from workbook_tools.usecases.correct import correct
from workbook_tools.usecases.fetch import fetch_mails

STRANGER = "nguoi-khac@nha-rieng.example"


def reply(campaign, unit: str = "x1", form: bytes | None = None, way: str = "reply") -> EmailMessage:
    return answer(letters(campaign)[unit], form, way)


def written(subject: str, sender: str = STRANGER) -> EmailMessage:
    """A mail that quotes nothing of ours."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OFFICE, subject
    mail["Date"] = "Wed, 11 Oct 2023 09:00:00 +0700"
    mail.set_content("Kính gửi Phòng.")
    return mail


def attach(mail: EmailMessage, name: str, data: bytes) -> EmailMessage:
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail


def status_of(address: str, action: str = "failed", words: str = "550 5.1.1 unknown") -> str:
    return (
        "Reporting-MTA: dns; mx.gd.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; {words}\n"
    )


def report(sender: str, address: str, letter: bytes, action: str = "failed") -> bytes:
    """A report as Postfix, Exchange and Gmail write it (RFC 3464), with the letter inside."""
    return (
        (
            f"From: {sender}\nTo: {OFFICE}\nSubject: Undelivered\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="=r="\n\n'
            "--=r=\nContent-Type: text/plain\n\nIt did not arrive.\n"
            f"--=r=\nContent-Type: message/delivery-status\n\n{status_of(address, action)}\n"
            "--=r=\nContent-Type: message/rfc822\n\n"
        )
        .encode()
        .replace(b"\n", b"\r\n")
        + letter
        + b"\r\n--=r=--\r\n"
    )


def exim(address: str, letter: bytes) -> bytes:
    """A report of an older Exim: words, and the failed address in a header of its own."""
    head = (
        f"X-Failed-Recipients: {address}\nAuto-Submitted: auto-replied\n"
        f"From: Mail Delivery System <Mailer-Daemon@mx.gd.example>\nTo: {OFFICE}\n"
        "Subject: Mail delivery failed: returning message to sender\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        f"  {address}\n    SMTP error from remote mail server: 550 5.1.1 unknown user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
    )
    return head.encode().replace(b"\n", b"\r\n") + letter


@pytest.fixture
def asked(campaign) -> bytes:
    """A correction as it lies among the drafts: sent by hand, it has no id of ours."""
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    (letter,) = correct(campaign).prepared.letters
    return b"From: " + OFFICE.encode() + b"\r\n" + build_draft(letter)


SERVERS = {
    "Postfix": "MAILER-DAEMON@mx.gd.example (Mail Delivery System)",
    "Exchange": "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@so.example>",
    "Gmail": "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "no name": "<>",
}


@pytest.mark.parametrize("server", [*SERVERS, "Exim"])
def test_a_bounce_marks_the_unit_and_the_form_inside_is_no_return(campaign, asked, server: str) -> None:
    address = "xa1@mau.example"
    mail = exim(address, asked) if server == "Exim" else report(SERVERS[server], address, asked)
    assert fetch(campaign, Box(mail)) == {MailKind.BOUNCE: 1}
    with Journal(campaign.mail_journal) as journal:
        assert [(b.unit, b.address, "550 5.1.1" in b.reason) for b in journal.bounces()] == [
            ("x1", address, True)
        ]
    before = outcomes(read(campaign))
    assert list(before) == ["x1.xlsx"]
    (campaign.returned / "thư trả về.eml").write_bytes(mail)
    after = read(campaign)
    assert outcomes(after)["x1.xlsx"] == before["x1.xlsx"]
    assert "correction-unchanged" not in {p.code for p in after.problems}


def test_our_own_letter_saved_among_the_returns_counts_for_nothing(campaign) -> None:
    """The officer drags the sent mail into the folder."""
    mail = letters(campaign)["x1"]
    (campaign.returned / "đã gửi.eml").write_bytes(as_sent(mail))
    assert {outcome for path, outcome in outcomes(read(campaign)).items() if "xlsx" in path} <= {"ignored"}


def test_a_copy_above_that_bounces_is_about_the_unit_above(tmp_path) -> None:
    campaign = lay_out(tmp_path / "đợt", {"x1": "xa1@mau.example", "t1": "t1@mau.example"})
    campaign.returned.mkdir()
    mail = report(SERVERS["Postfix"], "xa1@mau.example", as_sent(letters(campaign)["t1"]))
    fetch(campaign, Box(mail))
    with Journal(campaign.mail_journal) as journal:
        assert [bounce.unit for bounce in journal.bounces()] == ["x1"]


def test_a_delay_is_no_bounce(campaign) -> None:
    mail = report(SERVERS["Postfix"], "xa1@mau.example", as_sent(letters(campaign)["x1"]), "delayed")
    assert fetch(campaign, Box(mail)) == {MailKind.DELAY: 1}


@pytest.mark.parametrize(
    "subject", ["Trả lời tự động: Đề nghị báo cáo", "Automatic reply: x", "Tự động trả lời: nghỉ phép"]
)
@pytest.mark.parametrize("picture", [False, True])
def test_an_answering_machine_is_known_by_its_subject_too(campaign, subject: str, picture: bool) -> None:
    mail = reply(campaign)
    mail.replace_header("Subject", subject)
    if picture:
        mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png")
    assert fetch(campaign, Box(as_sent(mail))) == {MailKind.AUTOMATIC: 1}


def test_a_confirmation_of_reading_is_automatic(campaign) -> None:
    mail = (
        f"From: xa1@mau.example\nTo: {OFFICE}\nSubject: Read: x [TEST/x1]\nMIME-Version: 1.0\n"
        f"References: {letters(campaign)['x1']['Message-ID']}\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="=r="\n\n'
        "--=r=\nContent-Type: text/plain\n\nIt was read.\n"
        "--=r=\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/x; displayed\n\n"
        "--=r=--\n"
    )
    assert fetch(campaign, Box(mail.encode().replace(b"\n", b"\r\n"))) == {MailKind.AUTOMATIC: 1}
    assert list(campaign.returned.iterdir()) == []


def test_what_a_machine_sends_with_a_report_inside_is_a_return(campaign) -> None:
    mail = written("Fwd: báo cáo")
    mail["Auto-Submitted"] = "auto-generated"
    attach(mail, "a.xlsx", filled(campaign, "x1"))
    with_blank = attach(written("Trả lời tự động"), "a.xlsx", blank(campaign, "x1"))
    assert fetch(campaign, Box(as_sent(mail), as_sent(with_blank))) == {
        MailKind.RETURN: 1,
        MailKind.AUTOMATIC: 1,
    }


def test_a_person_who_writes_from_the_postmaster_s_address_is_heard(campaign) -> None:
    mail = attach(written("Báo cáo", "postmaster@truong.example"), "a.xlsx", filled(campaign, "x1"))
    assert fetch(campaign, Box(as_sent(mail))) == {MailKind.RETURN: 1}


def test_words_under_a_logo_are_words(campaign) -> None:
    mail = reply(campaign)
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", disposition="inline")
    assert fetch(campaign, Box(as_sent(mail))) == {MailKind.WORDS: 1}


def test_a_copy_of_our_letter_is_our_own_whoever_the_sender_seems_to_be(campaign) -> None:
    mail = letters(campaign)["x1"]
    mail.replace_header("From", "ten-khac@gd.example")
    assert fetch(campaign, Box(as_sent(mail))) == {MailKind.OWN: 1}


def test_a_mail_that_cannot_be_read_now_is_looked_at_again(campaign) -> None:
    box = Box(
        as_sent(reply(campaign, "x1", filled(campaign, "x1"))),
        as_sent(reply(campaign, "x2", filled(campaign, "x2"))),
    )
    whole, box.mails[0] = box.mails[0], b""
    box.header = whole
    first = fetch_mails(campaign, box, OFFICE, NOW)
    box.mails[0] = whole
    second = fetch_mails(campaign, box, OFFICE, NOW)
    assert [[(s.what, s.unit) for s in result.seen] for result in (first, second)] == [
        [(MailKind.RETURN, "x2")],
        [(MailKind.RETURN, "x1")],
    ]


@pytest.mark.parametrize(
    "field",
    [
        b"Subject: =?utf-8?b?A?=",
        b"From: ,",
        b"Subject: =?no-such-charset?q?=FF?=",
        b"From: \xc4\x90\xe1\xbb\x81 <\xff@b.example>",
        b"From: Mailer-Daemon@\xff.example",
        b"Content-Type: multipart/report; report-type*=x''%FF; boundary=b",
        b"Content-Type: multipart/report; report-type=delivery-status\r\nFrom: \xff",
        b"Date: Wed, 99 Oct 99999 09:00:00 +9999",
    ],
)
def test_a_header_that_nobody_can_read_does_not_end_fetching(campaign, field, caplog) -> None:
    odd = field + b"\r\nX-Failed-Recipients: \xff\r\n\r\nx\r\n"
    good = as_sent(reply(campaign, "x1", filled(campaign, "x1")))
    for mail in (odd, field + b"\r\n\r\nx\r\n", field + b"\r\n" + good):
        assert fetch(campaign, Box(mail, good, name=repr(mail)))[MailKind.RETURN] >= 1
    assert caplog.records == []


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.xlsx", data)
    return buffer.getvalue()


def forwarded(mail: EmailMessage) -> EmailMessage:
    outer = written("Fwd: chuyển tiếp")
    outer.add_attachment(mail)
    return outer


class TestEachBringsItsReport:
    """Whatever the way, the figures of the units are counted."""

    def counted(self, campaign, *mails: EmailMessage) -> set[str]:
        assert fetch(campaign, Box(*map(as_sent, mails))) == {MailKind.RETURN: len(mails)}
        status = read(campaign).status
        accepted = status["outcome"].str.startswith("accepted")
        return set(status["unit"][accepted])

    def test_forwarded_twice(self, campaign) -> None:
        mail = reply(campaign, "x1", filled(campaign, "x1"))
        assert self.counted(campaign, forwarded(forwarded(mail))) == {"x1"}

    def test_two_units_in_one_mail(self, campaign) -> None:
        mail = reply(campaign, "x1", filled(campaign, "x1"))
        assert self.counted(campaign, attach(mail, "b.xlsx", filled(campaign, "x2"))) == {"x1", "x2"}

    def test_an_archive_of_a_stranger_without_a_tag(self, campaign) -> None:
        data = zipped(a=filled(campaign, "x1"), b=filled(campaign, "t1"))
        assert self.counted(campaign, attach(written("các trường"), "bc.zip", data)) == {"x1", "t1"}

    def test_the_tag_of_another_unit(self, campaign) -> None:
        mail = written("Re: báo cáo [TEST/x2]")
        assert self.counted(campaign, attach(mail, "a.xlsx", filled(campaign, "x1"))) == {"x1"}

    def test_our_form_returned_with_the_letter_it_came_with(self, campaign) -> None:
        """Forwarded as an attachment, beside the report: the blank form inside does not matter."""
        mail = reply(campaign, "x1", filled(campaign, "x1"))
        mail.add_attachment(letters(campaign)["x1"])
        assert self.counted(campaign, mail) == {"x1"}
