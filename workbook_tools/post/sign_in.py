"""Sign in to Google or Microsoft in the browser and get access tokens for mail (OAuth 2.0, RFC 8252)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from msgspec import Struct
from oauthlib.oauth2 import (
    MismatchingStateError,
    MissingTokenError,
    OAuth2Error,
    ServerError,
    TemporarilyUnavailableError,
    WebApplicationClient,
)

from workbook_tools.errors import CannotConnect, LoginRefused
from workbook_tools.locale import mark as _
from workbook_tools.post.connection import NOT_NOW, TIMEOUT, one_line

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from workbook_tools.spec.mail.mail_settings import Server

PATIENCE = 300.0
"""Seconds that the user has for signing in."""
_DONE = (
    "Có thể đóng trang này và quay lại chương trình.\n\nYou can close this page and return to the program."
)
_TICK = 1.0
"""Seconds between two calls of ``keep_waiting``."""
_LARGEST_ANSWER = 1_000_000
_REFUSALS = (400, 401)
"""Statuses of an error about the request itself (RFC 6749, 5.2)."""


class Provider(Struct, frozen=True):
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
    provider: Provider,
    client: Client,
    account: str,
    show: Callable[[str], object],
    context: ssl.SSLContext,
    keep_waiting: Callable[[], None] = lambda: None,
) -> Tokens:
    """Let the user sign in at the address given to ``show``; LoginRefused or CannotConnect if that fails.

    ``keep_waiting`` is called every second until then; an exception of it ends the wait.
    """
    flow, state = WebApplicationClient(client.id), token_urlsafe(24)
    # PKCE (RFC 7636): without the verifier, an intercepted code is useless.
    verifier = flow.create_code_verifier(64)
    challenge = flow.create_code_challenge(verifier, "S256")
    with HTTPServer(("127.0.0.1", 0), _Handler) as listener:
        # Any free port: providers accept every port of the loopback address (RFC 8252, 7.3).
        back = f"http://localhost:{listener.server_port}/"
        asked = {"login_hint": account, **dict(provider.extra)}
        show(flow.prepare_request_uri(provider.ask, back, provider.scope, state, challenge, "S256", **asked))
        _wait_for_code(listener, flow, state, provider, keep_waiting)
    secret = client.secret or None
    body = flow.prepare_request_body(redirect_uri=back, code_verifier=verifier, client_secret=secret)
    return _ask(provider, flow, body, context)


def refresh(provider: Provider, client: Client, token: str, context: ssl.SSLContext) -> Tokens:
    """Get the next access token without the user; LoginRefused or CannotConnect if that fails."""
    flow = WebApplicationClient(client.id)
    body = flow.prepare_refresh_body(
        refresh_token=token, scope=provider.scope, client_id=client.id, client_secret=client.secret or None
    )
    tokens = _ask(provider, flow, body, context)
    # Providers need not issue a new refresh token; the old one then stays valid (RFC 6749, 6).
    return Tokens(tokens.access, tokens.refresh or token)


class _Handler(BaseHTTPRequestHandler):
    """Receives the browser's request after the user has signed in."""

    timeout = 5
    """Seconds per connection: browsers also open connections that they do not use."""

    def do_GET(self) -> None:
        """Keep the address of the request; any page can send one, so the state is checked later."""
        self.server.called = self.path  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(_DONE.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing, because the address contains the code."""


def _wait_for_code(
    listener: HTTPServer,
    flow: WebApplicationClient,
    state: str,
    provider: Provider,
    keep_waiting: Callable[[], None],
) -> None:
    end = time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0:
        keep_waiting()
        listener.timeout, listener.called = min(left, _TICK), "/"  # type: ignore[attr-defined]
        listener.handle_request()
        try:
            # The library rejects addresses without TLS, but this request never leaves the computer.
            flow.parse_request_uri_response(f"https://localhost{listener.called}", state)  # type: ignore[attr-defined]
        except MismatchingStateError:
            # No request yet, or not the provider's: another page, or the browser asks for an icon.
            continue
        except OAuth2Error as error:
            raise _refused(provider, error.description or error.error or "") from None
        return
    raise CannotConnect(provider.host, _("nobody signed in within five minutes"))


def _ask(provider: Provider, flow: WebApplicationClient, body: str, context: ssl.SSLContext) -> Tokens:
    try:
        # With the standard library, because other HTTP clients do not use the system's certificates.
        with urlopen(Request(provider.token, body.encode()), timeout=TIMEOUT, context=context) as page:
            answer = page.read(_LARGEST_ANSWER)
    except HTTPError as error:
        with error:
            answer = error.read(_LARGEST_ANSWER)
        # Any other status is an outage or a limit, and says nothing about the sign-in.
        if error.code not in _REFUSALS:
            raise CannotConnect(provider.host, NOT_NOW, f"{error.code} {one_line(error.reason)}") from None
    except OSError:
        raise CannotConnect(
            provider.host, _("there is no connection; check the address and the network")
        ) from None
    try:
        answered = flow.parse_request_body_response(answer.decode("utf-8", "replace"))
        return Tokens(answered["access_token"], answered.get("refresh_token", ""))
    except (TemporarilyUnavailableError, ServerError) as error:
        raise CannotConnect(provider.host, NOT_NOW, one_line(error.description or "")) from None
    except (MissingTokenError, ValueError, TypeError, AttributeError):
        # A page of a proxy or gateway, not of the provider.
        raise CannotConnect(provider.host, NOT_NOW) from None
    except OAuth2Error as error:
        raise _refused(provider, error.description or error.error or "") from None


def _refused(provider: Provider, answered: str) -> LoginRefused:
    reason = _("it does not accept this program; check the client id with the person who registered it")
    return LoginRefused(provider.host, reason, one_line(answered))
