"""Read files in worker processes that may crash, hang or run out of memory without ending the run."""

from __future__ import annotations

import logging
import math
import os
import pickle
import tempfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from workbook_tools.errors import CannotRead
from workbook_tools.inbox.folder import FoundFile, is_litter
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import MIB
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.result import (
    TOO_MUCH_MEMORY,
    FileReading,
    ReadingContext,
    decode_readings,
    read_found,
    refuse,
)
from workbook_tools.returns.workers.end_pool import end_pool, end_pool_later
from workbook_tools.returns.workers.fork_server import processes
from workbook_tools.returns.workers.main_program import check_main
from workbook_tools.returns.workers.members import read_ledger
from workbook_tools.returns.workers.time_limit import OUT_OF_TIME
from workbook_tools.returns.workers.worker import read_paths, read_with_ledger, run_limited, start_worker
from workbook_tools.storage.remote_path import RemotePath
from workbook_tools.text.names import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS = 10
"""CPU seconds for one file, and for a batch of forms, which needs a hundredth of it.

The slowest harmless file measured took half of it.
"""
_WALL = 6
"""Wall time limit as a multiple of it, against endless waiting; a busy computer gives a worker a fraction of
its time.
"""
BATCH = 25
"""Files per batch: handing one over costs about as much as reading it."""
_WORTH_A_WORKER = 256 << 10
"""Bytes of files for each worker: to start one takes as long as to read ten forms (measured on Linux)."""
_ROUNDS = 4
"""Batches per worker at least, so that none runs out of work early."""
_SIZE_STEP = 4 * MIB
"""No form is as large, so it is an archive; it gets the same time again for every step of its size."""
_CONNECTING, _BYTES_A_SECOND = 50, 100_000
"""A remote file must be fetched first: a second per request, and retries if the store is busy."""

T = TypeVar("T")
_LOST = (ProcessExpired, TookTooLong)

_log = logging.getLogger(__name__)


def read_files(
    found: Sequence[FoundFile], context: ReadingContext, workers: int | None = None
) -> Iterator[list[FileReading]]:
    """Begin to read the files; the iterator yields the readings of each file, unordered.

    The workers have begun when this returns, so the caller can do something else before it asks for the first
    reading. ``workers`` is the number of processes, by default one per core, or fewer for little to read.
    Files are read in batches. Those of a batch that kills its worker are retried one by one at the end.
    CannotRead if no worker starts. A script that calls this, directly or through ``collect``, needs
    ``if __name__ == "__main__":``, as every program that starts processes.
    """
    reading = _read_files(found, context, workers or _count_workers(found, context))
    next(reading)
    return reading


