"""Parts of the package as text, compressed by other threads while they are still being written."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor, Future
from functools import reduce
from io import StringIO
from typing import NamedTuple

from zlib_ng import zlib_ng

from workbook_tools.zip_entries import END, Entry, compress_blocks

_LEVEL = 4
"""Two fifths of the time of level 6 for a fourteenth more bytes, measured on the workbook of 5,000 returns; level 2 is three tenths more."""
_PIECE = 2_000_000
"""Letters that are compressed at a time: enough that threads seldom wait for each other."""
_MOST_WAITING = 32
"""How many pieces of a part may wait for a thread: some 64 MB, so that whoever writes is seldom held up."""


class Compressed:
    """Bytes that are compressed by other threads while more are added."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._blocks: list[Future[_Block]] = []

    def add(self, data: bytes | memoryview) -> None:
        """Add bytes at the end; waits where too many have not been compressed yet."""
        if len(self._blocks) >= _MOST_WAITING:
            self._blocks[-_MOST_WAITING].result()
        self._blocks.append(self._threads.submit(_compress, data))

    def append(self, other: Compressed) -> None:
        """Add all of another, to which nothing is added any more."""
        self._blocks += other._blocks

    def getvalue(self) -> bytes:
        """The bytes as they were added."""
        return zlib_ng.decompressobj(-zlib_ng.MAX_WBITS).decompress(b"".join(block.result().data for block in self._blocks))

    def entry(self, name: str) -> Entry:
        """As the package holds them under a name; nothing can be added afterwards."""
        blocks = [block.result() for block in self._blocks]
        crc = reduce(lambda before, block: zlib_ng.crc32_combine(before, block.crc, block.size), blocks, 0)
        return Entry(name.encode("ascii"), b"".join([*(block.data for block in blocks), END]), sum(block.size for block in blocks), crc)


class _Block(NamedTuple):
    data: bytes
    size: int
    crc: int


def _compress(data: bytes | memoryview) -> _Block:
    return _Block(compress_blocks(data, _LEVEL), len(data), zlib_ng.crc32(data))


class Part(StringIO):
    """A part that xlsxwriter writes like one in memory; what is compressed before, or is long, is only kept compressed."""

    def __init__(self, threads: Executor) -> None:
        super().__init__()
        self._threads = threads
        self._done = Compressed(threads)

    def writelines(self, texts: Iterable[str | memoryview], /) -> None:  # type: ignore[override]
        """Add texts at the end; long ones may be in UTF-8 already."""
        for text in texts:
            if isinstance(text, str):
                self.write(text)
            else:
                self._compress()
                self._done.add(text)

    def append(self, more: Compressed) -> None:
        """Add text that has been compressed before."""
        self._compress()
        self._done.append(more)

    def getvalue(self) -> str:
        """The whole text."""
        return self._done.getvalue().decode("utf-8") + super().getvalue()

    def replace(self, texts: Iterable[str | memoryview]) -> None:
        """Write something else in place of everything."""
        self._clear()
        self._done = Compressed(self._threads)
        self.writelines(texts)

    def entry(self, name: str) -> Entry:
        """The part as the package holds it; nothing can be written afterwards."""
        self._compress()
        return self._done.entry(name)

    def _compress(self) -> None:
        text = super().getvalue()
        self._clear()
        for start in range(0, len(text), _PIECE):
            self._done.add(text[start : start + _PIECE].encode("utf-8"))

    def _clear(self) -> None:
        self.seek(0)
        self.truncate()
