"""A process beside this one, for work that needs little and can be done meanwhile."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
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
        self._served: tuple[BaseProcess, Connection] | None = None
        # The process takes what is sent only once it has started, which takes half a second.
        self._asking = ThreadPoolExecutor(1)

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)
        if self._served is not None:
            process, connection = self._served
            # Nobody waits for what it may still be doing, and the thread that asked for it learns so. The
            # number of one that has ended may be a stranger's by now.
            if process.is_alive():
                process.kill()
            self._asking.shutdown()
            connection.close()

    def begin(self, work: Callable[..., T], *arguments: object) -> Callable[[], T]:
        """Begin to call a function of a module; what is returned waits for its result."""
        try:
            if self._served is None:
                self._served = _start()
        except OSError:  # no such process can be started
            return lambda: work(*arguments)
        asked = self._asking.submit(_ask, self._served[1], work, arguments)

        def finish() -> T:
            done, result = asked.result()
            return result if done else work(*arguments)

        return finish


def _ask(connection: Connection, work: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[bool, Any]:
    """Whether the process did the work, and its result."""
    try:
        connection.send((work, arguments))
        answer: tuple[bool, Any] = connection.recv()
    except (EOFError, OSError):  # it has ended
        return False, None
    return answer


def _start() -> tuple[BaseProcess, Connection]:
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
    return process, ours


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
