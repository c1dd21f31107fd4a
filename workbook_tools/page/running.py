"""Registry of running programs: one per campaign folder, so that a second double-click finds the open page.

It is kept in the user's own folder, because the campaign's may be on a network drive that others open, too.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from workbook_tools.errors import CannotWrite
from workbook_tools.page import NO_BROWSER
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.location import as_reached
from workbook_tools.storage.replace import refusals, write_bytes

_KEPT = 12
"""Number of campaigns offered as recent ones."""


_started: list[subprocess.Popen[bytes]] = []
"""Programs started by this one; Python warns if a running one is garbage-collected."""


class AlreadyOpen(Exception):
    """Another program has this folder open; ``url`` is its page, empty if not yet published."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def state_folder() -> Path:
    """Return the folder in which running programs register; CannotWrite if it cannot be made."""
    path = user_state_path("workbook_tools", appauthor=False)
    with refusals(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


class Claim:
    """The right to work in one folder, held until :meth:`release` or the end of the program."""

    def __init__(self, folder: Path | None) -> None:
        """Claim ``folder``, or the page that chooses a campaign.

        AlreadyOpen if another program has it, CannotWrite if that cannot be registered.
        """
        name = _name(folder) if folder else "start"
        self._published = state_folder() / f"{name}.json"
        self._lock = FileLock(state_folder() / f"{name}.lock", thread_local=False)
        with refusals(self._published):
            try:
                self._lock.acquire(blocking=False)
            # It is an OSError, too.
            except Timeout:
                raise AlreadyOpen(_read_url(self._published)) from None

    def publish(self, url: str) -> None:
        """Publish the page's address for other programs of the same user."""
        # The mode is set before the content is written: the address contains the token.
        with refusals(self._published):
            self._published.touch(mode=0o600)
            self._published.write_text(json.dumps({"url": url}), encoding="utf-8")

    def release(self) -> None:
        """Release the folder."""
        self._published.unlink(missing_ok=True)
        self._lock.release()


def _name(folder: Path) -> str:
    return hashlib.sha256(str(as_reached(folder)).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def find_page(folder: Path) -> str:
    """Return the page of the program that has a campaign open; empty if there is none, or none published."""
    # Try the lock only if an address is published: a program that is just starting must find it free.
    if not (state_folder() / f"{_name(folder)}.json").exists():
        return ""
    try:
        Claim(folder).release()
    except AlreadyOpen as other:
        return other.url
    return ""


def start_program(folder: Path) -> None:
    """Start another program for a campaign; it publishes its page and opens no browser."""
    words = [sys.executable, "-X", "utf8", "-m", "workbook_tools.page.launcher", NO_BROWSER, str(folder)]
    # Detached, so that it outlives this program.
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.DETACHED_PROCESS}
    with refusals(folder):
        nowhere = subprocess.DEVNULL
        _started.append(subprocess.Popen(words, stdin=nowhere, stdout=nowhere, stderr=nowhere, **alone))


def _read_url(path: Path) -> str:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    url = found.get("url", "") if isinstance(found, dict) else ""
    # Other programs can write this file, so only a page of this computer is ever opened.
    if isinstance(url, str) and url.startswith("http://127.0.0.1:"):
        return url
    return ""


def read_recent() -> list[Path]:
    """Return the campaigns opened last that exist at the moment, newest first."""
    with suppress(OSError, CannotWrite):
        return [path for path in _read_remembered() if _has_template(path)]
    return []


def _read_remembered() -> list[Path]:
    try:
        found = json.loads((state_folder() / "recent.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    return [Path(text) for text in found if isinstance(text, str)]


def remember(folder: Path) -> None:
    """Move a campaign to the top of the recent ones, if these can be written."""
    # Nor is a list that cannot be read at the moment replaced by a new one.
    with suppress(OSError, CannotWrite):
        # Also those that are on a drive which is not connected now.
        known = (path for path in _read_remembered() if path != folder)
        texts = [str(path) for path in (folder, *known)][:_KEPT]
        write_bytes(state_folder() / "recent.json", json.dumps(texts).encode())


def _has_template(path: Path) -> bool:
    try:
        return CampaignFolder(path).template.is_file()
    except OSError:
        return False
