"""Records of a binary part (MS-XLSB 2.1.4): type, length, and bytes with fields."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from workbook_tools.readers.cell_looks import TextLook, cut_runs
from workbook_tools.readers.refused import CUT_OFF, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The length of a missing string (MS-XLSB, XLNullableWideString).
_NO_TEXT = 0xFFFFFFFF


class Fields:
    """Reads the bytes of one record in sequence; RefusedFile if it is too short."""

    def __init__(self, part: str, data: bytes) -> None:
        self._part = part
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """One byte."""
        return int(self._take("<B"))

    def short(self) -> int:
        """A two-byte integer."""
        return int(self._take("<H"))

    def long(self) -> int:
        """A four-byte integer."""
        return int(self._take("<I"))

    def double(self) -> float:
        """A double."""
        return float(self._take("<d"))

    def text(self) -> str:
        """A UTF-16 string with its length in front; empty for a null string."""
        length = self.long()
        if length == _NO_TEXT:
            return ""
        end = self._at + 2 * length
        if end > len(self._data):
            raise damaged(CUT_OFF, self._part)
        found = self._data[self._at : end].decode("utf-16-le", "replace")
        self._at = end
        return found

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if self._at + size > len(self._data):
            raise damaged(CUT_OFF, self._part)
        self._at += size
        return self._data[self._at - size : self._at]

    def rich_text(self, fonts: Mapping[int, TextLook]) -> tuple[str, str]:
        """A string that may have formatting runs, and its display if they change that."""
        is_rich = self.byte() & 1
        text = self.text()
        # Truncated runs cost only the formatting, never the text.
        if not (is_rich and fonts and self._at + 4 <= len(self._data)):
            return text, ""
        count = min(self.long(), (len(self._data) - self._at) // 4)
        return text, cut_runs(text, [(self.short(), self.short()) for _ in range(count)], fonts)

    def _take(self, layout: str) -> Any:
        size = struct.calcsize(layout)
        if self._at + size > len(self._data):
            raise damaged(CUT_OFF, self._part)
        (found,) = struct.unpack_from(layout, self._data, self._at)
        self._at += size
        return found


def read_records(data: bytes, part: str) -> Iterator[tuple[int, Fields]]:
    """Yield the records of a part; RefusedFile if the last one is truncated."""
    at = 0
    while at < len(data):
        kind, at = _read_number(data, at, 2, part)
        length, at = _read_number(data, at, 4, part)
        if at + length > len(data):
            raise damaged(CUT_OFF, part)
        yield kind, Fields(part, data[at : at + length])
        at += length


def _read_number(data: bytes, at: int, most: int, part: str) -> tuple[int, int]:
    """Decode an integer of up to ``most`` bytes, seven bits in each, and return the next offset."""
    number = 0
    # A longer number than the format allows must not shift without end.
    for position in range(most):
        if at >= len(data):
            raise damaged(CUT_OFF, part)
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:
            break
    return number, at
