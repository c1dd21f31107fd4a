"""A process beside this one, for work that needs little and can be done meanwhile."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from workbook_tools.returns.workers.fork_server import is_starting, processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType

T = TypeVar("T")


class SideProcess:
    """Does one thing after another in a process that is started for the first and ends with the block.

    What does not get done there, because the process cannot start, was killed, or the work fails, is done in
    this process: so results and errors are those of calling the function.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def begin(self, work: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Begin to call a function of a module; what is returned waits for its result.

        Take the result before beginning something else.
        """
        connection = self._connection
        try:
            if connection is None:
                connection = self._connection = _start()
            connection.send((work, arguments))
        except OSError:  # no such process can be started, or it has ended
            return lambda: work(*arguments)

        def finish() -> T:
            answer: tuple[bool, Any] = (False, None)
            with suppress(EOFError, OSError):
                answer = connection.recv()
            done, result = answer
            return result if done else work(*arguments)

        return finish


def _start() -> Connection:
    """OSError if no process can be started."""
    # A script without ``if __name__ == "__main__":`` would start itself again and again.
    if is_starting():
        raise OSError
    context = processes()
    ours, theirs = context.Pipe()
    # The stub of the contexts' base class lacks Process.
    process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
    process.start()
    # The process has the only other end, so each side learns of the other's end.
    theirs.close()
    return ours


def _serve(connection: Connection) -> None:
    # Ctrl-C goes to all processes of a terminal; this one ends with the one it works for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            work, arguments = connection.recv()
            connection.send(_try(work, arguments))


def _try(work: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[bool, Any]:
    """Whether the work was done, and its result."""
    try:
        return True, work(*arguments)
    except Exception:  # whatever it is, the other process meets it again, and can tell more
        return False, None
