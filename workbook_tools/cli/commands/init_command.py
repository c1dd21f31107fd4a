"""``init``: create a campaign folder."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import LOCAL_PATH, parse_day
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.cli.screen import Screen

_DAYS = 10
"""As in the sample campaign."""
HELP = _(
    "Create a campaign FOLDER: a template and a roster with one example line each, to edit in Excel, and "
    "folders for the forms that go out and the files that come back. Existing files are never touched. "
    "--sample creates a whole example campaign, a district of 72 units. --from creates an office's next "
    "campaign: it copies template, roster and signature key from the last one, and its results for "
    "comparison."
)


@click.command(
    "init",
    cls=Command,
    help=HELP,
    short_help=_("Create a campaign folder."),
    example=(
        "workbook-tools init htsd-2023\nworkbook-tools init t11 --from t10 --code BC-2026-11 "
        "--deadline 05/12/2026"
    ),
)
@click.argument("folder", type=LOCAL_PATH, metavar=_("FOLDER"))
@click.option("--sample", is_flag=True, help=_("Create the sample campaign instead of an empty one."))
@click.option(
    "--from",
    "old",
    type=LOCAL_PATH,
    metavar=_("FOLDER"),
    help=_("The folder of the last campaign, which the new one follows."),
)
@click.option("--code", metavar=_("CODE"), help=_("With --from: the new campaign's code."))
@click.option("--title", metavar=_("TEXT"), help=_("With --from: its title; otherwise that of the last one."))
@click.option(
    "--deadline",
    metavar=_("DAY"),
    callback=parse_day,
    help=_("The deadline, such as 13/10/2023."),
)
@click.pass_obj
def init_command(
    screen: Screen,
    folder: Path,
    sample: bool,
    old: Path | None,
    code: str | None,
    title: str | None,
    deadline: date | None,
) -> Exit:
    """Create a campaign folder and list its new files."""
    if old is not None:
        return _continue(screen, folder, old, (code, title, deadline))
    from workbook_tools.usecases.init import initialise, lay_out_starter

    if code or title:
        raise click.UsageError(screen.text(_("--code and --title go with --from.")))
    # The sample's own deadline is years ago, so every form would seem late.
    deadline = deadline or date.today() + timedelta(days=_DAYS)
    made = initialise(folder, deadline) if sample else lay_out_starter(folder, deadline)
    _tell(screen, made)
    if folder / "template.xlsx" in made:
        screen.note(
            _("The deadline in template.xlsx is {day} for now; change it on the sheet “Đợt báo cáo”."),
            day=f"{deadline:%d/%m/%Y}",
        )
    if not made:
        screen.answer(_("“{folder}” is already a campaign folder; nothing was changed."), folder=folder)
    screen.note(
        _("Next: edit template.xlsx and units.xlsx in Excel, then run in this folder: {command}"),
        command="workbook-tools template check",
    )
    return Exit.CLEAN


def _continue(
    screen: Screen, folder: Path, old: Path, given: tuple[str | None, str | None, date | None]
) -> Exit:
    from workbook_tools.usecases.next_campaign import NextCampaign, continue_campaign

    code, title, deadline = given
    # Do not prompt in a script.
    asking = sys.stdin is not None and sys.stdin.isatty()
    if asking and not (code and deadline):
        code = code or click.prompt(screen.text(_("Code of the new campaign, such as BC-2026-11")), err=True)
        if title is None:
            question = screen.text(_("Title (Enter: as before)"))
            title = click.prompt(question, default="", show_default=False, err=True)
        if deadline is None:
            question = screen.text(_("Deadline, such as 05/12/2026"))
            context = click.get_current_context()
            parameter = next(p for p in context.command.params if p.name == "deadline")
            deadline = parse_day(context, parameter, click.prompt(question, err=True))
    if not code or deadline is None:
        raise click.UsageError(screen.text(_("--from needs --code and --deadline, too.")))
    _tell(screen, continue_campaign(folder, old, NextCampaign(code, deadline, title or "")))
    screen.note(
        _(
            "Next: check the title, the period and the bounds of dates in template.xlsx, and "
            "units.xlsx, in Excel, then run in this folder: {command}"
        ),
        command="workbook-tools template check",
    )
    return Exit.CLEAN


def _tell(screen: Screen, made: list[Path]) -> None:
    for path in made:
        screen.answer(_("made: {path}"), path=path)
