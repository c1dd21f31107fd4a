"""Adapt to the environment: termination signals, no console, a clock that was never set."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import zipfile
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Sent by a closing terminal, a shutdown or a task manager; Windows has only some."""
_FIRST_YEAR = 1980
"""The earliest year that a zip archive can store."""


@contextmanager
def endured() -> Iterator[None]:
    """Context of a command: termination signals act like Ctrl-C, output without a console is discarded, and
    packages can be written whatever the clock says.
    """
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # pythonw, or a service
                setattr(sys, name, stack.enter_context(open(os.devnull, "w", encoding="utf-8")))  # noqa: PTH123
                stack.callback(setattr, sys, name, None)
        stack.enter_context(_interrupted_by_signals())
        stack.enter_context(_dates_of_packages())
        yield


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    # Python allows signal handlers in the main thread only.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = [number for name in _SIGNALS if (number := getattr(signal, name, None)) is not None]
    # A signal that is already ignored, as under nohup, means that the program should keep running.
    ours = [number for number in found if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


@contextmanager
def _dates_of_packages() -> Iterator[None]:
    """Allow writing packages on a computer whose clock says 1970, as with an empty battery.

    The standard library refuses zip archives dated before 1980.
    """
    # The usual case; nothing to replace.
    if time.localtime().tm_year >= _FIRST_YEAR:
        yield
        return
    module: Any = zipfile
    clock, first = module.time, time.struct_time((_FIRST_YEAR, 1, 1, 0, 0, 0, 1, 1, 0))
    module.time = SimpleNamespace(time=lambda: 0.0, localtime=lambda _seconds=0.0: first)
    try:
        yield
    finally:
        module.time = clock
