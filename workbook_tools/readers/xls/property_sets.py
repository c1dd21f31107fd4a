"""Property sets of a compound file (MS-OLEPS): author, save time, and custom properties.

Unreadable properties are skipped: programs write them differently, and no answer depends on them.
"""

from __future__ import annotations

import codecs
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.readers.compound import CompoundFile

SUMMARY, DOCUMENT_SUMMARY = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
_SUMMARY_SET = UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9").bytes_le
_CUSTOM_SET = UUID("d5cdd505-2e9c-101b-9397-08002b2cf9ae").bytes_le
_NAMES = {
    2: "title",
    3: "subject",
    4: "creator",
    5: "keywords",
    8: "last_modified_by",
    12: "created",
    13: "modified",
}
_DICTIONARY, _CODE_PAGE = 0, 1
# A code page of Windows.
_UTF_16 = 1200
_FIRST_DAY = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_SETS, _MOST_PROPERTIES = 2, 1_000


def read_property_sets(file: CompoundFile) -> dict[str, str]:
    """Properties as text by this program's names, custom ones as ``custom:NAME``; times in ISO 8601, UTC."""
    found: dict[str, str] = {}
    for stream in (SUMMARY, DOCUMENT_SUMMARY):
        if stream in file:
            for kind, section in _read_sections(file.read(stream)):
                if kind == _SUMMARY_SET:
                    found |= _read_section(section, dict(_NAMES))
                elif kind == _CUSTOM_SET:
                    found |= _read_section(section, None)
    return found


def _read_sections(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The property sets of a stream: identifier and bytes."""
    if len(data) < 28:
        return
    (count,) = struct.unpack_from("<24xI", data)
    for position in range(min(count, _MOST_SETS)):
        head = data[28 + 20 * position : 48 + 20 * position]
        if len(head) == 20:
            yield head[:16], data[struct.unpack_from("<16xI", head)[0] :]


def _read_section(data: bytes, names: dict[int, str] | None) -> dict[str, str]:
    """The named properties: by ``names``, or by the set's own dictionary if that is None."""
    offsets = _read_offsets(data)
    code_page = _UTF_16
    if _CODE_PAGE in offsets:
        code_page = int.from_bytes(data[offsets[_CODE_PAGE] + 4 : offsets[_CODE_PAGE] + 6], "little")
    if names is None:
        names = {}
        if _DICTIONARY in offsets:
            names = _read_dictionary(data[offsets[_DICTIONARY] :], code_page)
    values = {
        name: _read_value(data[offsets[number] :], code_page)
        for number, name in names.items()
        if number in offsets
    }
    return {name: value for name, value in values.items() if value is not None}


def _read_offsets(data: bytes) -> dict[int, int]:
    if len(data) < 8:
        return {}
    (count,) = struct.unpack_from("<4xI", data)
    # The declared count may lie.
    count = min(count, _MOST_PROPERTIES, (len(data) - 8) // 8)
    return dict(struct.iter_unpack("<II", data[8 : 8 + 8 * count]))


def _read_dictionary(data: bytes, code_page: int) -> dict[int, str]:
    names: dict[int, str] = {}
    count, at = int.from_bytes(data[:4], "little"), 4
    for _number in range(min(count, _MOST_PROPERTIES)):
        head = data[at : at + 8]
        if len(head) < 8:
            break
        number, length = struct.unpack("<II", head)
        size = 2 * length if code_page == _UTF_16 else length
        names[number] = "custom:" + _decode(data[at + 8 : at + 8 + size], code_page)
        at += 8 + size
        # Only UTF-16 names are padded to four bytes.
        if code_page == _UTF_16:
            at += -size % 4
    return names


def _read_value(data: bytes, code_page: int) -> str | None:
    kind, body = int.from_bytes(data[:2], "little"), data[4:]
    if kind in (_TEXT, _WIDE_TEXT) and len(body) >= 4:
        length = int.from_bytes(body[:4], "little")
        if kind == _WIDE_TEXT:
            return _decode(body[4 : 4 + 2 * length], _UTF_16)
        return _decode(body[4 : 4 + length], code_page)
    if kind == _TIME and len(body) >= 8:
        return _read_time(int.from_bytes(body[:8], "little"))
    if kind == _BOOL and len(body) >= 2:
        return str(body[:2] != b"\0\0").lower()
    layout = _NUMBERS.get(kind)
    if layout is not None and len(body) >= struct.calcsize(layout):
        return str(struct.unpack_from(layout, body)[0])
    return None


# VT_LPSTR, VT_LPWSTR, VT_FILETIME and VT_BOOL (MS-OLEPS).
_TEXT, _WIDE_TEXT, _TIME, _BOOL = 30, 31, 64, 11
_NUMBERS = {2: "<h", 3: "<i", 5: "<d", 20: "<q"}


def _read_time(ticks: int) -> str | None:
    try:
        # FILETIME: steps of 100 ns since 1601; 0 means "not known".
        if ticks:
            return (_FIRST_DAY + timedelta(microseconds=ticks // 10)).isoformat()
        return None
    except OverflowError:
        return None


def _decode(data: bytes, code_page: int) -> str:
    name = {_UTF_16: "utf-16-le", 65001: "utf-8", 10000: "mac-roman"}.get(code_page, f"cp{code_page}")
    try:
        codecs.lookup(name)
    except LookupError:
        name = "latin-1"
    # A closing zero, and padding after it, are no part of the text.
    return data.decode(name, "replace").partition("\0")[0].strip()
