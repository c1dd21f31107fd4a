"""The folder of returned files: list it, and read each file once without changing it."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
import unicodedata
from dataclasses import dataclass, field
from fnmatch import translate
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import ARCHIVE_LIMITS, MIB
from workbook_tools.readers.refused import RefusedFile, too_large
from workbook_tools.storage.refusals import explain_refusal
from workbook_tools.storage.remote_path import NOT_ANSWERING, FileTooLarge, RemotePath

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbook_tools.storage.location import Location

_LITTER_NAMES = (
    "~$*",
    ".~lock*#",
    "._*",
    "*.tmp",
    ".ds_store",
    "thumbs.db",
    "desktop.ini",
    "*:zone.identifier",
)
_LITTER = re.compile("|".join(translate(name) for name in _LITTER_NAMES))
_PART_OF_PACKAGE = re.compile(r"[^/]\.(?:numbers|pages|key)/(?!index\.[^/]+$|index/document\.iwa$)")
_UNFINISHED = (".crdownload", ".opdownload", ".part", ".partial", ".download")
"""Suffixes of unfinished downloads in Chrome, Edge and Cốc Cốc, Opera, Firefox, old Edge, and Safari."""
# ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows: another program has the file open.
_SHARING_VIOLATIONS = (32, 33)
_TICK = 3_000_000_000
"""Nanoseconds; some file systems, such as FAT, count in steps of two seconds."""
_GONE, _ERROR = _("it is no longer there"), _("the disk or network reports an error")
OUTSIDE_REASONS = frozenset({_GONE, _ERROR, NOT_ANSWERING})
"""Reasons that concern the disk, network or store rather than the file."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An entry of the folder other than a subfolder; ``path`` is relative, with ``/``.

    ``mark`` is a store's version of the content, which changes with every write; empty if there is none.
    ``state`` does the same for a file of this computer: while it is the same, so is the content. It is empty
    for a file written a moment ago, and where the system does not record every write.
    """

    path: str
    size: int
    mark: str = ""
    state: str = field(default="", compare=False)


class FileContent(Struct, frozen=True):
    """A file's bytes at one moment; ``path`` is relative to the folder, with ``/``."""

    path: str
    size: int
    sha256: str
    data: bytes


def is_litter(path: str) -> bool:
    """Whether a program left the file behind and nobody meant to send it; unfinished downloads do not count.

    Nor are parts of a document that a Mac stores as a folder files of their own, except the main one.
    """
    lower = path.lower()
    return _LITTER.match(lower.rpartition("/")[2]) is not None or _PART_OF_PACKAGE.search(lower) is not None


def is_unfinished(name: str) -> bool:
    """Whether a browser has not finished downloading the file."""
    return name.lower().endswith(_UNFINISHED)


def find_files(folder: Location) -> list[FoundFile]:
    """List everything below ``folder`` with subfolders, in an order independent of the system.

    Links and inaccessible subfolders are listed but not entered; reading them says why. Raises CannotRead if
    the folder itself cannot be listed.
    """
    if isinstance(folder, RemotePath):
        found = [FoundFile(*listed) for listed in folder.find()]
    else:
        found = _find_local(folder)
    # File systems list in different orders; the result must not depend on it.
    return sorted(found, key=lambda file: _sort_key(file.path))


def _find_local(folder: Path) -> list[FoundFile]:
    found: list[FoundFile] = []
    waiting = [""]
    while waiting:
        relative = waiting.pop()
        try:
            for entry in _entries(folder / relative):
                path = f"{relative}/{entry.name}" if relative else entry.name
                # A link could lead out of the folder, or in circles.
                if entry.is_dir(follow_symlinks=False) and not _is_junction(entry):
                    waiting.append(path)
                else:
                    status = entry.stat(follow_symlinks=False)
                    found.append(FoundFile(path, status.st_size, state=_state(status)))
        except OSError as error:
            # A subfolder that is closed to the officer costs only itself.
            if not relative:
                raise CannotRead(folder, *explain_refusal(error)) from error
            found.append(FoundFile(relative, 0))
    return found


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from entries


def _state(status: os.stat_result) -> str:
    """The state of a file: its number, size and times, of which every write, rename or copy changes one."""
    newest = max(status.st_mtime_ns, status.st_ctime_ns)
    # Two writes at one tick of the clock cannot be told apart. On Windows no time is set by every write.
    if os.name != "posix" or time.time_ns() - newest < _TICK:
        return ""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def read_file(root: Location, relative: str) -> FileContent:
    """Read a file of the folder; RefusedFile for links, special files and files beyond the archive limit."""
    if isinstance(root, RemotePath):
        data = _read_remote(root / relative)
        return FileContent(relative, len(data), hashlib.sha256(data).hexdigest(), data)
    try:
        data = _read_bytes(root / relative)
    except OSError as error:
        raise RefusedFile("return-unreadable", str(error), reason=_reason(error)) from error
    if len(data) > ARCHIVE_LIMITS.file:
        raise too_large(ARCHIVE_LIMITS.file // MIB, _("MB"))
    return FileContent(relative, len(data), hashlib.sha256(data).hexdigest(), data)


def _read_remote(path: RemotePath) -> bytes:
    try:
        return path.read_bytes(ARCHIVE_LIMITS.file)
    except FileTooLarge as error:
        raise too_large(ARCHIVE_LIMITS.file // MIB, _("MB")) from error
    except FileNotFoundError as error:
        raise RefusedFile("return-unreadable", str(path), reason=_reason(error)) from error
    except CannotRead as error:
        raise RefusedFile("return-unreadable", str(path), reason=error.reason) from error


def _read_bytes(path: Path) -> bytes:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise RefusedFile("return-unreadable", str(path), reason=_irregular(status.st_mode))
    # The entry may have been replaced since: opening a pipe would block forever, a link may lead outside.
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    # System calls are slow on network drives, and a Python file object makes three more.
    handle = os.open(path, flags)
    try:
        size, data = min(status.st_size, ARCHIVE_LIMITS.file + 1), b""
        while len(data) < size and (more := os.read(handle, size - len(data))):
            data += more
        return data
    finally:
        os.close(handle)


def _irregular(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return _("it is a link to a file elsewhere")
    if stat.S_ISDIR(mode):
        return _("it is a folder that you have no permission to open")
    return _("it is not an ordinary file")


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is a Windows junction, which may lead anywhere (``is_junction`` needs Python 3.12)."""
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def _reason(error: OSError) -> str:
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return _("another program has it open; close it there")
    if isinstance(error, PermissionError):
        return _("you have no permission to open it")
    if isinstance(error, FileNotFoundError):
        return _GONE
    return _ERROR


def _sort_key(path: str) -> tuple[str, str]:
    return unicodedata.normalize("NFC", path).casefold(), path
