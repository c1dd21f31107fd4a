"""The one door for returned workbooks: bytes in, cells out, whatever the format."""

from __future__ import annotations

from workbook_tools.intake.biff import read_biff_workbook
from workbook_tools.intake.book import CellValue as CellValue
from workbook_tools.intake.book import SheetBook as SheetBook
from workbook_tools.intake.book import SheetCells as SheetCells
from workbook_tools.intake.formats import Format, detect_format
from workbook_tools.intake.guard import LIMITS, Limits
from workbook_tools.intake.ods_workbook import read_flat_ods_workbook, read_ods_workbook
from workbook_tools.intake.ooxml_workbook import read_ooxml_workbook
from workbook_tools.intake.refusal import RefusedFile
from workbook_tools.intake.xlsb_workbook import read_xlsb_workbook

_READERS = {
    Format.XLSX: read_ooxml_workbook,
    Format.XLSB: read_xlsb_workbook,
    Format.XLS: read_biff_workbook,
    Format.ODS: read_ods_workbook,
    Format.FODS: read_flat_ods_workbook,
}
_REFUSALS = {Format.EMPTY: "file-empty", Format.ENCRYPTED: "return-encrypted", Format.LINK: "link-only"}


def read_workbook(data: bytes, limits: Limits = LIMITS, kind: Format | None = None) -> SheetBook:
    """Read a returned file by its content; RefusedFile, and nothing else, for whatever cannot be read whole.

    ``kind`` is what :func:`detect_format` says of it, where it was asked before.
    """
    kind = kind or detect_format(data)
    read = _READERS.get(kind)
    if read is None:
        raise RefusedFile(_REFUSALS.get(kind, "format-unsupported"), format=kind.label)
    return read(data, limits)
