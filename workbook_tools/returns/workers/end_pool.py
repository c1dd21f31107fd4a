"""End a pool of workers within bounded time."""

from __future__ import annotations

import atexit
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pebble import ProcessPool

_SECONDS = 10
"""Time for a pool to end. Under Wine one of its threads may wait forever for a read that was cancelled."""


def end_pool(pool: ProcessPool) -> None:
    """End a pool's workers and threads."""
    _begin(pool).join(_SECONDS)


def end_pool_later(pool: ProcessPool) -> None:
    """Begin to end a pool, which takes a tenth of a second, and wait for it only when the program ends."""
    atexit.register(_begin(pool).join, _SECONDS)


def _begin(pool: ProcessPool) -> Thread:
    def end() -> None:
        pool.stop()
        pool.join()

    # A daemon, so that a pool that never ends keeps no program alive.
    ending = Thread(target=end, daemon=True)
    ending.start()
    return ending
