"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

from workbook_tools.errors import CannotWrite
from workbook_tools.storage.causes import explain_refusal
from workbook_tools.storage.location import Location, RemotePath

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITTER = re.compile(r"\.[0-9a-f]{16}(?:\.(\d+)-([0-9a-f]{8}))?\.tmp")
_ABANDONED = 3600
"""Seconds after which a temporary file belongs to no run any more, where its maker cannot be asked for."""


@contextmanager
def replacing(path: Location) -> Iterator[Path]:
    """A temporary file that takes the place of ``path`` when the block ends well, and vanishes otherwise.

    It lies beside ``path``; for a remote one on this computer. Its bytes are on the disk before it takes its place.
    Raises CannotWrite where the system or store refuses; the old file is then untouched.
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
    """Write a file whole or not at all; CannotWrite where the system or store refuses.

    Without ``lasting`` the system may keep it in memory for a while: for files by the thousand that can be made again.
    """
    if isinstance(path, RemotePath):
        path.put(data)
        return
    with _replacing(path) as (_, file):
        # Into the file as it was made: on ext4, opening it again to write would have every file flushed to the disk.
        file.write(data)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def create_bytes(path: Path, data: bytes) -> bool:
    """Write a new file that its owner alone may read, whole or not at all; False where there is one of that name already."""
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary(path)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            return _take_free_name(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink()


def remove(path: Location) -> None:
    """Remove a file if it is there; CannotWrite where the system or store refuses."""
    if isinstance(path, RemotePath):
        path.remove()
        return
    with refusals(path):
        path.unlink(missing_ok=True)


def clear_litter(folder: Path) -> None:
    """Remove what runs that were killed have left in a folder; what a run that still lives is writing stays."""
    with suppress(OSError):
        for path in folder.iterdir():
            found = _LITTER.fullmatch(path.name)
            maker = found[1] if found is not None and found[2] == _computer() else None
            if found is not None and _is_abandoned(path, maker):
                with suppress(OSError):
                    path.unlink()


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """What the system refuses as CannotWrite."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, *explain_refusal(error)) from error


@contextmanager
def _replacing(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """The temporary file, and as what it was opened."""
    _clear_once(path.parent)
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
    """Another computer's processes cannot be asked for: on a network drive both may write."""
    return f"{crc32(platform.node().encode()):08x}"


def _create(path: Path) -> BinaryIO:
    """A new file, in a folder that may be new, too."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _take_free_name(temporary: Path, path: Path) -> bool:
    """Give a file its name unless another has it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a disk without hard links
        if path.exists():
            return False
        temporary.replace(path)
    return True


_clear_once = lru_cache(maxsize=64)(clear_litter)
"""Folders of thousands of forms are looked through once a run."""


def _is_abandoned(path: Path, maker: str | None) -> bool:
    if maker is not None and os.name == "posix":
        try:
            os.kill(int(maker), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            return False
        if int(maker) == os.getpid():
            return False
    # The clock may be wrong, and the process may have been another's before.
    return time.time() - path.stat().st_mtime > _ABANDONED
