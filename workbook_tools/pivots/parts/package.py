"""The workbook's package before it is zipped: parts as text, new parts, relationships, content types."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

from workbook_tools.pivots.parts.xml import MAIN, OFFICE, element

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"

Pieces = Iterable[Any]
"""Texts; a workbook that compresses its parts itself may have other pieces among them."""
Make = Callable[[str], StringIO]
Rewrite = Callable[[StringIO, Pieces], None]
Files = list[tuple[StringIO | BytesIO, str, bool]]


class Package:
    """The parts that xlsxwriter is about to zip; ``make`` adds one, ``rewrite`` replaces the text of one."""

    def __init__(self, files: Files, make: Make, rewrite: Rewrite) -> None:
        self._files = files
        self._make = make
        self._rewrite = rewrite

    @property
    def _texts(self) -> dict[str, StringIO]:
        return {name: part for part, name, _ in self._files if isinstance(part, StringIO)}

    def names(self) -> set[str]:
        """Names of all parts."""
        return {name for _, name, _ in self._files}

    def read(self, name: str) -> str:
        """A part's text."""
        return self._texts[name].getvalue()

    def write(self, name: str, pieces: Pieces) -> None:
        """Write a part, replacing an existing one of that name."""
        self._rewrite(self._texts.get(name) or self._make(name), pieces)

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Replace a part's text."""
        self.write(name, [change(self.read(name))])

    def add(self, name: str, content_type: str, pieces: Pieces) -> None:
        """Add a part with its content type."""
        self.write(name, pieces)
        override = element("Override", {"PartName": f"/{name}", "ContentType": content_type})
        self.edit(_TYPES, lambda text: insert(text, override, before="</Types>"))

    def relate(self, name: str, target: str, kind: str) -> str:
        """Relate a part to another; return the id of the relationship."""
        rels = _rels_name(name)
        if rels not in self.names():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            self.write(rels, [f'{head}<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'])
        text = self.read(rels)
        # xlsxwriter has numbered relationships of this part already.
        number = max((int(found) for found in re.findall(r'\bId="rId(\d+)"', text)), default=0) + 1
        path = posixpath.relpath(target, posixpath.dirname(name))
        added = element("Relationship", {"Id": f"rId{number}", "Type": kind, "Target": path})
        self.write(rels, [insert(text, added, before="</Relationships>")])
        return f"rId{number}"

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Ids of a part's relationships of one kind → their target parts."""
        rels = _rels_name(name)
        if rels not in self.names():
            return {}
        # Safe without defusing: xlsxwriter wrote it in this process.
        root = ElementTree.fromstring(self.read(rels))
        return {
            found.attrib["Id"]: posixpath.normpath(
                posixpath.join(posixpath.dirname(name), found.attrib["Target"])
            )
            for found in root
            if found.attrib["Type"] == kind and found.attrib.get("TargetMode") != "External"
        }

    def sheets(self) -> dict[str, tuple[int, str]]:
        """Name of a sheet → its id and its part."""
        parts = self.related(_WORKBOOK, f"{OFFICE}/worksheet")
        root = ElementTree.fromstring(self.read(_WORKBOOK))
        found = root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        ids = {
            sheet.attrib["name"]: (int(sheet.attrib["sheetId"]), sheet.attrib[f"{{{OFFICE}}}id"])
            for sheet in found
        }
        return {name: (number, parts[rel]) for name, (number, rel) in ids.items() if rel in parts}


def insert(text: str, added: str, *, before: str) -> str:
    """Insert a text before the last occurrence of ``before``, which must exist."""
    head, found, tail = text.rpartition(before)
    if not found:
        raise RuntimeError(f"xlsxwriter has written a part without {before}")
    return f"{head}{added}{found}{tail}"


def add_extension(text: str, extension: str, root: str) -> str:
    """Add an entry to a part's list of extensions; two lists would make the file corrupt."""
    if "</extLst>" in text:
        return insert(text, extension, before="</extLst>")
    return insert(text, f"<extLst>{extension}</extLst>", before=f"</{root}>")


def _rels_name(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")
