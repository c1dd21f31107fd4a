"""``correct``: follow up with units whose reports have, or have not, arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbook_tools.cli.campaign import current_campaign, local_folder_argument
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.commands.mail_letters import (
    check_only,
    only_option,
    report_drafts,
)
from workbook_tools.cli.failures import Exit
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.cli.screen import Screen

CORRECT_HELP = _(
    "For each unit whose report has errors, make a correction form: its own form with what it sent, the "
    "cells to correct marked until they are changed, and a sheet that says what is asked and why. The forms "
    "are in corrections, their letters, ready to open and send, in mail/correction. Returned files are "
    "never changed. FOLDER is the campaign folder; the default is the current one."
)


@click.command(
    "correct",
    cls=Command,
    help=CORRECT_HELP,
    short_help=_("Make correction forms for reports with errors."),
    example="workbook-tools correct\nworkbook-tools correct --warnings --only 11632",
)
@local_folder_argument
@only_option
@click.option(
    "--warnings",
    is_flag=True,
    help=_(
        "Also ask about warnings, unless the unit has given a reason or they are accepted in decisions.xlsx."
    ),
)
@click.pass_obj
def correct_command(screen: Screen, folder: Path | None, only: tuple[str, ...], warnings: bool) -> Exit:
    """Make correction forms and their letters, and list the units concerned."""
    from workbook_tools.usecases.correct import correct
    from workbook_tools.usecases.prepare_letters import draft_letters

    campaign = current_campaign(folder)
    corrected = correct(campaign, only, warnings=warnings)
    known = check_only(screen, only, corrected.prepared)
    if not corrected.asked:
        screen.answer(_("No report needs correction."))
    else:
        rows = [(asked.unit, asked.name, asked.round, asked.questions) for asked in corrected.asked]
        heads = [_("Code"), _("Unit"), _("Round"), _("Questions")]
        screen.show_table(_("Correction forms in “{folder}”"), heads, rows, folder=campaign.corrections)
    for unit in corrected.unchanged:
        screen.note(_("Came back unchanged: {unit}."), unit=corrected.prepared.roster[unit].name)
    report_drafts(screen, corrected.prepared, draft_letters(campaign, corrected.prepared))
    return Exit.of(clean=known and not corrected.prepared.problems)


REMIND_HELP = _(
    "Make reminders, with the form attached, for the units that have not reported or not answered a "
    "correction request; no unit gets two within the campaign's interval. Units without an address, and "
    "those reminded three times, are put on a call list. The letters are in mail/reminder, ready to open "
    "and send. FOLDER is the campaign folder; the default is the current one."
)


@click.command(
    "remind",
    cls=Command,
    help=REMIND_HELP,
    short_help=_("Make reminders for units that have not reported or answered."),
    example="workbook-tools remind",
)
@local_folder_argument
@only_option
@click.pass_obj
def remind_command(screen: Screen, folder: Path | None, only: tuple[str, ...]) -> Exit:
    """Make the due reminders, and list the units not reminded and why."""
    from workbook_tools.followup.journal import local_now
    from workbook_tools.usecases.prepare_letters import draft_letters
    from workbook_tools.usecases.remind import remind, write_calls

    campaign = current_campaign(folder)
    moment = local_now()
    reminded = remind(campaign, moment, only)
    known = check_only(screen, only, reminded.prepared)
    # Their drafts of the last reminder may not have been sent yet, so they are not removed.
    kept = [due.unit for due in reminded.waiting]
    report_drafts(screen, reminded.prepared, draft_letters(campaign, reminded.prepared, moment, kept))
    if reminded.waiting:
        screen.note(
            _("Not reminded, because they had a letter only a few days ago: {count} units."),
            count=len(reminded.waiting),
        )
    if reminded.unasked:
        screen.note(
            _("Not yet asked to correct the errors of their reports: {count} units. Run {command}."),
            count=len(reminded.unasked),
            command="workbook-tools correct",
        )
    if reminded.calls:
        path = write_calls(campaign, reminded)
        screen.note(_("To be called: {count} units; list: {path}"), count=len(reminded.calls), path=path)
    return Exit.of(clean=known and not reminded.prepared.problems)


RECEIPTS_HELP = _(
    "For each unit whose report is accepted without errors, make a letter that says what was received and "
    "when, with a page to print. The letters are in mail/receipt, ready to open and send. FOLDER is the "
    "campaign folder; the default is the current one."
)


@click.command(
    "receipts",
    cls=Command,
    help=RECEIPTS_HELP,
    short_help=_("Make receipts for accepted reports."),
    example="workbook-tools receipts",
)
@local_folder_argument
@only_option
@click.pass_obj
def receipts_command(screen: Screen, folder: Path | None, only: tuple[str, ...]) -> Exit:
    """Make the receipts."""
    from workbook_tools.usecases.prepare_letters import draft_letters
    from workbook_tools.usecases.receipts import write_receipts

    campaign = current_campaign(folder)
    prepared, _collection = write_receipts(campaign, only)
    known = check_only(screen, only, prepared)
    report_drafts(screen, prepared, draft_letters(campaign, prepared))
    return Exit.of(clean=known and not prepared.problems)
