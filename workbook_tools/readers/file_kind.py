"""What kind of file it is, told by its content and never by its name."""

from __future__ import annotations

import re
import struct
from enum import StrEnum

from workbook_tools.locale import mark as _


class Format(StrEnum):
    """Kinds of files that come back in place of, or as, a form."""

    XLSX = "xlsx"
    XLS = "xls"
    OLD_XLS = "old-xls"
    XLSB = "xlsb"
    ODS = "ods"
    FODS = "fods"
    ENCRYPTED = "encrypted"
    WORD = "word"
    SLIDES = "slides"
    ZIP = "zip"
    PACKED = "packed"
    TNEF = "tnef"
    RAR = "rar"
    PDF = "pdf"
    IMAGE = "image"
    HTML = "html"
    XML = "xml"
    MAIL = "mail"
    OUTLOOK = "outlook-mail"
    TEXT = "text"
    LINK = "link"
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people call it, in English, marked for translation."""
        return _LABELS[self]


_LABELS = {
    Format.XLSX: _("an Excel Workbook (.xlsx)"),
    Format.XLS: _("a workbook of Excel 97–2003 (.xls)"),
    Format.OLD_XLS: _("a workbook of Excel 95 or older (.xls)"),
    Format.XLSB: _("an Excel Binary Workbook (.xlsb)"),
    Format.ODS: _("an OpenDocument Spreadsheet (.ods)"),
    Format.FODS: _("a flat OpenDocument spreadsheet (.fods)"),
    Format.ENCRYPTED: _("a file that opens with a password only"),
    Format.WORD: _("a Word document"),
    Format.SLIDES: _("a PowerPoint presentation"),
    Format.ZIP: _("an archive (.zip)"),
    Format.PACKED: _("an archive (.7z, .gz or the like)"),
    Format.TNEF: _("attachments in Outlook's own wrapping (winmail.dat)"),
    Format.RAR: _("an archive (.rar)"),
    Format.PDF: _("a PDF document"),
    Format.IMAGE: _("a picture or video"),
    Format.HTML: _("a web page"),
    Format.XML: _("an XML file"),
    Format.MAIL: _("an e-mail message"),
    Format.OUTLOOK: _("an Outlook message (.msg)"),
    Format.TEXT: _("a text file"),
    Format.LINK: _("a link to a document that is elsewhere"),
    Format.EMPTY: _("an empty file"),
    Format.UNKNOWN: _("a file of an unknown kind"),
}

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
    (b"\x78\x9f\x3e\x22", Format.TNEF),
    (b"{\\rtf", Format.WORD),
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
    "__properties_version1.0": Format.OUTLOOK,
}
_HEADER = re.compile(
    rb"(?im)^(?:from|to|subject|date|received|return-path|mime-version|message-id|delivered-to|x-[a-z-]+):[ \t]"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FLAT_ODS = re.compile(rb"<office:document\s[^>]*opendocument\.spreadsheet")
_SHORTCUT = re.compile(rb"(?i)\[InternetShortcut\]|\{[^{}]*\"(?:doc_id\"|url\"\s*:\s*\"https?://)")
"""A shortcut of Windows to a web page, and what Google Drive leaves on the disk in place of a document."""
_WEBLOC = re.compile(rb"<plist\b[^<]*<dict>\s*<key>URL</key>")
"""The same as macOS writes it."""
_MOST_ENTRIES = 1_000
_LOOKED_AT = 4096


def detect_format(data: bytes) -> Format:
    """Tell what a file is; damage and hostility are for its reader to find."""
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
    if (
        head[4:8] == b"ftyp"
        or head[8:12] == b"WEBP"
        or (head.startswith(b"BM") and len(head) > 6 and struct.unpack_from("<I", head, 2)[0] == len(data))
    ):
        return Format.IMAGE
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    return _text_format(head)


def _zip_format(data: bytes) -> Format:
    names = {name.replace("\\", "/").casefold() for name in _zip_names(data)}
    if "mimetype" in names and (b"opendocument.spreadsheet" in data[:200]):
        return Format.ODS
    folders = {name.partition("/")[0] for name in names if "/" in name}
    if "xl" in folders:
        return (
            Format.XLSB
            if any(name.startswith("xl/workbook") and name.endswith(".bin") for name in names)
            else Format.XLSX
        )
    if "word" in folders or ("mimetype" in names and b"opendocument.text" in data[:200]):
        return Format.WORD
    if "ppt" in folders:
        return Format.SLIDES
    if {"content.xml", "meta-inf/manifest.xml"} <= names:
        return Format.ODS
    return Format.XLSX if "[content_types].xml" in names else Format.ZIP


def _zip_names(data: bytes) -> list[str]:
    """Names by the parts' own headers, in order: works for a file cut off, and does not see the parts of a zip within."""
    names: list[str] = []
    offset = 0
    while (
        0 <= offset <= len(data) - 30
        and data.startswith(b"PK\x03\x04", offset)
        and len(names) < _MOST_ENTRIES
    ):
        flags, packed, name_length, extra_length = struct.unpack_from("<6xH10xI4xHH", data, offset)
        start = offset + 30 + name_length
        names.append(data[offset + 30 : start].decode("utf-8", "replace"))
        offset = start + extra_length + packed
        if flags & 8 or packed == 0xFFFFFFFF:
            offset = data.find(b"PK\x03\x04", start)
    return names


def _ole_format(data: bytes) -> Format:
    """By the names of streams in the directory, whose entries stand at multiples of 128 bytes; the first one decides.

    An Outlook message may hold a workbook and an encrypted package always holds one, so these two go first.
    """
    found = {
        kind: offset for name, kind in _OLE_STREAMS.items() if (offset := _stream_offset(data, name)) >= 0
    }
    for kind in (Format.OUTLOOK, Format.ENCRYPTED):
        if kind in found:
            return kind
    # Excel could save for 95 and 97 at once.
    if Format.XLS in found:
        found.pop(Format.OLD_XLS, None)
    return min(found, key=lambda kind: found[kind], default=Format.UNKNOWN)


def _stream_offset(data: bytes, name: str) -> int:
    encoded = (name + "\0").encode("utf-16-le")
    offset = data.find(encoded)
    while offset >= 0:
        if offset % 128 == 0 and data[offset + 64 : offset + 67] == struct.pack("<HB", len(encoded), 2):
            return offset
        offset = data.find(encoded, offset + 1)
    return -1


def _text_format(head: bytes) -> Format:
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
        return Format.FODS if _FLAT_ODS.search(head) else Format.XML
    if _SHORTCUT.match(head):
        return Format.LINK
    first_line = head.partition(b"\n")[0]
    return Format.MAIL if _HEADER.match(first_line) else Format.TEXT
