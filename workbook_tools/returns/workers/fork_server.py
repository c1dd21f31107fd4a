"""The process that workers are forked from; this module imports little, so it can be started first."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

# Forking this process would copy its threads' locks and pandas' memory; Windows can only spawn.
START_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_PRELOADED = ["__main__", "workbook_tools.returns.workers.pool"]


def prepare_workers() -> None:
    """Start the fork server early: it takes a quarter of a second, in which this process can do other things.

    Optional. Does nothing if it is running already, or where workers are spawned (Windows).
    """
    if START_METHOD == "forkserver" and not is_starting():
        # Missing on some systems.
        from multiprocessing.forkserver import ensure_running

        processes()
        ensure_running()


def processes() -> BaseContext:
    """How workers are started."""
    context = multiprocessing.get_context(START_METHOD)
    if START_METHOD == "forkserver":
        context.set_forkserver_preload(_PRELOADED)
    return context


def is_starting() -> bool:
    """Whether this process is a child that is still importing the main program."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))
