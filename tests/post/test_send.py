"""Sending: no unit ever gets two, whatever a server does and whenever the program is killed."""

from __future__ import annotations

import ssl
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from killed import be_killed, kill_at, requires_fork
from mailing import lay_out
from msgspec.structs import replace
from post.mail_servers import free_ports
from post.posting import CLOCK, NOW, OPTIONS, login, parse, server

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.followup.journal import Journal, MailState
from workbook_tools.model import LetterKind
from workbook_tools.post.connection import trust
from workbook_tools.post.smtp import Answer, Outbox, Verdict
from workbook_tools.usecases.prepare_letters import prepare_forms
from workbook_tools.usecases.send import (
    Clock,
    find_unsettled,
    send_letters,
    send_test,
    settle_by_hand,
    still_to_send,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Office:
    """A server that does what a test tells it to: ``plan`` has an answer for each mail, ``cut`` ends the connection in DATA."""

    def __init__(self) -> None:
        self.plan: list[str] = []
        self.mails: list[tuple[list[str], bytes]] = []
        self.cut_at = -1
        self.taken = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.taken += 1
        if self.taken == self.cut_at:
            self.mails.append((envelope.rcpt_tos, envelope.content))
            server.transport.abort()
            return "250 ok"
        told = self.plan.pop(0) if self.plan else "250 ok"
        if told.startswith("250"):
            self.mails.append((envelope.rcpt_tos, envelope.content))
        return told

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def running(
    office: Office, authority: trustme.CA, password: str = "", refusal: str | None = None
) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)

    def check(server, session, envelope, mechanism, data) -> AuthResult:
        right = not password or data.password.decode() == password
        return AuthResult(success=right, handled=False, message=None if right else refusal)

    (port,) = free_ports(1)
    controller = Controller(
        office,
        "127.0.0.1",
        port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=check,
        server_hostname="post.example",
    )
    controller.start()
    try:
        yield f"smtp://localhost:{port}"
    finally:
        controller.stop()


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def campaign(tmp_path: Path) -> CampaignFolder[Path]:
    return lay_out(tmp_path / "đợt")


def states(campaign) -> dict[str, MailState]:
    with Journal(campaign.mail_journal) as journal:
        return {entry.unit: entry.state for entry in journal.entries()}


def send(campaign, url: str, ca: Path, options=OPTIONS, clock=CLOCK):
    letters = prepare_forms(campaign).letters
    with Outbox(server(url), login(), trust(ca)) as out:
        return send_letters(campaign, letters, out, options, clock)


def test_each_gets_one_and_a_second_run_sends_none(campaign, authority, ca) -> None:
    office = Office()
    with running(office, authority) as url:
        assert send(campaign, url, ca).sent == ["x1", "t1", "x2"]
        assert send(campaign, url, ca).sent == []
    assert [to for to, _ in office.mails] == [
        ["xa1@mau.example"],
        ["t1@mau.example", "vt.t1@mau.example"],
        ["xa2@mau.example"],
    ]
    assert parse(office.mails[0][1])["From"] == OPTIONS.sender


def test_later_is_offered_again_and_a_refusal_is_not(campaign, authority, ca) -> None:
    office = Office()
    office.plan = ["451 4.7.1 greylisted", "550 5.7.1 no", "250 ok", "451 busy", "250 ok"]
    waits: list[float] = []
    with running(office, authority) as url:
        result = send(campaign, url, ca, clock=Clock(lambda: NOW, waits.append))
    assert (sorted(result.sent), [unit for unit, _ in result.refused]) == (["x1", "x2"], ["t1"])
    assert waits == [OPTIONS.pause] * 2
    assert states(campaign) == {"x1": MailState.SENT, "t1": MailState.REFUSED, "x2": MailState.SENT}


def test_cut_in_data_it_is_unknown_and_never_sent_again_by_itself(campaign, authority, ca) -> None:
    office = Office()
    office.cut_at = 2
    with running(office, authority) as url:
        result = send(campaign, url, ca)
        assert (result.sent, result.unknown) == (["x1", "x2"], ["t1"])
        assert send(campaign, url, ca).sent == []
        (entry,) = find_unsettled(campaign, LetterKind.FORM)
        settle_by_hand(campaign, entry, arrived=False, now=NOW)
        assert [letter.unit for letter in still_to_send(campaign, prepare_forms(campaign).letters)] == ["t1"]
        assert send(campaign, url, ca).sent == ["t1"]


def test_a_quota_is_kept_over_runs_and_goes_on_the_next_day(campaign, authority, ca) -> None:
    options = replace(OPTIONS, quota=2)
    office = Office()
    with running(office, authority) as url:
        first = send(campaign, url, ca, options)
        assert (first.sent, first.stopped, first.unsent) == (["x1", "t1"], "quota", ["x2"])
        assert send(campaign, url, ca, options).sent == []
        tomorrow = Clock(lambda: NOW + timedelta(days=1), lambda seconds: None)
        assert send(campaign, url, ca, options, tomorrow).sent == ["x2"]


