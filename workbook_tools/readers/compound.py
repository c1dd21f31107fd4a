"""Read untrusted compound files (MS-CFB, "OLE"): streams by name, with bounded sector chains."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import CUT_OFF, PART_MISSING, damaged, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Larger sector numbers are marks, such as the end of a chain (MS-CFB 2.1).
_LAST_SECTOR = 0xFFFFFFFA
_NO_ENTRY = 0xFFFFFFFF
_ENTRY = struct.Struct("<64sHBB3I16xI16xIQ")
_STORAGE, _STREAM = 1, 2
# Both are fixed by the format: the size of a mini sector, and the entries of the DIFAT in the header.
_MINI_SECTOR = 64
_IN_HEADER = 109


class _Stream(Struct, frozen=True):
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """A checked compound file; finds the streams of the root only, not those of embedded documents."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 512 or not data.startswith(_SIGNATURE):
            raise damaged(CUT_OFF, "header")
        version, order, shift = struct.unpack_from("<26xHHH", data)
        if order != 0xFFFE or (version, shift) not in ((3, 9), (4, 12)):
            raise damaged(CUT_OFF, f"version {version}, sectors of 2^{shift} bytes")
        self._sector = 1 << shift
        # The first sector holds the header and is not numbered.
        self._sectors = max(0, (len(data) - 1) // self._sector)
        self._is_small = shift == 9
        directory, self._cutoff, mini_fat, _count = struct.unpack_from("<48xI4xIII", data)
        self._fat = self._read_fat()
        self._entries = self._read_directory(directory)
        root = self._entries[0]
        self._mini_fat = _numbers(b"".join(self._chain(mini_fat)))
        self._mini = b"".join(self._chain(root.start))[: root.size] if root.size else b""
        inside = list(self._children(root))
        self._streams = {entry.name.casefold(): entry for entry in inside if entry.kind == _STREAM}
        self.storages = frozenset(entry.name.casefold() for entry in inside if entry.kind != _STREAM)
        """Names of the folders inside, in small letters."""

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._streams

    def read(self, name: str) -> bytes:
        """Read a stream; RefusedFile if it is missing or its sectors end too early."""
        entry = self._streams.get(name.casefold())
        if entry is None:
            raise damaged(PART_MISSING, name)
        chain = self._mini_chain(entry) if entry.size < self._cutoff else self._chain(entry.start, entry.size)
        found = b"".join(chain)
        if len(found) < entry.size:
            raise damaged(CUT_OFF, name)
        return found[: entry.size]

    def _read_sector(self, number: int) -> bytes:
        if number >= self._sectors:
            raise damaged(CUT_OFF, f"sector {number}")
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _read_fat(self) -> tuple[int, ...]:
        """Read the table of successors; its own sectors are listed in the header, then in a chain."""
        listed = list(struct.unpack_from(f"<76x{_IN_HEADER}I", self._data))
        (following,) = struct.unpack_from("<68xI", self._data)
        seen: set[int] = set()
        while following < _LAST_SECTOR:
            _visit(following, seen)
            more = _numbers(self._read_sector(following))
            listed += more[:-1]
            following = more[-1] if more else _NO_ENTRY
        used = [number for number in listed if number < _LAST_SECTOR]
        # Only a crafted file lists a sector of the table twice.
        if len(set(used)) < len(used):
            raise hostile(_("parts of it overlap"), "FAT")
        return _numbers(b"".join(map(self._read_sector, used)))

    def _chain(self, start: int, size: int | None = None) -> Iterator[bytes]:
        """Yield the sectors of a chain, up to the size of the stream if that is known."""
        # Every sector at most once: a chain that leads back to itself would be read for ever.
        seen: set[int] = set()
        number = start
        while number < _LAST_SECTOR and (size is None or len(seen) * self._sector < size):
            _visit(number, seen)
            yield self._read_sector(number)
            if number >= len(self._fat):
                raise damaged(CUT_OFF, f"sector {number}")
            number = self._fat[number]

    def _mini_chain(self, entry: _Stream) -> Iterator[bytes]:
        seen: set[int] = set()
        number = entry.start
        while number < _LAST_SECTOR and len(seen) * _MINI_SECTOR < entry.size:
            _visit(number, seen)
            if number >= len(self._mini_fat):
                raise damaged(CUT_OFF, entry.name)
            yield self._mini[number * _MINI_SECTOR : (number + 1) * _MINI_SECTOR]
            number = self._mini_fat[number]

    def _read_directory(self, start: int) -> list[_Stream]:
        data = b"".join(self._chain(start))
        entries = [self._parse_entry(data[at : at + 128]) for at in range(0, len(data) - 127, 128)]
        if not entries:
            raise damaged(CUT_OFF, "directory")
        return entries

    def _parse_entry(self, data: bytes) -> _Stream:
        name, length, kind, _colour, left, right, child, _state, start, size = _ENTRY.unpack(data)
        # In version 3 files, the upper half of the size is undefined.
        if self._is_small:
            size &= 0xFFFFFFFF
        # The length counts the closing zero, of two bytes.
        text = name[: max(0, length - 2)].decode("utf-16-le", "replace")
        return _Stream(text, kind, left, right, child, start, size)

    def _children(self, storage: _Stream) -> Iterator[_Stream]:
        # Siblings form a binary tree; a list instead of recursion, as it may be a thousand levels deep.
        waiting, seen = [storage.child], set[int]()
        while waiting:
            number = waiting.pop()
            if number == _NO_ENTRY:
                continue
            _visit(number, seen)
            if number >= len(self._entries):
                raise damaged(CUT_OFF, f"entry {number}")
            entry = self._entries[number]
            waiting += entry.left, entry.right
            yield entry


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _visit(number: int, seen: set[int]) -> None:
    if number in seen:
        raise hostile(_("parts of it overlap"), f"sector {number}")
    seen.add(number)
