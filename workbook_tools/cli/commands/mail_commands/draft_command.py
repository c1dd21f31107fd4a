"""``mail draft``: prepare letters for sending by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbook_tools.cli.campaign import current_campaign, local_folder_argument
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.mail_commands.mail_server import Connection, connection_options, usage_error
from workbook_tools.cli.commands.mail_letters import (
    KINDS,
    check_only,
    only_option,
    prepare_letters,
    report_drafts,
)
from workbook_tools.cli.failures import Exit
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.cli.screen import Screen
    from workbook_tools.usecases.prepare_letters import Prepared


DRAFT_HELP = _(
    "Make a mail for each unit with its form attached, to open and send by hand; nothing leaves this "
    "computer. Beside the mails there is a chat message for each unit, one for the group of all units, and "
    "a list for a mail merge. FOLDER is the campaign folder; the default is the current one."
)


@click.command(
    "draft",
    cls=Command,
    help=DRAFT_HELP,
    short_help=_("Make mails to send by hand."),
    example=(
        "workbook-tools mail draft\nworkbook-tools mail draft --only 11629\nworkbook-tools mail draft "
        "correction --to-mailbox"
    ),
)
@click.argument("kind", type=click.Choice(KINDS), default=KINDS[0])
@local_folder_argument
@only_option
@click.option(
    "--to-mailbox",
    is_flag=True,
    help=_("Also store each mail once in the mailbox's drafts folder (IMAP)."),
)
@click.option("--mailbox", "server", metavar="URL", help=_("The server, such as imaps://mail.example.vn."))
@connection_options
@click.pass_obj
def draft_command(
    screen: Screen, /, kind: str, folder: Path | None, only: tuple[str, ...], to_mailbox: bool, **given: Any
) -> Exit:
    """Write the drafts and name their folder."""
    from workbook_tools.spec.mail.mail_settings import read_mail_settings
    from workbook_tools.usecases.prepare_letters import draft_letters

    campaign = current_campaign(folder)
    prepared = prepare_letters(kind, campaign, only)
    known = check_only(screen, only, prepared)
    if to_mailbox:
        connection = Connection(read_mail_settings(prepared.template.campaign.values), given)
        _put_drafts(screen, prepared, connection)
    report_drafts(screen, prepared, draft_letters(campaign, prepared))
    screen.note(_("Next: open each mail and send it; put what comes back into the folder returned."))
    return Exit.of(clean=known and not prepared.problems)


def _put_drafts(screen: Screen, prepared: Prepared, connection: Connection) -> None:
    from workbook_tools.followup.message import build_mailbox_draft, message_id
    from workbook_tools.post.imap import ImapMailbox
    from workbook_tools.post.mailbox import open_mailbox

    server = connection.server("--mailbox", connection.settings.incoming, "thu_may_chu_nhan")
    if server.protocol != "imap":
        raise usage_error(_("Only an IMAP mailbox has a drafts folder."))
    sender = connection.sender
    if not sender:
        raise usage_error(_("From which address? Give --from, or fill in thu_nguoi_gui in the template."))
    with (
        connection.login(screen, server) as (login, worked),
        open_mailbox(server, login, connection.context) as mailbox,
    ):
        worked()
        assert isinstance(mailbox, ImapMailbox)
        drafts = (
            (message_id(letter.key, sender), build_mailbox_draft(letter, sender))
            for letter in prepared.letters
        )
        put = mailbox.put_drafts(drafts)
    screen.answer(_("Stored in the drafts folder: {count}."), count=put)
