"""Work that is killed on its way, as by a power cut."""

from __future__ import annotations

import os
import signal
import traceback
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

requires_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no copies of a process on this system")


def kill_at(owner: Any, name: str, when: str, counts: Callable[..., bool] = lambda *_: True) -> None:
    """Let the second call of a function that counts kill this process, ``before`` or ``after`` it does its work."""
    original, calls = getattr(owner, name), 0

    def killing(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += counts(*arguments)
        if (calls, when) == (2, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if (calls, when) == (2, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killing)


def be_killed(work: Callable[[], object]) -> None:
    """Do the work in a copy of this process, which has to be killed before the work ends.

    A copy, because a new process would first import everything again.
    """
    copy = os.fork()
    if copy == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == -signal.SIGKILL
