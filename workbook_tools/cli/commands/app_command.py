"""``app``: the campaign on a page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook_tools.cli.command_help import Command
from workbook_tools.cli.failures import Exit
from workbook_tools.locale import mark as _
from workbook_tools.storage.campaign_folder import find_campaign

if TYPE_CHECKING:
    from workbook_tools.cli.screen import Screen

HELP = _(
    "Open the campaign as a page in the local browser: check, send out, collect, decide and remind without "
    "the command line. FOLDER is a campaign folder; the default is the current one, otherwise the page "
    "asks. Nothing leaves this computer."
)


@click.command(
    "app",
    cls=Command,
    help=HELP,
    short_help=_("Work on a page in the browser."),
    example="workbook-tools app",
)
@click.argument(
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=False,
    metavar=_("[FOLDER]"),
)
@click.option("--browser/--no-browser", default=True, help=_("Whether to open the page in the browser."))
@click.pass_obj
def app_command(screen: Screen, folder: Path | None, browser: bool) -> Exit:
    """Serve the page until it is stopped."""
    import webbrowser

    from workbook_tools.page.server import serve

    campaign = find_campaign(folder or Path.cwd())
    served: list[str] = []

    def tell(url: str) -> None:
        served.append(url)
        screen.answer(_("The page is at {url}"), url=url)
        screen.note(_("Stop it with its button or Ctrl-C; it also stops some minutes after it was closed."))

    root = campaign.root if campaign else None
    open_browser = webbrowser.open if browser else lambda url: None
    url = serve(root, place=folder, open_browser=open_browser, started=tell)
    # Another program has it open.
    if url and not served:
        screen.answer(_("The page is at {url}"), url=url)
    return Exit.CLEAN
