"""Signing in with a token (XOAUTH2): the browser's round trip, the vault, and real servers that check the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mailing import lay_out
from post.mail_servers import OFFICE, MailServers, access_token, requires_mail_servers
from post.posting import server
from post.sign_in_servers import Office, Vault, browser, own_vault, provider

from workbook_tools.errors import CannotConnect
from workbook_tools.post import sign_in as module
from workbook_tools.post.connection import trust
from workbook_tools.post.credentials import Account, Credentials
from workbook_tools.post.sign_in import Client, Tokens, find_provider, refresh, sign_in
from workbook_tools.post.vault import forget, keep, recall

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def vault() -> Iterator[Vault]:
    with own_vault() as own:
        yield own


def test_the_code_is_exchanged_for_tokens_and_proves_who_asked() -> None:
    office, seen = Office(), []
    with provider(office) as google:
        tokens = sign_in(google, Client("id", "s3cret"), OFFICE, browser([{"code": "c0de"}], seen), trust())
        again = refresh(google, Client("id", "s3cret"), tokens.refresh, trust())
    assert tokens == Tokens("access-1", "refresh-1") == again
    assert seen[0]["code_challenge_method"] == "S256"
    assert office.asked[0]["code"] == "c0de"
    assert len(office.asked[0]["code_verifier"]) >= 43
    assert office.asked[1]["refresh_token"] == "refresh-1"
    assert "access-1" not in repr(tokens) + repr(Client("id", "s3cret"))


def test_a_page_that_knows_no_state_is_not_listened_to() -> None:
    office = Office()
    with provider(office) as google:
        show = browser([{"state": "guess", "code": "foreign"}, {"code": "own"}])
        sign_in(google, Client("id"), OFFICE, show, trust())
    assert [asked["code"] for asked in office.asked] == ["own"]


@pytest.mark.parametrize("where", ["browser", "token", "nobody"])
def test_what_is_refused_is_said_without_secrets(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    calls = [{"error": "access_denied"}] if where == "browser" else [{"code": "c"}]
    if where == "token":
        office.status, office.answer = 400, {"error_description": "AADSTS50194: no such tenant"}
    if where == "nobody":
        monkeypatch.setattr(module, "PATIENCE", 0.05)
        calls = []
    with provider(office) as google, pytest.raises(CannotConnect) as caught:
        sign_in(google, Client("id", "s3cret"), OFFICE, browser(calls), trust())
    assert caught.value.answer in ("access_denied", "AADSTS50194: no such tenant", "")
    assert "s3cret" not in str(caught.value) + caught.value.answer


class Nobody:
    """Whoever would sign in is not there."""

    def client_secret(self) -> str:
        return "s3cret"

    def sign_in(self, host: str, url: str) -> None:
        raise KeyboardInterrupt

    def keep_waiting(self) -> None: ...

    def tell_no_vault(self) -> None: ...


@pytest.mark.parametrize(
    ("status", "answer", "forgotten"),
    [
        (503, {}, False),
        (429, {}, False),
        (403, {"error": "org_internal"}, False),
        (400, {"page": "of a proxy"}, False),
        (400, {"error": "temporarily_unavailable"}, False),
        (400, {"error": "invalid_grant"}, True),
        (401, {"error": "invalid_client"}, True),
    ],
)
def test_an_outage_of_the_provider_costs_no_sign_in(
    status: int, answer: dict[str, str], forgotten: bool, vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is forgotten the user has to enter again."""
    office = Office()
    office.status, office.answer = status, answer
    with provider(office) as google:
        keep(google.host, OFFICE, "refresh-1 s3cret")
        monkeypatch.setattr(module, "find_provider", lambda server, client: (google, client))
        login = Credentials(trust()).login(server("imaps://h.example"), Account(OFFICE, True, "id"), Nobody())
        with pytest.raises(KeyboardInterrupt if forgotten else CannotConnect), login:
            pass
    assert recall(google.host, OFFICE) == ("" if forgotten else "refresh-1 s3cret")


