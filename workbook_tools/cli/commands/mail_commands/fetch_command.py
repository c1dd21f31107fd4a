"""``mail fetch``: fetch the units' answers from the mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.campaign import current_campaign, local_folder_argument, next_command
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.mail_commands.mail_server import Connection, connection_options
from workbook_tools.cli.failures import Exit
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.cli.screen import Screen


FETCH_HELP = _(
    "Search the mailbox and save the units' answers to the folder returned. The mailbox is not changed; "
    "mails that do not belong to the campaign are listed. Mails reported as undeliverable are recorded for "
    "the unit. FOLDER is the campaign folder; the default is the current one."
)
SHOWN = 20


@click.command(
    "fetch",
    cls=Command,
    help=FETCH_HELP,
    short_help=_("Fetch the units' answers from the mailbox."),
    example="workbook-tools mail fetch\nworkbook-tools mail fetch --mailbox pop3s://mail.example.vn",
)
@local_folder_argument
@click.option(
    "--mailbox",
    "server",
    metavar="URL",
    help=_("The server, such as imaps://mail.example.vn or pop3s://mail.example.vn."),
)
@connection_options
@click.pass_obj
def fetch_command(screen: Screen, /, folder: Path | None, **given: Any) -> Exit:
    """Fetch new mails and report what they are."""
    from workbook_tools.followup.journal import local_now
    from workbook_tools.followup.sorting import MAIL_KIND_NAMES, MailKind
    from workbook_tools.post.mailbox import open_mailbox
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.spec.template import load_template
    from workbook_tools.usecases.fetch import fetch_mails

    campaign = current_campaign(folder)
    template, _problems = load_template(campaign.template)
    connection = Connection(read_mail_settings(template.campaign.values), given)
    server = connection.server("--mailbox", connection.settings.incoming, "thu_may_chu_nhan")
    with (
        connection.login(screen, server) as (login, worked),
        open_mailbox(server, login, connection.context) as mailbox,
        screen.progress(_("Searching the mailbox")) as progress,
    ):
        worked()
        result = fetch_mails(campaign, mailbox, connection.sender, local_now(), progress)
    rows = [
        (screen.text(text), len(result.of(what))) for what, text in MAIL_KIND_NAMES.items() if result.of(what)
    ]
    if rows:
        screen.show_table(_("New mails"), [_("What it is"), _("Number")], rows)
    else:
        screen.answer(_("No new mail."))
    for what in (MailKind.WORDS, MailKind.BOUNCE, MailKind.LARGE, MailKind.OTHER):
        for seen in result.of(what)[:SHOWN]:
            screen.note(
                _("{what}: {sender}: {subject}"),
                what=screen.text(MAIL_KIND_NAMES[what]),
                sender=seen.sender,
                subject=seen.subject,
            )
    screen.note(_("Next: {command}"), command=next_command("collect", campaign))
    return Exit.of(clean=not (result.of(MailKind.BOUNCE) or result.of(MailKind.LARGE)))
