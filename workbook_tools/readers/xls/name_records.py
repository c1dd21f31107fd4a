"""Records of defined names in an Excel 97–2003 workbook (MS-XLS 2.4.150, 2.4.106 and 2.4.271)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.xls.records import Record, TextReader

if TYPE_CHECKING:
    from workbook_tools.readers.binary_names import NameTable

# In MS-XLS: SupBook, ExternSheet and Lbl.
LINK, EXTERNS, NAME = NAME_RECORDS = (0x01AE, 0x0017, 0x0018)
# A SupBook with this value refers to the workbook itself.
_THIS_WORKBOOK = 0x0401
_BUILT_IN = 0x0020


def add_names(record: Record, table: NameTable) -> None:
    """Add what one of these records holds; RefusedFile if it is too short."""
    if record.kind == LINK:
        table.links.append(record.unpack("<HH")[1] == _THIS_WORKBOOK)
    elif record.kind == EXTERNS:
        for number in range(record.unpack("<H")[0]):
            link, first, last = record.unpack("<HHH", 2 + 6 * number)
            table.externs.append((link, first, last))
    else:
        flags, length, formula_length, sheet = record.unpack("<HxBHxxH")
        # Print areas and the like, whose names are single codes.
        if flags & _BUILT_IN:
            return
        reader = TextReader(record, 14)
        name = reader.read_characters(length)
        table.stored.append((name, sheet != 0, reader.take(formula_length)))
