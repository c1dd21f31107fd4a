"""What runs in a worker process: its limits are set, then it reads batches of files."""

from __future__ import annotations

import gc
import os
import pickle
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from workbook_tools.returns.result import ReadingContext, read_batch
from workbook_tools.returns.workers.members import read_members
from workbook_tools.returns.workers.memory_limit import limit_memory
from workbook_tools.returns.workers.time_limit import limited, watch_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# A part with the maximum of tags takes 800 MB (see readers/limits.py).
_MEMORY = 1 << 30

T = TypeVar("T")
_context: ReadingContext | None


def start_worker(context: bytes, environment: Mapping[str, str]) -> None:
    """Take what is the same for all files, and set the limits."""
    global _context
    _context = pickle.loads(context)
    # None of it ever becomes garbage, so it is not looked through again and again.
    gc.freeze()
    # The fork server keeps the environment of its start; credentials of a store may be newer.
    os.environ.update(environment)
    watch_time()
    # A job object of the office (remote desktop) may forbid the limit; a worker without one is better than
    # none.
    with suppress(OSError):
        limit_memory(_MEMORY)


def run_limited(seconds: float, work: Callable[..., T], *arguments: object) -> T:
    """Do some work; the process ends if that takes more than ``seconds`` of CPU time."""
    with limited(seconds):
        return work(*arguments)


def read_with_ledger(path: str, first: int, ledger: Path, seconds: float) -> None:
    """Read a file member by member; see :func:`~workbook_tools.returns.workers.members.read_members`."""
    assert _context is not None
    read_members(path, _context, first, ledger, seconds)


def read_paths(paths: Sequence[str]) -> bytes:
    """Read some files of the folder, encoded."""
    assert _context is not None
    return read_batch(paths, _context)
