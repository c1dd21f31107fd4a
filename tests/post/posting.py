"""What the tests of sending and fetching share: the office's clock and outbox, answers as clients make them."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from post.mail_servers import OFFICE, PASSWORD

from workbook_tools.post.connection import Login, trust
from workbook_tools.post.smtp import Outbox
from workbook_tools.spec.mail.mail_settings import Server
from workbook_tools.usecases.send import Clock, SendOptions

if TYPE_CHECKING:
    import ssl

    from post.mail_servers import MailServers

NOW = datetime(2023, 10, 2, 8, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda seconds: None)
OPTIONS = SendOptions(OFFICE)


def server(url: str) -> Server:
    found = Server.parse(url)
    assert found is not None
    return found


def login(account: str = OFFICE, secret: str = PASSWORD) -> Login:
    return Login(account, secret)


def outbox(servers: MailServers) -> Outbox:
    return Outbox(server(servers.smtp_url), login(), trust(servers.ca))


def parse(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def answer(mail: EmailMessage, form: bytes | None, way: str) -> EmailMessage:
    """A unit's answer to a letter, as different clients and people make it."""
    reply = EmailMessage()
    reply["From"], reply["To"] = str(mail["To"]).split(",")[0], OFFICE
    reply["Date"] = "Wed, 11 Oct 2023 09:00:00 +0700"
    subject = str(mail["Subject"])
    reply["Subject"] = {"reply": f"Re: {subject}", "tag": f"Fwd: {subject}"}.get(way, "Báo cáo của đơn vị")
    if way == "reply":
        reply["In-Reply-To"] = reply["References"] = mail["Message-ID"]
    if way == "stranger":
        reply.replace_header("From", "hieutruong@nha-rieng.example")
    reply.set_content("Kính gửi Phòng, đơn vị gửi báo cáo.")
    if form is not None:
        reply.add_attachment(form, maintype="application", subtype="octet-stream", filename="Báo cáo.xlsx")
    return reply


def post(servers: MailServers, message: EmailMessage) -> None:
    """Send a mail to the office from outside."""
    with smtplib.SMTP("127.0.0.1", servers.relay) as smtp:
        smtp.send_message(message, to_addrs=[OFFICE])


def context(servers: MailServers) -> ssl.SSLContext:
    return trust(servers.ca)
