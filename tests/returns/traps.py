"""Files that do to the process that reads them what a file's content might; a worker opens no test module to spring them."""

from __future__ import annotations

import multiprocessing
import os
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from workbook_tools.readers.refused import RefusedFile
from workbook_tools.returns.result import ReadingContext
from workbook_tools.returns.sender_guess import SenderIndex
from workbook_tools.returns.workers import pool
from workbook_tools.returns.workers.worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Mapping


class TrapContext(ReadingContext):
    """Its traps stand where every file passes."""

    @cached_property
    def senders(self) -> SenderIndex:
        return _Traps(self.roster)


class HastyContext(TrapContext):
    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpacked only by the processes that read, which give a file ten seconds of CPU time; one will do here."""
        pool.SECONDS = 1
        self.__dict__.update(state)


class _Traps(SenderIndex):
    def suggest(self, path: str, envelope: Any) -> Any:
        if multiprocessing.parent_process() is not None:
            _spring(path)
        return super().suggest(path, envelope)


def _spring(path: str) -> None:
    print("whatever a library says")
    if "die" in path:
        os.abort()
    if "hang" in path:
        time.sleep(600)
    while "spin" in path:
        pass
    if "wait" in path:
        time.sleep(2)
    if "eat" in path:
        bytearray(3 << 30)
    if "fault" in path:
        raise KeyError(path)
    if "once" in path and not (mark := Path(unquote(path))).exists():
        mark.touch()
        os.abort()


def never_start(_context: bytes, _environment: Mapping[str, str]) -> None:
    os.abort()


def start_the_second_time(context: bytes, environment: Mapping[str, str]) -> None:
    try:
        Path(environment["FIRST_START"]).mkdir()
    except FileExistsError:
        start_worker(context, environment)
    else:
        os.abort()


def die(_data: bytes) -> int:
    os.abort()


def refuse(data: bytes) -> int:
    raise RefusedFile("file-empty", reason=data.decode())


def count_bytes(data: bytes) -> int:
    return len(data)


def variable(name: str) -> str:
    return os.environ[name]
