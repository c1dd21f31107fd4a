"""Letters on the page: the table first, a number that is confirmed, nothing twice; answers come in from the mailbox."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from mailing import SAVED, SENT, blank, lay_out, send
from page.conftest import visit

from workbook_tools.errors import CannotConnect
from workbook_tools.page.jobs import JobState
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
            raise CannotConnect(server.host, "it rejects name and password", "535 no")
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


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> FakeOutbox:
    fake = FakeOutbox()
    monkeypatch.setattr("workbook_tools.post.smtp.Outbox", fake)
    monkeypatch.setattr("workbook_tools.page.mailing.recall", lambda server, account: None)
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
    for wrong in ({}, {"confirmed": "1"}, {"confirmed": "2"}):
        work(office, "/mail/form/send", {"action": "send", "password": PASSWORD, **wrong})
        assert "Chưa gửi thư nào" in office.text("/mail/form")
    assert outbox.taken == []
    sent = {"action": "send", "confirmed": count_to_confirm(office, "form"), "without": "yes"}
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert outbox.taken == ["xa1@mau.example", "xa2@mau.example"]
    assert "Đã gửi hết các thư" in office.text("/mail/form")
    work(office, "/mail/form/send", {**sent, "password": PASSWORD})
    assert len(outbox.taken) == 2, "a second press, or a second tab, sends nothing twice"


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
    assert count_to_confirm(office, "form") == "2"


def test_letters_of_which_nothing_is_known_are_asked_about(office: Visitor, outbox: FakeOutbox) -> None:
    outbox.verdicts = {"xa1@mau.example": Verdict.UNKNOWN}
    work(office, "/mail/form/prepare")
    sent = {"action": "send", "without": "yes", "password": PASSWORD}
    work(office, "/mail/form/send", {**sent, "confirmed": "2"})
    page = office.get("/mail/form").text
    assert "chưa biết" in page or "chưa rõ" in page
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
    from workbook_tools.post.mailbox import Glimpse

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
