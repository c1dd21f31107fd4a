"""``propose``: derive a template from an existing form."""

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
HELP = _(
    "Propose a template from an existing form in Excel (.xlsx) or Word (.docx): markers in the cells to "
    "fill in, a dictionary line for each, and rules derived from the form. Every guess is coloured and "
    "listed on the sheet “Cần xem”; the form's content is kept."
)


@click.command(
    "propose",
    cls=Command,
    help=HELP,
    short_help=_("Propose a template from an existing form."),
    example='workbook-tools propose "Mẫu báo cáo.xlsx"\nworkbook-tools template check',
)
@click.argument("file", type=LOCAL_PATH, metavar=_("FILE"))
@click.option(
    "--out",
    type=LOCAL_PATH,
    metavar=_("FILE"),
    help=_("The template to write; default: template.xlsx in the current folder."),
)
@click.pass_obj
def propose_command(screen: Screen, file: Path, out: Path | None) -> Exit:
    """Write the proposed template and say what to check."""
    from pathlib import Path

    from workbook_tools.usecases.propose import propose

    target = out or Path("template.xlsx")
    proposal = propose(file, target, date.today() + timedelta(days=_DAYS))
    screen.answer(
        _("“{path}”: {lines} lines and {rules} rules proposed."),
        path=target,
        lines=len(proposal.lines),
        rules=len(proposal.rules),
    )
    screen.note(
        _(
            "Next: go through the sheet “Cần xem” in Excel and correct the coloured cells, then run: "
            "{command}"
        ),
        command=f'workbook-tools template check "{target}"',
    )
    return Exit.CLEAN
