"""Whether the calling program can start processes, each of which imports it again."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.returns.workers.fork_server import is_starting, processes

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from types import ModuleType

_LONGEST_START = 600
"""Seconds that the calling program may take to be imported in a worker."""
_INSTALLED = ("workbook-tools", "workbook-tools-script.py")
_NEEDS_MAIN = _(
    "the processes that read files cannot start: the program has to be a file, and to begin its work below "
    'if __name__ == "__main__":'
)


def check_main(place: object) -> None:
    """CannotRead if the calling program cannot be imported again, as every worker must.

    That fails for a script from stdin, and for one without ``if __name__ == "__main__":``, whose workers
    would start reading themselves.
    """
    if not _is_ours(sys.modules["__main__"]) and not _starts():
        raise CannotRead(place, _NEEDS_MAIN)


@cache
def _starts() -> bool:
    """Whether a process that does nothing starts and ends well."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    if is_starting() or (script is not None and not Path(script).exists()):
        return False
    try:
        # The stub of the contexts' base class lacks Process.
        trial: BaseProcess = processes().Process(target=_do_nothing)  # type: ignore[attr-defined]
        trial.start()
        # A program without that line fails at once; one on a busy computer may take minutes to be imported.
        trial.join(_LONGEST_START)
    except (OSError, EOFError):  # the fork server has ended
        return False
    if trial.exitcode is None:
        trial.kill()
    return trial.exitcode == 0


def _is_ours(main: ModuleType) -> bool:
    """Whether the command-line program is running, which needs no trial."""
    # A module of this package, as python -m runs it.
    if main.__spec__ is not None and main.__spec__.name.partition(".")[0] == "workbook_tools":
        return True
    # The installed command; on Windows it is an archive that holds its program. Not by the whole path: any
    # program may lie in a folder of that name.
    file = Path(getattr(main, "__file__", None) or "")
    return file.name in _INSTALLED or file.parent.name.lower() == "workbook-tools.exe"


def _do_nothing() -> None:
    pass
