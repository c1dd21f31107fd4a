"""Open the campaign's own files in the programs of this computer."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from flask import Blueprint, abort, request

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.page.views.current_desk import current_desk
from workbook_tools.storage.refusals import explain_refusal

if TYPE_CHECKING:
    from pathlib import Path

    from workbook_tools.frames import Collection
    from workbook_tools.storage.campaign_folder import CampaignFolder

views = Blueprint("files", __name__)

_DOCUMENTS = (
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".csv", ".docx", ".doc", ".odt", ".pdf"),
    *(".eml", ".msg", ".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png"),
)
"""What a double-click shows: a returned file may also be a program."""
_NO_PROGRAM = (193, 1155)
"""BAD_EXE_FORMAT (Wine) and NO_ASSOCIATION of winerror.h: no program is registered for such files."""
_CANCELLED = 1223
"""Windows asked which program to take, and the user closed the question."""
_NONE = (
    _("this computer has no program to open it with"),
    _("Install Excel, WPS or LibreOffice, or copy the file to a computer that has it."),
)


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


@views.post("/open-return")
def open_return() -> tuple[str, int]:
    """Open a returned file, or the archive or mail in which it came, if it is one of those that were read."""
    desk = current_desk()
    held = None
    if desk.collection:
        held = find_openable(desk.collection).get(request.args.get("file", ""))
    if held is None:
        abort(404)
    path = desk.folder.returned / held
    if not path.exists():
        raise CannotRead(path, _("it is no longer there"))
    open_on_desktop(path)
    return "", 204


def find_openable(collection: Collection) -> dict[str, str]:
    """The returned files that can be opened: each with the one in the folder that it is, or is in."""
    files = collection.files
    held = files["container"].where(files["container"] != "", files["path"])
    return {path: at for path, at in zip(files["path"], held, strict=True) if at.lower().endswith(_DOCUMENTS)}


def is_there(folder: CampaignFolder[Path], name: str) -> bool:
    """Whether one of these files exists; False if its drive does not answer."""
    try:
        return folder.own[name].exists()
    except OSError:
        return False


def open_on_desktop(path: Path) -> None:
    """Open a file or folder as a double-click does; CannotRead if the system cannot."""
    try:
        if start := getattr(os, "startfile", None):  # Windows
            start(path)
        else:
            opener = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        code = getattr(error, "winerror", None)
        if code == _CANCELLED:
            return
        explanation = _NONE
        if code and code not in _NO_PROGRAM:
            explanation = explain_refusal(error)
        raise CannotRead(path, *explanation) from error
