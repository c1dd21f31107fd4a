"""The commands of mail as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme
from mailing import ADDRESSES, lay_out
from post.mail_servers import OFFICE, PASSWORD, MailServers, requires_mail_servers
from post.posting import login, server
from post.test_send import Office, running
from sheets import write_template

from workbook_tools.followup.journal import Journal, MailState
from workbook_tools.post import vault
from workbook_tools.post.connection import trust
from workbook_tools.post.mailbox import open_mailbox
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.usecases.generate import generate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return lay_out(tmp_path).root


def test_drafts_are_counted_and_their_place_is_named(here, run) -> None:
    ran = run("mail", "draft")
    assert ran.code == 0
    assert "3" in ran.out
    assert str(here / "mail" / "form") in ran.out


def test_a_unit_that_is_not_there_is_said(here, run) -> None:
    ran = run("mail", "draft", "--only", "x9")
    assert ran.code == 1
    assert "x9" in ran.err


def test_outside_of_a_campaign_folder_it_is_said(run) -> None:
    ran = run("--lang", "en", "mail", "draft")
    assert ran.code == 2
    assert "not a campaign folder" in ran.err


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault that has the password."""
    monkeypatch.setattr(vault, "recall", lambda server, account: PASSWORD)


@pytest.fixture
def there(here, kept, tmp_path):
    """A server that takes everything, and how it is named on the command line."""
    authority, office = trustme.CA(), Office()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with running(office, authority, PASSWORD) as url:
        yield office, ("--smtp", url, "--from", OFFICE, "--ca-file", str(tmp_path / "ca.pem"))


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_send_lists_first_and_asks(there, run, monkeypatch: pytest.MonkeyPatch) -> None:
    office, words = there
    ran = run("mail", "send", "--dry-run", *words)
    assert ran.code == 0
    assert "xa1@mau.example" in ran.out
    monkeypatch.setattr("click.confirm", lambda question, **options: False)
    assert run("mail", "send", *words).code == 0
    assert office.mails == []


def test_send_sends_once_and_shows_no_password(there, run) -> None:
    office, words = there
    ran = run("--debug", "mail", "send", "--yes", *words)
    assert ran.code == 0, ran.err
    assert len(office.mails) == 3
    assert PASSWORD not in ran.out + ran.err
    assert run("mail", "send", "--yes", *words).code == 0
    assert len(office.mails) == 3


def test_send_refuses_all_before_the_first_unless_told(there, run, tmp_path) -> None:
    office, words = there
    lay_out(tmp_path, {"x1": "xa1@mau.example"})
    assert run("mail", "send", "--yes", *words).code == 1
    assert office.mails == []
    run("mail", "send", "--yes", "--skip-refused", *words)
    assert len(office.mails) == 1


def test_what_is_unknown_is_asked_about(there, run, monkeypatch: pytest.MonkeyPatch) -> None:
    office, words = there
    office.cut_at = 2
    assert run("mail", "send", "--yes", *words).code == 1
    monkeypatch.setattr("click.prompt", lambda question, **options: "n")
    assert run("mail", "send", "--yes", *words).code == 0
    assert len(office.mails) == 4


@pytest.mark.parametrize("option", ["--from", "--test-to"])
def test_an_address_with_a_typing_error_is_named(option: str, there, run) -> None:
    office, words = there
    ran = run("mail", "send", *words, option, "phong.gd.@mau.example")
    assert ran.code == 2
    assert "phong.gd.@mau.example" in ran.err
    assert office.mails == []


def test_without_a_server_it_is_said_which_row_is_empty(here, run) -> None:
    ran = run("mail", "fetch")
    assert ran.code == 2
    assert "thu_may_chu_nhan" in ran.err


