"""What a template holds that cannot be carried over to the forms, told from the parts of its package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.zip_package import open_package

if TYPE_CHECKING:
    from workbook_tools.spec.tables import Findings

_PARTS = (
    (re.compile(r"xl/comments|xl/threadedComments", re.I), _("cell comments")),
    (re.compile(r"xl/vbaProject", re.I), _("macros")),
    (re.compile(r"xl/pivotTables/", re.I), _("a pivot table")),
    (re.compile(r"xl/externalLinks/", re.I), _("links to other workbooks")),
    (re.compile(r"xl/activeX/|xl/ctrlProps/|xl/embeddings/", re.I), _("form controls or embedded objects")),
    (re.compile(r"xl/slicers/", re.I), _("slicers")),
    (re.compile(r"xl/diagrams/", re.I), _("SmartArt")),
)
_SHAPES = re.compile(rb"<(?:xdr:)?(?:sp|grpSp|cxnSp)[ >]")
_EXTENSIONS = re.compile(rb"<x14:(conditionalFormatting|dataValidation|sparklineGroup)[ >]")
_EXTENSION_NAMES = {
    b"conditionalFormatting": _("conditional formats of Excel 2010 or later, such as icon sets"),
    b"dataValidation": _("drop-downs that refer to another sheet in the form of Excel 2010"),
    b"sparklineGroup": _("sparklines"),
}
_RICH_TEXT = re.compile(rb"<si>(?:(?!</si>).)*<r>", re.DOTALL)


def check_lost_parts(data: bytes, findings: Findings) -> None:
    """Note every kind of content that openpyxl would drop when it makes forms of this workbook."""
    package = open_package(data)
    names = package.names
    lost = {words for pattern, words in _PARTS if any(pattern.search(name) for name in names)}
    for name in names:
        if name.startswith("xl/drawings/drawing") and _SHAPES.search(package.read(name)):
            lost.add(_("text boxes or shapes"))
        elif name.startswith("xl/worksheets/sheet"):
            lost.update(_EXTENSION_NAMES[match] for match in _EXTENSIONS.findall(package.read(name)))
        elif name.lower() == "xl/sharedstrings.xml" and _RICH_TEXT.search(package.read(name)):
            lost.add(_("cells in which parts of the text have a font of their own"))
    for words in sorted(lost):
        findings.add("part-lost", part=words)
