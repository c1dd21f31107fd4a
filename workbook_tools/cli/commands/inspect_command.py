"""``inspect``: what the collector reads in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import (
    PATH,
    json_option,
    key_option,
    password_option,
    template_option,
    units_option,
)
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.storage.campaign_folder import CampaignFolder, existing, find_campaign, part_of

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen
    from workbook_tools.model import Identity, ReportTemplate
    from workbook_tools.storage.location import Location
    from workbook_tools.usecases.inspect import Inspected

HELP = _(
    "Show what the program reads in one file: whose form it is, the content of every line, and what is "
    "wrong. Archives and mails are opened. In a campaign folder, or with --template and --units, the "
    "answers are also checked: missing ones, bounds and rules."
)


@click.command(
    "inspect",
    cls=Command,
    help=HELP,
    short_help=_("Show what the program reads in one workbook."),
    example="workbook-tools inspect returned/11629_Thi-tran-An-Lao.xlsx",
)
@click.argument("file", type=PATH, metavar=_("FILE"))
@template_option
@units_option
@key_option
@password_option
@json_option
@click.pass_obj
def inspect_command(
    screen: Screen,
    file: Location,
    template: Location | None,
    units: Location | None,
    key: Location | None,
    passwords: Location | None,
    json_target: str | None,
) -> Exit:
    """Show the content of one file."""
    from workbook_tools.forms.form_id import read_key
    from workbook_tools.inbox.passwords import read_passwords
    from workbook_tools.problems import has_errors
    from workbook_tools.spec.roster import load_roster
    from workbook_tools.spec.template import load_template
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.replace import write_bytes
    from workbook_tools.usecases.inspect import inspect_file, render_inspection

    # The file may be in a campaign folder although the command runs elsewhere.
    campaign: CampaignFolder[Location] | None = find_campaign(Path.cwd()) or find_campaign(file.parent)
    template_path = template or part_of(campaign, "template")
    units_path = units or part_of(campaign, "units")
    key_path = key or part_of(campaign, "key")
    password_path = passwords or existing(part_of(campaign, "passwords"))
    if json_target not in (None, "-"):
        from workbook_tools.storage.overwrite_guard import Inputs

        inputs = Inputs((file, template_path, units_path, key_path, password_path))
        inputs.check_outputs([parse_location(str(json_target))])
    known = load_template(template_path)[0] if template_path else None
    roster = load_roster(units_path, known)[0] if units_path and known else None
    secret = read_key(key_path) if key_path else None
    known_passwords = read_passwords(password_path)
    inspection = inspect_file(file, key=secret, template=known, roster=roster, passwords=known_passwords)
    if json_target is not None:
        text = render_inspection(inspection, screen.language)
        if json_target == "-":
            screen.write_json(text)
        else:
            write_bytes(parse_location(json_target), text.encode("utf-8"))
    if json_target != "-":
        if inspection.inside:
            listed = [(one.path, one.identity.unit if one.identity else "") for one in inspection.inside]
            screen.show_table(_("Files"), [_("File"), _("Unit")], listed)
        for workbook in inspection.workbooks:
            _show(screen, workbook, inspection.template)
    screen.show_problems(inspection.problems)
    return Exit.of(clean=not has_errors(inspection.problems))


def _show(screen: Screen, found: Inspected, template: ReportTemplate | None) -> None:
    if found.identity is None:
        screen.answer(_("“{path}” is not a form that can be read."), path=found.path)
        return
    screen.answer("{path}", path=found.path)
    screen.show_table(_("Form"), [_("Identity"), _("Value")], _identity_rows(screen, found.identity))
    answers = [
        (_label(a.code, template), f"{a.cell.sheet}!{a.cell.ref}", a.raw, a.note) for a in found.answers
    ]
    screen.show_table(_("Answers"), [_("Line"), _("Cell"), _("Content"), _("Remark")], answers)


def _label(name: str, template: ReportTemplate | None) -> str:
    """The label of a line, with the row number for a list's cell; without a template, its code."""
    from workbook_tools.model import code_of

    line = template.line(code_of(name)) if template is not None else None
    if line is None:
        return name
    return line.label + name.removeprefix(line.code)


def _identity_rows(screen: Screen, identity: Identity) -> list[tuple[str, str]]:
    from workbook_tools.returns.identity import CHANNELS

    def say(message: str) -> str:
        return translate(message, screen.language)

    checked = _("yes") if identity.signature_checked else _("no")
    return [
        (say(_("unit")), identity.unit),
        (say(_("campaign")), identity.campaign),
        (say(_("form version")), identity.form_version),
        (say(_("signature checked")), say(checked)),
        *((screen.text(CHANNELS[channel]), form_id) for channel, form_id in identity.channels.items()),
    ]
