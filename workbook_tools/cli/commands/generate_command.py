"""``generate``: template and roster → one locked form per unit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.campaign import folder_argument, given_campaign, next_command
from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.cli.garbage import paused_gc
from workbook_tools.cli.options import PATH, given, key_option, template_option, units_option
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.storage.campaign_folder import existing, part_of

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen
    from workbook_tools.storage.location import Location
    from workbook_tools.usecases.generate import FormResult, Generated

HELP = _(
    "Generate one locked form for each unit of the roster. Unchanged forms are not rewritten, and forms "
    "that somebody has filled in are kept. FOLDER is the campaign folder; the default is the current one. "
    "Folders and files may also be URLs, such as s3://bucket/an-lao."
)
ACTIONS = {
    "written": _("written"),
    "unchanged": _("unchanged"),
    "kept": _("kept, because somebody filled it in"),
    "failed": _("failed"),
}
NAMED = 20
"""Kept or failed forms shown."""


@click.command(
    "generate",
    cls=Command,
    help=HELP,
    short_help=_("Generate one locked form for each unit."),
    example="workbook-tools generate\nworkbook-tools generate htsd-2023 --only 11629 --force",
)
@folder_argument
@template_option
@units_option
@click.option(
    "--out", type=PATH, metavar=_("FOLDER"), help=_("The folder for the forms; in a campaign folder forms.")
)
@key_option
@click.option(
    "--previous",
    type=PATH,
    metavar=_("FILE"),
    help=_(
        "Last period's consolidated workbook, whose figures the template may use; in a campaign folder "
        "previous.xlsx, if it exists."
    ),
)
@click.option("--force", is_flag=True, help=_("Rewrite forms even if somebody has filled them in."))
@click.option(
    "--new-key",
    is_flag=True,
    help=_(
        "Continue although existing forms were signed with another key; those forms will be rejected when "
        "they come back."
    ),
)
@click.option(
    "--only",
    multiple=True,
    metavar=_("CODE"),
    help=_("Only the unit with this code; may be given several times."),
)
@click.pass_obj
@paused_gc()
def generate_command(
    screen: Screen,
    folder: Location | None,
    template: Location | None,
    units: Location | None,
    out: Location | None,
    key: Location | None,
    previous: Location | None,
    force: bool,
    new_key: bool,
    only: tuple[str, ...],
) -> Exit:
    """Generate the forms and report the result of each."""
    from workbook_tools.usecases.generate import generate

    campaign = given_campaign(folder)
    template = given(template, campaign, "template", "--template")
    units = given(units, campaign, "units", "--units")
    out = given(out, campaign, "forms", "--out")
    # Only in a campaign folder: elsewhere a file with that name may be something else.
    previous = previous or existing(part_of(campaign, "previous"))
    with screen.progress(_("Making forms")) as progress:
        made = generate(
            template,
            units,
            out,
            key=key,
            campaign=part_of(campaign, "root"),
            force=force,
            new_key=new_key,
            previous=previous,
            only=only,
            progress=progress,
        )
    return _report(screen, made, set(only), next_command("collect", campaign))


def _report(screen: Screen, made: Generated, only: set[str], collect: str) -> Exit:
    counts = Counter(form.action for form in made.forms)
    rows = [
        (translate(words, screen.language), counts[action])
        for action, words in ACTIONS.items()
        if counts[action]
    ]
    if rows:
        screen.show_table(_("Forms in “{out}”"), [_("Form"), _("Number")], rows, out=made.out)
    screen.show_problems(made.problems)
    _name_forms(screen, [form for form in made.forms if form.action == "kept"], _("kept: {name} ({path})"))
    if counts["kept"]:
        screen.note(_("With --force they are rewritten, and what was filled in is lost."))
    _name_forms(
        screen,
        [form for form in made.forms if form.action == "failed"],
        _("not written: {name} ({path}): {reason}"),
    )
    # Otherwise a mistyped code would look like a finished unit.
    unknown = sorted(only - {form.unit for form in made.forms})
    if unknown:
        screen.note(
            _("The roster has no unit with the code {codes}."),
            codes=", ".join(f"“{code}”" for code in unknown),
        )
    if counts["failed"] or unknown:
        return Exit.PROBLEMS
    screen.note(
        _(
            "Next: send the forms to the units, put what comes back into the folder returned, then run: "
            "{command}"
        ),
        command=collect,
    )
    return Exit.CLEAN


def _name_forms(screen: Screen, forms: list[FormResult], message: str) -> None:
    for form in forms[:NAMED]:
        screen.note(
            message, name=form.name, path=form.path.name, reason=translate(form.reason, screen.language)
        )
    if len(forms) > NAMED:
        screen.note(_("… and {count} more"), count=len(forms) - NAMED)
