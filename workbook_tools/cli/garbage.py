"""Garbage collection while a report is made."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused_gc() -> Iterator[None]:
    """Switch off the search for reference cycles.

    A run creates millions of long-lived objects, and each search visits them all: a tenth of the time at
    5,000 returns, and two tenths at 72, most of it when the process ends. Only the command line does this,
    because the setting affects the whole process.
    """
    enabled = gc.isenabled()
    gc.disable()
    # An ending interpreter searches everything several times; what is frozen it leaves to the system.
    # Once, however many runs a process has.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        # To the oldest generation: otherwise the next allocation would begin with a search of them all.
        gc.freeze()
        gc.unfreeze()
        if enabled:
            gc.enable()
