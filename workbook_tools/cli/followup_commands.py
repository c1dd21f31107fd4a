"""``correct``: what the office asks of units after their reports have, or have not, come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbook_tools.cli.commands import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.mail_command import check_only, current_campaign, only_option, report_drafts
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen

CORRECT_HELP = _(
    "Make for each unit whose report has errors its own form again, with what it sent, the cells to be mended marked until "
    "they are changed, and a sheet that says what is asked and why. The forms lie in corrections, letters to go with them, "
    "ready to be opened and sent, in mail/correction. Returned files are never changed."
)


@click.command(
    "correct",
    cls=Command,
    help=CORRECT_HELP,
    short_help=_("Make the forms that go back to be mended."),
    example="workbook-tools correct\nworkbook-tools correct --warnings --only 11632",
)
@only_option
@click.option(
    "--warnings",
    is_flag=True,
    help=_(
        "Ask about warnings, too, unless the unit has written a reason or they are accepted in decisions.xlsx."
    ),
)
@click.pass_obj
def correct_command(screen: Screen, only: tuple[str, ...], warnings: bool) -> Exit:
    """Make corrections and their letters, and say to whom they go."""
    from workbook_tools.usecases.correct import correct
    from workbook_tools.usecases.letters import draft_letters

    campaign = current_campaign()
    corrected = correct(campaign, only, warnings=warnings)
    known = check_only(screen, only, corrected.prepared)
    if not corrected.asked:
        screen.answer(_("No report has anything to be mended."))
    else:
        rows = [(asked.unit, asked.name, asked.round, asked.questions) for asked in corrected.asked]
        heads = [_("Code"), _("Unit"), _("Round"), _("Questions")]
        screen.show_table(_("Forms that go back, in “{folder}”"), heads, rows, folder=campaign.corrections)
    for unit in corrected.unchanged:
        screen.note(_("Came back without any change: {unit}."), unit=corrected.prepared.roster[unit].name)
    report_drafts(screen, corrected.prepared, draft_letters(campaign, corrected.prepared))
    return Exit.CLEAN if known and not corrected.prepared.problems else Exit.PROBLEMS
