"""Send mails by SMTP, one at a time, and report whether each was accepted."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import NOT_NOW, TIMEOUT, Login, name_of, one_line, refusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from email.message import EmailMessage
    from types import TracebackType

    from workbook_tools.spec.mail.mail_settings import Server

_GO_ON = 354
"""The server's answer to DATA if it accepts the mail (RFC 5321, 4.2.3)."""
# 5.4.5 is Gmail's daily limit, 4.7.28 its limit on the rate, 4.5.3 too many recipients.
_QUOTA = ("5.4.5", "4.5.3", "4.7.28", "quota", "sending limit", "rate limit", "too many messages")


class Verdict(StrEnum):
    """A server's decision on a mail.

    ``later``: refused for now (4xx); ``unknown``: handed over, but the answer was lost.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    QUOTA = "quota"
    UNKNOWN = "unknown"


class Answer(Struct, frozen=True):
    """A verdict with the server's words; ``refused`` are addresses refused while others were accepted."""

    verdict: Verdict
    text: str
    refused: tuple[tuple[str, str], ...] = ()


class Outbox:
    """A connection for sending, restored if lost; raises CannotConnect if the server cannot be used."""

    def __init__(self, server: Server, login: Login | None, context: ssl.SSLContext) -> None:
        self._server, self._login, self._context = server, login, context
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def send(self, message: EmailMessage, sender: str, recipients: Sequence[str]) -> Answer:
        """Send one mail. The result can be ``unknown`` only once its first byte has been handed over."""
        # Before connecting, so that a letter that cannot be built does not look like a server error.
        data = message.as_bytes()
        try:
            smtp = self._connected()
            code, text = smtp.mail(sender)
            if code != 250:
                return self._refused(code, text)
            refused = []
            for address in recipients:
                code, text = smtp.rcpt(address)
                if code not in (250, 251):
                    refused.append((address, f"{code} {one_line(text)}"))
                    last = (code, text)
            if len(refused) == len(recipients):
                return self._refused(*last)
            code, text = smtp.docmd("DATA")
            if code != _GO_ON:
                return self._refused(code, text)
        except (smtplib.SMTPException, OSError) as error:
            # Nothing of the mail was handed over yet, so sending it again cannot duplicate it.
            self._drop()
            return Answer(Verdict.LATER, one_line(str(error)))
        return self._hand_over(smtp, data, tuple(refused))

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes, refused: tuple[tuple[str, str], ...]) -> Answer:
        try:
            # A dot at the beginning of a line is doubled (RFC 5321, 4.5.2).
            smtp.send(data.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            # The server may have accepted the mail although its answer was lost.
            self._drop()
            return Answer(Verdict.UNKNOWN, one_line(str(error)))
        if code == 250:
            return Answer(Verdict.ACCEPTED, f"{code} {one_line(text)}", refused)
        return self._refused(code, text)

    def _refused(self, code: int, text: bytes) -> Answer:
        answer = f"{code} {one_line(text)}"
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        # Providers report an exhausted quota with 4xx or 5xx codes, so the words decide.
        if any(word in answer.casefold() for word in _QUOTA):
            return Answer(Verdict.QUOTA, answer)
        # smtplib reports a reply that it cannot parse as -1.
        verdict = Verdict.LATER if 400 <= code < 500 or code <= 0 else Verdict.REFUSED
        return Answer(verdict, answer)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                # 454 is a temporary failure (RFC 4954, 6), 421 a server that is closing down.
                if error.smtp_code < 500:
                    raise CannotConnect(name_of(self._server), NOT_NOW, one_line(error.smtp_error)) from None
                reason = _(
                    "it rejects name and password; many providers require an app password, or SMTP must be "
                    "enabled for the account first"
                )
                raise LoginRefused(name_of(self._server), reason, one_line(error.smtp_error)) from None
            except smtplib.SMTPNotSupportedError as error:
                raise CannotConnect(
                    name_of(self._server),
                    _("it offers no encryption or no way to log in"),
                    one_line(str(error)),
                ) from error
            except smtplib.SMTPException as error:
                raise CannotConnect(
                    name_of(self._server), _("it does not respond like a mail server"), one_line(str(error))
                ) from error
            except OSError as error:
                raise refusal(self._server, error) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.implicit:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT, context=self._context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            if not server.implicit:
                smtp.starttls(context=self._context)
            # Again after STARTTLS: what was offered without encryption does not count (RFC 3207, 4.2).
            smtp.ehlo()
            if self._login is not None and self._login.oauth:
                token = self._login.xoauth2
                # A refusal is a challenge that must be answered with an empty line.
                code, text = smtp.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")
                # 503 means already authenticated; smtplib's own login accepts it, too.
                if code not in (235, 503):
                    raise smtplib.SMTPAuthenticationError(code, text)
            elif self._login is not None:
                smtp.login(self._login.account, self._login.secret)
        except BaseException:  # also after Ctrl+C the connection must not stay open
            smtp.close()
            raise
        return smtp
