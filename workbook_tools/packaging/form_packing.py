"""Parts put together from what was compressed before: only what differs from form to form is added as it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zlib_ng import zlib_ng

from workbook_tools.packaging.zip_writer import END, Entry, compress_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_BLOCK = 0xFFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a part, and the same as blocks of a deflate stream (RFC 1951) that stand alone and go on."""

    data: bytes
    blocks: bytes


def compress_piece(data: bytes) -> Piece:
    """A piece that is used often: it is worth the time to make it small."""
    return Piece(data, compress_blocks(data, 9))


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
        crc = zlib_ng.crc32(piece.data, crc)
        size += len(piece.data)
    return Entry(name.encode("ascii"), b"".join([*(piece.blocks for piece in pieces), END]), size, crc)
