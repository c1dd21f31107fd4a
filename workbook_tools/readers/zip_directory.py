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
    rest = name[found.end() :] if found else ""
    return rest or name


def read_directory(data: bytes) -> tuple[list[DirectoryEntry], int]:
    """Read the entries in order, and the offset of the directory; RefusedFile if there is none."""
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


def _list(info: zipfile.ZipInfo) -> DirectoryEntry:
    # As stored in the file, to be compared with the local header; zipfile has decoded it.
    encoding = "utf-8" if info.flag_bits & _UTF_8 else "cp437"
    encoded = info.orig_filename.encode(encoding)
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
