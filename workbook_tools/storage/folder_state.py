"""The state of a campaign's files, to tell whether anything has changed since they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from workbook_tools.storage.campaign_folder import CampaignFolder

Stamp = tuple[str, int, int, int]
Signature = frozenset[Stamp]


def sign(folder: CampaignFolder[Path]) -> Signature:
    """The state of every file that a reading depends on: cheap enough for every few seconds."""
    return frozenset(stamps([*folder.inputs, *files_below(folder.returned)]))


def files_below(folder: Path) -> Iterator[Path]:
    """What is in a folder and below it, without Excel's lock files; nothing if it does not exist."""
    if folder.is_dir():
        # Excel creates one (~$name.xlsx) whenever a workbook is opened.
        yield from (path for path in folder.rglob("*") if not path.name.startswith("~$"))


def stamps(paths: Iterable[Path]) -> Iterator[Stamp]:
    """Name, size and times of modification and change, in nanoseconds, of each path that exists."""
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue
        # A copy may keep the time of modification; on Windows the other is that of creation.
        yield str(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns
