"""Command help: a sentence, a working example and all options; and its translation."""

from __future__ import annotations

import copy
import sys
from typing import Any

import click

from workbook_tools.cli.encoding import as_shown
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate


class Command(click.Command):
    """A command whose help shows ``example``: lines to type as they are."""

    def __init__(self, *args: Any, example: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = example
        self.example_head = _("Example")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sentence, then the example."""
        super().format_help_text(ctx, formatter)
        with formatter.section(self.example_head):
            for line in self.example.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def get_help(self, ctx: click.Context) -> str:
        """The help as stdout can show it."""
        return as_shown(super().get_help(ctx), sys.stdout)


class CommandGroup(click.Group):
    """A command group, listed in order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in order of addition; click would sort them."""
        return list(self.commands)

    def get_help(self, ctx: click.Context) -> str:
        """The help as stdout can show it."""
        return as_shown(super().get_help(ctx), sys.stdout)


def translated(command: click.Command, language: str) -> click.Command:
    """Copy a command and its subcommands, with help and metavars in that language."""
    # A copy, because the same commands may be shown in another language in one process, as in tests.
    command = copy.copy(command)
    command.help = _said(command.help, language)
    command.short_help = _said(command.short_help, language)
    command.options_metavar = _said(command.options_metavar, language)
    command.params = [_translated_parameter(parameter, language) for parameter in command.params]
    if isinstance(command, click.Group):
        command.commands = {name: translated(below, language) for name, below in command.commands.items()}
        command.subcommand_metavar = translate(command.subcommand_metavar, language)
    if isinstance(command, Command):
        command.example_head = translate(command.example_head, language)
    return command


def _translated_parameter(parameter: click.Parameter, language: str) -> click.Parameter:
    parameter = copy.copy(parameter)
    parameter.metavar = _said(parameter.metavar, language)
    if isinstance(parameter, click.Option):
        parameter.help = _said(parameter.help, language)
    return parameter


def _said(text: str | None, language: str) -> str | None:
    return translate(text, language) if text else text
