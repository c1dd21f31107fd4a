"""Letters on the page: the table first, a number that is confirmed, nothing twice; answers come in from the mailbox."""

from __future__ import annotations

import html
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from mailing import SAVED, SENT, blank, lay_out, send
from msgspec.structs import replace
from openpyxl import load_workbook
from page.conftest import visit
from post.mail_servers import MailServers, access_token, requires_mail_servers
from post.sign_in_servers import Office, Vault, browser, own_vault, provider

from workbook_tools.errors import LoginRefused
from workbook_tools.model import LetterKind
from workbook_tools.page.jobs import Job, JobState
from workbook_tools.post import connection
from workbook_tools.post.smtp import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from page.conftest import Visitor

OFFICE = "phong@mau.example"
SERVERS: tuple[list[object], ...] = (
    ["thu_nguoi_gui", "Người gửi", OFFICE],
    ["thu_may_chu_gui", "Máy chủ gửi", "smtp://thu.mau.example"],
    ["thu_may_chu_nhan", "Máy chủ nhận", "imaps://thu.mau.example"],
)
PASSWORD = "mật khẩu của phòng"


class FakeOutbox:
    """A server that takes every mail but those to addresses it is told to refuse; keeps what it was handed."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.verdicts: dict[str, Verdict] = {}
        self.secrets: list[str] = []
        self.password = PASSWORD

    def __call__(self, server: Any, login: Any, context: Any) -> FakeOutbox:
        self.secrets.append(login.secret)
        if login.secret != self.password:
            raise LoginRefused(server.host, "it refuses name and password", "535 no")
        return self

    def __enter__(self) -> FakeOutbox:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Any, sender: str, recipients: Any) -> Answer:
        verdict = self.verdicts.get(recipients[0], Verdict.ACCEPTED)
        if verdict is Verdict.ACCEPTED:
            self.taken.append(recipients[0])
        return Answer(verdict, "250 ok")


@pytest.fixture(autouse=True)
def vault() -> Iterator[Vault]:
    with own_vault() as own:
        yield own


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> FakeOutbox:
    fake = FakeOutbox()
    monkeypatch.setattr("workbook_tools.post.smtp.Outbox", fake)
    return fake


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Visitor]:
    lay_out(tmp_path / "đợt", {"x1": "xa1@mau.example", "x2": "xa2@mau.example"}, *SERVERS)
    yield from visit(tmp_path / "đợt")


def work(visitor: Visitor, path: str, data: Any = None) -> None:
    assert visitor.post(path, data).status_code == 302
    visitor.desk.jobs.wait()


def count_to_confirm(visitor: Visitor, kind: str) -> str:
    found = re.search(r'name="confirmed" value="(\d+)"', visitor.get(f"/mail/{kind}").text)
    assert found is not None
    return found[1]


def test_the_table_comes_first_and_the_number_is_confirmed(office: Visitor, outbox: FakeOutbox) -> None:
    """t1 has no address: it gets none, which is said, and has to be agreed to."""
    assert "Chuẩn bị thư" in office.text("/mail/form")
    work(office, "/mail/form/prepare")
    table = office.text("/mail/form")
    assert "xa1@mau.example" in table
    assert "1 đơn vị không được gửi" in table
    assert outbox.taken == []
    for wrong in ({}, {"without": "yes"}, {"confirmed": "1", "without": "yes"}, {"confirmed": "2"}):
        work(office, "/mail/form/send", {"action": "send", "password": PASSWORD, **wrong})
        assert "Chưa gửi thư nào" in office.text("/mail/form")
    assert outbox.taken == []
    sent = {"action": "send", "confirmed": count_to_confirm(office, "form"), "without": "yes"}
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert outbox.taken == ["xa1@mau.example", "xa2@mau.example"]
    assert "Đã gửi hết các thư" in office.text("/mail/form")
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert len(outbox.taken) == 2, "a second press, or a second tab, sends nothing twice"


def test_who_has_the_form_gets_another_version_of_it_only_where_that_is_asked_for(
    office: Visitor, outbox: FakeOutbox
) -> None:
    """A word corrected in the template makes other letters of all, but nobody is meant to be written to twice."""
    work(office, "/mail/form/prepare")
    sent = {"action": "send", "confirmed": "2", "without": "yes", "password": PASSWORD}
    work(office, "/mail/form/send", sent)
    workbook = load_workbook(office.desk.folder.template)
    [title] = [row[2] for row in workbook["Đợt báo cáo"].iter_rows() if row[0].value == "tieu_de"]
    title.value = "Tiêu đề khác"
    workbook.save(office.desk.folder.template)
    work(office, "/send/make")
    work(office, "/mail/form/prepare")
    page = office.text("/mail/form")
    assert "2 đơn vị đã có biểu" in page
    assert "đã gửi bản khác" in page
    work(office, "/mail/form/send", sent)
    assert len(outbox.taken) == 2
    work(office, "/mail/form/prepare", {"again": "yes"})
    assert "đơn vị đã có biểu" not in office.text("/mail/form")
    work(office, "/mail/form/send", sent)
    assert len(outbox.taken) == 4


def test_work_that_ends_while_the_page_is_made_is_asked_for_again(office: Visitor) -> None:
    """Otherwise the page would wait for the user to reload it: what was ready too late is not on it."""
    views = office.client.application.view_functions
    shown, goes_on = views["mail.show"], threading.Event()

    def show_when_ended(**given: str) -> Any:
        goes_on.set()
        office.desk.jobs.wait()
        return shown(**given)

    views["mail.show"] = show_when_ended

    def work(job: Job) -> None:
        goes_on.wait()

    assert office.desk.jobs.start("work", work)
    assert 'hx-get="/job"' in office.get("/mail/form").text
    assert 'hx-get="/job"' not in office.get("/mail/form").text


def test_a_wrong_password_is_said_and_sends_nothing(office: Visitor, outbox: FakeOutbox) -> None:
    work(office, "/mail/form/prepare")
    sent = {"action": "send", "confirmed": "2", "without": "yes"}
    work(office, "/mail/form/send", {**sent, "password": "sai"})
    page = office.text("/mail/form")
    assert "thu.mau.example" in page
    assert "535 no" in page
    assert "sai" not in page.split("535 no")[1]
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert len(outbox.taken) == 2
    assert 'type="password"' not in office.get("/mail/form").text


def test_one_letter_first_to_the_office_itself(office: Visitor, outbox: FakeOutbox) -> None:
    work(office, "/mail/form/prepare")
    work(office, "/mail/form/send", {"action": "test", "password": PASSWORD})
    assert outbox.taken == [OFFICE]
    assert f"Đã gửi thư thử đến {OFFICE}" in office.text("/mail/form")
    assert count_to_confirm(office, "form") == "2"


def test_letters_of_which_nothing_is_known_are_asked_about(office: Visitor, outbox: FakeOutbox) -> None:
    outbox.verdicts = {"xa1@mau.example": Verdict.UNKNOWN}
    work(office, "/mail/form/prepare")
    sent = {"action": "send", "without": "yes", "password": PASSWORD}
    work(office, "/mail/form/send", {**sent, "confirmed": "2"})
    page = office.get("/mail/form").text
    assert "<td>chưa rõ</td>" in page
    assert "<td>đã gửi</td>" in page
    outbox.verdicts = {}
    for answer, taken in (("", 1), ("no", 2)):
        (key,) = set(re.findall(r'type="radio" name="([^"]+)"', office.get("/mail/form").text))
        work(office, "/mail/form/settle", {key: answer})
        work(office, "/mail/form/send", {**sent, "confirmed": "1"})
        assert len(outbox.taken) == taken


def test_each_kind_of_letter_is_made_ready_and_drafted(office: Visitor, outbox: FakeOutbox) -> None:
    campaign = office.desk.folder
    for unit in ("x1", "x2"):
        send(campaign, unit, blank(campaign, unit), SENT[unit], SAVED)
    for kind, seen in (("correction", "xa1@mau.example"), ("reminder", "goi_dien.xlsx"), ("receipt", "")):
        work(office, f"/mail/{kind}/prepare")
        assert office.desk.jobs.last is not None
        assert office.desk.jobs.last.state is JobState.DONE, office.desk.jobs.last.error
        assert seen in office.text(f"/mail/{kind}")
        work(office, f"/mail/{kind}/drafts")
        assert office.desk.jobs.last.state is JobState.DONE, office.desk.jobs.last.error
    assert list((campaign.mail / "correction").glob("*.eml"))
    assert office.get("/mail/nothing").status_code == 404


def test_reminders_name_the_units_that_were_never_asked_to_correct(
    office: Visitor, outbox: FakeOutbox
) -> None:
    campaign = office.desk.folder
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    said = "1 đơn vị có báo cáo còn lỗi, chưa được gửi biểu sửa"
    work(office, "/mail/reminder/prepare")
    assert said in office.text("/mail/reminder")
    for step in ("correction/prepare", "correction/drafts", "reminder/prepare"):
        work(office, f"/mail/{step}")
    assert said not in office.text("/mail/reminder")


def test_what_cannot_begin_now_is_said(office: Visitor, outbox: FakeOutbox) -> None:
    go_on = threading.Event()
    office.desk.jobs.start("other", lambda job: bool(go_on.wait(60)))
    try:
        assert office.post("/mail/form/prepare").status_code == 302
        assert "Đang làm việc khác" in office.text("/mail/form")
    finally:
        go_on.set()


def test_mail_is_fetched_and_planted_subjects_are_text(
    office: Visitor, outbox: FakeOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbook_tools.post.mailbox_answers import Glimpse

    header = b"From: <a@la.example>\r\nSubject: <script>alert(1)</script>\r\n\r\n"

    class Box:
        name = "hộp thư"

        def __enter__(self) -> Box:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def glimpse(self, known: set[str]) -> Any:
            yield from () if known else (Glimpse("1", len(header), header),)

        def read(self, uid: str) -> bytes:
            return header

    monkeypatch.setattr("workbook_tools.post.mailbox.open_mailbox", lambda *_: Box())
    work(office, "/returns/fetch", {"password": PASSWORD})
    page = office.get("/returns").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    office.desk.jobs.wait()
    work(office, "/returns/fetch")
    assert "Không có thư mới" in office.text("/returns")


def test_a_password_is_kept_once_the_server_has_taken_it_and_forgotten_when_refused(
    office: Visitor, outbox: FakeOutbox, vault: Vault
) -> None:
    work(office, "/mail/form/prepare")
    sent = {"action": "test", "remember": "yes"}
    work(office, "/mail/form/send", {**sent, "password": "sai"})
    assert vault.kept == {}
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert [*vault.kept.values()] == [PASSWORD]
    outbox.password = "mật khẩu mới"
    work(office, "/mail/form/send", {"action": "test"})
    assert vault.kept == {}
    assert 'type="password"' in office.get("/mail/form").text


@pytest.fixture
def signing_in(
    servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, Office]]:
    """A campaign whose mailbox, on real servers, belongs to a provider where one signs in."""
    folder, own = tmp_path / "đợt", Office()
    own.answer = {"access_token": access_token(OFFICE), "refresh_token": "r" * 1500}
    addresses = {"x1": "xa1@mau.example", "x2": "xa2@mau.example", "t1": "t1@mau.example"}
    lay_out(
        folder,
        addresses,
        ["thu_nguoi_gui", "Người gửi", OFFICE],
        ["thu_may_chu_gui", "Máy chủ gửi", servers.smtp_url],
        ["thu_may_chu_nhan", "Máy chủ nhận", servers.imap_url],
        ["thu_ma_ung_dung", "Mã ứng dụng", "id"],
    )
    servers.add_mailboxes([OFFICE, *addresses.values(), "vt.t1@mau.example"])
    trusted = connection.trust(servers.ca)
    monkeypatch.setattr("workbook_tools.page.mailing.trust", lambda: trusted)
    with provider(own) as google:
        monkeypatch.setattr(
            "workbook_tools.post.sign_in.find_provider", lambda server, client: (google, client)
        )
        yield folder, own


@pytest.mark.slow
@requires_mail_servers
def test_one_signs_in_at_the_provider_once_and_mail_is_fetched_and_sent(
    signing_in: tuple[Path, Office], vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In memory for this program, and in the vault for the next one; never in a file or on the page."""
    folder, asked_of = signing_in
    shown: list[str] = []
    come_back = browser([{"code": "c"}])
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or come_back(url))
    for visitor in visit(folder):
        form = visitor.text("/returns")
        assert "accounts.google.com" in form
        work(visitor, "/returns/fetch", {"password": "s3cret", "remember": "yes"})
        assert visitor.desk.jobs.last.error is None
        assert "Không có thư mới" in visitor.text("/returns")
        visitor.desk.jobs.wait()
    assert asked_of.asked[0]["client_secret"] == "s3cret"
    for visitor in visit(folder):
        assert 'type="password"' not in visitor.get("/returns").text
        work(visitor, "/mail/form/prepare")
        page = visitor.get("/mail/form").text
        assert 'type="password"' not in page
        count = count_to_confirm(visitor, "form")
        work(visitor, "/mail/form/send", {"action": "send", "confirmed": count})
        assert visitor.desk.jobs.last.error is None
        assert "Đã gửi hết các thư" in visitor.text("/mail/form")
    assert len(shown) == 1
    secrets = ("s3cret", "r" * 1500, access_token(OFFICE))
    assert not any(secret in page for secret in secrets)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not any(secret.encode() in path.read_bytes() for path in files for secret in secrets)


