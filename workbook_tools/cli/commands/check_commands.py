"""``template check`` and ``units check``: check the office's own workbooks before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbook_tools.cli.campaign import given_campaign, next_command
from workbook_tools.cli.command_help import Command, CommandGroup
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import PATH, given, template_option
from workbook_tools.locale import mark as _
from workbook_tools.storage.campaign_folder import CampaignFolder, part_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.cli.screen import Screen
    from workbook_tools.problems import Problem
    from workbook_tools.storage.location import Location

TEMPLATE_HELP = _(
    "Check a template workbook: its dictionary sheets, markers and rules. Every fault is reported with its "
    "sheet and cell. In place of FILE a campaign folder may be named, whose template.xlsx is checked; the "
    "default is the current one."
)
UNITS_HELP = _(
    "Check a roster: codes, unit types, hierarchy, e-mail addresses. In place of FILE a campaign folder may "
    "be named, whose units.xlsx is checked against its template.xlsx; the default is the current one."
)


@click.group("template", cls=CommandGroup, no_args_is_help=False, help=_("The template workbook."))
def template_group() -> None:
    """The template workbook."""


@template_group.command(
    "check",
    cls=Command,
    help=TEMPLATE_HELP,
    short_help=_("Check a template workbook."),
    example="workbook-tools template check\nworkbook-tools template check template.xlsx",
)
@click.argument("file", type=PATH, required=False, metavar=_("[FILE|FOLDER]"))
@click.pass_obj
def template_check(screen: Screen, file: Location | None) -> Exit:
    """Report the problems of a template."""
    from workbook_tools.forms.master import check_forms
    from workbook_tools.spec.roster import check_facts_named
    from workbook_tools.spec.template import read_template
    from workbook_tools.usecases.form_record import check_code

    file, campaign = _file_or_campaign(file)
    path = given(file, campaign, "template", "FILE")
    template, problems = read_template(path)
    if template is not None:
        problems = [*problems, *check_forms(template), *check_code(path.parent, template)]
        # Checked from both sides: the officer may correct either file first.
        roster = CampaignFolder(path.parent).units
        if roster.exists():
            problems += check_facts_named(template, roster)
        screen.answer(
            _(
                "“{path}”: campaign {campaign}, {indicators} indicators, {rules} rules, form version "
                "{version}."
            ),
            path=path.name,
            campaign=template.campaign.code,
            indicators=len(template.indicators),
            rules=len(template.rules),
            version=template.version,
        )
    return _conclude(screen, path, problems, campaign, then="units check")


@click.group("units", cls=CommandGroup, no_args_is_help=False, help=_("The roster of reporting units."))
def units_group() -> None:
    """The roster of reporting units."""


@units_group.command(
    "check",
    cls=Command,
    help=UNITS_HELP,
    short_help=_("Check a roster."),
    example="workbook-tools units check\nworkbook-tools units check units.xlsx --template template.xlsx",
)
@click.argument("file", type=PATH, required=False, metavar=_("[FILE|FOLDER]"))
@template_option
@click.pass_obj
def units_check(screen: Screen, file: Location | None, template: Location | None) -> Exit:
    """Report the problems of a roster."""
    from workbook_tools.spec.roster import read_roster
    from workbook_tools.spec.template import load_template

    file, campaign = _file_or_campaign(file)
    path = given(file, campaign, "units", "FILE")
    template_path = template or part_of(campaign, "template")
    known = load_template(template_path)[0] if template_path else None
    roster, problems = read_roster(path, known)
    if roster is not None:
        screen.answer(_("“{path}”: {units} units."), path=path.name, units=len(roster))
    if not template_path:
        screen.note(_("Unit types and facts were not checked: give --template."))
    return _conclude(screen, path, problems, campaign, then="generate")


def _file_or_campaign(named: Location | None) -> tuple[Location | None, CampaignFolder[Location] | None]:
    """The file if one is named, and the campaign: of the folder if one is named, else the current one."""
    is_folder = named is not None and named.is_dir()
    if is_folder:
        return None, given_campaign(named)
    return named, given_campaign(None)


def _conclude(
    screen: Screen,
    path: Location,
    problems: Sequence[Problem],
    campaign: CampaignFolder[Location] | None,
    *,
    then: str,
) -> Exit:
    from workbook_tools.problems import has_errors

    screen.show_problems(problems)
    if has_errors(problems):
        screen.note(
            _("Correct the errors in “{path}” in Excel, save it, and run the check again."), path=path
        )
        return Exit.PROBLEMS
    if campaign:
        command = next_command(then, campaign)
        screen.note(_("“{path}” can be used. Next: {command}"), path=path, command=command)
    else:
        screen.note(_("“{path}” can be used."), path=path)
    return Exit.CLEAN
