"""What the tests of signing in share: a provider on the loopback, a browser that comes back from it, a vault."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from msgspec.structs import replace

from workbook_tools.post.sign_in import GOOGLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.post.sign_in import Provider


class Vault(KeyringBackend):
    """A vault that takes as much as that of Windows."""

    priority = 1.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password.encode("utf-16-le")) <= 2560
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(service)


@contextmanager
def own_vault() -> Iterator[Vault]:
    before, own = keyring.get_keyring(), Vault()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


class Office:
    """A provider: what it was asked for, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status, self.answer = 200, {"access_token": "access-1", "refresh_token": "refresh-1"}


@contextmanager
def provider(office: Office) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            office.asked.append({name: values[0] for name, values in form.items()})
            self.send_response(office.status)
            self.end_headers()
            self.wfile.write(json.dumps(office.answer).encode())

        def log_message(self, format: str, *args: object) -> None: ...

    # The library refuses addresses without TLS unless it is told that this is a test.
    insecure = patch.dict(os.environ, {"OAUTHLIB_INSECURE_TRANSPORT": "1"})
    with insecure, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{listener.server_port}"
        yield replace(GOOGLE, ask=f"{url}/ask", token=f"{url}/token")
        listener.shutdown()


def browser(calls: list[dict[str, str]], seen: list[dict[str, str]] | None = None):
    """Opens the address as a browser does: it comes back, with the right state unless told otherwise."""

    def show(url: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if seen is not None:
            seen.append(asked)
        back = asked["redirect_uri"].replace("localhost", "127.0.0.1")

        def call() -> None:
            for told in calls:
                with urlopen(f"{back}?{urlencode({'state': asked['state'], **told})}") as page:
                    page.read()

        threading.Thread(target=call, daemon=True).start()

    return show
