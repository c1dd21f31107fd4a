"""Garbage collection while a report is made."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused_gc() -> Iterator[None]:
    """Switch off the search for reference cycles.

    A run creates millions of long-lived objects, and each search visits them all: a tenth of the time at
    5,000 returns. Only the command line does this, because the setting affects the whole process.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
