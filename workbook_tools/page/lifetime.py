"""End the program when the user asks for it, or some time after the last page was closed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120.0
"""Seconds without a request from any page. Browsers slow the timers of background pages to one per minute."""


class Lifetime:
    """Calls ``end`` after ``patience`` seconds without a request from any page, unless a job is running.

    A closed lid is not a closed page: the count starts again whenever the computer has slept.
    """

    def __init__(self, end: Callable[[], None], busy: Callable[[], bool], patience: float = PATIENCE) -> None:
        self._end, self._busy, self._patience = end, busy, patience
        self._heard = time.monotonic()
        self._over = threading.Event()

    def hear(self) -> None:
        """Note that a page is open."""
        self._heard = time.monotonic()

    def watch(self) -> None:
        """Start watching in a thread."""
        threading.Thread(target=self._watch, name="lifetime", daemon=True).start()

    def finish(self) -> None:
        """End the program now."""
        self._over.set()
        self._end()

    def _watch(self) -> None:
        step = min(self._patience / 4, 5.0)
        last = time.monotonic()
        while not self._over.wait(step):
            now = time.monotonic()
            # A gap between ticks means that the computer, and with it the page, was asleep: not every
            # system's monotonic clock stops then.
            if self._busy() or now - last > 3 * step + 1:
                self._heard = now
            last = now
            if now - self._heard > self._patience:
                self._over.set()
                self._end()