def test_a_server_s_own_quota_stops_the_run(campaign, authority, ca) -> None:
    office = Office()
    office.plan = ["250 ok", "550 5.4.5 Daily user sending limit exceeded"]
    with running(office, authority) as url:
        result = send(campaign, url, ca)
    assert (result.sent, result.stopped, result.unsent) == (["x1"], "quota", ["t1", "x2"])


def test_it_stops_after_refusals_in_a_row(campaign, authority, ca) -> None:
    office = Office()
    office.plan = ["550 spam"] * 3
    with running(office, authority) as url:
        result = send(campaign, url, ca, replace(OPTIONS, stop_after=2))
    assert (len(result.refused), result.stopped, result.unsent) == (2, "refusals", ["x2"])


def test_one_address_of_several_that_is_refused_is_remembered(tmp_path, authority, ca) -> None:
    campaign = lay_out(tmp_path / "đợt", {"x1": "xa1@mau.example; gone@mau.example"})
    with running(Office(), authority) as url:
        assert send(campaign, url, ca).sent == ["x1"]
    with Journal(campaign.mail_journal) as journal:
        assert [(b.unit, b.address) for b in journal.bounces()] == [("x1", "gone@mau.example")]


class Slow:
    """Puts the first letter off and says at the second that the day's quota is used up."""

    def __init__(self) -> None:
        self.answers = [Answer(Verdict.LATER, "450 later"), Answer(Verdict.QUOTA, "552 quota")]

    def send(self, message, sender: str, recipients) -> Answer:
        return self.answers.pop(0)


def test_once_it_has_stopped_it_does_not_wait_for_another_try(campaign) -> None:
    pauses: list[float] = []
    clock = Clock(CLOCK.now, pauses.append)
    result = send_letters(campaign, prepare_forms(campaign).letters, Slow(), OPTIONS, clock)
    assert result.stopped == "quota"
    assert {*result.unsent} == {"x1", "t1", "x2"}
    assert pauses == []


def test_a_letter_that_cannot_be_built_has_not_left(campaign) -> None:
    letters = [replace(letter, to=("thcs.anlao.@mau.example",)) for letter in prepare_forms(campaign).letters]
    with pytest.raises(Exception, match="dot-atom"):
        send_letters(campaign, letters, Slow(), OPTIONS, CLOCK)
    assert find_unsettled(campaign, LetterKind.FORM) == []


def test_a_test_goes_to_one_address_and_counts_for_nothing(campaign, authority, ca) -> None:
    office = Office()
    with running(office, authority) as url, Outbox(server(url), login(), trust(ca)) as out:
        send_test(prepare_forms(campaign).letters, "toi@gd.example", out, OPTIONS, CLOCK)
    assert [to for to, _ in office.mails] == [["toi@gd.example"]] * 3
    assert states(campaign) == {}


@pytest.mark.parametrize(
    ("status", "kind"),
    [("454 4.7.0 Temporary authentication failure", CannotConnect), ("535 5.7.8 wrong", LoginRefused)],
)
def test_only_a_wrong_password_is_called_wrong(authority, ca, status: str, kind: type[Exception]) -> None:
    """A password that is called wrong is deleted from the vault."""
    with (
        running(Office(), authority, "mat khau", refusal=status) as url,
        pytest.raises(CannotConnect) as told,
    ):
        Outbox(server(url), login(), trust(ca)).__enter__()
    assert type(told.value) is kind
    assert told.value.answer.startswith(status[4:])


def test_wrong_password_wrong_certificate_and_nobody_there_are_told_apart(
    campaign, authority, ca, tmp_path
) -> None:
    other = trustme.CA()
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    reasons = []
    with running(Office(), authority, "right") as url:
        for trusted, secret in ((ca, "wrong-secret"), (tmp_path / "other.pem", "right")):
            with pytest.raises(CannotConnect) as caught:
                Outbox(server(url), login(secret=secret), trust(trusted)).__enter__()
            reasons.append(caught.value.reason)
            assert secret not in str(caught.value) + caught.value.answer + repr(login(secret=secret))
    with pytest.raises(CannotConnect) as caught:
        Outbox(server("smtp://localhost:1"), None, trust(ca)).__enter__()
    reasons.append(caught.value.reason)
    assert len(set(reasons)) == 3
    assert "password" in reasons[0]
    assert "certificate" in reasons[1]


STEPS = [
    (Journal, "begin", "before"),
    (Journal, "begin", "after"),
    (Outbox, "_hand_over", "before"),
    (Outbox, "_hand_over", "after"),
    (Journal, "settle", "after"),
]


@requires_fork
@pytest.mark.parametrize(("owner", "name", "when"), STEPS)
@pytest.mark.slow
def test_killed_at_any_step_no_unit_gets_two(campaign, authority, ca, owner, name, when) -> None:
    office = Office()
    with running(office, authority) as url:

        def be_sending() -> None:
            kill_at(owner, name, when)
            send(campaign, url, ca)

        be_killed(be_sending)
        result = send(campaign, url, ca)
        unsure = find_unsettled(campaign, LetterKind.FORM)
    got = Counter(parse(content)["Subject"] for _, content in office.mails)
    assert set(got.values()) == {1}
    assert len(got) + len(unsure) >= 3
    assert len(unsure) <= 1
    assert not set(result.sent) & {entry.unit for entry in unsure}
