"""Open the campaign's own files in the programs of this computer."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from flask import Blueprint, abort

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.page.views.current_desk import current_desk

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder

views = Blueprint("files", __name__)


@views.post("/open-file/<name>")
def open_file(name: str) -> tuple[str, int]:
    """Open one of the files known by name; no path ever comes from the page."""
    places = current_desk().folder.own
    if name not in places:
        abort(404)
    path = places[name]
    if not path.exists():
        raise CannotRead(path, _("it does not exist yet"))
    open_on_desktop(path)
    return "", 204


def is_there(folder: CampaignFolder[Path], name: str) -> bool:
    """Whether one of these files exists; False if its drive does not answer."""
    try:
        return folder.own[name].exists()
    except OSError:
        return False


def open_on_desktop(path: Path) -> None:
    """Open a file or folder as a double-click does."""
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise CannotRead(path, _("this computer has no program to open it with")) from error
