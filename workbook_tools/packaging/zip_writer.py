"""Write zip packages from precompressed parts."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from zipfile import LargeZipFile

from msgspec import Struct
from zlib_ng import zlib_ng

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EPOCH_DATE = 0x21
"""1 January 1980, the earliest date in a zip package."""
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
# Version 2.0 introduced deflate. A file mode counts only if the entry was made under Unix.
_VERSION, _DEFLATED, _UNIX, _OWNER_ONLY = 20, 8, 3 << 8, 0o600 << 16
# Larger sizes and offsets would need ZIP64, which not every program reads.
_LARGEST = 0xFFFF_FFFF
END = b"\1\0\0\xff\xff"
"""An empty stored block that ends a deflate stream."""


class ZipEntry(Struct, frozen=True):
    """A part of a zip package.

    ``blocks`` are, one after the other, a complete deflate stream (RFC 1951) of ``compressed`` bytes;
    ``size`` and ``crc`` are those of the uncompressed data.
    """

    name: bytes
    blocks: Iterable[bytes]
    compressed: int
    size: int
    crc: int


def compress_blocks(data: bytes | memoryview, level: int) -> bytes:
    """Compress to self-contained deflate blocks; more may follow, and :data:`END` comes last."""
    deflater = zlib_ng.compressobj(level, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
    return deflater.compress(data) + deflater.flush(zlib_ng.Z_FULL_FLUSH)


def pack_entries(entries: Iterable[ZipEntry]) -> Iterator[bytes]:
    """Yield the package of these parts, in order; equal parts give equal bytes.

    Raises LargeZipFile beyond 4 GiB: not every program reads ZIP64.
    """
    directory, offset, count = [], 0, 0
    for entry in entries:
        if max(entry.size, offset + entry.compressed) > _LARGEST:
            raise LargeZipFile("the package would need the extensions of ZIP64")
        fixed = (
            _VERSION,
            0,
            _DEFLATED,
            0,
            _EPOCH_DATE,
            entry.crc,
            entry.compressed,
            entry.size,
            len(entry.name),
            0,
        )
        yield from (_LOCAL.pack(b"PK\3\4", *fixed), entry.name)
        yield from entry.blocks
        directory += [
            _CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, *fixed, 0, 0, 0, _OWNER_ONLY, offset),
            entry.name,
        ]
        offset += _LOCAL.size + len(entry.name) + entry.compressed
        count += 1
    listed = b"".join(directory)
    yield from (listed, _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0))
