"""``inspect``: what the collector sees in one workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.commands import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.options import PATH, json_option, key_option, template_option
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.storage.campaign_folder import CampaignFolder, find_campaign

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen
    from workbook_tools.model import Identity
    from workbook_tools.storage.location import Location
    from workbook_tools.usecases.inspect import Inspection

HELP = _(
    "Show what the program reads in one workbook: whose form it is, what stands in every line, and what is wrong. In a "
    "campaign folder, or with --template, the answers are checked, too."
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
@key_option
@json_option
@click.pass_obj
def inspect_command(
    screen: Screen, file: Location, template: Location | None, key: Location | None, json_target: str | None
) -> Exit:
    """Show what stands in one workbook."""
    from workbook_tools.forms.form_id import read_key
    from workbook_tools.problems import has_errors
    from workbook_tools.spec.template import load_template
    from workbook_tools.storage.location import parse_location
    from workbook_tools.storage.replace import write_bytes
    from workbook_tools.usecases.inspect import inspect_file, render_inspection

    campaign: CampaignFolder[Location] | None = find_campaign(Path.cwd()) or find_campaign(file.parent)
    template_path = template or (campaign.template if campaign else None)
    key_path = key or (campaign.key if campaign else None)
    if json_target not in (None, "-"):
        from workbook_tools.storage.inputs import Inputs

        Inputs((file, template_path, key_path)).check_outputs([parse_location(str(json_target))])
    inspection = inspect_file(
        file,
        key=read_key(key_path) if key_path else None,
        template=load_template(template_path)[0] if template_path else None,
    )
    if json_target is not None:
        text = render_inspection(inspection, screen.language)
        if json_target == "-":
            screen.write_json(text)
        else:
            write_bytes(parse_location(json_target), text.encode("utf-8"))
    if json_target != "-":
        _show(screen, inspection)
    screen.show_problems(inspection.problems)
    return Exit.PROBLEMS if has_errors(inspection.problems) else Exit.CLEAN


def _show(screen: Screen, inspection: Inspection) -> None:
    if inspection.inside:
        listed = [(file.path, file.found.identity.unit if file.found else "") for file in inspection.inside]
        screen.show_table(_("Files"), [_("File"), _("Unit")], listed)
    if inspection.found is None:
        screen.answer(_("“{path}” is not a form that can be read."), path=inspection.path)
        return
    screen.show_table(
        _("Form"), [_("Identity"), _("Value")], _identity_rows(screen, inspection.found.identity)
    )
    answers = [(a.code, f"{a.cell.sheet}!{a.cell.ref}", a.raw, a.note) for a in inspection.found.answers]
    screen.show_table(_("Answers"), [_("Line"), _("Cell"), _("Content"), _("Remark")], answers)


def _identity_rows(screen: Screen, identity: Identity) -> list[tuple[str, str]]:
    from workbook_tools.returns.identity import CHANNELS

    def say(message: str) -> str:
        return translate(message, screen.language)

    return [
        (say(_("unit")), identity.unit),
        (say(_("campaign")), identity.campaign),
        (say(_("form version")), identity.form_version),
        (say(_("signature checked")), say(_("yes") if identity.signature_checked else _("no"))),
        *((screen.text(CHANNELS[channel]), form_id) for channel, form_id in identity.channels.items()),
    ]
