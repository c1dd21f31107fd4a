"""A limit on a worker's CPU time; wall time would blame files for a busy computer."""

from __future__ import annotations

import math
import os
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT_OF_TIME = 75
"""Exit code of a worker that exceeded its time."""
_LOOKS = 0.2
"""Seconds between checks."""
_ends = math.inf


def watch_time() -> None:
    """Start watching this process; Windows has no such limit of its own."""
    Thread(target=_watch, daemon=True).start()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Terminate this process if the block takes more CPU time."""
    global _ends
    _ends = time.process_time() + seconds
    try:
        yield
    finally:
        _ends = math.inf


def _watch() -> None:
    while True:
        time.sleep(_LOOKS)
        # CPU time: on a busy computer the clock says nothing about the file.
        if time.process_time() > _ends:
            # Not an exception: native code that loops never returns to raise it.
            os._exit(OUT_OF_TIME)