@requires_mail_servers
@pytest.mark.slow
def test_drafts_and_answers_in_a_real_mailbox(
    here, kept, run, servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.add_mailboxes([OFFICE])
    words = ("--mailbox", servers.imap_url, "--from", OFFICE, "--ca-file", str(servers.ca))
    assert run("mail", "draft", "--to-mailbox", *words).code == 0
    assert run("mail", "draft", "--to-mailbox", *words).code == 0
    assert len(servers.mails(OFFICE, ".Drafts")) == 3
    starttls = ("--mailbox", f"imap://localhost:{servers.imap}", *words[2:])
    assert run("mail", "fetch", *starttls).code == 0
    untrusted = run("--lang", "en", "mail", "fetch", *words[:4])
    assert untrusted.code == 2
    assert "certificate" in untrusted.err
    monkeypatch.setattr(vault, "recall", lambda server, account: "wrong-secret")
    for url in (servers.imap_url, servers.pop3_url):
        refused = run("--lang", "en", "mail", "fetch", "--mailbox", url, *words[2:])
        assert refused.code == 2
        assert "rejects name and password" in refused.err
        assert "wrong-secret" not in refused.err


def test_another_text_goes_only_to_who_has_had_none(there, run, tmp_path) -> None:
    office, words = there
    run("mail", "send", "--yes", "--limit", "2", *words)

    def rename(tables) -> None:
        next(row for row in tables["Đợt báo cáo"] if row[0] == "tieu_de")[2] = "Tên khác"

    campaign = CampaignFolder(tmp_path)
    write_template(campaign.template, rename)
    generate(campaign.template, campaign.units, campaign.forms)
    ran = run("--lang", "en", "mail", "send", "--yes", *words)
    assert ran.code == 0, ran.err
    assert "--again" in ran.err
    assert len(office.mails) == 3
    run("mail", "send", "--yes", "--again", *words)
    assert len(office.mails) == 5


@requires_mail_servers
@pytest.mark.slow
def test_what_is_unknown_is_looked_for_among_the_sent_mails(
    there, run, servers: MailServers, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that arrived although no answer came is found; of another, somebody is asked."""
    office, words = there
    lay_out(tmp_path, ADDRESSES, ["thu_may_chu_nhan", "", servers.imap_url, ""])
    authorities = (tmp_path / "ca.pem").read_bytes() + servers.ca.read_bytes()
    (tmp_path / "ca.pem").write_bytes(authorities)
    office.cut_at = 2
    run("mail", "send", "--yes", *words)
    servers.add_mailboxes([OFFICE])
    (_, sent) = office.mails[1]
    with open_mailbox(server(servers.imap_url), login(), trust(servers.ca)) as box:
        box._box.append(sent, "Sent", flag_set=["\\Seen"])
    asked: list[str] = []
    monkeypatch.setattr("click.prompt", lambda question, **options: asked.append(question) or "?")
    assert run("mail", "send", "--yes", *words).code == 0
    assert asked == []
    assert len(office.mails) == 3
    with Journal(tmp_path / "mail.sqlite3") as journal:
        assert {entry.state for entry in journal.entries()} == {MailState.SENT}


@requires_mail_servers
def test_a_draft_that_was_sent_from_the_mailbox_is_not_put_there_again(
    here, kept, run, servers: MailServers
) -> None:
    servers.add_mailboxes([OFFICE])
    words = ("--mailbox", servers.imap_url, "--from", OFFICE, "--ca-file", str(servers.ca))
    run("mail", "draft", "--to-mailbox", *words)
    with open_mailbox(server(servers.imap_url), login(), trust(servers.ca)) as box:
        box._box.folder.set("Drafts")
        box._box.move(box._box.uids("ALL")[:1], "Sent")
    run("mail", "draft", "--to-mailbox", *words)
    assert len(servers.mails(OFFICE, ".Drafts")) == 2


@requires_mail_servers
def test_a_long_line_does_not_end_fetching_by_pop3(here, kept, run, servers: MailServers) -> None:
    """The standard library gives up on lines over 2,048 bytes, which many programs write."""
    servers.add_mailboxes([OFFICE])
    mail = b"From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
    with open_mailbox(server(servers.imap_url), login(), trust(servers.ca)) as box:
        for number in (b"1", b"2"):
            box._box.append(mail + b"<p>" * 100_000 + number + b"\r\n--b--\r\n", "INBOX")
    words = ("--mailbox", servers.pop3_url, "--from", OFFICE, "--ca-file", str(servers.ca))
    ran = run("mail", "fetch", *words)
    assert ran.code == 0, ran.err
    assert "2" in ran.out
