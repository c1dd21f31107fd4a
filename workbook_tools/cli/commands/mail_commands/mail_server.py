"""Options for connecting to a mail server; they default to the template's settings."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from workbook_tools.cli.options import LOCAL_PATH, parse_address
from workbook_tools.cli.screen import Screen
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import TypeVar

    from workbook_tools.post.connection import Login
    from workbook_tools.post.credentials import Credentials
    from workbook_tools.spec.mail.mail_settings import MailSettings, Server

    F = TypeVar("F", bound=Callable[..., Any])


def connection_options(function: F) -> F:
    """Login options: server, account, credentials."""
    options = (
        click.option(
            "--from",
            "sender",
            metavar=_("ADDRESS"),
            callback=parse_address,
            help=_("The sending address; otherwise thu_nguoi_gui."),
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
                "The certificate (PEM) of the authority that vouches for the server, if the system does not "
                "know it."
            ),
        ),
    )
    # Decorators apply from the last one to the first; this way the help lists them in this order.
    for option in reversed(options):
        function = option(function)
    return function


class Connection(Struct, dict=True):
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

    def login(
        self, screen: Screen, server: Server
    ) -> AbstractContextManager[tuple[Login, Callable[[], None]]]:
        """Log in by vault or prompt, as :meth:`~workbook_tools.post.credentials.Credentials.login`."""
        from workbook_tools.post.credentials import Account

        given = self.given
        account = Account(
            given["account"] or self.settings.account or self.sender,
            given["oauth"],
            given["client_id"] or self.settings.client_id,
            given["remember"],
        )
        return self._credentials.login(server, account, Prompts(screen))

    @cached_property
    def context(self) -> ssl.SSLContext:
        """The certificates to trust."""
        from workbook_tools.post.connection import trust

        return trust(self.given["ca_file"])

    @cached_property
    def _credentials(self) -> Credentials:
        from workbook_tools.post.credentials import Credentials

        return Credentials(self.context)


class Prompts(Struct, frozen=True):
    """Asks for credentials on the terminal (``post.credentials.Questions``), without showing them."""

    screen: Screen

    def password(self, account: str, host: str) -> str:
        """Ask for a password."""
        return self._ask(_("Password of {account} on {host}"), account=account, host=host)

    def access_token(self, account: str, host: str) -> str:
        """Ask for an access token."""
        return self._ask(_("Access token of {account} on {host}"), account=account, host=host)

    def client_secret(self) -> str:
        """Ask for the program's secret."""
        return self._ask(_("Client secret"))

    def sign_in(self, host: str, url: str) -> None:
        """Open the provider's page in the default browser."""
        self.screen.note(_("Sign in to {host} in the browser that opens now."), host=host)
        click.launch(url)

    def keep_waiting(self) -> None:
        """Wait until Ctrl-C."""

    def tell_no_vault(self) -> None:
        """Say that nothing could be stored."""
        self.screen.note(_("The system has no vault for passwords; it will be asked for again."))

    def _ask(self, question: str, **values: object) -> str:
        # Prompts go to stderr, because stdout is for answers, which may be piped.
        return str(click.prompt(self.screen.text(question, **values), hide_input=True, err=True))


def usage_error(message: str, **values: object) -> click.UsageError:
    """Create a usage error in the user's language."""
    context = click.get_current_context()
    return click.UsageError(context.ensure_object(Screen).text(message, **values), context)
