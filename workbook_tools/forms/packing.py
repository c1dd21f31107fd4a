"""Zip packages put together from what was compressed before: only what differs from form to form is added as it is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST_BLOCK = 0xFFFF
_EPOCH_DATE = 0x21
"""1 January 1980, the first day that a zip package knows."""
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_VERSION, _DEFLATED, _UNIX, _OWNER_ONLY = 20, 8, 3 << 8, 0o600 << 16


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a part, and the same as blocks of a deflate stream (RFC 1951) that stand alone and go on."""

    data: bytes
    blocks: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A part as a zip package holds it."""

    name: bytes
    blocks: bytes
    size: int
    crc: int


def compress_piece(data: bytes) -> Piece:
    """A piece that is used often: it is worth the time to make it small."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Piece(data, deflater.compress(data) + deflater.flush(zlib.Z_FULL_FLUSH))


def store_piece(data: bytes) -> Piece:
    """A piece that is used once and is short: it is kept as it is."""
    blocks = []
    for start in range(0, len(data), _LONGEST_BLOCK):
        block = data[start : start + _LONGEST_BLOCK]
        blocks.append(struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block)
    return Piece(data, b"".join(blocks))


def join_pieces(name: str, pieces: Sequence[Piece]) -> Entry:
    """A part of these pieces, one after the other."""
    crc = size = 0
    for piece in pieces:
        crc = zlib.crc32(piece.data, crc)
        size += len(piece.data)
    # An empty stored block is the last one.
    return Entry(name.encode("ascii"), b"".join([*(piece.blocks for piece in pieces), b"\1\0\0\xff\xff"]), size, crc)


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """The package of these parts, in their order; the same bytes for the same parts."""
    package, directory, offset, count = [], [], 0, 0
    for entry in entries:
        fixed = (_VERSION, 0, _DEFLATED, 0, _EPOCH_DATE, entry.crc, len(entry.blocks), entry.size, len(entry.name), 0)
        package += [_LOCAL.pack(b"PK\3\4", *fixed), entry.name, entry.blocks]
        directory += [_CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, *fixed, 0, 0, 0, _OWNER_ONLY, offset), entry.name]
        offset += _LOCAL.size + len(entry.name) + len(entry.blocks)
        count += 1
    listed = b"".join(directory)
    return b"".join([*package, listed, _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)])
