"""Zip parts joined from precompressed pieces, so that only what differs from form to form is added."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct
from zlib_ng import zlib_ng

from workbook_tools.packaging.zip_writer import END, ZipEntry, compress_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

# The longest stored block of deflate (RFC 1951, 3.2.4).
_LONGEST_BLOCK = 0xFFFF


class Piece(Struct, frozen=True):
    """A piece of a part: raw, and as self-contained deflate blocks (RFC 1951) that others may follow."""

    data: bytes
    blocks: bytes


def compress_piece(data: bytes) -> Piece:
    """Compress a piece that is used often, at the highest level."""
    return Piece(data, compress_blocks(data, 9))


def store_piece(data: bytes) -> Piece:
    """Store a short piece that is used once, without compression."""
    blocks = []
    for start in range(0, len(data), _LONGEST_BLOCK):
        block = data[start : start + _LONGEST_BLOCK]
        blocks.append(struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block)
    return Piece(data, b"".join(blocks))


def join_pieces(name: str, pieces: Sequence[Piece]) -> ZipEntry:
    """Join pieces to one part."""
    crc = size = 0
    for piece in pieces:
        crc = zlib_ng.crc32(piece.data, crc)
        size += len(piece.data)
    blocks = [*(piece.blocks for piece in pieces), END]
    return ZipEntry(name.encode("ascii"), blocks, sum(map(len, blocks)), size, crc)
