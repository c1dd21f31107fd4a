"""Signs in to Google or Microsoft in the browser and gets access tokens for mail (OAuth 2.0, RFC 8252)."""

from __future__ import annotations

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import TIMEOUT, one_line

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import Any

    from workbook_tools.spec.mail.mail_settings import Server

PATIENCE = 300.0
"""Seconds that the user has for signing in."""
_DONE = "Đã đăng nhập. Có thể đóng trang này và quay lại chương trình."
_LARGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's addresses for signing in, and the permission to ask for."""

    host: str
    ask: str
    token: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()
    """Additional parameters of the request, without which no refresh token is issued."""
    needs_secret: bool = False
    """Whether each request needs the client's secret."""


GOOGLE = Provider(
    "accounts.google.com",
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://mail.google.com/",
    (("access_type", "offline"), ("prompt", "consent")),
    needs_secret=True,
)
_OUTLOOK = "https://outlook.office.com/"
_PERMISSIONS = ("IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "SMTP.Send")


def microsoft(tenant: str) -> Provider:
    """Microsoft 365; ``tenant`` is the organisation's id, or ``common``."""
    url = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    scope = " ".join(("offline_access", *(_OUTLOOK + name for name in _PERMISSIONS)))
    return Provider("login.microsoftonline.com", f"{url}/authorize", f"{url}/token", scope)


@dataclass(frozen=True, slots=True)
class Client:
    """The program as the provider knows it: the id that an administrator registered, and its secret."""

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """``access`` opens the mailbox for about an hour, ``refresh`` gets the next token. Never shown."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


def find_provider(server: Server, client_id: str) -> tuple[Provider, str] | None:
    """Return a mail server's provider and the client id without its tenant; None if it is unknown.

    ``client_id`` is ``ID`` or ``ID@TENANT``.
    """
    domain = ".".join(server.host.lower().split(".")[-2:])
    bare, _at, tenant = client_id.partition("@")
    if domain in ("gmail.com", "googlemail.com"):
        return GOOGLE, bare
    if domain in ("office365.com", "outlook.com"):
        return microsoft(tenant or "common"), bare
    return None


def sign_in(
    provider: Provider, client: Client, account: str, show: Callable[[str], object], context: ssl.SSLContext
) -> Tokens:
    """Let the user sign in at the address given to ``show``; CannotConnect if that fails."""
    # PKCE (RFC 7636): without the verifier, an intercepted code is useless.
    verifier, state = token_urlsafe(64), token_urlsafe(24)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with HTTPServer(("127.0.0.1", 0), _Handler) as listener:
        # Any free port: providers accept every port of the loopback address (RFC 8252, 7.3).
        back = f"http://localhost:{listener.server_port}/"
        asked = {
            "client_id": client.id,
            "response_type": "code",
            "redirect_uri": back,
            "scope": provider.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": account,
            **dict(provider.extra),
        }
        show(f"{provider.ask}?{urlencode(asked)}")
        code = _wait_for_code(listener, state, provider)
    told = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    return _ask(provider, client, told, context)


def refresh(provider: Provider, client: Client, token: str, context: ssl.SSLContext) -> Tokens:
    """Get the next access token without the user; CannotConnect if that is refused."""
    asked = {"grant_type": "refresh_token", "refresh_token": token, "scope": provider.scope}
    tokens = _ask(provider, client, asked, context)
    # Providers need not issue a new refresh token; the old one then stays valid (RFC 6749, 6).
    return Tokens(tokens.access, tokens.refresh or token)


class _Handler(BaseHTTPRequestHandler):
    """Receives the browser's request after the user has signed in."""

    timeout = 5
    """Seconds per connection: browsers also open connections that they do not use."""

    def do_GET(self) -> None:
        """Keep the request's parameters; any page can send one, so the state is checked later."""
        told = parse_qs(urlsplit(self.path).query)
        self.server.told = {name: values[0] for name, values in told.items()}  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(_DONE.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing, because the address contains the code."""


def _wait_for_code(listener: HTTPServer, state: str, provider: Provider) -> str:
    end = time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0:
        listener.timeout, listener.told = left, {}  # type: ignore[attr-defined]
        listener.handle_request()
        told: dict[str, str] = listener.told  # type: ignore[attr-defined]
        # Not the provider's answer: another page's request, or the browser asks for an icon.
        if told.get("state") != state:
            continue
        if "code" in told:
            return told["code"]
        raise _refused(provider, told.get("error_description") or told.get("error", ""))
    raise CannotConnect(provider.host, _("nobody signed in within five minutes"))


def _ask(provider: Provider, client: Client, asked: dict[str, str], context: ssl.SSLContext) -> Tokens:
    form = {"client_id": client.id, **({"client_secret": client.secret} if client.secret else {}), **asked}
    request = Request(provider.token, urlencode(form).encode())
    try:
        with urlopen(request, timeout=TIMEOUT, context=context) as answer:
            told: dict[str, Any] = json.loads(answer.read(_LARGEST_ANSWER))
        return Tokens(told["access_token"], told.get("refresh_token", ""))
    except HTTPError as error:
        with error:
            told_why = _description(error.read(_LARGEST_ANSWER))
        raise _refused(provider, told_why) from None
    except (ValueError, KeyError, TypeError):
        raise _refused(provider, "") from None
    except OSError:
        raise CannotConnect(
            provider.host, _("there is no connection; check the address and the network")
        ) from None


def _description(answer: bytes) -> str:
    try:
        told = json.loads(answer)
        return str(told.get("error_description") or told.get("error") or "")
    except (ValueError, AttributeError):
        return ""


def _refused(provider: Provider, told: str) -> CannotConnect:
    reason = _("it does not accept this program; check the client id with the person who registered it")
    return CannotConnect(provider.host, reason, one_line(told))
