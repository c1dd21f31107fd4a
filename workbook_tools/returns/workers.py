"""Files are read in worker processes that may die, hang or eat memory: that file is reported, and the run goes on."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import pickle
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import FoundFile, is_litter
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import MIB
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.members import read_ledger, read_members
from workbook_tools.returns.memory_limit import limit_memory
from workbook_tools.returns.result import (
    TOO_MUCH_MEMORY,
    FileReading,
    ReadingContext,
    decode_readings,
    read_batch,
    read_found,
    refuse,
)
from workbook_tools.returns.time_limit import OUT_OF_TIME, limited, watch_time
from workbook_tools.storage.location import RemotePath
from workbook_tools.text.names import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from types import ModuleType

SECONDS = 10
"""How much CPU time one file may take, and a batch of forms, which takes a hundredth of it; the slowest harmless file measured
took half of it."""
_WALL = 6
"""How many times that may pass on the clock, against what waits for ever: a busy computer gives a worker a part of its time."""
BATCH = 25
"""How many files are read at a time: handing one over costs about as much as reading it."""
_ROUNDS = 4
"""How many batches each worker gets at least, so that none is left without work for long."""
_MEMORY = 1 << 30
_SIZE_STEP = 4 * MIB
"""No form is as large: such a file is an archive, and gets the same time once more for every step of its size."""
_CONNECTING, _BYTES_A_SECOND = 50, 100_000
"""A file of a store has to come here first, a second for each asking, and a store that is busy is asked several times."""

T = TypeVar("T")
_LOST = (ProcessExpired, TookTooLong)
_NEEDS_MAIN = _(
    "the processes that read files cannot start: the program has to be a file, and to begin its work below "
    'if __name__ == "__main__":'
)

# Forking this very process would copy its threads' locks and all that pandas holds; Windows can only spawn.
_START_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"

_log = logging.getLogger(__name__)
_context: ReadingContext | None


def read_files(
    found: Sequence[FoundFile], context: ReadingContext, workers: int | None = None
) -> Iterator[list[FileReading]]:
    """What came of each file found, in no order; ``workers`` is how many processes read, by default one a core.

    Files are read by the batch. Those of a batch that its worker does not survive are tried once more, one by one, when
    all others are read. CannotRead where no worker starts. A script that calls this, directly or through ``collect``,
    needs the ``if __name__ == "__main__":`` of every program that starts processes.
    """
    # What nobody meant to send is not opened; no process need be started for it.
    sent = []
    for file in found:
        if is_litter(file.path.rpartition("/")[2]):
            yield read_found(file.path, context)
        else:
            sent.append(file)
    if not sent:
        return
    workers = min(workers or os.cpu_count() or 1, len(sent))
    _check_main(context.root)
    pool = _open_pool(context, workers)
    try:
        again: list[FoundFile] = []
        batches = [*in_batches(sent, min(BATCH, math.ceil(len(sent) / workers / _ROUNDS)))]
        for batch, future in [(batch, _schedule(pool, batch, context)) for batch in batches]:
            try:
                yield from decode_readings(future.result())
            except (
                Exception
            ) as error:  # the worker's end, or a fault of ours, which must not cost the other files
                _log.info("a batch of %d files was not read", len(batch), exc_info=error)
                again += batch
        for side_by_side in in_batches(again, workers):
            if not pool.active:
                _end(pool)
                pool = _open_pool(context, workers)
                _check_start(pool, context)
            yield from _read_side_by_side(pool, side_by_side, context)
    except BaseException:
        _end(pool)
        raise
    # All is read. The pool's threads look up ten times a second; nobody need wait for that.
    Thread(target=_end, args=[pool]).start()


def _read_side_by_side(
    pool: ProcessPool, files: Sequence[FoundFile], context: ReadingContext
) -> Iterator[list[FileReading]]:
    threads = ThreadPoolExecutor(len(files))
    try:
        yield from threads.map(lambda file: _read_by_members(pool, file, context), files)
    except BaseException:
        # The threads wait for workers; without them, they end.
        pool.stop()
        raise
    finally:
        threads.shutdown()


def _read_by_members(pool: ProcessPool, file: FoundFile, context: ReadingContext) -> list[FileReading]:
    """What came of a file, or of each inside it; only one that its worker does not survive is given up.

    A worker that is lost may have been ended by something else: a file is given up only when it loses another, or at
    once where it has taken its time.
    """
    readings: list[FileReading] = []
    lost_before = -1
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger"
        while True:
            ledger.unlink(missing_ok=True)
            try:
                _schedule_members(pool, file, context, len(readings), ledger).result()
                return readings + read_ledger(ledger)[0]
            except Exception as error:  # as in read_files
                done, begun = read_ledger(ledger)
                readings += done
                lost = isinstance(error, ProcessExpired) and error.exitcode != OUT_OF_TIME
                if lost and lost_before != len(readings) and pool.active:
                    lost_before = len(readings)
                    continue
                readings.append(_give_up(begun or _whole(file), error, context))
                if begun is None or not pool.active:
                    return readings


def _whole(file: FoundFile) -> FileReading:
    return FileReading(safe_path(file.path), size=file.size)


def in_batches(found: Sequence[FoundFile], size: int) -> Iterator[Sequence[FoundFile]]:
    """The files in batches of a size, in their order."""
    return (found[first : first + size] for first in range(0, len(found), size))


def read_alone(read: Callable[..., T], *arguments: object) -> T:
    """The result of a function of this package in a worker of its own, which may die or hang; RefusedFile where it does."""
    _check_main(read.__name__)
    pool = _open_pool(None, 1)
    try:
        future: Future[T] = pool.schedule(_run, args=[SECONDS, read, *arguments], timeout=SECONDS * _WALL)
        return future.result()
    except _LOST as error:
        raise RefusedFile("reading-failed", repr(error), reason=_reason(error)) from error
    finally:
        _end(pool)


def prepare_workers() -> None:
    """Begin to start what workers are forked from, so that it is there when they are wanted; it takes a quarter of a second.

    Not needed for anything else here, and nothing where it runs already or workers are spawned (Windows).
    """
    if _START_METHOD == "forkserver" and not _is_starting():
        # Not every system has the module.
        from multiprocessing.forkserver import ensure_running

        _processes()
        ensure_running()


def _processes() -> BaseContext:
    processes = multiprocessing.get_context(_START_METHOD)
    if _START_METHOD == "forkserver":
        processes.set_forkserver_preload(["__main__", __name__])
    return processes


def _open_pool(context: ReadingContext | None, workers: int) -> ProcessPool:
    # Pickling the roster takes a while; once is enough for all workers.
    return ProcessPool(
        workers,
        initializer=_start_worker,
        initargs=[pickle.dumps(context), dict(os.environ)],
        context=_processes(),
    )


def _check_main(place: object) -> None:
    """CannotRead where the program that called this cannot be started a second time, which every worker begins with.

    So it is with a script from stdin, and with one that reads without ``if __name__ == "__main__":``: its workers would
    begin to read in turn, and end.
    """
    if not _is_ours(sys.modules["__main__"]) and not _starts():
        raise CannotRead(place, _NEEDS_MAIN)


@cache
def _starts() -> bool:
    """Whether a process that does nothing starts and ends well."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    if _is_starting() or (script is not None and not Path(script).exists()):
        return False
    try:
        trial: BaseProcess = _processes().Process(target=_do_nothing)  # type: ignore[attr-defined]  # the stub's root lacks it
        trial.start()
        trial.join(SECONDS * _WALL)
    except (OSError, EOFError):  # what would start it has ended
        return False
    if trial.exitcode is None:
        trial.kill()
    return trial.exitcode == 0