@requires_mail_servers
@pytest.mark.slow
def test_waiting_for_a_sign_in_shows_the_way_and_can_be_stopped(
    signing_in: tuple[Path, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _asked_of = signing_in
    opened = threading.Event()
    monkeypatch.setattr("webbrowser.open", lambda url: opened.set())
    for visitor in visit(folder):
        assert visitor.post("/returns/fetch", {"password": "s3cret"}).status_code == 302
        assert opened.wait(60)
        bar = visitor.get("/job").text
        assert "Mở trang đăng nhập" in bar
        assert "code_challenge" in bar
        visitor.post("/job/stop")
        visitor.desk.jobs.wait(60)
        assert visitor.desk.jobs.last.state is JobState.STOPPED
        assert 'type="password"' in visitor.get("/returns").text


def test_a_refused_sign_in_says_what_the_provider_says(
    office: Visitor, outbox: FakeOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of = Office()
    monkeypatch.setattr(
        "webbrowser.open", browser([{"error": "access_denied", "error_description": "AADSTS65004"}])
    )
    with provider(asked_of) as google:
        monkeypatch.setattr(
            "workbook_tools.post.sign_in.find_provider", lambda server, client: (google, "id")
        )
        settings = office.desk.mail_settings()
        monkeypatch.setattr(
            type(office.desk), "mail_settings", lambda self: replace(settings, client_id="id")
        )
        work(office, "/returns/fetch")
    page = office.text("/returns")
    assert "AADSTS65004" in page
    assert "accounts.google.com" in page


def test_a_letter_is_read_before_anything_is_written_or_sent(office: Visitor, outbox: FakeOutbox) -> None:
    work(office, "/mail/form/prepare")
    page = office.get("/mail/form").text
    assert 'href="/mail/form/letters/x1"' in page
    [letter] = [
        one for one in office.desk.mailing.ready[LetterKind.FORM].prepared.letters if one.unit == "x1"
    ]
    read = html.unescape(office.get("/mail/form/letters/x1").text)
    for text in (letter.subject, letter.body.strip(), "xa1@mau.example", letter.attachments[0].name, OFFICE):
        assert text in read
    assert outbox.taken == []
    assert not office.desk.folder.mail.exists()
    assert office.get("/mail/form/letters/nobody").location == "/mail/form"


def test_letters_that_were_written_as_files_are_said_to_be(office: Visitor, outbox: FakeOutbox) -> None:
    work(office, "/mail/form/prepare")
    assert "đã ghi thành tệp" not in office.get("/mail/form").text
    work(office, "/mail/form/drafts")
    assert len(re.findall(r"<td>đã ghi thành tệp, \d\d/\d\d/\d{4}</td>", office.get("/mail/form").text)) == 2
    assert "chưa gửi</td>" not in office.get("/mail/form").text


def test_chasing_says_how_many_letters_are_due_and_when_the_last_was_sent(
    office: Visitor, outbox: FakeOutbox
) -> None:
    campaign = office.desk.folder
    send(campaign, "x1", blank(campaign, "x1"), SENT["x1"], SAVED)
    office.get("/chase")
    office.desk.jobs.wait()
    buttons = re.findall(r"<button[^>]*>([^<]* \(\d+\))</button>", office.get("/chase").text)
    assert buttons == ["Soạn thư nhắc (1)", "Lập biểu gửi lại (1)", "Soạn thư báo đã nhận (0)"]
    work(office, "/mail/reminder/prepare")
    assert "Xem các thư đã chuẩn bị" in office.get("/chase").text
    assert "lần 1" not in office.text("/chase")
    work(
        office,
        "/mail/reminder/send",
        {"action": "send", "confirmed": "1", "without": "yes", "password": PASSWORD},
    )
    assert outbox.taken == ["xa2@mau.example"]
    assert re.search(r"lần 1, ngày \d\d/\d\d/\d{4}", office.text("/chase"))
    assert "Soạn thư nhắc (0)" in office.text("/chase")