def _count_workers(found: Sequence[FoundFile], context: ReadingContext) -> int:
    """One per core, but none to read less than it takes to start it; a store keeps each waiting."""
    cores = os.cpu_count() or 1
    if isinstance(context.root, RemotePath):
        return cores
    return min(cores, 1 + sum(file.size for file in found) // _WORTH_A_WORKER)


def _read_files(
    found: Sequence[FoundFile], context: ReadingContext, workers: int
) -> Iterator[list[FileReading]]:
    """Yield nothing once the workers have their work, then the readings."""
    # Litter is not opened, so no process is needed for it.
    litter = [read_found(file.path, context) for file in found if is_litter(file.path)]
    sent = [file for file in found if not is_litter(file.path)]
    if not sent:
        yield []
        yield from litter
        return
    check_main(context.root)
    workers = min(workers, len(sent))
    pool = _open_pool(context, workers)
    try:
        again: list[FoundFile] = []
        batches = [*in_batches(sent, min(BATCH, math.ceil(len(sent) / workers / _ROUNDS)))]
        begun = deque((batch, _schedule(pool, batch, context)) for batch in batches)
        yield []
        yield from litter
        while begun:
            # Taken out, because it would keep the readings of its batch.
            batch, future = begun.popleft()
            try:
                yield from decode_readings(_result(pool, future))
            except Exception as error:  # a crashed worker, or a fault of ours, must not cost the other files
                _log.info("a batch of %d files was not read", len(batch), exc_info=error)
                again += batch
        for side_by_side in in_batches(again, workers):
            if not pool.active:
                end_pool(pool)
                pool = _open_pool(context, workers)
                _check_start(pool, context)
            yield from _read_side_by_side(pool, side_by_side, context)
    except BaseException:
        end_pool(pool)
        raise
    end_pool_later(pool)


def _read_side_by_side(
    pool: ProcessPool, files: Sequence[FoundFile], context: ReadingContext
) -> Iterator[list[FileReading]]:
    threads = ThreadPoolExecutor(len(files))
    try:
        yield from threads.map(lambda file: _read_by_members(pool, file, context), files)
    except BaseException:
        # The threads wait for workers and end without them.
        pool.stop()
        raise
    finally:
        threads.shutdown()


def _read_by_members(pool: ProcessPool, file: FoundFile, context: ReadingContext) -> list[FileReading]:
    """Read a file or each member of it; give up only the member that kills its worker.

    A worker may have been killed by something else, so a file is given up at its second worker, or at once if
    it exceeds its time.
    """
    readings: list[FileReading] = []
    lost_before = -1
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger"
        while True:
            ledger.unlink(missing_ok=True)
            try:
                _result(pool, _schedule_members(pool, file, context, len(readings), ledger))
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
    """Split the files into batches, in order."""
    return (found[first : first + size] for first in range(0, len(found), size))


def read_alone(read: Callable[..., T], *arguments: object) -> T:
    """Call a function of this package in a worker of its own; RefusedFile if that crashes or hangs."""
    check_main(read.__name__)
    pool = _open_pool(None, 1)
    try:
        future: Future[T] = pool.schedule(
            run_limited, args=[SECONDS, read, *arguments], timeout=SECONDS * _WALL
        )
        return _result(pool, future)
    except _LOST as error:
        raise RefusedFile("reading-failed", repr(error), reason=_reason(error)) from error
    finally:
        end_pool(pool)


def _result(pool: ProcessPool, future: Future[T]) -> T:
    """The result of what a pool was given; ProcessExpired if the pool ended without telling."""
    ended = False
    while not wait([future], timeout=1).done:
        # A pool that breaks while it is given something may forget that, so its end is seen twice.
        if ended:
            raise ProcessExpired("the workers ended before they began", code=1)
        ended = not pool.active
    return future.result()


def _open_pool(context: ReadingContext | None, workers: int) -> ProcessPool:
    # Pickling the roster is slow, so do it once for all workers.
    return ProcessPool(
        workers,
        initializer=start_worker,
        initargs=[pickle.dumps(context), dict(os.environ)],
        context=processes(),
    )


def _check_start(pool: ProcessPool, context: ReadingContext) -> None:
    """CannotRead if workers die before they get anything to read: then no file is to blame."""
    try:
        _result(pool, _schedule(pool, [], context))
    except Exception as error:  # whatever ends an idle worker
        reason = _(
            "the processes that read files do not start; try again, and restart the computer if that does "
            "not help"
        )
        raise CannotRead(context.root, reason) from error


def _schedule_members(
    pool: ProcessPool, file: FoundFile, context: ReadingContext, first: int, ledger: Path
) -> Future[None]:
    arguments = [file.path, first, ledger, SECONDS]
    wall = SECONDS * _WALL * (2 + file.size // _SIZE_STEP)
    return _submit(pool, read_with_ledger, arguments, _fetching([file], context) + wall)


def _schedule(pool: ProcessPool, batch: Sequence[FoundFile], context: ReadingContext) -> Future[bytes]:
    seconds = SECONDS * (1 + sum(file.size for file in batch) // _SIZE_STEP)
    arguments = [seconds, read_paths, [file.path for file in batch]]
    return _submit(pool, run_limited, arguments, _fetching(batch, context) + seconds * _WALL)


def _fetching(batch: Sequence[FoundFile], context: ReadingContext) -> int:
    """Seconds that it may take to fetch some files from a store."""
    if not isinstance(context.root, RemotePath):
        return 0
    return _CONNECTING + len(batch) + sum(file.size for file in batch) // _BYTES_A_SECOND


def _submit(
    pool: ProcessPool, work: Callable[..., T], arguments: Sequence[object], timeout: float
) -> Future[T]:
    """Give a pool some work; the future has failed if the pool has lost its workers."""
    try:
        future: Future[T] = pool.schedule(work, args=arguments, timeout=timeout)
    except RuntimeError as error:
        future = Future()
        future.set_exception(error)
    return future


def _give_up(begun: FileReading, error: Exception, context: ReadingContext) -> FileReading:
    _log.info("%s could not be read", begun.path, exc_info=error)
    return refuse(begun, RefusedFile("reading-failed", repr(error), reason=_reason(error)), context)


def _reason(error: Exception) -> str:
    if isinstance(error, ProcessExpired) and error.exitcode == OUT_OF_TIME:
        return _("it took too long to read")
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (TookTooLong, _("it took too long to read")),
        (ProcessExpired, _("it crashed the process that read it")),
        (MemoryError, TOO_MUCH_MEMORY),
        (Exception, _("the program has a bug that this file triggers")),
    )
    return next(words for kind, words in reasons if isinstance(error, kind))
