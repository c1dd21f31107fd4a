"""Options shared by commands, with defaults from the campaign folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbook_tools.cli.screen import Screen
from workbook_tools.locale import mark as _
from workbook_tools.storage.campaign_folder import part_of


class _Where(click.Path):
    """A path, or a URL of a store."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "://" in value:
            from workbook_tools.storage.location import parse_location

            return parse_location(value)
        return super().convert(value, param, ctx)


class _Here(click.Path):
    """A local path."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "://" in value:
            message = _("This must be a local folder, not a URL.")
            raise click.BadParameter(
                click.get_current_context().ensure_object(Screen).text(message), ctx, param
            )
        return super().convert(value, param, ctx)


if TYPE_CHECKING:
    from workbook_tools.storage.campaign_folder import CampaignFolder, Part
    from workbook_tools.storage.location import Location

PATH = _Where(path_type=Path)
LOCAL_PATH = _Here(path_type=Path)
F = TypeVar("F", bound=Callable[..., Any])
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


def template_option(function: F) -> F:
    """``--template``."""
    return click.option(
        "--template",
        type=PATH,
        metavar=_("FILE"),
        help=_("The template workbook; in a campaign folder template.xlsx."),
    )(function)


def units_option(function: F) -> F:
    """``--units``."""
    return click.option(
        "--units", type=PATH, metavar=_("FILE"), help=_("The roster; in a campaign folder units.xlsx.")
    )(function)


def key_option(function: F) -> F:
    """``--key``."""
    help_text = _(
        "The signature key, by which forms of this office are recognised; otherwise signing.key beside the "
        "roster."
    )
    return click.option("--key", type=PATH, metavar=_("FILE"), help=help_text)(function)


def password_option(function: F) -> F:
    """``--password-file``."""
    help_text = _(
        "A text file of passwords, one per line, to try on password-protected files; in a campaign folder "
        "passwords.txt, if it exists."
    )
    return click.option("--password-file", "passwords", type=PATH, metavar=_("FILE"), help=help_text)(
        function
    )


def json_option(function: F) -> F:
    """``--json``."""
    help_text = _(
        "Also write the result as JSON (UTF-8) to this file; - writes it, and nothing else, to stdout."
    )
    return click.option("--json", "json_target", metavar=_("FILE|-"), help=help_text)(function)


def given(
    value: Location | None, campaign: CampaignFolder[Location] | None, part: Part, option: str
) -> Location:
    """Return the given path, or else that part of the campaign folder; UsageError if there is neither."""
    path = value or part_of(campaign, part)
    if path is None:
        message = _(
            "This is not a campaign folder (it has no template.xlsx and units.xlsx): give {option}, or "
            "change to one."
        )
        context = click.get_current_context()
        screen = context.ensure_object(Screen)
        # The catalogue has the names of arguments, such as FOLDER; those of options stay as they are.
        raise click.UsageError(screen.text(message, option=screen.text(option)), context)
    return path


def parse_address(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Check an e-mail address; UsageError for anything else."""
    from workbook_tools.model import is_email

    if value is None or is_email(value):
        return value
    message = _("“{value}” is not an e-mail address.")
    raise click.BadParameter(ctx.ensure_object(Screen).text(message, value=value), ctx, param)


def parse_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Parse a date typed as 2023-10-13 or 13/10/2023; UsageError for anything else."""
    if value is None:
        return None
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    message = _("“{value}” is not a date such as 13/10/2023 or 2023-10-13.")
    raise click.BadParameter(ctx.ensure_object(Screen).text(message, value=value), ctx, param)
