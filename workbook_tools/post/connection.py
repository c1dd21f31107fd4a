"""What all mail protocols share: logins, trusted certificates, and explanations of refused connections."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotConnect, CannotRead
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.spec.mail.mail_settings import Server

TIMEOUT = 60.0
"""Seconds to wait for a server's answer."""
NOT_NOW = _("nobody can log in at the moment; try again later")
_LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Login:
    """An account with its password, or its access token if ``oauth``. The secret is never shown."""

    account: str
    secret: str = field(repr=False)
    oauth: bool = False

    @property
    def xoauth2(self) -> str:
        """The token in Google's and Microsoft's XOAUTH2 format, before base64."""
        return f"user={self.account}\1auth=Bearer {self.secret}\1\1"


def trust(authority: Path | None = None) -> ssl.SSLContext:
    """Create a context that checks certificates against the system's authorities, or the one in a file.

    The check cannot be turned off.
    """
    file = str(authority) if authority else None
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise CannotRead(authority, _("it is not a certificate in PEM format")) from error


def name_of(server: Server) -> str:
    """Return the server's name for messages."""
    return f"{server.host}:{server.port}"


def refusal(server: Server, error: Exception) -> CannotConnect:
    """Return the exception that explains a failed connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = _(
            "its certificate does not prove that it is this server; check the name, and ask the "
            "server's administrator"
        )
        return CannotConnect(name_of(server), reason, error.verify_message)
    # Often it is the wrong port: one that expects STARTTLS or no encryption.
    if isinstance(error, ssl.SSLError):
        return CannotConnect(
            name_of(server),
            _("no encrypted connection could be established; check port and protocol"),
            error.reason or "",
        )
    return CannotConnect(name_of(server), _("there is no connection; check the address and the network"))


def one_line(answer: bytes | str) -> str:
    """Return a server's answer as one short line without control characters."""
    # It is shown in logs and terminals, where control characters could forge lines.
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text).strip()[:_LONGEST_ANSWER]
