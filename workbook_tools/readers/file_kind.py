"""Detect a file's format by its content, never by its name."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from workbook_tools.bounded_cache import cache_if
from workbook_tools.readers.compound import CompoundFile
from workbook_tools.readers.file_formats import Format as Format
from workbook_tools.readers.mail_head import find_mail, is_web_page, split_mailbox
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.zip_directory import name_from_root

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = (
    (b"%PDF-", Format.PDF),
    (b"\x89PNG\r\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"GIF8", Format.IMAGE),
    (b"II*\0", Format.IMAGE),
    (b"MM\0*", Format.IMAGE),
    (b"Rar!\x1a\x07", Format.RAR),
    (b"7z\xbc\xaf\x27\x1c", Format.PACKED),
    (b"\x1f\x8b\x08", Format.PACKED),
    (b"BZh", Format.PACKED),
    (b"\xfd7zXZ\0", Format.PACKED),
    (b"\x28\xb5\x2f\xfd", Format.PACKED),
    (b"MSCF\0\0\0\0", Format.PACKED),
    (b"\x78\x9f\x3e\x22", Format.TNEF),
    (b"{\\rtf", Format.WORD),
    (b"\0\x01\0\0Standard Jet DB", Format.DATABASE),
    (b"\0\x01\0\0Standard ACE DB", Format.DATABASE),
    (b"SQLite format 3\0", Format.DATABASE),
    (b"MZ", Format.PROGRAM),
    (b"\x7fELF", Format.PROGRAM),
    (b"%!PS", Format.PDF),
    (b"ID3", Format.IMAGE),
    (b"\x1aE\xdf\xa3", Format.IMAGE),
    (b"L\0\0\0\x01\x14\x02\0", Format.LINK),
    (b"\x09\x00\x04\x00", Format.OLD_XLS),
    (b"\x09\x02\x06\x00", Format.OLD_XLS),
    (b"\x09\x04\x06\x00", Format.OLD_XLS),
    (b"\x09\x08\x08\x00\x00\x05", Format.OLD_XLS),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "Workbook": Format.XLS,
    "Book": Format.OLD_XLS,
    "EncryptedPackage": Format.ENCRYPTED,
    "WordDocument": Format.WORD,
    "PowerPoint Document": Format.SLIDES,
    "VisioDocument": Format.VISIO,
    "__properties_version1.0": Format.OUTLOOK,
}
_MIMETYPES = {
    b"opendocument.spreadsheet": Format.ODS,
    b"vnd.sun.xml.calc": Format.SXC,
    b"opendocument.text": Format.ODT,
    b"vnd.sun.xml.writer": Format.ODT,
    b"opendocument.presentation": Format.ODP,
    b"vnd.sun.xml.impress": Format.ODP,
    b"opendocument.graphics": Format.ODP,
    b"epub+zip": Format.EPUB,
}
"""Content of the first part, ``mimetype``, which is stored uncompressed."""
_ZIP_FOLDERS = {"word": Format.WORD, "ppt": Format.SLIDES, "visio": Format.VISIO}
_ZIP_PARTS = {
    "fixeddocumentsequence.fdseq": Format.XPS,
    "fixeddocseq.fdseq": Format.XPS,
    "androidmanifest.xml": Format.PROGRAM,
    "meta-inf/container.xml": Format.EPUB,
}
_SIGNED_OR_SEALED = {b"\x02": Format.SIGNED, b"\x03": Format.SEALED}
_CMS = re.compile(
    rb"\x30(?:\x80|[\x81-\x84].{1,4}?|[\x00-\x7f])\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07([\x02\x03])", re.S
)
"""A CMS message (RFC 5652) starts with a sequence and the identifier of its content type."""
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FLAT_ODS = re.compile(rb"<office:document\s[^>]*opendocument\.spreadsheet")
_SHORTCUT = re.compile(rb"(?i)\[InternetShortcut\]|\{[^{}]*\"(?:doc_id\"|url\"\s*:\s*\"https?://)")
"""A Windows shortcut to a web page, or the file that Google Drive writes in place of a document."""
_WEBLOC = re.compile(rb"<plist\b[^<]*<dict>\s*<key>URL</key>")
"""The macOS form of such a shortcut."""
_XML_2003 = re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet|progid=\"Excel.Sheet\"")
_MOST_ENTRIES, _FEW_ENTRIES = 5_000, 50
_LOOKED_AT = 4096


def detect_format(data: bytes) -> Format:
    """Detect a file's format; its reader finds damage and hostile content."""
    if not data:
        return Format.EMPTY
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data)
    if data.startswith(_OLE):
        return _ole_format(data)
    head = data[:_LOOKED_AT]
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    return _cms_format(head) or _picture_format(data) or _mail_format(data) or _text_format(head)


def _cms_format(head: bytes) -> Format | None:
    signed = _CMS.match(head)
    if signed:
        return _SIGNED_OR_SEALED[signed[1]]
    if _PEM.match(head):
        return Format.SIGNED
    return None


def _picture_format(data: bytes) -> Format | None:
    if (
        data[4:8] == b"ftyp"
        or data[8:12] in (b"WEBP", b"AVI ", b"WAVE")
        or (data.startswith(b"BM") and len(data) > 6 and struct.unpack_from("<I", data, 2)[0] == len(data))
    ):
        return Format.IMAGE
    if data[257:262] == b"ustar":
        return Format.PACKED
    return None


