"""The campaign that a command works on: FOLDER, or the one around the current folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.options import LOCAL_PATH, PATH
from workbook_tools.cli.screen import Screen
from workbook_tools.locale import mark as _
from workbook_tools.storage.campaign_folder import CampaignFolder, find_campaign

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from workbook_tools.storage.location import Location

    F = TypeVar("F", bound=Callable[..., Any])


def folder_argument(function: F) -> F:
    """``FOLDER``, which may be a URL."""
    return click.argument("folder", type=PATH, required=False, metavar=_("[FOLDER]"))(function)


def local_folder_argument(function: F) -> F:
    """``FOLDER`` on this computer: the journal of the letters needs a local disk."""
    return click.argument("folder", type=LOCAL_PATH, required=False, metavar=_("[FOLDER]"))(function)


def given_campaign(folder: Location | None) -> CampaignFolder[Location] | None:
    """The campaign of that folder or of the current one, which may be none; UsageError if the one given has
    none.
    """
    campaign = find_campaign(folder or Path.cwd())
    if campaign is None and folder is not None:
        raise _no_campaign(
            _("“{folder}” is not a campaign folder (it has no template.xlsx and units.xlsx)."), folder
        )
    return campaign


def current_campaign(folder: Path | None) -> CampaignFolder[Path]:
    """The campaign of that folder, or of the current one; UsageError if there is none."""
    campaign = given_campaign(folder)
    if campaign is None:
        raise _no_campaign(
            _(
                "This is not a campaign folder (it has no template.xlsx and units.xlsx): name one as FOLDER, "
                "or change to one."
            )
        )
    return campaign  # type: ignore[return-value]  # a local folder is in a local campaign


def next_command(words: str, campaign: CampaignFolder[Path] | CampaignFolder[Location] | None) -> str:
    """The command to type next; it names the campaign if it would not find it by itself."""
    if campaign is None or campaign == find_campaign(Path.cwd()):
        return f"workbook-tools {words}"
    return f"workbook-tools {words} {quote_path(campaign.root)}"


def quote_path(path: object) -> str:
    r"""Return a path in quotes: after ``"R:\"`` the shell would take the closing one for a part of it."""
    text = str(path)
    return f'"{text}\\"' if text.endswith("\\") else f'"{text}"'


def _no_campaign(message: str, folder: Location | None = None) -> click.UsageError:
    context = click.get_current_context()
    return click.UsageError(context.ensure_object(Screen).text(message, folder=folder), context)
