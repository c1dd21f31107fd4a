"""The central directory of a zip archive, read with the standard library and not yet verified."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import NamedTuple

from workbook_tools.readers.refused import CUT_OFF, damaged

# The flag of names in UTF-8; other names are in code page 437.
_UTF_8 = 0x800
_ENTRY, _END = struct.Struct("<4sxxBxHH4xLLLHHH4xLL"), struct.Struct("<4s4xHHLLH")
_NEWEST = 63
"""Version 6.3 of the format, the last that zipfile reads."""
_NOT_HERE = 0xFFFFFFFF
"""Stands for a figure that is in a Zip64 record instead."""
_AT_ROOT = re.compile(r"(?:\.?[/\\])+")


class DirectoryEntry(NamedTuple):
    """A directory entry: ``name`` is relative to the root, ``encoded`` is the raw name, ``packed`` and
    ``size`` are numbers of bytes.

    ``offset`` is that of the local header.
    """

    name: str
    encoded: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int


def name_from_root(name: str) -> str:
    """An entry's name without the ``/`` or ``./`` in front that some packers write; it means the same."""
    found = _AT_ROOT.match(name)
    return (name[found.end() :] if found else name) or name


def read_directory(data: bytes) -> tuple[list[DirectoryEntry], int]:
    """Read the entries in order, and the offset of the directory; RefusedFile if there is none."""
    plain = _read_plain(data)
    if plain is not None:
        return plain
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [_list(info) for info in archive.infolist()], archive.start_dir
    # What zipfile raises for damaged directories, besides its own exception.
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        struct.error,
        OSError,
    ) as error:
        raise damaged(CUT_OFF, str(error)) from error


def _read_plain(data: bytes) -> tuple[list[DirectoryEntry], int] | None:
    """The same of a directory as nearly every workbook has it, in a fifth of the time; None for any other.

    Its names are ASCII; it has no comments, additions or Zip64 records; nothing is before or behind it all.
    """
    end = len(data) - _END.size
    if end < 20 or data.startswith(b"PK\x06\x07", end - 20):
        return None
    signature, _count, _of_disk, size, start, comment = _END.unpack_from(data, end)
    if signature != b"PK\x05\x06" or comment or start + size != end:
        return None
    entries, at = [], start
    while at <= end - _ENTRY.size:
        signature, version, flags, method, crc, packed, full, name, extra, comment, attributes, offset = (
            _ENTRY.unpack_from(data, at)
        )
        encoded = data[at + _ENTRY.size : at + _ENTRY.size + name]
        odd = extra or comment or version > _NEWEST or _NOT_HERE in (packed, full, offset)
        if signature != b"PK\x01\x02" or odd or not encoded.isascii():
            return None
        at += _ENTRY.size + name
        shown = name_from_root(encoded.decode("ascii"))
        entries.append(DirectoryEntry(shown, encoded, flags, method, crc, packed, full, attributes, offset))
    return (entries, start) if at == end else None


def _list(info: zipfile.ZipInfo) -> DirectoryEntry:
    # As stored in the file, to be compared with the local header; zipfile has decoded it.
    encoded = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF_8 else "cp437")
    return DirectoryEntry(
        name_from_root(info.orig_filename),
        encoded,
        info.flag_bits,
        info.compress_type,
        info.CRC,
        info.compress_size,
        info.file_size,
        info.external_attr,
        info.header_offset,
    )
