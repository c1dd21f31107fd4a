"""Read returned workbooks: bytes in, cells out, whatever the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS, Limits
from workbook_tools.readers.ods.workbook import read_flat_ods_workbook, read_ods_workbook
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xls.workbook import read_biff_workbook
from workbook_tools.readers.xlsb.workbook import read_xlsb_workbook
from workbook_tools.readers.xlsx.workbook import read_ooxml_workbook

if TYPE_CHECKING:
    from workbook_tools.readers.workbook import SheetBook

_READERS = {
    Format.XLSX: read_ooxml_workbook,
    Format.XLSB: read_xlsb_workbook,
    Format.XLS: read_biff_workbook,
    Format.ODS: read_ods_workbook,
    Format.FODS: read_flat_ods_workbook,
}
_TO_SAVE_ANEW = (Format.OLD_XLS, Format.SXC, Format.XML_2003, Format.NUMBERS)
"""Workbook formats whose programs can save the whole content as .xlsx."""
_REFUSALS = {
    Format.EMPTY: "file-empty",
    Format.ENCRYPTED: "return-encrypted",
    Format.LINK: "link-only",
    Format.SEALED: "mail-sealed",
    **dict.fromkeys((Format.RAR, Format.PACKED), "archive-unsupported"),
    **dict.fromkeys(_TO_SAVE_ANEW, "format-not-read"),
}


def read_workbook(data: bytes, limits: Limits = LIMITS, kind: Format | None = None) -> SheetBook:
    """Read a returned file by its content; raises RefusedFile, and nothing else, if it cannot be read whole.

    Pass ``kind`` if :func:`detect_format` was already called.
    """
    kind = kind or detect_format(data)
    read = _READERS.get(kind)
    if read is None:
        raise RefusedFile(_REFUSALS.get(kind, "format-unsupported"), format=kind.label)
    return read(data, limits)
