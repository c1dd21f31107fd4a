"""Files dropped on the page: copied into the folder of returns, never over an existing file."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from workbook_tools.readers.limits import ARCHIVE_LIMITS
from workbook_tools.storage.replace import creating, take_free_name

if TYPE_CHECKING:
    from typing import IO

# What Windows forbids, control characters, and marks of writing direction, which disguise an extension.
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')
# Windows opens a device under these names, whatever the extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# Windows allows 260 characters for a whole path by default.
_NAME_LIMIT = 120
_DEPTH = 4
"""Levels of a dropped folder that are kept; deeper files go into the deepest one."""
_CHUNK = 1 << 20


def take_file(name: str, stream: IO[bytes], target: Path) -> Path | None:
    """Copy a dropped file into ``target``, completely or not at all, under its name or the next free one.

    Returns its safe name; None if it is larger than any return may be. CannotWrite if that fails.
    """
    path = upload_path(name)
    if _copy(stream, target / path):
        return path
    return None


def upload_path(name: str) -> Path:
    """Return a safe relative path: no parts that lead elsewhere, no characters that Windows rejects."""
    parts = [
        _safe_name(part)
        for part in PurePosixPath(name.replace("\\", "/")).parts
        if part not in ("/", "..", ".")
    ]
    if len(parts) > _DEPTH + 1:
        return Path(*parts[:_DEPTH], parts[-1])
    return Path(*parts or ["_"])


def _safe_name(part: str) -> str:
    name = _UNSAFE.sub("_", part).strip(" .") or "_"
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        name = f"{_cut(stem, _NAME_LIMIT - len(ending) - 1)}.{ending}"
    if _RESERVED.fullmatch(name):
        return f"_{name}"
    return _cut(name, _NAME_LIMIT)


def _cut(text: str, limit: int) -> str:
    """Truncate a text to ``limit`` characters and twice as many bytes: Linux limits names by bytes."""
    return text[:limit].encode("utf-8", "replace")[: 2 * limit].decode("utf-8", "ignore")


def _copy(stream: IO[bytes], target: Path) -> bool:
    """Copy one file under a free name; False if it is larger than any return may be."""
    with creating(target) as (temporary, out):
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            # A larger file would be rejected when read, so it need not fill the disk now.
            if size > ARCHIVE_LIMITS.file:
                return False
            out.write(chunk)
        out.close()
        _publish(temporary, target)
        return True


def _publish(temporary: Path, target: Path) -> None:
    """Move the finished copy to its name, or to the next free one; an identical file is kept."""
    for number in range(2, 10_000):
        if take_free_name(temporary, target):
            return
        # The same file dropped twice is not a second return.
        if target.is_file() and target.read_bytes() == temporary.read_bytes():
            return
        stem = re.sub(r" \(\d+\)$", "", target.stem)
        target = target.with_name(f"{stem} ({number}){target.suffix}")
    raise FileExistsError(target)
