"""Atomic writing: a file is written whole or not at all."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

from workbook_tools.errors import CannotWrite
from workbook_tools.storage.refusals import explain_refusal
from workbook_tools.storage.remote_path import RemotePath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.storage.location import Location

_LITTER = re.compile(r"\.[0-9a-f]{16}(?:\.(\d+)-([0-9a-f]{8}))?\.tmp")
_ABANDONED = 3600
"""Seconds after which a temporary file counts as abandoned if its process cannot be checked."""
_QUERY, _NO_SUCH_PROCESS = 0x1000, 87
"""PROCESS_QUERY_LIMITED_INFORMATION and ERROR_INVALID_PARAMETER of winnt.h."""


@contextmanager
def replacing(path: Location) -> Iterator[Path]:
    """Yield a temporary file that replaces ``path`` if the block succeeds, and is removed otherwise.

    It lies beside ``path``, or on this computer if ``path`` is remote, and is flushed to disk before it
    replaces it. Raises CannotWrite if the system or store refuses; the old file is then untouched.
    """
    if isinstance(path, RemotePath):
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / path.name
            yield made
            path.put(made.read_bytes())
        return
    with _replacing(path) as (temporary, file):
        file.close()
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())


def write_bytes(path: Location, data: bytes, *, lasting: bool = True) -> None:
    """Write a file atomically; CannotWrite if the system or store refuses.

    Without ``lasting`` it is not flushed to disk: for thousands of files that can be made again.
    """
    if isinstance(path, RemotePath):
        path.put(data)
        return
    with _replacing(path) as (_, file):
        # Write through the handle that created the file: on ext4, reopening it to write would flush every
        # file to disk.
        file.write(data)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def create_bytes(path: Location, data: bytes, *, private: bool = False) -> bool:
    """Create a file atomically; False if the name is taken. With ``private`` only its owner may read it."""
    if isinstance(path, RemotePath):
        if path.exists():
            return False
        path.put(data)
        return True
    with creating(path, private=private) as (temporary, file):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        file.close()
        return take_free_name(temporary, path)


@contextmanager
def creating(path: Path, *, private: bool = False) -> Iterator[tuple[Path, BinaryIO]]:
    """Yield a new file beside ``path`` and its open handle; removed afterwards unless renamed."""
    with refusals(path):
        temporary = _temporary(path)
        file = _create(temporary, private=private)
        try:
            with file:
                yield temporary, file
        finally:
            with suppress(OSError):
                temporary.unlink()


def take_free_name(temporary: Path, path: Path) -> bool:
    """Give a finished file its name; False if that is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # file systems without hard links
        if path.exists():
            return False
        temporary.replace(path)
    return True


def make_folder(path: Path) -> None:
    """Make a folder unless there is one; CannotWrite if the system refuses."""
    with refusals(path):
        path.mkdir(exist_ok=True)


def remove(path: Location) -> None:
    """Remove a file if it exists; CannotWrite if the system or store refuses."""
    if isinstance(path, RemotePath):
        path.remove()
        return
    with refusals(path):
        path.unlink(missing_ok=True)


def clear_litter(folder: Path) -> None:
    """Remove temporary files of killed runs; keep those of live processes."""
    with suppress(OSError):
        for path in folder.iterdir():
            found = _LITTER.fullmatch(path.name)
            maker = None
            if found is not None and found[2] == _computer():
                maker = found[1]
            if found is not None and _is_abandoned(path, maker):
                with suppress(OSError):
                    path.unlink()


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Convert OSError to CannotWrite."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, *explain_refusal(error)) from error


@contextmanager
def _replacing(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """The temporary file's path and its open handle."""
    _clear_now_and_then(path.parent)
    temporary = _temporary(path)
    with refusals(path):
        try:
            with _create(temporary) as file:
                yield temporary, file
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def _temporary(path: Path) -> Path:
    return path.with_name(f".{token_hex(8)}.{os.getpid()}-{_computer()}.tmp")


@cache
def _computer() -> str:
    """Identifies this computer: on a network drive others write too, whose processes cannot be checked."""
    return f"{crc32(platform.node().encode()):08x}"


def _create(path: Path, *, private: bool = False) -> BinaryIO:
    """Create a file, and its folder if missing."""
    mode = 0o600 if private else 0o666

    def opened(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    try:
        return open(path, "xb", opener=opened)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "xb", opener=opened)


_cleared: dict[Path, float] = {}


def _clear_now_and_then(folder: Path) -> None:
    """Clear a folder unless that was done within the last hour: it may hold thousands of forms."""
    now = time.monotonic()
    if now - _cleared.get(folder, -_ABANDONED) >= _ABANDONED:
        _cleared[folder] = now
        clear_litter(folder)


def _is_abandoned(path: Path, maker: str | None) -> bool:
    if maker is not None:
        if not _is_running(int(maker)):
            return True
        if int(maker) == os.getpid():
            return False
    # Age decides only after an hour, because clocks differ and process ids are reused.
    return time.time() - path.stat().st_mtime > _ABANDONED


def _is_running(process: int) -> bool:
    """Whether this computer has a process with that number; also True if the system does not tell."""
    if sys.platform == "win32":
        import _winapi

        try:
            handle = _winapi.OpenProcess(_QUERY, False, process)
        except (OSError, OverflowError) as error:
            return getattr(error, "winerror", 0) != _NO_SUCH_PROCESS
        try:
            return _winapi.GetExitCodeProcess(handle) == _winapi.STILL_ACTIVE
        finally:
            _winapi.CloseHandle(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
