"""``init``: lay out a campaign folder."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import LOCAL_PATH
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.cli.screen import Screen

_DAYS = 10
"""As many as the sample campaign gives its units."""
HELP = _(
    "Lay out a campaign FOLDER: a template and a roster to edit in Excel, and folders "
    "for the forms that go out and the "
    "files that come back. What is there already is never touched."
)


@click.command(
    "init",
    cls=Command,
    help=HELP,
    short_help=_("Lay out a campaign folder."),
    example="workbook-tools init htsd-2023\ncd htsd-2023\nworkbook-tools template check",
)
@click.argument("folder", type=LOCAL_PATH, metavar=_("FOLDER"))
@click.pass_obj
def init_command(screen: Screen, folder: Path) -> Exit:
    """Lay out a campaign folder and say what is new in it."""
    from workbook_tools.usecases.init import initialise

    deadline = date.today() + timedelta(days=_DAYS)
    made = initialise(folder, deadline)
    for path in made:
        screen.answer(_("made: {path}"), path=path)
    if folder / "template.xlsx" in made:
        screen.note(
            _("The deadline in template.xlsx is {day} for now; change it on the sheet “Đợt báo cáo”."),
            day=f"{deadline:%d/%m/%Y}",
        )
    if not made:
        screen.answer(_("“{folder}” is laid out already; nothing was changed."), folder=folder)
    screen.note(
        _("Next: edit template.xlsx and units.xlsx in Excel, then run in this folder: {command}"),
        command="workbook-tools template check",
    )
    return Exit.CLEAN