@pytest.mark.parametrize(
    ("url", "client", "host", "bare"),
    [
        ("smtp://smtp.gmail.com", "id.apps", "accounts.google.com", "id.apps"),
        ("imaps://outlook.office365.com", "id@t-1", "login.microsoftonline.com", "id"),
        ("imaps://imap.example.vn", "id", None, ""),
    ],
)
def test_the_provider_follows_from_the_server(url: str, client: str, host: str | None, bare: str) -> None:
    found = find_provider(server(url), client)
    assert (found and (found[0].host, found[1])) == (host and (host, bare))
    assert found is None or "@" not in client or "/t-1/" in found[0].token


def test_long_tokens_are_kept_in_pieces_and_short_ones_replace_them(vault) -> None:
    long = "t" * 3500
    assert keep("accounts.google.com", OFFICE, long)
    assert recall("accounts.google.com", OFFICE) == long
    assert keep("accounts.google.com", OFFICE, "short")
    assert recall("accounts.google.com", OFFICE) == "short"
    assert recall("a.example", OFFICE) == ""
    keep("a.example", OFFICE, "p")
    forget("a.example", OFFICE)
    assert recall("a.example", OFFICE) == ""


@requires_mail_servers
@pytest.mark.slow
def test_a_token_opens_real_servers_and_the_vault_has_the_sign_in(
    servers: MailServers, vault, run, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed in once, then without anybody: IMAP, POP3 and SMTP, each checked by Dovecot."""
    campaign = lay_out(tmp_path / "đợt")
    monkeypatch.chdir(campaign.root)
    servers.add_mailboxes(
        [OFFICE, "xa1@mau.example", "t1@mau.example", "vt.t1@mau.example", "xa2@mau.example"]
    )
    office = Office()
    office.answer = {"access_token": access_token(OFFICE), "refresh_token": "r" * 1500}
    ca = ("--ca-file", str(servers.ca), "--from", OFFICE)
    oauth = ("--oauth", "--client-id", "id", "--remember")
    shown: list[str] = []
    with provider(office) as google:
        monkeypatch.setattr(module, "find_provider", lambda server, client: (google, client))
        monkeypatch.setattr("click.prompt", lambda question, **options: "s3cret")
        come_back = browser([{"code": "c"}])
        monkeypatch.setattr("click.launch", lambda url: shown.append(url) or come_back(url))
        for url in (servers.imap_url, servers.pop3_url):
            ran = run("mail", "fetch", "--mailbox", url, *oauth, *ca)
            assert ran.code == 0, ran.err
        ran = run("--debug", "mail", "send", "--yes", "--smtp", servers.smtp_url, *oauth, *ca)
        assert ran.code == 0, ran.err
        assert len(shown) == 1
        assert not any(secret in ran.out + ran.err for secret in ("s3cret", "r" * 1500, access_token(OFFICE)))
        office.answer["access_token"] = access_token(OFFICE, b"a key that the server does not know.")
        for words in (("fetch", "--mailbox", servers.imap_url), ("fetch", "--mailbox", servers.pop3_url)):
            refused = run("--lang", "en", "mail", *words, *oauth, *ca)
            assert refused.code == 2
            assert "rejects name and password" in refused.err
    files = [path for path in campaign.root.rglob("*") if path.is_file()]
    assert not any(secret in path.read_bytes() for path in files for secret in (b"s3cret", b"r" * 1500))


@requires_mail_servers
@pytest.mark.slow
def test_a_kept_password_that_is_wrong_is_asked_for_again(
    servers: MailServers, vault, run, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = lay_out(tmp_path / "đợt")
    monkeypatch.chdir(campaign.root)
    servers.add_mailboxes([OFFICE])
    words = ("mail", "fetch", "--mailbox", servers.imap_url, "--from", OFFICE, "--ca-file", str(servers.ca))
    answers = ["wrong", "mat-khau-thu"]
    monkeypatch.setattr("click.prompt", lambda question, **options: answers.pop(0))
    assert run(*words, "--remember").code == 2
    assert vault.kept == {}
    assert run(*words, "--remember").code == 0
    assert run(*words).code == 0
    assert answers == []
