"""Access control: only the browser that was opened with the token, and only our own pages in it.

The server listens on this computer only, but any web page can reach it through the user's browser: by a name
that resolves to 127.0.0.1 (DNS rebinding, seen in the Host header), by a form of its own (seen in the Origin
header), or by guessing the port (stopped by the token in a strict cookie). OpenRefine issue 3288 describes
such an attack.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer", with which Chromium sends "Origin: null" for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_NAMES = frozenset({"127.0.0.1", "localhost"})


def protect(app: Flask, token: str) -> None:
    """Refuse requests that are not the user's own, and let the browser run no scripts but ours."""

    def refuse_strangers() -> AnyResponse | None:
        host = urlsplit(f"//{request.host}")
        # After DNS rebinding the Host header still has the attacker's domain name.
        if host.hostname not in _NAMES:
            abort(403)
        origin = request.headers.get("Origin")
        own = {f"http://{request.host}"}
        if origin is not None and origin not in own:
            abort(403)
        # Browsers send an Origin header with every POST, so a request without one is not from a browser.
        if request.method not in ("GET", "HEAD") and origin is None:
            abort(403)
        # The page that refuses is to be read, too, and the program's own styles are no secret. They are sent
        # from here, because the request of a stranger must not keep the program alive.
        if request.endpoint == "static" and request.method == "GET":
            with suppress(NotFound):
                return app.send_static_file((request.view_args or {})["filename"])
        given = request.args.get("token")
        if given is not None and request.method == "GET" and _same(given, token):
            # The redirect keeps the token out of the address bar and the browser's history.
            response = redirect(request.path)
            response.set_cookie(cookie_name(), token, httponly=True, samesite="Strict")
            return response
        if not _same(request.cookies.get(cookie_name(), ""), token):
            abort(403)
        return None

    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    app.before_request(refuse_strangers)
    app.after_request(add_headers)


def cookie_name() -> str:
    """Return the cookie's name, which contains the port."""
    # Browsers separate cookies by host, not port: two open campaigns would overwrite each other's.
    return f"workbook_tools_{urlsplit(f'//{request.host}').port or 80}"


def _same(one: str, other: str) -> bool:
    # In constant time: the duration of an ordinary comparison reveals how much of a guess was right.
    return hmac.compare_digest(one.encode(), other.encode())
