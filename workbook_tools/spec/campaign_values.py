"""Make the next campaign's template: the same package with new values on the sheet “Đợt báo cáo”."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from openpyxl.utils.datetime import CALENDAR_MAC_1904

from workbook_tools import heads
from workbook_tools.errors import CannotRead
from workbook_tools.excel import DAYS_1904, to_serial
from workbook_tools.locale import mark as _
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
from workbook_tools.packaging.typed_sheet import TypedSheet
from workbook_tools.readers.xlsx.workbook import find_sheet_parts
from workbook_tools.readers.zip_package import open_package
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.own_cells import own_sheet
from workbook_tools.spec.own_workbook import open_workbook, read_own_file
from workbook_tools.spec.tables import Findings, find_sheet, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.storage.location import Location


def change_campaign(path: Location, values: Mapping[str, str | date]) -> bytes:
    """Replace values in the rows of the campaign sheet; all else in the template stays.

    CannotRead if the sheet has no row for one of them.
    """
    data = read_own_file(path)
    workbook = open_workbook(path, data)
    title = find_sheet(workbook.sheetnames, words.CAMPAIGN)
    part = find_sheet_parts(open_package(data)).get(title) if title is not None else None
    if title is None or part is None:
        raise CannotRead(path, _("it has no sheet “Đợt báo cáo”"))
    table = read_table(own_sheet(workbook[title]), words.COLUMNS[words.CAMPAIGN], Findings(path.name))
    rows = {row.text(heads.KEY).lower(): row.number for row in table}
    # Not saved by openpyxl, which drops what it does not know: the officer's comments, shapes, slicers.
    parts = unpack_parts(data)
    # A relationship may write the name of its part with other capitals.
    name = next(name for name in parts if name.casefold() == part.casefold())
    typed, column = TypedSheet(parts[name]), table.columns.get(heads.VALUE, 0)
    # Old Macintosh workbooks count days from 1904.
    first = DAYS_1904 if workbook.epoch == CALENDAR_MAC_1904 else 0
    for key, value in values.items():
        row = rows.get(key, 0)
        if not row or not column or typed.is_calculated(row, column):
            raise CannotRead(
                path,
                _("a value of the sheet “Đợt báo cáo” is calculated instead of typed, or missing"),
                _("Type the code, title and deadline into the column “Giá trị” and save the workbook."),
            )
        typed.type(row, column, to_serial(value) - first if isinstance(value, date) else value)
    parts[name] = typed.part
    return pack_parts(parts)
