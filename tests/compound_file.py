"""Compound files (MS-CFB, version 3) and the Outlook messages in them (MS-OXMSG), written from nothing."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

Tree = dict[str, "bytes | Tree"]
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def compound_file(tree: Tree) -> bytes:
    """A compound file of storages (dicts) and streams (bytes)."""
    entries: list[list[object]] = [["Root Entry", 5, _NONE, _NONE, _NONE, _END, 0]]
    big: list[tuple[int, bytes]] = []
    mini_fat: list[int] = []
    mini = bytearray()

    def add(children: Tree) -> int:
        """Siblings hang to the right of one another: a degenerate tree, which readers accept."""
        first = previous = _NONE
        for name in sorted(children, key=lambda n: (len(n), n.upper())):
            content = children[name]
            number = len(entries)
            entry: list[object] = [name, 1 if isinstance(content, dict) else 2, _NONE, _NONE, _NONE, _END, 0]
            entries.append(entry)
            if previous == _NONE:
                first = number
            else:
                entries[previous][3] = number
            previous = number
            if isinstance(content, dict):
                entry[4], entry[5] = add(content), 0
            elif len(content) >= _CUTOFF:
                big.append((number, content))
                entry[6] = len(content)
            elif content:
                entry[5], entry[6] = len(mini_fat), len(content)
                count = -(-len(content) // _MINI)
                mini_fat.extend([*range(len(mini_fat) + 1, len(mini_fat) + count), _END])
                mini.extend(content.ljust(count * _MINI, b"\0"))
        return first

    entries[0][4] = add(tree)
    fat: list[int] = []
    body = bytearray()

    def store(content: bytes) -> int:
        start, count = len(fat), -(-len(content) // _SECTOR)
        fat.extend([*range(start + 1, start + count), _END])
        body.extend(content.ljust(count * _SECTOR, b"\0"))
        return start

    for number, content in big:
        entries[number][5] = store(content)
    if mini:
        entries[0][5], entries[0][6] = store(bytes(mini)), len(mini)
    mini_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    directory_start = store(directory + _entry("", 0, _NONE, _NONE, _NONE, 0, 0) * (-len(entries) % 4))
    fat_sectors = 1
    while (len(fat) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    where = range(len(fat), len(fat) + fat_sectors)
    fat.extend([_FAT] * fat_sectors)
    fat.extend([_FREE] * (fat_sectors * _SECTOR // 4 - len(fat)))
    header = struct.pack(
        "<8s16xHHHHH6xIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        directory_start,
        0,
    )
    header += struct.pack("<IIIII", _CUTOFF, mini_start, -(-len(mini_fat) * 4 // _SECTOR), _END, 0)
    header += struct.pack("<109I", *where, *[_FREE] * (109 - fat_sectors))
    return header + bytes(body) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBIII16xI16xIQ", encoded, len(encoded), kind, 1, left, right, child, 0, start, size
    )


def outlook_message(
    sender: str, subject: str, delivered: datetime, attachments: dict[str, bytes | Tree], body: str = ""
) -> bytes:
    """A message as Outlook saves it, its attachments by value; a message attached to it is a tree (`message_tree`)."""
    return compound_file(message_tree(sender, subject, delivered, attachments, reserved=8, body=body))


def message_tree(
    sender: str,
    subject: str,
    delivered: datetime,
    attachments: dict[str, bytes | Tree],
    reserved: int = 0,
    body: str = "",
) -> Tree:
    """The storages and streams of a message; one that is a file of its own has eight bytes more before its properties."""
    count = len(attachments)
    header = struct.pack("<8xIIII", 0, count, 0, count) + bytes(reserved)
    texts = {0x0C1F: sender, 0x0037: subject, 0x001A: "IPM.Note"} | ({0x1000: body} if body else {})
    tree: Tree = _properties(texts, {0x0E06: delivered}, header)
    for number, (name, content) in enumerate(attachments.items()):
        if isinstance(content, dict):
            inside = _properties({0x3001: name}, {}, b"\0" * 8, {0x3705: 5})
            inside["__substg1.0_3701000D"] = content
        else:
            inside = _properties({0x3707: name}, {}, b"\0" * 8, {0x3705: 1}, {0x3701: content})
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    return tree


def _properties(
    texts: dict[int, str],
    dates: dict[int, datetime],
    header: bytes,
    numbers: dict[int, int] | None = None,
    binaries: dict[int, bytes] | None = None,
) -> Tree:
    streams: Tree = {}
    rows = []
    for tag, text in texts.items():
        encoded = text.encode("utf-16-le")
        streams[f"__substg1.0_{tag:04X}001F"] = encoded
        rows.append(struct.pack("<HHIII", 0x001F, tag, 6, len(encoded) + 2, 0))
    for tag, moment in dates.items():
        ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        rows.append(struct.pack("<HHIQ", 0x0040, tag, 6, ticks))
    for tag, number in (numbers or {}).items():
        rows.append(struct.pack("<HHIII", 0x0003, tag, 6, number, 0))
    for tag, content in (binaries or {}).items():
        streams[f"__substg1.0_{tag:04X}0102"] = content
        rows.append(struct.pack("<HHIII", 0x0102, tag, 6, len(content), 0))
    streams["__properties_version1.0"] = header + b"".join(rows)
    return streams
