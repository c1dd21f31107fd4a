"""Content of a template's form sheets that the forms cannot have, found in the parts of its package.

Only form sheets become forms: nothing on dictionary sheets or the officer's own sheets is lost.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from workbook_tools.excel import column_letters
from workbook_tools.locale import mark as _
from workbook_tools.readers.xlsx.workbook import find_sheet_parts
from workbook_tools.readers.zip_package import open_package, read_relationships

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from workbook_tools.readers.zip_package import Relationship, ZipPackage
    from workbook_tools.spec.tables import Findings

_RELATED = {
    "comments": (_("cell comments"), re.compile(r"<(?:\w+:)?comment [^>]*?ref=\"([A-Z]+\d+)")),
    "threadedComment": (_("cell comments"), re.compile(r"<(?:\w+:)?threadedComment [^>]*?ref=\"([A-Z]+\d+)")),
    "pivotTable": (_("a pivot table"), re.compile(r"<(?:\w+:)?location [^>]*?ref=\"([A-Z]+\d+)")),
    "control": (_("form controls or embedded objects"), None),
    "ctrlProp": (_("form controls or embedded objects"), None),
    "oleObject": (_("form controls or embedded objects"), None),
    "package": (_("form controls or embedded objects"), None),
    "slicer": (_("slicers"), None),
}
"""Last segment of a relationship's type → what it is, and how its part names a cell."""
_SHAPES = _("text boxes or shapes")
_PICTURES = _("pictures of a kind other than PNG, JPEG, GIF, BMP and EMF")
_HEADER_PICTURES = _("pictures in the header or footer")
_BACKGROUND = _("a picture as background")
KEPT_PICTURES = {
    ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".bmp": "bmp", ".emf": "emf",
}  # fmt: skip
"""Ending of a picture's part → its format, if Excel displays it and openpyxl has a content type for it."""
_SMART_ART = _("SmartArt")
_RICH_TEXT = _("cells in which parts of the text have a font of their own")
_OTHER_WORKBOOKS = _("links to other workbooks")
_MACROS = _("macros")
# Excel stores what it has had only since 2010 in extension lists, which openpyxl drops.
_EXTENSIONS = {
    "conditionalFormatting": _("conditional formats of Excel 2010 or later, such as icon sets"),
    "dataValidation": _("drop-downs that refer to another sheet in the form of Excel 2010"),
    "sparklineGroup": _("sparklines"),
}
_EXTENSION = re.compile(
    r"<x14:(conditionalFormatting|dataValidation|sparklineGroup)[ >].*?</x14:\1>", re.DOTALL
)
_PLACED = re.compile(r"<xm:sqref>\$?([A-Z]+)\$?(\d+)")
_ANCHOR = re.compile(
    r"<(?:\w+:)?from>\s*<(?:\w+:)?col>(\d+)</.*?<(?:\w+:)?row>(\d+)</"
    r"(?:(?!</(?:\w+:)?(?:two|one)CellAnchor).)*",
    re.DOTALL,
)
_PICTURE = re.compile(r"<(?:\w+:)?blip [^>]*?\w+:embed=\"([^\"]*)\"")
_SHAPE, _DIAGRAM = re.compile(r"<(?:xdr:)?(?:sp|grpSp|cxnSp)[ >]"), re.compile(r"<(?:\w+:)?relIds ")
_ITEM, _RUN = re.compile(r"<si>(.*?)</si>|<si/>", re.DOTALL), re.compile(r"<r>|<r ")
_SHARED = re.compile(r"<c r=\"([A-Z]+\d+)\"[^>]*? t=\"s\"[^>]*><v>(\d+)</v>")
_INLINE = re.compile(r"<c r=\"([A-Z]+\d+)\"[^>]*? t=\"inlineStr\"[^>]*><is>(?:(?!</is>).)*?<r[ >]", re.DOTALL)
_IN_HEADER = re.compile(r"<(?:\w+:)?legacyDrawingHF ")
_BEHIND = re.compile(r"<(?:\w+:)?picture ")
_OUTSIDE = re.compile(r"<c r=\"([A-Z]+\d+)\"[^>]*><f[^>]*>[^<]*\[\d+\]")


def check_lost_parts(data: bytes, form_sheets: Collection[str], findings: Findings) -> None:
    """Note every kind of content that openpyxl would drop, with its first cell."""
    package = open_package(data)
    rich = {
        n for n, item in enumerate(_ITEM.findall(_text(package, "xl/sharedStrings.xml"))) if _RUN.search(item)
    }
    for name, part in find_sheet_parts(package).items():
        if name not in form_sheets:
            continue
        lost: dict[str, str] = {}
        for words, cell in (*_in_sheet(_text(package, part), rich), *_related(package, part)):
            lost[words] = lost.get(words) or cell
        for words, cell in sorted(lost.items()):
            findings.add("part-lost", name, cell, part=words)
    if any(name.casefold() == "xl/vbaproject.bin" for name in package.names):
        findings.add("part-lost", part=_MACROS)


def _in_sheet(xml: str, rich: Collection[int]) -> Iterator[tuple[str, str]]:
    """Find lost content of the sheet's own part: its description, and its cell or ""."""
    for extension in _EXTENSION.finditer(xml):
        placed = _PLACED.search(extension[0])
        cell = placed[1] + placed[2] if placed else ""
        yield _EXTENSIONS[extension[1]], cell
    yield from ((_RICH_TEXT, cell) for cell, number in _SHARED.findall(xml) if int(number) in rich)
    yield from ((_RICH_TEXT, match[1]) for match in _INLINE.finditer(xml))
    yield from ((_OTHER_WORKBOOKS, match[1]) for match in _OUTSIDE.finditer(xml))
    yield from ((_HEADER_PICTURES, "") for _found in _IN_HEADER.finditer(xml))
    yield from ((_BACKGROUND, "") for _found in _BEHIND.finditer(xml))


def _related(package: ZipPackage, part: str) -> Iterator[tuple[str, str]]:
    """Find lost content in the parts that belong to the sheet."""
    for relation in read_relationships(package, part).values():
        if relation.kind == "drawing":
            yield from _in_drawing(package, relation.target)
        elif relation.kind in _RELATED and not relation.external:
            words, pattern = _RELATED[relation.kind]
            found = pattern.search(_text(package, relation.target)) if pattern else None
            cell = found[1] if found else ""
            yield words, cell


def _in_drawing(package: ZipPackage, part: str) -> Iterator[tuple[str, str]]:
    related = read_relationships(package, part)
    for anchor in _ANCHOR.finditer(_text(package, part)):
        # Anchors count rows and columns from 0.
        cell = f"{column_letters(int(anchor[1]) + 1)}{int(anchor[2]) + 1}"
        if _SHAPE.search(anchor[0]):
            yield _SHAPES, cell
        elif _DIAGRAM.search(anchor[0]):
            yield _SMART_ART, cell
        if any(not _is_kept(related, picture[1]) for picture in _PICTURE.finditer(anchor[0])):
            yield _PICTURES, cell


def _is_kept(related: Mapping[str, Relationship], number: str) -> bool:
    return number in related and is_kept_picture(related[number].target)


def is_kept_picture(part: str) -> bool:
    """Whether pictures of this kind, by the name of their part, are carried over to the forms."""
    return posixpath.splitext(part)[1].lower() in KEPT_PICTURES


def _text(package: ZipPackage, name: str) -> str:
    """A part as text; "" if missing."""
    if name in package:
        return package.read(name).decode("utf-8", "replace")
    return ""
