"""Read OpenDocument spreadsheets, packed (.ods) and flat (.fods), to a :class:`SheetBook`."""

from __future__ import annotations

import re

from workbook_tools.locale import mark as _
from workbook_tools.readers.limits import MIB, Limits, read_tree
from workbook_tools.readers.ods.content import ContentReader
from workbook_tools.readers.ods.paragraphs import CHART
from workbook_tools.readers.properties import parse_saved
from workbook_tools.readers.refused import PART_MISSING, RefusedFile, damaged, spared, too_large
from workbook_tools.readers.sheet_book import SheetBook, check_sheet_names
from workbook_tools.readers.zip_package import ZipPackage, open_package

_NAMED_RULES = re.compile(rb"<!DOCTYPE\s[^\[\]<>]*>")
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"


def read_ods_workbook(data: bytes, limits: Limits) -> SheetBook:
    """Read every sheet of a packed spreadsheet; RefusedFile if it or a required part cannot be trusted."""
    package = open_package(data, limits)
    reader = ContentReader(limits, _check_manifest(package, limits))
    reader.read(package.read("content.xml"), "content.xml")
    if "styles.xml" in package:
        with spared():
            reader.add_page_texts(package.read("styles.xml"), "styles.xml")
    if "meta.xml" in package:
        with spared():
            reader.meta.read(package.read("meta.xml"), "meta.xml", limits)
    has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in package.names)
    return _book(reader, has_macros=has_macros)


def read_flat_ods_workbook(data: bytes, limits: Limits) -> SheetBook:
    """Read every sheet of a flat spreadsheet (one XML document); RefusedFile as for a packed one."""
    if len(data) > limits.file:
        raise too_large(limits.file // MIB, _("MB"))
    reader = ContentReader(limits)
    reader.read(data, "office:document")
    reader.add_page_texts(data, "office:document")
    return _book(reader)


def _check_manifest(package: ZipPackage, limits: Limits) -> set[str]:
    """The folders of charts; RefusedFile if a part is encrypted."""
    part = "META-INF/manifest.xml"
    if part not in package:
        return set()
    # OpenOffice 1 and 2 name a DTD for the manifest; it defines no entities, and nothing is fetched.
    manifest = _NAMED_RULES.sub(b"", package.read(part), count=1)
    tree = read_tree(manifest, part, limits)
    if next(tree.iter(f"{_MANIFEST}encryption-data"), None) is not None:
        raise RefusedFile("return-encrypted", part)
    return {
        entry.get(f"{_MANIFEST}full-path", "").rstrip("/")
        for entry in tree.iter(f"{_MANIFEST}file-entry")
        if entry.get(f"{_MANIFEST}media-type") == CHART
    }


def _book(reader: ContentReader, *, has_macros: bool = False) -> SheetBook:
    if not reader.is_spreadsheet:
        raise damaged(PART_MISSING, "sheets")
    check_sheet_names(sheet.name for sheet in reader.sheets)
    properties = reader.meta.properties
    # OpenDocument gives local time and does not say of which zone.
    saved = parse_saved(properties.get("modified", ""), unzoned=None)
    return SheetBook(tuple(reader.sheets), properties, reader.names, saved, has_macros=has_macros)
