"""Read returned workbooks: bytes in, cells out, whatever the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS, Limits
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xlsx.workbook import read_ooxml_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook_tools.readers.sheet_book import SheetBook

_CONVERTIBLE = (Format.OLD_XLS, Format.SXC, Format.XML_2003, Format.NUMBERS)
"""Workbook formats whose programs can save the whole content as .xlsx."""
_REFUSALS = {
    Format.EMPTY: "file-empty",
    Format.ENCRYPTED: "return-encrypted",
    Format.LINK: "link-only",
    Format.SEALED: "mail-sealed",
    **dict.fromkeys((Format.RAR, Format.PACKED), "archive-unsupported"),
    **dict.fromkeys(_CONVERTIBLE, "format-not-read"),
}


def read_workbook(data: bytes, limits: Limits = LIMITS, kind: Format | None = None) -> SheetBook:
    """Read a returned file by its content; raises RefusedFile, and nothing else, if it cannot be read.

    A damaged sheet is returned without cells and with its fault; if no other sheet has cells, the fault is
    raised. Pass ``kind`` if :func:`detect_format` was already called.
    """
    kind = kind or detect_format(data)
    read = read_ooxml_workbook if kind is Format.XLSX else _find_reader(kind)
    book = read(data, limits)
    # A damaged sheet beside a readable form may be one that the unit added.
    if (fault := book.fault) is not None and not any(sheet.cells for sheet in book.sheets):
        raise fault
    return book


def _find_reader(kind: Format) -> Callable[[bytes, Limits], SheetBook]:
    """The reader of one of the rarer formats; imported late, because few returns need it."""
    if kind is Format.XLS:
        from workbook_tools.readers.xls.workbook import read_biff_workbook

        return read_biff_workbook
    if kind is Format.XLSB:
        from workbook_tools.readers.xlsb.workbook import read_xlsb_workbook

        return read_xlsb_workbook
    if kind in (Format.ODS, Format.FODS):
        from workbook_tools.readers.ods.workbook import read_flat_ods_workbook, read_ods_workbook

        return read_ods_workbook if kind is Format.ODS else read_flat_ods_workbook
    raise RefusedFile(_REFUSALS.get(kind, "format-unsupported"), format=kind.label)
