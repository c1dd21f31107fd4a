"""Tables of last period's workbook, row by row: with the fast reader if safe, else with the guarded one."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from workbook_tools.excel import ROW_LIMIT
from workbook_tools.readers import read_workbook
from workbook_tools.readers.file_kind import Format, detect_format
from workbook_tools.readers.limits import LIMITS, MIB
from workbook_tools.readers.xlsx.workbook import find_sheet_parts
from workbook_tools.readers.zip_package import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.readers.sheet_book import SheetCells
    from workbook_tools.readers.zip_package import ZipPackage

OWN_LIMITS = replace(
    LIMITS,
    file=300 * MIB,
    part=1500 * MIB,
    parts=2500 * MIB,
    tags=200_000_000,
    strings=20_000_000,
    cells=40_000_000,
)
"""The office's own workbook may be large, unlike what units send."""
_GUARDED = replace(OWN_LIMITS, cells=3_000_000)
"""The guarded reader keeps every cell of every sheet, about 300 bytes each."""
_FAR = re.compile(rb"""\br=["']\s*(?:[A-Za-z]{2,}\d+|[A-Za-z]?\d{8,})""")
"""A cell right of column Z, or a row beyond the sheet; the data table has twelve columns."""
_COUNTS = re.compile(rb"""\b(?:uniqueCount|count)=["'](\d{8,})""")
_ROW_NUMBER, _GAP = re.compile(rb"""<row\b[^>]*?\br=["'](\d{1,9})["']"""), 1000
"""Row number of the last row, and how far it may exceed the number of rows."""
_ROW = re.compile(rb"""\br=["'][A-Za-z]?(\d{7})["']""")


def read_tables(data: bytes, first: str) -> Iterator[Iterator[list[object]]]:
    """Rows of each sheet from the top, the sheet ``first`` before all others; cells are text, numbers, None
    or "".

    The fast reader allocates every cell up to the last row and column, and crashes without memory for that,
    so it gets only the sheet ``first``, and only without distant cells. Raises RefusedFile, or calamine's
    exceptions, for unreadable files.
    """
    if detect_format(data) is Format.XLSX and _is_compact(open_package(data, OWN_LIMITS), first):
        sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(first)
        # Row by row: the table of a province is a million rows.
        yield (list(row) for row in sheet.iter_rows())
        return
    for other in sorted(read_workbook(data, _GUARDED).sheets, key=lambda sheet: sheet.name != first):
        yield _rows(other)


def _is_compact(package: ZipPackage, name: str) -> bool:
    """Whether the sheet exists, has no distant cells, and its string count is true."""
    part = find_sheet_parts(package, OWN_LIMITS).get(name)
    # Without the sheet there is nothing that the fast reader could take; the guarded one looks into the
    # others.
    if part is None:
        return False
    content = package.read(part)
    if _FAR.search(content) or any(int(row[1]) > ROW_LIMIT for row in _ROW.finditer(content)):
        return False
    # One row far below the others makes the fast reader allocate every row between them.
    last = _ROW_NUMBER.search(content, max(content.rfind(b"<row"), 0))
    if last is not None and int(last[1]) > 2 * content.count(b"<row") + _GAP:
        return False
    texts = [text for text in package.names if text.casefold().endswith("sharedstrings.xml")]
    return not any(_COUNTS.search(package.read(text)[:4096]) for text in texts)


def _rows(sheet: SheetCells) -> Iterator[list[object]]:
    """Rows with content, truncated to the width of the first one: cells right of the headings are not part of
    the table.
    """
    by_row: dict[int, dict[int, object]] = {}
    for (row, column), cell in sheet.cells.items():
        by_row.setdefault(row, {})[column] = cell.value
    width = max((column for column in by_row.get(1, {}) if column <= 26), default=0)
    for _number, cells in sorted(by_row.items()):
        yield [cells.get(column) for column in range(1, width + 1)]
