"""Folders to choose from, each with a number that only this program can turn into a path.

A browser does not tell a page where a folder is, and no path is ever accepted from the page: it shows what
the program offers and sends back the number of an offer.
"""

from __future__ import annotations

import ctypes
import os
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.storage.campaign_folder import CampaignFolder

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 500
"""Maximum number of folders offered inside one folder."""


class Offer(Struct, frozen=True):
    """A folder with its number; ``campaign`` if it is a campaign folder."""

    number: int
    path: Path
    campaign: bool

    @property
    def name(self) -> str:
        """The folder's name; for a drive, its letter; for a share of a network, both its names."""
        return self.path.name or str(self.path)


class Folders(Struct):
    """All folders offered so far."""

    _paths: list[Path] = field(default_factory=list)

    def offer(self, path: Path) -> Offer:
        """Return the folder with its number, which is always the same one."""
        if path not in self._paths:
            self._paths.append(path)
        return Offer(self._paths.index(path), path, is_campaign(path))

    def find(self, number: int) -> Path | None:
        """Return the folder with an offered number; None for any other number."""
        if 0 <= number < len(self._paths):
            return self._paths[number]
        return None

    def places(self, recent: Iterable[Path] = ()) -> list[Offer]:
        """Return the places to start from: the user's documents, desktop and home, the drives, and the
        folders in which recent campaigns are, because a network folder need not have a drive letter.
        """
        drives = []
        if os.name == "nt":
            drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
        around = (path.parent for path in recent)
        found = dict.fromkeys((*_documents_and_desktop(), Path.home(), *drives, *around))
        return [self.offer(path) for path in found if is_folder(path)]

    def inside(self, path: Path) -> list[Offer]:
        """Return the folders inside, sorted by name, without hidden ones; empty if access is denied."""
        try:
            # $: Windows keeps the recycle bin of a drive in $RECYCLE.BIN.
            found = sorted((p for p in path.iterdir() if not p.name.startswith((".", "$"))), key=_sort_key)
        except OSError:
            return []
        return [self.offer(p) for p in found if is_folder(p)][:_MOST]


def _documents_and_desktop() -> list[Path]:
    if sys.platform != "win32":
        return [Path.home() / name for name in ("Documents", "Desktop", "Tài liệu")]
    # OneDrive moves them, and so do administrators, to a network folder.
    found = []
    for code in (5, 16):  # CSIDL_PERSONAL and CSIDL_DESKTOPDIRECTORY of shlobj_core.h
        path = ctypes.create_unicode_buffer(260)
        if ctypes.windll.shell32.SHGetFolderPathW(None, code, None, 0, path) == 0:
            found.append(Path(path.value))
    return found


def is_campaign(path: Path) -> bool:
    """Whether a folder is a campaign folder."""
    try:
        return CampaignFolder(path).exists()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether it is a folder; False if its drive does not answer."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _sort_key(path: Path) -> str:
    return path.name.casefold()
