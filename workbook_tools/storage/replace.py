"""Writing a file whole or not at all."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO

from workbook_tools.errors import CannotWrite
from workbook_tools.storage.location import Location, RemotePath

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    with _replacing(path) as (temporary, file):
        file.close()
        yield temporary


def write_bytes(path: Location, data: bytes) -> None:
    """Write a file whole or not at all; CannotWrite where the system or store refuses."""
    if isinstance(path, RemotePath):
        path.put(data)
        return
    # Into the file as it was made: on ext4, opening it again to write would have every file flushed to the disk.
    with _replacing(path) as (_, file):
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
def _replacing(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """The temporary file, and as what it was opened."""
    temporary = path.with_name(f".{token_hex(8)}.tmp")
    with _told(path):
        try:
            with _create(temporary) as file:
                yield temporary, file
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def _create(path: Path) -> BinaryIO:
    """A new file, in a folder that may be new, too."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")
