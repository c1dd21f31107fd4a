"""``--watch``: repeat the command whenever something changes."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.cli.failures import Exit, explain
from workbook_tools.errors import CannotWrite, WorkbookToolsError
from workbook_tools.locale import mark as _
from workbook_tools.storage.location import as_named, as_reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workbook_tools.cli.screen import Screen

SECONDS = 10
"""Seconds before another attempt to write a workbook."""
_MOMENTS = 5
"""A file modified within this many seconds may be incomplete."""
_LONGEST_COPY = 60
_BLINK = 0.1
"""Seconds for which a workbook that has its end must stay as it is."""
_ZIP_END = 22


class Watched:
    """A folder that is watched with all below it, and what a run reads of it: all of ``returns``, and
    ``files``. Changes of anything else mean nothing, whatever a run writes and wherever.
    """

    def __init__(self, folder: Path, returns: Path, files: Iterable[Path] = ()) -> None:
        self.folder = folder
        self._returns = _places(returns)
        self._files = {place for file in files for place in _places(file)}

    def matters(self, changed: Path) -> bool:
        """Whether a run could have another result after this file has changed."""
        from workbook_tools.inbox.folder import is_litter

        if changed.suffix == ".tmp" or is_litter(changed.name):
            return False
        places = _places(changed)
        return bool(places & self._files or any(self._returns & {*place.parents} for place in places))


def _places(path: Path) -> set[Path]:
    """A path as it is named and as it is reached: programs that watch a folder report either."""
    return {as_named(path), as_reached(path)}


def watch_folder(screen: Screen, watched: Watched, run: Callable[[], Exit]) -> Exit:
    """Run at once, and again after every change of what is read, until Ctrl-C.

    Errors are printed, and the next change is another attempt: a workbook open in Excel is written once it is
    closed.
    """
    from watchfiles import watch

    seen: dict[str, tuple[int, int]] | None = _read_states(watched)
    waiting = _try(screen, watched, run)
    screen.note(_("Watching; files that arrive in the folder are added. Stop with Ctrl-C."))
    try:
        for changes in watch(
            watched.folder,
            watch_filter=lambda _change, path: watched.matters(Path(path)),
            debounce=1500,
            rust_timeout=SECONDS * 1000,
            yield_on_timeout=True,
        ):
            # The first run, which can take a minute, precedes the watch, so files may have arrived meanwhile.
            missed = seen is not None and _read_states(watched) != seen
            seen = None
            if changes or waiting or missed:
                waiting = _try(screen, watched, run)
    except KeyboardInterrupt:
        screen.note(_("No longer watching."))
    return Exit.CLEAN


def wait_until_whole(watched: Watched) -> None:
    """Wait, a minute at most, while files still grow: an incomplete copy is not a damaged file."""
    before: dict[str, tuple[int, int]] | None = None
    for _second in range(_LONGEST_COPY):
        # Only recent files: listing a large folder every second is slow.
        now = _read_states(watched, since=time.time() - _MOMENTS)
        if not now or now == before:
            return
        before = now
        pause = _BLINK if all(map(_has_end, now)) else 1
        time.sleep(pause)


def _has_end(path: str) -> bool:
    """Whether a file ends as a zip package does, such as a workbook: one copied in order is whole then."""
    try:
        with Path(path).open("rb") as file:
            file.seek(-_ZIP_END, os.SEEK_END)
            return file.read(4) == b"PK\x05\x06"
    except OSError:
        return False


def _read_states(watched: Watched, since: float = -math.inf) -> dict[str, tuple[int, int]]:
    """Size and modification time of each file, or of those modified since a given time."""
    found = {}
    for path in watched.folder.rglob("*"):
        try:
            state = path.stat()
        except OSError:
            continue
        if state.st_mtime > since and path.is_file() and watched.matters(path):
            found[str(path)] = (state.st_size, state.st_mtime_ns)
    return found


def _try(screen: Screen, watched: Watched, run: Callable[[], Exit]) -> bool:
    """Run once; return whether writing the output failed and must be retried."""
    wait_until_whole(watched)
    try:
        run()
    except WorkbookToolsError as error:
        explain(error, screen, debug=False)
        return isinstance(error, CannotWrite)
    return False
