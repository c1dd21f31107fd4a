"""The whole loop over real servers: out, answered in several ways, fetched, collected, corrected, and back."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from filled_campaign import expect_totals, read_totals, to_cells
from mailing import SAVED, read, retype
from open_files import open_files
from post.mail_servers import OFFICE, requires_mail_servers
from post.posting import CLOCK, NOW, OPTIONS, answer, context, login, outbox, parse, post, server

from workbook_tools.errors import LoginRefused
from workbook_tools.followup.journal import Journal
from workbook_tools.followup.message import build_mail
from workbook_tools.followup.sorting import MailKind
from workbook_tools.forms.fill import Filling, fill_form, fill_forms
from workbook_tools.post.mailbox import open_mailbox
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.correct import correct
from workbook_tools.usecases.fetch import fetch_mails
from workbook_tools.usecases.prepare_letters import prepare_forms
from workbook_tools.usecases.send import send_letters

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns import Campaign
    from post.mail_servers import MailServers

WAYS = ("reply", "tag", "address", "stranger")
GONE = "thpt-quoc-tuan"


@pytest.fixture
def campaign(first: Campaign, tmp_path: Path) -> CampaignFolder[Path]:
    made = CampaignFolder(tmp_path / "đợt báo cáo")
    made.returned.mkdir(parents=True)
    made.forms.mkdir()
    first.copy_to(made.root)
    for path in first.forms.values():
        shutil.copyfile(path, made.forms / path.name)
    return made


def fetch(servers: MailServers, campaign: CampaignFolder[Path], url: str) -> Counter[MailKind]:
    with open_mailbox(server(url), login(), context(servers)) as mailbox:
        result = fetch_mails(campaign, mailbox, OFFICE, NOW)
    return Counter(seen.what for seen in result.seen)


def name_of_mailbox(servers: MailServers) -> str:
    with open_mailbox(server(servers.imap_url), login(), context(servers)) as mailbox:
        return mailbox.name


@requires_mail_servers
@pytest.mark.slow
def test_72_units_out_and_back(servers: MailServers, campaign: CampaignFolder[Path], first: Campaign) -> None:
    addresses = {unit.code: unit.addresses[0] for unit in first.roster}
    servers.add_mailboxes([OFFICE, *(a for unit, a in addresses.items() if unit != GONE)])
    prepared = prepare_forms(campaign)
    with outbox(servers) as out:
        sent = send_letters(campaign, prepared.letters, out, OPTIONS, CLOCK)
        again = send_letters(campaign, prepared.letters, out, OPTIONS, CLOCK)
    assert (len(sent.sent), sent.refused, sent.unknown, again.sent) == (72, [], [], [])
    reached = [unit for unit in addresses if unit != GONE]
    servers.wait_for(
        lambda: all(servers.mails(addresses[unit]) for unit in reached) and servers.mails(OFFICE)
    )
    mails = {unit: [parse(data) for data in servers.mails(addresses[unit])] for unit in reached}
    assert {len(got) for got in mails.values()} == {1}

    answers = {
        unit: given
        for number, (unit, given) in enumerate(first.invent_answers(8).items())
        if unit in reached and number % 2
    }
    faulty = list(answers)[::6]
    fillings = []
    for unit, given in answers.items():
        typed = dict(given) | ({"ct_3_1": "khoảng 20"} if unit in faulty else {})
        (form,) = mails[unit][0].iter_attachments()
        fillings.append(Filling(form.get_content(), to_cells(first, typed), SAVED))
    for number, (unit, filled) in enumerate(zip(answers, fill_forms(fillings), strict=True)):
        post(servers, answer(mails[unit][0], filled, WAYS[number % len(WAYS)]))
    post(servers, answer(mails["11629"][0], None, "reply"))
    stranger = answer(mails["11629"][0], b"not a form", "stranger")
    post(servers, stranger)
    servers.wait_for(lambda: len(servers.mails(OFFICE)) == len(answers) + 3)
    lying = servers.mails(OFFICE)
    expected = {MailKind.RETURN: len(answers), MailKind.BOUNCE: 1, MailKind.WORDS: 1, MailKind.OTHER: 1}
    assert fetch(servers, campaign, servers.imap_url) == expected
    assert fetch(servers, campaign, servers.imap_url) == {}
    assert servers.mails(OFFICE) == lying
    files = {path.name: path.read_bytes() for path in campaign.returned.iterdir()}
    assert fetch(servers, campaign, servers.pop3_url) == expected
    assert {path.name: path.read_bytes() for path in campaign.returned.iterdir()} == files
    with Journal(campaign.mail_journal) as journal:
        (bounce,) = journal.bounces()
    assert (bounce.unit, bounce.address) == (GONE, addresses[GONE])
    assert "550" in bounce.reason

    plain = {
        unit: {c: v for c, v in given.items() if not (unit in faulty and c == "ct_3_1")}
        for unit, given in answers.items()
    }
    assert read_totals(read(campaign)) == expect_totals(first, plain)

    corrected = correct(campaign)
    assert [asked.unit for asked in corrected.asked] == faulty
    with outbox(servers) as out:
        assert len(send_letters(campaign, corrected.prepared.letters, out, OPTIONS, CLOCK).sent) == len(
            faulty
        )
    servers.wait_for(lambda: all(len(servers.mails(addresses[unit])) == 2 for unit in faulty))
    ref = first.template.inputs["ct_3_1"].ref
    for unit in faulty:
        mail = next(m for m in map(parse, servers.mails(addresses[unit])) if "nộp lần 2" in str(m["Subject"]))
        (form,) = mail.iter_attachments()
        mended = retype(form.get_content(), {ref: answers[unit]["ct_3_1"]}, SAVED)
        post(servers, answer(mail, mended, "reply"))
    servers.wait_for(lambda: len(servers.mails(OFFICE)) == len(lying) + len(faulty))
    assert fetch(servers, campaign, servers.imap_url) == {MailKind.RETURN: len(faulty)}
    assert read_totals(read(campaign)) == expect_totals(first, answers)
    assert correct(campaign).asked == ()


@requires_mail_servers
def test_a_mailbox_numbered_anew_brings_nothing_twice(
    servers: MailServers, campaign: CampaignFolder[Path], first: Campaign
) -> None:
    """Dovecot gives its mails new numbers when its own list of them is lost: UIDVALIDITY changes."""
    servers.add_mailboxes([OFFICE])
    unit, given = next(iter(first.invent_answers(8).items()))
    (letter,) = (letter for letter in prepare_forms(campaign).letters if letter.unit == unit)
    filled = fill_form(first.forms[unit].read_bytes(), to_cells(first, given), SAVED)
    post(servers, answer(parse(build_mail(letter, OFFICE, NOW).as_bytes()), filled, "reply"))
    servers.wait_for(lambda: servers.mails(OFFICE))
    assert fetch(servers, campaign, servers.imap_url) == {MailKind.RETURN: 1}
    before = name_of_mailbox(servers)
    servers.number_anew(OFFICE)
    assert name_of_mailbox(servers) != before
    assert fetch(servers, campaign, servers.imap_url) == {MailKind.RETURN: 1}
    assert len(list(campaign.returned.iterdir())) == 1


@requires_mail_servers
@pytest.mark.slow
def test_thousands_of_other_mails_are_looked_at_once(
    servers: MailServers, campaign: CampaignFolder[Path]
) -> None:
    servers.add_mailboxes([OFFICE])
    servers.put_mails(
        OFFICE,
        (f"From: a{n}@b.example\r\nSubject: offer {n}\r\n\r\nx\r\n".encode() for n in range(3_000)),
    )
    assert fetch(servers, campaign, servers.imap_url) == {MailKind.OTHER: 3_000}
    assert fetch(servers, campaign, servers.imap_url) == {}
    assert list(campaign.returned.iterdir()) == []


def _open_sockets() -> int:
    return sum("socket:" in name for name in open_files())


@requires_mail_servers
@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_refused_password_leaves_no_connection_open(servers: MailServers, protocol: str) -> None:
    """A server allows an account few of them, and the office tries its password again."""
    servers.add_mailboxes([OFFICE])
    url = servers.imap_url if protocol == "imap" else servers.pop3_url
    before = _open_sockets()
    with (
        pytest.raises(LoginRefused) as told,
        open_mailbox(server(url), login(secret="wrong"), context(servers)),
    ):
        pass
    # The exception keeps what its traceback refers to.
    assert (told.value.__traceback__ is not None, _open_sockets()) == (True, before)
