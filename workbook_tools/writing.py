"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbook_tools.errors import CannotWrite
from workbook_tools.locations import Location, RemotePath


@contextmanager
def replacing(path: Location) -> Iterator[Path]:
    """A temporary file that takes the place of ``path`` when the block ends well, and vanishes otherwise.

    It lies beside ``path``; for a remote one on this computer. Raises CannotWrite where the system or store refuses; the
    old file is then untouched.
    """
    if isinstance(path, RemotePath):
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / path.name
            yield made
            path.put(made.read_bytes())
        return
    with _replacing(path) as (temporary, handle):
        os.close(handle)
        yield temporary


def write_bytes(path: Location, data: bytes) -> None:
    """Write a file whole or not at all; CannotWrite where the system or store refuses."""
    if isinstance(path, RemotePath):
        path.put(data)
        return
    # Into the file as it was made: on ext4, opening it again to write would have every file flushed to the disk.
    with _replacing(path) as (_, handle), os.fdopen(handle, "wb") as file:
        file.write(data)


def remove(path: Location) -> None:
    """Remove a file if it is there; CannotWrite where the system or store refuses."""
    if isinstance(path, RemotePath):
        path.remove()
        return
    with _told(path):
        path.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses as CannotWrite."""
    try:
        yield
    except PermissionError as error:
        raise CannotWrite(path, "it is open in another program, or the folder is read-only") from error
    except OSError as error:
        raise CannotWrite(path, error.strerror or "the system refuses") from error


@contextmanager
def _replacing(path: Path) -> Iterator[tuple[Path, int]]:
    """The temporary file, and the handle it was opened with, which is the caller's to close."""
    temporary = None
    try:
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
            temporary = Path(name)
            yield temporary, handle
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
            temporary = None
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
