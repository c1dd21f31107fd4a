"""A worker ends when what it reads has taken its time: CPU time, for a busy computer is no file's fault."""

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
"""The exit code of a worker that ended for this reason."""
_LOOKS = 0.2
"""Seconds between two looks at the time."""
_ends = math.inf


def watch_time() -> None:
    """Begin to watch this process; Windows has no limit of the system's that could do so."""
    Thread(target=_watch, daemon=True).start()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this process where the block takes more CPU time."""
    global _ends
    _ends = time.process_time() + seconds
    try:
        yield
    finally:
        _ends = math.inf


def _watch() -> None:
    while True:
        time.sleep(_LOOKS)
        if time.process_time() > _ends:
            os._exit(OUT_OF_TIME)
