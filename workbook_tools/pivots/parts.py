"""Parts of the package as text, compressed by other threads while they are still being written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from io import StringIO

from zlib_ng import zlib_ng

from workbook_tools.zip_entries import END, Entry, compress_blocks

_LEVEL = 4
"""Two fifths of the time of level 6 for a fourteenth more bytes, measured on the workbook of 5,000 returns; level 2 is three tenths more."""
_PIECE = 2_000_000
"""Letters that are compressed at a time: few enough to be kept, and enough that threads seldom wait for each other."""
_MOST_WAITING = 4


class Part(StringIO):
    """A part that xlsxwriter writes like one in memory, of which only the end, and what is compressed, is in memory."""

    def __init__(self, threads: Executor) -> None:
        super().__init__()
        self._threads = threads
        self._start()

    def _start(self) -> None:
        self._texts: list[str] = []
        self._length = self._size = self._crc = 0
        self._waiting: deque[Future[bytes]] = deque()
        self._blocks: list[bytes] = []

    def write(self, text: str, /) -> int:
        """Add text at the end."""
        self._texts.append(text)
        self._length += len(text)
        if self._length >= _PIECE:
            self._compress()
        return len(text)

    def writelines(self, texts: Iterable[str], /) -> None:  # type: ignore[override]
        """Add texts at the end."""
        for text in texts:
            self.write(text)

    def getvalue(self) -> str:
        """The whole text."""
        self._take(0)
        head = zlib_ng.decompressobj(-zlib_ng.MAX_WBITS).decompress(b"".join(self._blocks))
        return head.decode("utf-8") + "".join(self._texts)

    def replace(self, texts: Iterable[str]) -> None:
        """Write something else in place of everything."""
        self._start()
        self.writelines(texts)

    def entry(self, name: str) -> Entry:
        """The part as the package holds it; nothing can be written afterwards."""
        self._compress()
        self._take(0)
        return Entry(name.encode("ascii"), b"".join([*self._blocks, END]), self._size, self._crc)

    def _compress(self) -> None:
        data = "".join(self._texts).encode("utf-8")
        self._texts, self._length = [], 0
        self._size += len(data)
        self._crc = zlib_ng.crc32(data, self._crc)
        self._waiting.append(self._threads.submit(compress_blocks, data, _LEVEL))
        self._take(_MOST_WAITING)

    def _take(self, left: int) -> None:
        while len(self._waiting) > left:
            self._blocks.append(self._waiting.popleft().result())


def binary_entry(name: str, data: bytes) -> Entry:
    """A part that is no text, such as a picture."""
    return Entry(name.encode("ascii"), compress_blocks(data, _LEVEL) + END, len(data), zlib_ng.crc32(data))
