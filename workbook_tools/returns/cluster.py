"""Files read by the workers of a dask.distributed cluster, through its face of concurrent.futures."""

from __future__ import annotations

import logging
from concurrent.futures import as_completed
from typing import TYPE_CHECKING

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.result import FileReading, ReadingContext, decode_readings, read_batch, refuse
from workbook_tools.returns.workers import BATCH, in_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.inbox.folder import FoundFile

_log = logging.getLogger(__name__)


def read_on_cluster(
    found: Sequence[FoundFile], context: ReadingContext, address: str
) -> Iterator[list[FileReading]]:
    """What came of each file found, in no order; ``address`` is the cluster's scheduler, such as ``tcp://10.0.0.5:8786``.

    The folder has to be there under the same name on every machine, and the same version of this program. What a lost
    machine was reading is read by another; a file that takes its worker along several times is given up. Raises
    CannotRead where no scheduler answers or dask.distributed is not installed.
    """
    try:
        from distributed import Client  # a quarter of a second, and not everybody has it
    except ImportError as error:
        raise CannotRead(
            address, _("dask.distributed is not installed; install workbook_tools[cluster]")
        ) from error
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise CannotRead(address, _("no dask scheduler answers there")) from error
    with client:
        shared = client.scatter(context, broadcast=True)
        executor = client.get_executor()
        tasks = {
            executor.submit(read_batch, [file.path for file in batch], shared): batch
            for batch in in_batches(found, BATCH)
        }
        alone: list[FoundFile] = []
        for task in as_completed(tasks):
            try:
                yield from decode_readings(task.result())
            except Exception as error:  # the cluster's own, and whatever a worker raised
                _log.info("a batch of %d files was not read", len(tasks[task]), exc_info=error)
                alone += tasks[task]
        for file in alone:
            try:
                yield from decode_readings(executor.submit(read_batch, [file.path], shared).result())
            except Exception as error:
                reason = _("its reading ended the program that read it")
                refused = RefusedFile("reading-failed", repr(error), reason=reason)
                yield [refuse(FileReading(file.path, size=file.size), refused, context)]
