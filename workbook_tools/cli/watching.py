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

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook_tools.cli.screen import Screen

SECONDS = 10
"""Seconds before another attempt to write a workbook."""
_MOMENTS = 5
"""A file modified within this many seconds may be incomplete."""
_LONGEST_COPY = 60
_BLINK = 0.1
"""Seconds for which a workbook that has its end must stay as it is."""
_ZIP_END = 22
_OWN = (".cache", "forms")
_OUTPUTS = ("consolidated.xlsx", "consolidated.docx")


def watch_folder(screen: Screen, folder: Path, run: Callable[[], Exit]) -> Exit:
    """Run at once, and again after every change below ``folder``, until Ctrl-C.

    Errors are printed, and the next change is another attempt: a workbook open in Excel is written once it is
    closed.
    """
    from watchfiles import watch

    seen: dict[str, tuple[int, int]] | None = _read_states(folder)
    waiting = _try(screen, folder, run)
    screen.note(_("Watching; files that arrive in the folder are added. Stop with Ctrl-C."))
    try:
        for changes in watch(
            folder,
            watch_filter=lambda _change, path: _matters(folder, Path(path)),
            debounce=1500,
            rust_timeout=SECONDS * 1000,
            yield_on_timeout=True,
        ):
            # The first run, which can take a minute, precedes the watch, so files may have arrived meanwhile.
            missed = seen is not None and _read_states(folder) != seen
            seen = None
            if changes or waiting or missed:
                waiting = _try(screen, folder, run)
    except KeyboardInterrupt:
        screen.note(_("No longer watching."))
    return Exit.CLEAN


def wait_until_whole(folder: Path) -> None:
    """Wait, a minute at most, while files still grow: an incomplete copy is not a damaged file."""
    before: dict[str, tuple[int, int]] | None = None
    for _second in range(_LONGEST_COPY):
        # Only recent files: listing a large folder every second is slow.
        now = _read_states(folder, since=time.time() - _MOMENTS)
        if not now or now == before:
            return
        before = now
        time.sleep(_BLINK if all(map(_has_end, now)) else 1)


def _has_end(path: str) -> bool:
    """Whether a file ends as a zip package does, such as a workbook: one copied in order is whole then."""
    try:
        with Path(path).open("rb") as file:
            file.seek(-_ZIP_END, os.SEEK_END)
            return file.read(4) == b"PK\x05\x06"
    except OSError:
        return False


def _read_states(folder: Path, since: float = -math.inf) -> dict[str, tuple[int, int]]:
    """Size and modification time of each file, or of those modified since a given time."""
    found = {}
    for path in folder.rglob("*"):
        try:
            state = path.stat()
        except OSError:
            continue
        if state.st_mtime > since and path.is_file() and _matters(folder, path):
            found[str(path)] = (state.st_size, state.st_mtime_ns)
    return found


def _try(screen: Screen, folder: Path, run: Callable[[], Exit]) -> bool:
    """Run once; return whether writing the output failed and must be retried."""
    wait_until_whole(folder)
    try:
        run()
    except WorkbookToolsError as error:
        explain(error, screen, debug=False)
        return isinstance(error, CannotWrite)
    return False


def _matters(folder: Path, changed: Path) -> bool:
    """Whether a change in the watched folder is neither this program's own nor a temporary file.

    Only the folder's own ``forms`` is ignored: the whole campaign may be in a folder with that name.
    """
    from workbook_tools.inbox.folder import is_litter

    # Otherwise each run would trigger the next.
    own = changed.name in _OUTPUTS or changed.suffix in (".tmp", ".sqlite3-journal")
    inside = changed.relative_to(folder).parts if changed.is_relative_to(folder) else changed.parts
    return not own and not {*_OWN} & {*inside[:1]} and not is_litter(changed.name)
