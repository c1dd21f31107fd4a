"""Log accounts in to mail servers: with known credentials, otherwise by asking the user."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from workbook_tools.errors import LoginRefused
from workbook_tools.post import vault
from workbook_tools.post.connection import Login

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from workbook_tools.post.sign_in import Provider, Tokens
    from workbook_tools.spec.mail.mail_settings import Server


class Account(Struct, frozen=True):
    """Who logs in, and how: by password, or by signing in at the provider (``oauth``).

    ``client_id`` is the program's id there; without one, an access token is asked for. With ``remember``,
    credentials that a server has accepted are stored in the system's vault.
    """

    name: str
    oauth: bool = False
    client_id: str = ""
    remember: bool = False


class Questions(Protocol):
    """How the user is asked: the command line prompts, the page has a form."""

    def password(self, account: str, host: str) -> str:
        """Ask for the account's password."""

    def access_token(self, account: str, host: str) -> str:
        """Ask for an access token that the user got elsewhere."""

    def client_secret(self) -> str:
        """Ask for the program's own secret, which Google requires."""

    def sign_in(self, host: str, url: str) -> None:
        """Open the page on which the user signs in at the provider ``host``."""

    def keep_waiting(self) -> None:
        """Is called every second until the user has signed in; an exception ends the wait."""

    def tell_no_vault(self) -> None:
        """Say that the credentials could not be stored."""


@dataclass
class Credentials:
    """The credentials known to this run, in addition to those in the system's vault; never in a file."""

    context: ssl.SSLContext
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def knows(self, server: Server, account: Account) -> bool:
        """Whether credentials are known, so that the user is not asked unless the server rejects them."""
        provider = _find_provider(server, account)
        host = provider[0].host if provider else server.host
        return bool(self._recall(host, account.name))

    @contextmanager
    def login(
        self, server: Server, account: Account, ask: Questions
    ) -> Iterator[tuple[Login, Callable[[], None]]]:
        """Yield a login, and a function to call once the server has accepted it.

        A password that is rejected within the block is deleted, so that the user is asked for it next time.
        CannotConnect or LoginRefused if the provider does not let the account sign in.
        """
        if account.oauth:
            # Only the sign-in is stored, which stays valid even if a server rejects a token made with it.
            yield Login(account.name, self._token(server, account, ask), oauth=True), lambda: None
            return
        secret = self._recall(server.host, account.name) or ask.password(account.name, server.host)
        try:
            yield (
                Login(account.name, secret),
                lambda: self._keep(server.host, account, secret, ask),
            )
        except LoginRefused:
            self._forget(server.host, account.name)
            raise

    def _token(self, server: Server, account: Account, ask: Questions) -> str:
        found = _find_provider(server, account)
        if found is None:
            return ask.access_token(account.name, server.host)
        provider, client_id = found
        return self._signed_in(provider, client_id, account, ask).access

    def _signed_in(self, provider: Provider, client_id: str, account: Account, ask: Questions) -> Tokens:
        """Renew a known sign-in, or let the user sign in."""
        from workbook_tools.post.sign_in import Client, refresh, sign_in

        token, _blank, secret = self._recall(provider.host, account.name).partition(" ")
        if token:
            try:
                tokens = refresh(provider, Client(client_id, secret), token, self.context)
            except LoginRefused:
                self._forget(provider.host, account.name)
            else:
                self._keep(provider.host, account, f"{tokens.refresh} {secret}".strip(), ask)
                return tokens
        secret = ask.client_secret() if provider.needs_secret else ""
        client = Client(client_id, secret)
        tokens = sign_in(
            provider,
            client,
            account.name,
            lambda url: ask.sign_in(provider.host, url),
            self.context,
            ask.keep_waiting,
        )
        self._keep(provider.host, account, f"{tokens.refresh} {client.secret}".strip(), ask)
        return tokens

    def _recall(self, host: str, account: str) -> str:
        return self._known.get((host, account)) or vault.recall(host, account)

    def _keep(self, host: str, account: Account, secret: str, ask: Questions) -> None:
        self._known[host, account.name] = secret
        # A stored sign-in is updated even without `remember`: Microsoft replaces it on every use.
        kept = vault.recall(host, account.name)
        if (kept or account.remember) and secret != kept and not vault.keep(host, account.name, secret):
            ask.tell_no_vault()

    def _forget(self, host: str, account: str) -> None:
        self._known.pop((host, account), None)
        vault.forget(host, account)


def _find_provider(server: Server, account: Account) -> tuple[Provider, str] | None:
    from workbook_tools.post import sign_in

    if account.oauth and account.client_id:
        return sign_in.find_provider(server, account.client_id)
    return None
