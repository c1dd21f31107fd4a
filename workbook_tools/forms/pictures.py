"""Pictures of form sheets, byte for byte: openpyxl keeps them only with Pillow, and converts some."""

from __future__ import annotations

import posixpath
import warnings
from typing import TYPE_CHECKING, Any

from openpyxl.drawing.geometry import PresetGeometry2D
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.xml.functions import fromstring

from workbook_tools.readers.xlsx.workbook import find_sheet_parts
from workbook_tools.readers.zip_package import find_target, open_package, read_relationships
from workbook_tools.spec.unsupported.lost_parts import KEPT_PICTURES, is_kept_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.workbook import Workbook

    from workbook_tools.readers.zip_package import ZipPackage


class Picture(Image):
    """A picture as it is in its package, at its own place; it is never decoded."""

    def __init__(self, data: bytes, name: str, anchor: Any) -> None:
        self.format = KEPT_PICTURES[posixpath.splitext(name)[1].lower()]
        self.anchor = anchor
        self._bytes = data
        frame = anchor.pic
        if frame is not None:
            # A new frame: what openpyxl has parsed of one it writes against the schema, and the target of
            # a link is in a part that it drops.
            frame.spPr.prstGeom, frame.spPr.ln = PresetGeometry2D(prst="rect"), None
            frame.nvPicPr.cNvPr.hlinkClick = None

    def _data(self) -> bytes:
        return self._bytes


def keep_pictures(workbook: Workbook, content: bytes) -> None:
    """Give every sheet of a workbook the pictures that it has in its package."""
    package = open_package(content)
    for name, part in find_sheet_parts(package).items():
        if name in workbook.sheetnames:
            sheet: Any = workbook[name]
            sheet._images = list(_pictures(package, part))


def _pictures(package: ZipPackage, sheet: str) -> Iterator[Picture]:
    part = find_target(read_relationships(package, sheet), "drawing")
    if part is None or part not in package:
        return
    related = read_relationships(package, part)
    for blip in _read_drawing(package.read(part))._blip_rels:
        found = related.get(blip.embed)
        if found is not None and found.target in package and is_kept_picture(found.target):
            yield Picture(package.read(found.target), found.target, blip.anchor)


def _read_drawing(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return SpreadsheetDrawing.from_tree(fromstring(data))  # type: ignore[arg-type]
        except TypeError:
            # Drawings that openpyxl cannot parse; check_lost_parts reports what they hold.
            return SpreadsheetDrawing()
