"""Options of the connection to a mail server, with the settings of the template behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.options import LOCAL_PATH
from workbook_tools.cli.screen import Screen
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import TypeVar

    from workbook_tools.post.connection import Login
    from workbook_tools.spec.mail.mail_settings import MailSettings, Server

    F = TypeVar("F", bound=Callable[..., Any])


def connection_options(function: F) -> F:
    """Who logs in where, and by what."""
    options = (
        click.option(
            "--from", "sender", metavar=_("ADDRESS"), help=_("The sending address; otherwise thu_nguoi_gui.")
        ),
        click.option(
            "--account", metavar=_("NAME"), help=_("The name to log in with; otherwise thu_tai_khoan.")
        ),
        click.option(
            "--oauth", is_flag=True, help=_("What is asked for is an access token (XOAUTH2), not a password.")
        ),
        click.option(
            "--remember", is_flag=True, help=_("Keep the password in the system's vault, for the next time.")
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
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Connection:
    """The settings of the template, with what was given in their place."""

    settings: MailSettings
    given: dict[str, Any]

    @property
    def sender(self) -> str:
        """The office's own address."""
        return str(self.given["sender"] or self.settings.sender)

    def server(self, option: str, of_template: Server | None, row: str) -> Server:
        """The server to use; a usage error where none is known."""
        from workbook_tools.spec.mail.mail_settings import Server

        text = self.given["server"]
        server = Server.parse(text) if text else of_template
        if server is None:
            message = _(
                "It is not known which mail server to use: give {option}, or fill in {row} in the template."
            )
            raise usage_error(message, option=option, row=row)
        return server

    def login(self, screen: Screen, server: Server) -> Login:
        """Account and password, from the vault or asked for."""
        from workbook_tools.post.connection import Login
        from workbook_tools.post.vault import keep, recall

        account = self.given["account"] or self.settings.account or self.sender
        secret = recall(server, account)
        if secret is None:
            prompt = screen.text(_("Password of {account} on {host}"), account=account, host=server.host)
            secret = click.prompt(prompt, hide_input=True, err=True)
            if self.given["remember"] and not keep(server, account, secret):
                screen.note(_("The system has no vault for passwords; it will be asked for again."))
        return Login(account, secret, self.given["oauth"])

    @property
    def context(self) -> ssl.SSLContext:
        """Whose certificates are believed."""
        from workbook_tools.post.connection import trust

        return trust(self.given["ca_file"])


def usage_error(message: str, **values: object) -> click.UsageError:
    """A usage error in the reader's language."""
    context = click.get_current_context()
    return click.UsageError(context.ensure_object(Screen).text(message, **values), context)
