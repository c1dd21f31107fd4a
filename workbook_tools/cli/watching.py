"""``--watch``: the same command again whenever something has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.cli.failures import Exit, explain
from workbook_tools.errors import CannotWrite, WorkbookToolsError
from workbook_tools.locale import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watchfiles import Change

    from workbook_tools.cli.screen import Screen

SECONDS = 10
"""How long to wait before a workbook that could not be written is tried again."""
_OWN = (".cache", "forms")
_OUTPUTS = ("consolidated.xlsx", "consolidated.docx")


def watch_folder(screen: Screen, folders: Sequence[Path], run: Callable[[], Exit]) -> Exit:
    """Run at once, and again after every change below ``folders``, until Ctrl-C.

    What goes wrong is said, and the next change tried: a workbook that Excel holds open is written once it is closed.
    """
    from watchfiles import watch

    waiting = _try(screen, run)
    screen.note(_("Watching; whatever comes into the folder is added. Ctrl-C ends it."))
    try:
        for changes in watch(
            *folders, watch_filter=_matters, debounce=1500, rust_timeout=SECONDS * 1000, yield_on_timeout=True
        ):
            if changes or waiting:
                waiting = _try(screen, run)
    except KeyboardInterrupt:
        screen.note(_("No longer watching."))
    return Exit.CLEAN


def _try(screen: Screen, run: Callable[[], Exit]) -> bool:
    """Run once; whether the output could not be written and has to be tried again."""
    try:
        run()
    except WorkbookToolsError as error:
        explain(error, screen, debug=False)
        return isinstance(error, CannotWrite)
    return False


def _matters(_change: Change, path: str) -> bool:
    """Whether a change is none of this program's own, and no program's litter."""
    from workbook_tools.inbox.folder import is_litter

    changed = Path(path)
    own = (
        changed.name in _OUTPUTS
        or changed.suffix in (".tmp", ".sqlite3-journal")
        or bool({*_OWN} & {*changed.parts})
    )
    return not own and not is_litter(changed.name)
