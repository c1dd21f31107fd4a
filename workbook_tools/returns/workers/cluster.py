"""Read files on a dask.distributed cluster, through its concurrent.futures interface."""

from __future__ import annotations

import logging
import math
import time
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.returns.result import FileReading, ReadingContext, decode_readings
from workbook_tools.returns.workers.machine import pack_context, read_on_machine
from workbook_tools.returns.workers.pool import BATCH, in_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from distributed import Client

    from workbook_tools.inbox.folder import FoundFile

_log = logging.getLogger(__name__)


_LOST = _("the cluster was lost; nothing was written, and nothing is wrong with the files")
PATIENCE = 60
"""Seconds to wait for a cluster without workers."""
_ROUNDS, _MOST = 4, 500
"""Batches per thread at least, so that none runs out of work early, and files per batch at most."""
_LOOKS = 2
"""Seconds between checks for a worker while no result arrives."""


def read_on_cluster(
    found: Sequence[FoundFile], context: ReadingContext, address: str
) -> Iterator[list[FileReading]]:
    """Yield the readings of each file found, unordered; ``address`` is the scheduler, such as
    ``tcp://10.0.0.5:8786``.

    Every machine needs the folder under the same path and the same version of this program. Files of a lost
    machine are read by another. Raises CannotRead if no scheduler answers, the cluster is lost, loses worker
    after worker or stays without any, or dask.distributed is not installed.
    """
    try:
        from distributed import Client  # imported late: takes a quarter of a second, and is optional
    except ImportError as error:
        raise CannotRead(
            address, _("dask.distributed is not installed; install workbook_tools[cluster]")
        ) from error
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise CannotRead(address, _("no dask scheduler answers there")) from error
    with client:
        yield from _Cluster(client, context, address).read(found)


class _Cluster:
    """One run on a cluster that may lose any or all of its workers at any moment."""

    def __init__(self, client: Client, context: ReadingContext, address: str) -> None:
        self._client, self._address = client, address
        self._executor = client.get_executor()
        # Scattered data is lost with its worker; the result of a task is computed again as often as needed.
        self._shared = client.submit(bytes, pack_context(context), pure=False)

    def read(self, found: Sequence[FoundFile]) -> Iterator[list[FileReading]]:
        """Read in batches; those of lost workers once more, one file at a time.

        No file is given up here: each machine gives up those that its own processes cannot read.
        """
        alone: list[FoundFile] = []
        for batch, result in self._run([*in_batches(found, self._batch_size(len(found)))]):
            if isinstance(result, bytes):
                yield from decode_readings(result)
            else:
                _log.info("a batch of %d files was not read", len(batch), exc_info=result)
                alone += batch
        for [_file], result in self._run([[file] for file in alone]):
            if not isinstance(result, bytes):
                raise CannotRead(self._address, _LOST) from result
            yield from decode_readings(result)

    def _batch_size(self, files: int) -> int:
        """Every batch starts a process, which takes as long as reading some forms."""
        threads = sum(self._threads().values())
        return min(max(BATCH, math.ceil(files / max(threads, 1) / _ROUNDS)), _MOST)

    def _run(
        self, batches: Sequence[Sequence[FoundFile]]
    ) -> Iterator[tuple[Sequence[FoundFile], bytes | Exception]]:
        """Each batch with its readings, or with the exception that ended it."""
        waiting = {self._executor.submit(read_on_machine, batch, self._shared): batch for batch in batches}
        alone_since: float | None = None
        while waiting:
            done, _left = wait(waiting, timeout=_LOOKS, return_when=FIRST_COMPLETED)
            if done or self._threads():
                alone_since = None
            else:
                alone_since = alone_since or time.monotonic()
                if time.monotonic() - alone_since > PATIENCE:
                    raise CannotRead(
                        self._address, _("the cluster has no worker; start one and run it again")
                    )
            for task in done:
                yield waiting.pop(task), self._result(task)

    def _result(self, task: Future[bytes]) -> bytes | Exception:
        """A task's result or its own exception; CannotRead if the cluster, or data that all tasks need, is
        lost, or a machine cannot start processes.
        """
        try:
            return task.result()
        except CannotRead:
            raise
        except Exception as error:
            # Then no other task can succeed either; retrying each file would take hours.
            lost = self._client.status != "running" or self._shared.status != "finished"
            if lost or isinstance(error, CancelledError):
                raise CannotRead(self._address, _LOST) from error
            return error

    def _threads(self) -> Mapping[str, int]:
        """The threads of each worker that there is."""
        try:
            threads: Mapping[str, int] = self._client.nthreads()
        except (OSError, TimeoutError, CancelledError) as error:
            raise CannotRead(self._address, _LOST) from error
        return threads