def _is_starting() -> bool:
    """Whether this process is one that is being started and has come to what its program does as a whole."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))


def _is_ours(main: ModuleType) -> bool:
    """Whether the command runs, which is known to start: no time is spent on a trial."""
    told = f"{main.__spec__.name if main.__spec__ else ''} {getattr(main, '__file__', '')}"
    return "workbook_tools" in told or "workbook-tools" in told


def _do_nothing() -> None:
    pass


def _check_start(pool: ProcessPool, context: ReadingContext) -> None:
    """CannotRead where workers end before they are given anything to read: then it is none of the files."""
    try:
        _schedule(pool, [], context).result()
    except Exception as error:  # whatever ends a worker that has nothing to read
        reason = _(
            "the processes that read files do not start; run the command again, and restart the computer if it is the same"
        )
        raise CannotRead(context.root, reason) from error


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _schedule_members(
    pool: ProcessPool, file: FoundFile, context: ReadingContext, first: int, ledger: Path
) -> Future[None]:
    seconds, steps = SECONDS, 1 + file.size // _SIZE_STEP
    way = _CONNECTING + 1 + file.size // _BYTES_A_SECOND if isinstance(context.root, RemotePath) else 0
    try:
        return pool.schedule(
            _read_members,
            args=[file.path, first, ledger, seconds],
            timeout=way + seconds * _WALL * (steps + 1),
        )
    except RuntimeError as error:  # it has lost its workers
        lost: Future[None] = Future()
        lost.set_exception(error)
        return lost


def _schedule(pool: ProcessPool, batch: Sequence[FoundFile], context: ReadingContext) -> Future[bytes]:
    size = sum(file.size for file in batch)
    way = _CONNECTING + len(batch) + size // _BYTES_A_SECOND if isinstance(context.root, RemotePath) else 0
    try:
        seconds = SECONDS * (1 + size // _SIZE_STEP)
        paths = [file.path for file in batch]
        return pool.schedule(_run, args=[seconds, _read, paths], timeout=way + seconds * _WALL)
    except RuntimeError as error:  # it has lost its workers
        lost: Future[bytes] = Future()
        lost.set_exception(error)
        return lost


def _start_worker(context: bytes, environment: Mapping[str, str]) -> None:
    global _context
    _context = pickle.loads(context)
    # The server that forks workers keeps the environment of the day it was started; a store's keys may be newer.
    os.environ.update(environment)
    watch_time()
    # A worker without a limit is better than none, where the office's own job objects (a remote desktop's) do not let it.
    with suppress(OSError):
        limit_memory(_MEMORY)


def _run(seconds: float, work: Callable[..., T], *arguments: object) -> T:
    with limited(seconds):
        return work(*arguments)


def _read_members(path: str, first: int, ledger: Path, seconds: float) -> None:
    assert _context is not None
    read_members(path, _context, first, ledger, seconds)


def _read(paths: Sequence[str]) -> bytes:
    assert _context is not None
    return read_batch(paths, _context)


def _give_up(begun: FileReading, error: Exception, context: ReadingContext) -> FileReading:
    _log.info("%s could not be read", begun.path, exc_info=error)
    return refuse(begun, RefusedFile("reading-failed", repr(error), reason=_reason(error)), context)


def _reason(error: Exception) -> str:
    if isinstance(error, ProcessExpired) and error.exitcode == OUT_OF_TIME:
        return _("its reading took too long")
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (TookTooLong, _("its reading took too long")),
        (ProcessExpired, _("its reading ended the program that read it")),
        (MemoryError, TOO_MUCH_MEMORY),
        (Exception, _("the program has a fault that this file brings out")),
    )
    return next(words for kind, words in reasons if isinstance(error, kind))
