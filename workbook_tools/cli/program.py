"""The command tree, in English; :func:`build_program` translates it."""

from __future__ import annotations

import click

from workbook_tools import __version__
from workbook_tools.cli.command_help import CommandGroup, translated
from workbook_tools.cli.commands.app_command import app_command
from workbook_tools.cli.commands.check_commands import template_group, units_group
from workbook_tools.cli.commands.collect_command import collect_command
from workbook_tools.cli.commands.demo_command import demo_command
from workbook_tools.cli.commands.followup_commands import correct_command, receipts_command, remind_command
from workbook_tools.cli.commands.generate_command import generate_command
from workbook_tools.cli.commands.init_command import init_command
from workbook_tools.cli.commands.inspect_command import inspect_command
from workbook_tools.cli.commands.mail_commands import mail_group
from workbook_tools.cli.commands.propose_command import propose_command
from workbook_tools.locale import LANGUAGES
from workbook_tools.locale import mark as _

NAME = "workbook-tools"
HELP = _(
    "Report forms in Excel: send them to many offices, collect and check what comes back, and consolidate "
    "it in one workbook."
)


@click.group(NAME, cls=CommandGroup, help=HELP, no_args_is_help=False)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=_(
        "The language of all messages: Vietnamese (vi, the default) or English (en); set "
        "WORKBOOK_TOOLS_LANG to make it permanent."
    ),
)
@click.option(
    "--debug", is_flag=True, expose_value=False, help=_("Show where in the program an error occurred.")
)
@click.version_option(__version__, message=f"{NAME} %(version)s")
def program() -> None:
    """Report forms in Excel, out and back."""


# In order of use, which the help shows.
COMMANDS = (
    init_command,
    propose_command,
    template_group,
    units_group,
    generate_command,
    mail_group,
    collect_command,
    correct_command,
    remind_command,
    receipts_command,
    inspect_command,
    app_command,
    demo_command,
)
for _command in COMMANDS:
    program.add_command(_command)


def build_program(language: str) -> click.Command:
    """Return the commands with help in that language."""
    return translated(program, language)
