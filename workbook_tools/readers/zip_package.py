"""Untrusted zip packages: checked before anything is inflated, parts found by name and relationship."""

from __future__ import annotations

import struct
import zipfile
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from msgspec import Struct
from zlib_ng import zlib_ng

from workbook_tools.bounded_cache import cache_if
from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import LIMITS, MIB, Limits, cache_small_parts, read_tree
from workbook_tools.readers.refused import CUT_OFF, PART_MISSING, RefusedFile, damaged, hostile, too_large
from workbook_tools.readers.zip_directory import DirectoryEntry, read_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

_FEW, _SMALL = 4096, 65_536
_LOCAL = struct.Struct("<8xH16xHH")
_METHODS = {9: "Deflate64", 12: "BZip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}
_SYMBOLIC_LINK = 0xA
"""The upper bits of a Unix file mode."""
_SPARED = ("packed-oddly", "return-damaged")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class _Part(NamedTuple):
    name: str
    offset: int
    start: int
    packed: int
    size: int
    deflated: bool
    crc: int
    odd: RefusedFile | None = None
    """Why the part is refused on reading: one odd part, such as a picture, must not cost the others."""


class ZipPackage:
    """A checked zip package; part names are case-insensitive, as in OPC."""

    def __init__(self, data: bytes, entries: Mapping[str, _Part]) -> None:
        self._data = data
        self._entries = entries

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._entries

    @property
    def names(self) -> list[str]:
        """Part names as written, in the order of the package."""
        return [entry.name for entry in self._entries.values()]

    def refusal(self, name: str) -> RefusedFile | None:
        """Why a part cannot be read, if that is already known."""
        return self._entries[_key(name)].odd

    def size(self, name: str) -> int:
        """The declared size of a part; never more is read."""
        return self._entries[_key(name)].size

    def read(self, name: str) -> bytes:
        """Inflate a part, at most to its declared size, and verify its checksum."""
        entry = self._entries.get(_key(name))
        if entry is None:
            raise damaged(PART_MISSING, name)
        if entry.odd is not None:
            raise entry.odd
        packed = self._data[entry.start : entry.start + entry.packed]
        return _unpack(packed, entry.deflated, entry.size, entry.crc, entry.name)


def open_package(data: bytes, limits: Limits = LIMITS, *, archive: bool = False) -> ZipPackage:
    """Check a zip archive without inflating anything; RefusedFile if it is damaged, too large or hostile.

    A damaged or odd part is refused itself, and only on reading; so are other faulty parts in an ``archive``,
    whose files are unrelated.
    """
    # In order of cost: size, number of entries, directory, and only then anything is inflated.
    if len(data) > limits.file:
        raise too_large(limits.file // MIB, _("MB"))
    # Count before parsing: the declared count may lie, and a million entries cost memory.
    if data.count(b"PK\x01\x02", *_directory(data)) > limits.entries:
        raise too_large(limits.entries, _("parts"))
    listed, directory = read_directory(data)
    entries: dict[str, _Part] = {}
    for part in listed:
        entry = _entry(data, part, _find_oddity(part, limits, archive))
        if _key(entry.name) in entries:
            # Ambiguous: programs would read different parts.
            entry = entry._replace(odd=hostile(_("it contains two parts of the same name"), entry.name))
        if entry.odd is not None and not archive and entry.odd.code not in _SPARED:
            raise entry.odd
        entries[_key(entry.name)] = entry
    if sum(entry.size for entry in entries.values() if entry.odd is None) > limits.parts:
        raise too_large(limits.parts // MIB, _("MB when unpacked"))
    _check_overlap([*entries.values()], directory)
    return ZipPackage(data, entries)


def _directory(data: bytes) -> tuple[int, int]:
    """Start and end of the directory by its own record, else of the whole file.

    Only this range is searched, because uncompressed parts may be zip files themselves.
    """
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        return 0, len(data)
    return max(end - int.from_bytes(data[end + 12 : end + 16], "little"), 0), end


@lru_cache(maxsize=64)
def _key(name: str) -> str:
    return name.replace("\\", "/").casefold()


@lru_cache(maxsize=64)
def _points_outside(name: str) -> bool:
    return "\0" in name or ":" in name or _key(name).startswith("/") or ".." in _key(name).split("/")


def _find_oddity(part: DirectoryEntry, limits: Limits, archive: bool) -> RefusedFile | None:
    """Why a part must not be inflated, judged by its directory entry."""
    if _points_outside(part.name) or part.attributes >> 28 == _SYMBOLIC_LINK:
        return hostile(_("a part of it points outside the file"), part.name)
    # Bits 0, 6 and 13: encrypted, strongly encrypted, directory encrypted.
    if part.flags & 0x2041:
        reason = _("a part of it is encrypted")
        code = "archive-encrypted" if archive else "return-hostile"
        return RefusedFile(code, part.name, reason=reason)
    if part.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return RefusedFile("packed-oddly", part.name, value=_METHODS.get(part.method, str(part.method)))
    if part.size > limits.part:
        return too_large(limits.part // MIB, _("MB in one part when unpacked"), part.name)
    if part.size > limits.ratio_grace and part.size > limits.ratio * part.packed:
        return hostile(_("a small part of it unpacks to a very large one"), part.name)
    return None


def _entry(data: bytes, part: DirectoryEntry, odd: RefusedFile | None) -> _Part:
    """Find a part by its local header; if it contradicts the directory, two programs would read two files."""
    offset, start = part.offset, part.offset
    if not 0 <= offset <= len(data) - _LOCAL.size or not data.startswith(b"PK\x03\x04", offset):
        odd = odd or damaged(CUT_OFF, part.name)
    else:
        method, name_length, extra_length = _LOCAL.unpack_from(data, offset)
        name_starts = offset + _LOCAL.size
        start = int(name_starts + name_length + extra_length)
        if (
            method != part.method
            or name_length != len(part.encoded)
            or not data.startswith(part.encoded, name_starts)
        ):
            odd = odd or damaged(_("its table of contents does not match its contents"), part.name)
    deflated = part.method == zipfile.ZIP_DEFLATED
    return _Part(part.name, offset, start, part.packed, part.size, deflated, part.crc, odd)


def _check_overlap(entries: list[_Part], directory: int) -> None:
    """Refuse overlapping parts: the standard library does so only from Python 3.11.8 and 3.12.2 on."""
    entries = sorted((entry for entry in entries if entry.odd is None), key=attrgetter("offset"))
    ends = [*(entry.offset for entry in entries[1:]), directory]
    for entry, end in zip(entries, ends, strict=False):
        if entry.start + entry.packed > end:
            raise hostile(_("parts of it overlap"), entry.name)


def _is_small(packed: bytes, deflated: bool, size: int, crc: int, name: str) -> bool:
    return len(packed) <= _FEW and size <= _SMALL


# Most small parts are equal in all returns; returning the same object makes later cache lookups fast.
@cache_if(_is_small, maxsize=64)
def _unpack(packed: bytes, deflated: bool, size: int, crc: int, name: str) -> bytes:
    data = _inflate(packed, size, name) if deflated else packed
    if len(data) != size or zlib_ng.crc32(data) != crc:
        raise damaged(CUT_OFF, name)
    return data


def _inflate(packed: bytes, size: int, name: str) -> bytes:
    inflater = zlib_ng.decompressobj(-zlib_ng.MAX_WBITS)
    try:
        # One byte more than declared is enough to notice that a part holds more.
        inflated = inflater.decompress(packed, size + 1)
    except zlib_ng.error as error:  # type: ignore[misc]  # the stub declares an instance
        raise damaged(CUT_OFF, name) from error
    if len(inflated) > size:
        raise damaged(_("its table of contents does not match its contents"), name)
    return inflated


class Relationship(Struct, frozen=True):
    """A link to another part: ``kind`` is the last segment of its type, ``target`` a part name."""

    kind: str
    target: str
    external: bool = False


def read_relationships(
    package: ZipPackage, part: str = "", limits: Limits = LIMITS
) -> Mapping[str, Relationship]:
    """Relationships of a part by id, or of the package itself if no part is given; empty without any."""
    folder, _slash, part_name = part.rpartition("/")
    source = f"{folder}/_rels/{part_name}.rels" if folder else f"_rels/{part_name}.rels"
    if source not in package:
        return {}
    found = _read_relationships(package.read(source), source, limits)
    # Targets are URIs, but some programs write names with a literal %, so the part's existence decides.
    quoted = {
        name: r for name, r in found.items() if "%" in r.target and not r.external and r.target not in package
    }
    if not quoted:
        return found
    return {**found, **{name: Relationship(r.kind, unquote(r.target)) for name, r in quoted.items()}}


@cache_small_parts
def _read_relationships(data: bytes, source: str, limits: Limits) -> Mapping[str, Relationship]:
    """Relationships by id, targets as part names; RefusedFile for a target outside of the package."""
    folder = source.rpartition("_rels/")[0].removesuffix("/")
    found: dict[str, Relationship] = {}
    for element in read_tree(data, source, limits).iter(_RELATIONSHIP):
        target, external = element.get("Target", ""), element.get("TargetMode") == "External"
        kind = element.get("Type", "").rpartition("/")[2]
        if not external:
            target = _resolve(folder, target)
        found[element.get("Id", "")] = Relationship(kind, target, external)
    return found


def find_target(relationships: Mapping[str, Relationship], kind: str) -> str | None:
    """The target of the first relationship of a kind; None if there is none inside the package."""
    return next((r.target for r in relationships.values() if r.kind == kind and not r.external), None)


def _resolve(folder: str, target: str) -> str:
    """Resolve a target to a part name; RefusedFile if it leaves the package."""
    target = target.replace("\\", "/")
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            if not steps:
                raise hostile(_("a part of it points outside the file"), target)
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(filter(None, steps))
