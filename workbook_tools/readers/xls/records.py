"""Records of an Excel 97–2003 workbook (MS-XLS) with their continuations, and strings that span them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from workbook_tools.readers.refused import CUT_OFF, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

# Types of records (MS-XLS 2.3).
BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
# Flags of a string (MS-XLS, XLUnicodeRichExtendedString).
_WIDE, _EXTENDED, _RICH = 1, 4, 8


class Record(Struct, frozen=True):
    """A record: its offset in the stream, type, bytes, and the bytes of the CONTINUE records after it."""

    offset: int
    kind: int
    data: bytes
    continued: tuple[bytes, ...] = ()

    def unpack(self, layout: str, offset: int = 0) -> tuple[int, ...]:
        """Unpack integers at an offset; RefusedFile if the record is too short."""
        return self._unpack(layout, offset)

    def number(self, offset: int) -> float:
        """Unpack a double at an offset; RefusedFile if the record is too short."""
        found: float
        (found,) = self._unpack("<d", offset)
        return found

    def _unpack(self, layout: str, offset: int) -> tuple[Any, ...]:
        if offset + struct.calcsize(layout) > len(self.data):
            raise damaged(CUT_OFF, f"record {self.kind:#06x}")
        return struct.unpack_from(layout, self.data, offset)


def read_substream(stream: bytes, offset: int) -> Iterator[Record]:
    """Records from BOF to EOF inclusive, without nested substreams such as charts.

    RefusedFile if there is no BOF, or the stream ends before the EOF.
    """
    depth = 0
    for record in _read_records(stream, offset):
        if record.kind == BOF:
            depth += 1
        # Before the first BOF: not the beginning of a sheet.
        if depth == 0:
            break
        if depth == 1:
            yield record
        if record.kind == EOF:
            depth -= 1
            if depth == 0:
                return
    raise damaged(CUT_OFF, f"stream at {offset}")


def _read_records(stream: bytes, offset: int) -> Iterator[Record]:
    waiting: tuple[int, int, bytes] | None = None
    continued: list[bytes] = []
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        data = stream[offset + 4 : offset + 4 + length]
        if len(data) < length:
            raise damaged(CUT_OFF, f"record {kind:#06x}")
        place, offset = offset, offset + 4 + length
        if kind == CONTINUE:
            continued.append(data)
            continue
        if waiting is not None:
            yield Record(*waiting, tuple(continued))
            waiting = None
        continued.clear()
        # Whatever follows the last EOF is ignored.
        if kind == EOF:
            yield Record(place, kind, data)
        else:
            waiting = place, kind, data
    if waiting is not None:
        yield Record(*waiting, tuple(continued))


class TextReader:
    """Reads consecutive strings from a record and its continuations."""

    def __init__(self, record: Record, offset: int) -> None:
        self._kind = record.kind
        self._rest = list(record.continued)[::-1]
        self._behind = sum(map(len, self._rest))
        self._data = record.data
        self._at = offset
        self.runs: list[tuple[int, int]] = []
        """Formatting runs of the last string: (offset, font number)."""

    def has_more(self) -> bool:
        """Whether another string may follow; one or two bytes at the end are padding."""
        return len(self._data) - self._at + self._behind >= 3

    def read_long(self) -> str:
        """A string with a two-byte length."""
        return self.read_characters(int.from_bytes(self.take(2), "little"))

    def read_short(self) -> str:
        """A string with a one-byte length."""
        return self.read_characters(self.take(1)[0])

    def read_runs(self) -> list[tuple[int, int]]:
        """Formatting runs of the string before, as (offset, font number); none if truncated."""
        left = len(self._data) - self._at
        count = int.from_bytes(self.take(2), "little") if left >= 2 else 0
        if count:
            return [*struct.iter_unpack("<HH", self.take(4 * min(count, (left - 2) // 4)))]
        return []

    def read_characters(self, length: int) -> str:
        """A string whose length is stored elsewhere."""
        flags = self.take(1)[0]
        runs = int.from_bytes(self.take(2), "little") if flags & _RICH else 0
        extension = int.from_bytes(self.take(4), "little") if flags & _EXTENDED else 0
        wide = flags & _WIDE
        parts: list[str] = []
        while True:
            size, encoding = (2, "utf-16-le") if wide else (1, "latin-1")
            here = min(length, (len(self._data) - self._at) // size)
            part = self.take(here * size) if here else b""
            parts.append(part.decode(encoding, "surrogatepass"))
            length -= here
            if not length:
                break
            self._next()
            # Each continuation states again whether characters take one byte or two.
            wide = self.take(1)[0] & _WIDE
        marks = self.take(4 * runs)
        self.runs = [*struct.iter_unpack("<HH", marks)]
        self._skip(extension)
        return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def take(self, size: int) -> bytes:
        """The next bytes; RefusedFile if there are fewer."""
        taken = self._data[self._at : self._at + size]
        self._at += len(taken)
        while len(taken) < size:
            self._next()
            more = self._data[: size - len(taken)]
            self._at = len(more)
            taken += more
        return taken

    def _skip(self, size: int) -> None:
        while size > len(self._data) - self._at:
            size -= len(self._data) - self._at
            self._next()
        self._at += size

    def _next(self) -> None:
        if not self._rest:
            raise damaged(CUT_OFF, f"text in record {self._kind:#06x}")
        self._data, self._at = self._rest.pop(), 0
        self._behind -= len(self._data)
