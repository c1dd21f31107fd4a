"""End the program when the user says so, or some time after the last page was closed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120.0
"""Seconds without a sign of any page. Browsers slow the timers of background pages to one a minute."""


class Lifetime:
    """Ends the program by ``end`` after ``patience`` seconds without a sign of any page or work in progress.

    Where there is one, it uses a clock that stops while the computer sleeps (a closed lid is not a closed
    page), and it starts counting anew after any gap.
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
            # A gap in the ticks means that the computer slept, and the page with it.
            if self._busy() or now - last > 3 * step + 1:
                self._heard = now
            last = now
            if now - self._heard > self._patience:
                self._over.set()
                self._end()
