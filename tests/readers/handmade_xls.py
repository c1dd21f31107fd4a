"""Workbooks of Excel 97–2003 written record by record, and the compound file around them, for what no library would write."""

from __future__ import annotations

import struct

LAST, IS_FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def record(kind: int, *fields: bytes) -> bytes:
    data = b"".join(fields)
    return struct.pack("<HH", kind, len(data)) + data


def short(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def text(content: str, *, prefix: str = "<H", wide: bool = True) -> bytes:
    """A text with its length before it; ``prefix`` is how that is packed."""
    encoded = content.encode("utf-16-le" if wide else "latin-1")
    return struct.pack(prefix, len(encoded) // (2 if wide else 1)) + bytes([wide]) + encoded


def shared(*contents: str) -> bytes:
    return record(0x00FC, struct.pack("<II", len(contents), len(contents)), *map(text, contents))


def bof(kind: int, version: int = 0x0600) -> bytes:
    return record(0x0809, short(version, kind, 0, 0), bytes(8))


EOF = record(0x000A)


def cell_formats(*numbers: int) -> bytes:
    return b"".join(record(0x00E0, short(0, number), bytes(16)) for number in numbers)


def workbook_stream(sheets: list[tuple[str, int, bytes]], before: bytes = b"") -> bytes:
    """The stream of a workbook: sheets as (name, state, records between BOF and EOF)."""
    bodies = [bof(0x10) + records + EOF for _name, _state, records in sheets]
    heads = [struct.pack("<IBB", 0, state, 0) + text(name, prefix="<B") for name, state, _records in sheets]
    at = len(bof(5) + before + EOF) + sum(4 + len(head) for head in heads)
    entries = b""
    for head, body in zip(heads, bodies, strict=True):
        entries += record(0x0085, struct.pack("<I", at), head[4:])
        at += len(body)
    return bof(5) + before + entries + EOF + b"".join(bodies)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of version 3; streams below 4096 bytes go into its mini stream, as they have to."""
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = b"", list[int]()

    def add(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(start + 1, start + len(pieces)), LAST] if pieces else [])
        return start if pieces else LAST

    entries = []
    for name, data in streams.items():
        if len(data) < _CUTOFF:
            start = len(mini) // _MINI
            count = -(-len(data) // _MINI)
            mini += data.ljust(count * _MINI, b"\0")
            mini_fat += [*range(start + 1, start + count), LAST]
        else:
            start = add(data)
        entries.append([name, 2, NONE, start, len(data)])
    mini_start = add(mini)
    mini_fat_start = add(b"".join(struct.pack("<I", number) for number in mini_fat).ljust(_SECTOR, b"\xff"))
    # Each entry is the right neighbour of the one before: no balanced tree, but a valid one.
    directory = _entry("Root Entry", 5, NONE, 1, mini_start, len(mini))
    for position, (name, kind, _right, start, size) in enumerate(entries, start=1):
        directory += _entry(name, kind, position + 1 if position < len(entries) else NONE, NONE, start, size)
    directory_start = add(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    fat_sectors = -(-(len(fat) + 1) // (_SECTOR // 4 - 1))
    at = list(range(len(sectors), len(sectors) + fat_sectors))
    table = struct.pack(f"<{len(fat) + fat_sectors}I", *fat, *[IS_FAT] * fat_sectors)
    sectors.append(table.ljust(fat_sectors * _SECTOR, b"\xff"))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + short(0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack(
        "<10I", 0, fat_sectors, directory_start, 0, _CUTOFF, mini_fat_start, 1, LAST, 0, *at[:1]
    )
    header += b"".join(struct.pack("<I", number) for number in at[1:])
    return header.ljust(_SECTOR, b"\xff") + b"".join(sectors)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return encoded.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(encoded), kind, 1, NONE, right, child, start, size
    )


def workbook(records: bytes = b"", before: bytes = b"", **streams: bytes) -> bytes:
    """A workbook of one sheet, ``Biểu``, with these records; ``before`` are records of the workbook itself."""
    return compound({"Workbook": workbook_stream([("Biểu", 0, records)], before), **streams})


def property_set(kind: bytes, properties: dict[int, bytes]) -> bytes:
    """A stream of one set of properties, their values packed."""
    offset, table, values = 8 + 8 * len(properties), b"", b""
    for number, value in properties.items():
        table += struct.pack("<II", number, offset + len(values))
        values += value
    section = struct.pack("<II", offset + len(values), len(properties)) + table + values
    return short(0xFFFE, 0) + bytes(20) + struct.pack("<I", 1) + kind + struct.pack("<I", 48) + section
