"""``mail``: draft or send letters to the units, and fetch their answers."""

from __future__ import annotations

import click

from workbook_tools.cli.command_help import CommandGroup
from workbook_tools.cli.commands.mail_commands.draft_command import draft_command
from workbook_tools.cli.commands.mail_commands.fetch_command import fetch_command
from workbook_tools.cli.commands.mail_commands.send_command import send_command
from workbook_tools.locale import mark as _


@click.group(
    "mail", cls=CommandGroup, no_args_is_help=False, help=_("Letters to the units, and their answers.")
)
def mail_group() -> None:
    """Letters to the units, and their answers."""


# In order of use, which the help shows.
for _command in (draft_command, send_command, fetch_command):
    mail_group.add_command(_command)
