"""``demo``: a whole sample campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import LOCAL_PATH
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen

HELP = _(
    "Run the whole sample campaign: generate forms for 72 units, fill in most of them with invented figures "
    "and common faults, and collect them into a consolidated workbook in FOLDER (default: demo)."
)


@click.command(
    "demo",
    cls=Command,
    help=HELP,
    short_help=_("Run a whole sample campaign."),
    example="workbook-tools demo\nworkbook-tools demo demo-2",
)
@click.argument("folder", type=LOCAL_PATH, default=Path("demo"), metavar=_("[FOLDER]"))
@click.pass_obj
def demo_command(screen: Screen, folder: Path) -> Exit:
    """Run the demo and name its workbook."""
    from workbook_tools.demo import run_demo

    with screen.progress(_("Running the demonstration")) as progress:
        result = run_demo(folder, progress=progress)
    screen.answer(
        _("Forms sent out: {forms}. Files returned: {returned}."),
        forms=result.forms,
        returned=result.returned,
    )
    screen.answer(_("Consolidated workbook: {out}"), out=result.workbook)
    screen.answer(_("Word report: {out}"), out=result.workbook.with_suffix(".docx"))
    screen.answer(
        _(
            "Letters with the forms: {letters}, in mail/form. Correction forms: {corrections}, in "
            "corrections."
        ),
        letters=result.letters,
        corrections=result.corrections,
    )
    screen.note(
        _(
            "All figures in it are invented. Next: see it on the page: {page}; or start your own campaign: "
            "{command}"
        ),
        page=f"workbook-tools app {folder}",
        command="workbook-tools init htsd-2023",
    )
    return Exit.CLEAN
