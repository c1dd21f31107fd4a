"""``--watch``: the same command again whenever something has changed."""

from __future__ import annotations

import math
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
"""How long to wait before a workbook that could not be written is tried again."""
_MOMENTS = 5
"""So many seconds after a file was last written to, it may still be in the making."""
_LONGEST_COPY = 60
_OWN = (".cache", "forms")
_OUTPUTS = ("consolidated.xlsx", "consolidated.docx")


def watch_folder(screen: Screen, folder: Path, run: Callable[[], Exit]) -> Exit:
    """Run at once, and again after every change below ``folder``, until Ctrl-C.

    What goes wrong is said, and the next change tried: a workbook that Excel holds open is written once it is
    closed.
    """
    from watchfiles import watch

    seen: dict[str, tuple[int, int]] | None = _read_states(folder)
    waiting = _try(screen, folder, run)
    screen.note(_("Watching; whatever comes into the folder is added. Ctrl-C ends it."))
    try:
        for changes in watch(
            folder,
            watch_filter=lambda _change, path: _matters(folder, Path(path)),
            debounce=1500,
            rust_timeout=SECONDS * 1000,
            yield_on_timeout=True,
        ):
            # What came during the first run, before the watch was set: it takes a minute in a large campaign.
            missed = seen is not None and _read_states(folder) != seen
            seen = None
            if changes or waiting or missed:
                waiting = _try(screen, folder, run)
    except KeyboardInterrupt:
        screen.note(_("No longer watching."))
    return Exit.CLEAN


def wait_until_whole(folder: Path) -> None:
    """Wait, a minute at most, while files still grow: half a copy is no damaged file."""
    before: dict[str, tuple[int, int]] | None = None
    for _second in range(_LONGEST_COPY):
        # Only what was written just now: a large folder is not read anew every second.
        now = _read_states(folder, since=time.time() - _MOMENTS)
        if not now or now == before:
            return
        before = now
        time.sleep(1)


def _read_states(folder: Path, since: float = -math.inf) -> dict[str, tuple[int, int]]:
    """Size and time of each file, or of each that was written to since a moment."""
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
    """Run once; return whether the output could not be written and must be tried again."""
    wait_until_whole(folder)
    try:
        run()
    except WorkbookToolsError as error:
        explain(error, screen, debug=False)
        return isinstance(error, CannotWrite)
    return False


def _matters(folder: Path, changed: Path) -> bool:
    """Whether a change in the watched folder is neither this program's own nor litter.

    Only the folder's own ``forms`` counts: the whole campaign may lie in a folder of that name.
    """
    from workbook_tools.inbox.folder import is_litter

    # Otherwise each run would start the next.
    own = changed.name in _OUTPUTS or changed.suffix in (".tmp", ".sqlite3-journal")
    inside = changed.relative_to(folder).parts if changed.is_relative_to(folder) else changed.parts
    return not own and not {*_OWN} & {*inside[:1]} and not is_litter(changed.name)
