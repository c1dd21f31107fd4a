"""Options for connecting to a mail server; they default to the template's settings."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.options import LOCAL_PATH
from workbook_tools.cli.screen import Screen
from workbook_tools.errors import CannotConnect
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from workbook_tools.post.connection import Login
    from workbook_tools.post.sign_in import Client, Provider
    from workbook_tools.spec.mail.mail_settings import MailSettings, Server

    F = TypeVar("F", bound=Callable[..., Any])

_NO_VAULT = _("The system has no vault for passwords; it will be asked for again.")


def connection_options(function: F) -> F:
    """Login options: server, account, credentials."""
    options = (
        click.option(
            "--from", "sender", metavar=_("ADDRESS"), help=_("The sending address; otherwise thu_nguoi_gui.")
        ),
        click.option(
            "--account", metavar=_("NAME"), help=_("The name to log in with; otherwise thu_tai_khoan.")
        ),
        click.option(
            "--oauth",
            is_flag=True,
            help=_(
                "Log in with an access token (XOAUTH2) instead of a password: sign in to Google or "
                "Microsoft in the browser, or enter a token when asked."
            ),
        ),
        click.option(
            "--client-id",
            metavar=_("ID"),
            help=_(
                "The program's id at Google or Microsoft (ID@TENANT), as an administrator registered it; "
                "otherwise thu_ma_ung_dung."
            ),
        ),
        click.option(
            "--remember",
            is_flag=True,
            help=_("Store the password or sign-in in the system's vault for the next run."),
        ),
        click.option(
            "--ca-file",
            type=LOCAL_PATH,
            metavar=_("FILE"),
            help=_(
                "The certificate (PEM) of the authority that vouches for the server, "
                "if the system does not know it."
            ),
        ),
    )
    # Decorators apply from the last one to the first; this way the help lists them in this order.
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Connection:
    """The template's settings, overridden by the options given."""

    settings: MailSettings
    given: dict[str, Any]

    @property
    def sender(self) -> str:
        """The office's own address."""
        return str(self.given["sender"] or self.settings.sender)

    def server(self, option: str, of_template: Server | None, row: str) -> Server:
        """The server to use; UsageError if unknown."""
        from workbook_tools.spec.mail.mail_settings import Server

        text = self.given["server"]
        server = Server.parse(text) if text else of_template
        if server is None:
            message = _("No mail server is set: give {option}, or fill in {row} in the template.")
            raise usage_error(message, option=option, row=row)
        return server

    def login(self, screen: Screen, server: Server) -> Login:
        """Account and password or token, from the vault or a prompt."""
        from workbook_tools.post.connection import Login
        from workbook_tools.post.vault import recall

        account = self.given["account"] or self.settings.account or self.sender
        if self.given["oauth"]:
            return Login(account, self._token(screen, server, account), oauth=True)
        secret = recall(server, account)
        if secret is None:
            prompt = screen.text(_("Password of {account} on {host}"), account=account, host=server.host)
            # Prompts go to stderr, because stdout is for answers, which may be piped.
            secret = click.prompt(prompt, hide_input=True, err=True)
        return Login(account, secret)

    @contextmanager
    def trying(self, screen: Screen, server: Server, login: Login) -> Iterator[Callable[[], None]]:
        """Yield a function to call after a successful login; it stores the password if the user wants that.

        If the server refuses a stored password, it is deleted, so that the next run asks.
        """
        from workbook_tools.errors import LoginRefused
        from workbook_tools.post.vault import forget, keep

        def worked() -> None:
            wanted = self.given["remember"] and not login.oauth
            if wanted and not keep(server, login.account, login.secret):
                screen.note(_NO_VAULT)

        try:
            yield worked
        except LoginRefused:
            if not login.oauth:
                forget(server, login.account)
            raise

    def _token(self, screen: Screen, server: Server, account: str) -> str:
        """An access token: from a stored sign-in, a new sign-in, or a prompt."""
        from workbook_tools.post.sign_in import Client, find_provider

        client_id = self.given["client_id"] or self.settings.client_id
        found = find_provider(server, client_id) if client_id else None
        if found is None:
            prompt = screen.text(_("Access token of {account} on {host}"), account=account, host=server.host)
            return str(click.prompt(prompt, hide_input=True, err=True))
        provider, bare = found
        return self._signed_in(screen, provider, Client(bare), account)

    def _signed_in(self, screen: Screen, provider: Provider, client: Client, account: str) -> str:
        from workbook_tools.post.sign_in import Client, refresh, sign_in
        from workbook_tools.post.vault import keep_token, recall_token

        context = self.context
        kept = recall_token(provider.host, account)
        if kept is not None:
            token, _blank, secret = kept.partition(" ")
            # If the provider no longer accepts the stored sign-in, the user signs in again.
            with suppress(CannotConnect):
                return refresh(provider, Client(client.id, secret), token, context).access
        secret = ""
        if provider.needs_secret:
            secret = click.prompt(screen.text(_("Client secret")), hide_input=True, err=True)
        screen.note(_("Sign in to {host} in the browser that opens now."), host=provider.host)
        tokens = sign_in(provider, Client(client.id, secret), account, click.launch, context)
        # The client's secret is kept with the token, because a refresh needs both.
        if self.given["remember"] and not keep_token(
            provider.host, account, f"{tokens.refresh} {secret}".strip()
        ):
            screen.note(_NO_VAULT)
        return tokens.access

    @property
    def context(self) -> ssl.SSLContext:
        """The certificates to trust."""
        from workbook_tools.post.connection import trust

        return trust(self.given["ca_file"])


def usage_error(message: str, **values: object) -> click.UsageError:
    """Create a usage error in the user's language."""
    context = click.get_current_context()
    return click.UsageError(context.ensure_object(Screen).text(message, **values), context)