def _mail_format(data: bytes) -> Format | None:
    if find_mail(data) is not None:
        if data.startswith(b"From ") and len(split_mailbox(data)) > 1:
            return Format.MAILBOX
        return Format.MAIL
    if is_web_page(data):
        return Format.HTML
    return None


def _zip_format(data: bytes) -> Format:
    names = _normalise(tuple(_zip_names(data)))
    # OpenDocument and EPUB name their format in the first part; its content is uncompressed, near the start.
    if "mimetype" in names:
        for said, found in _MIMETYPES.items():
            if said in data[:200]:
                return found
    # These extensions distinguish a package from an archive of returns with a folder of the same name.
    folders = {name.partition("/")[0] for name in names if name.endswith((".xml", ".rels", ".bin"))}
    if "xl" in folders:
        is_binary = any(name.startswith("xl/workbook") and name.endswith(".bin") for name in names)
        return Format.XLSB if is_binary else Format.XLSX
    formats = [_ZIP_FOLDERS[folder] for folder in folders & _ZIP_FOLDERS.keys()]
    formats += [_ZIP_PARTS[part] for part in names & _ZIP_PARTS.keys()]
    if formats:
        return min(formats)
    if any(".numbers/" in name for name in names):
        return Format.NUMBERS
    if any(name.endswith((".iwa", "index.apxl")) for name in names):
        # iWork packages hold spreadsheets and letters alike; only the folder of tables tells them apart.
        if any("/tables/" in name for name in names):
            return Format.NUMBERS
        return Format.IWORK
    if {"content.xml", "meta-inf/manifest.xml"} <= names:
        return Format.ODS
    if "[content_types].xml" in names:
        return Format.XLSX
    return Format.ZIP


@cache_if(lambda names: len(names) < _FEW_ENTRIES, maxsize=64)
def _normalise(names: tuple[bytes, ...]) -> frozenset[str]:
    """Part names as they are compared; those of one program's workbooks are always the same."""
    decoded = (name.decode("utf-8", "replace") for name in names)
    return frozenset(name_from_root(name).replace("\\", "/").casefold() for name in decoded)


def _zip_names(data: bytes) -> list[bytes]:
    """Part names from local headers, in order: works on truncated files and ignores nested zips."""
    names: list[bytes] = []
    offset = 0
    while (
        0 <= offset <= len(data) - 30
        and data.startswith(b"PK\x03\x04", offset)
        and len(names) < _MOST_ENTRIES
    ):
        flags, packed, name_length, extra_length = struct.unpack_from("<6xH10xI4xHH", data, offset)
        start = offset + 30 + name_length
        names.append(data[offset + 30 : start])
        offset = start + extra_length + packed
        # The size follows the data, or is in an extra field (Zip64), so the next header is searched for.
        if flags & 8 or packed == 0xFFFFFFFF:
            offset = data.find(b"PK\x03\x04", start)
    return names


def _ole_format(data: bytes) -> Format:
    """Detect by stream names in the directory, whose entries start at multiples of 128 bytes; the first wins.

    Case is ignored if need be, because some programs write the names in capitals.
    """
    found = _find_streams(data, 0) or _find_streams(data, re.IGNORECASE)
    if len(found) > 1:
        found = _at_root(data, found) or found
    # First these two: a message may contain a workbook, and an encrypted package always does.
    for kind in (Format.OUTLOOK, Format.ENCRYPTED):
        if kind in found:
            return kind
    # Excel 97 could save a file with two streams, one for itself and one for Excel 95.
    if Format.XLS in found:
        found.pop(Format.OLD_XLS, None)
    return min(found, key=lambda kind: found[kind], default=Format.UNKNOWN)


def _at_root(data: bytes, found: Mapping[Format, int]) -> dict[Format, int]:
    """Those that are the file's own, not an embedded document's; nothing if the file is damaged.

    LibreOffice writes the streams of a document embedded in a workbook before the workbook's own.
    """
    # Its reader says what is wrong with it.
    with suppress(RefusedFile):
        file = CompoundFile(data)
        own = {kind for name, kind in _OLE_STREAMS.items() if name in file}
        return {kind: offset for kind, offset in found.items() if kind in own}
    return {}


def _find_streams(data: bytes, flags: int) -> dict[Format, int]:
    """Format → offset of the first stream that identifies it."""
    offsets = {kind: _stream_offset(data, name, flags) for name, kind in _OLE_STREAMS.items()}
    return {kind: offset for kind, offset in offsets.items() if offset >= 0}


def _stream_offset(data: bytes, name: str, flags: int) -> int:
    encoded = (name + "\0").encode("utf-16-le")
    for found in re.compile(re.escape(encoded), flags).finditer(data):
        offset = found.start()
        # The name's length and the type "stream" must follow, as in a directory entry.
        if offset % 128 == 0 and data[offset + 64 : offset + 67] == struct.pack("<HB", len(encoded), 2):
            return offset
    return -1


def _text_format(head: bytes) -> Format:
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    # Excel saves "Unicode text" as UTF-16, where every second byte looks like a control character.
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _CONTROL.search(head):
        return Format.UNKNOWN
    start = head[:1024].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in start:
        return Format.HTML
    if start.startswith(b"<"):
        if _WEBLOC.search(head):
            return Format.LINK
        if _FLAT_ODS.search(head):
            return Format.FODS
        if _XML_2003.search(head):
            return Format.XML_2003
        return Format.XML
    if _SHORTCUT.match(head):
        return Format.LINK
    return Format.TEXT
