"""A workbook's package as the linter reads it: parts, relationships, cells; nothing of it is shared with the writer."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Box:
    """A range of cells, rows and columns from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, ref: str) -> Box:
        first, _, last = ref.partition(":")
        return cls(*cell(first), *cell(last or first))

    def meets(self, other: Box) -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


def cell(ref: str) -> tuple[int, int]:
    """Row and column of an address."""
    letters, digits = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", ref).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def unescape(text: str) -> str:
    """A text of SpreadsheetML without its ``_xHHHH_``."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


@dataclass
class Sheet:
    name: str
    number: int
    part: str
    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)


class Parts:
    """The parts of a workbook; ``files`` may be damaged by a test before it is read."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self._roots: dict[str, ElementTree.Element] = {}

    def text(self, name: str) -> str:
        return self.files[name].decode()

    def root(self, name: str) -> ElementTree.Element:
        if name not in self._roots:
            self._roots[name] = ElementTree.fromstring(self.files[name])
        return self._roots[name]

    def named(self, pattern: str) -> list[str]:
        return sorted(name for name in self.files if re.fullmatch(pattern, name))

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Id → last word of the kind, part."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self.files:
            return {}
        found = {}
        for rel in self.root(rels):
            if rel.get("TargetMode") == "External":
                continue
            target = rel.get("Target")
            part = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            found[rel.get("Id")] = (rel.get("Type"), part)
        return found

    def related(self, name: str, kind: str) -> list[str]:
        return [part for type_, part in self.relations(name).values() if type_.endswith(f"/{kind}")]

    @cached_property
    def content_types(self) -> dict[str, str]:
        return {
            o.get("PartName").lstrip("/"): o.get("ContentType")
            for o in self.root("[Content_Types].xml").iter(f"{TYPES}Override")
        }

    @cached_property
    def strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.files:
            return []
        items = self.root("xl/sharedStrings.xml").iter(f"{MAIN}si")
        return [unescape("".join(t.text or "" for t in item.iter(f"{MAIN}t"))) for item in items]

    @cached_property
    def sheets(self) -> list[Sheet]:
        relations = self.relations(WORKBOOK)
        found = []
        for element in self.root(WORKBOOK).iter(f"{MAIN}sheet"):
            part = relations[element.get(f"{REL}id")][1]
            found.append(self._read_sheet(Sheet(element.get("name"), int(element.get("sheetId")), part)))
        return found

    def _read_sheet(self, sheet: Sheet) -> Sheet:
        for c in self.root(sheet.part).iter(f"{MAIN}c"):
            place = cell(c.get("r"))
            value = c.find(f"{MAIN}v")
            sheet.styles[place] = int(c.get("s", 0))
            if value is None or value.text is None:
                continue
            kind = c.get("t", "n")
            sheet.cells[place] = (
                self.strings[int(value.text)]
                if kind == "s"
                else float(value.text)
                if kind == "n"
                else value.text == "1"
                if kind == "b"
                else value.text
            )
        return sheet

    def sheet_of(self, part: str, kind: str) -> Sheet | None:
        """The sheet that has a relationship of that kind to a part."""
        return next((sheet for sheet in self.sheets if part in self.related(sheet.part, kind)), None)
