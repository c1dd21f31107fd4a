"""Make the next campaign's template: the same package with new values on the sheet “Đợt báo cáo”."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from openpyxl.utils.datetime import CALENDAR_MAC_1904

from workbook_tools import heads
from workbook_tools.errors import CannotRead
from workbook_tools.excel import DAYS_1904, to_serial
from workbook_tools.locale import mark as _
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts
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
    """Replace values in the rows of the campaign sheet; all other bytes of the template's parts stay.

    CannotRead if the sheet has no row for one of them.
    """
    data = read_own_file(path)
    workbook = open_workbook(path, data)
    title = find_sheet(workbook.sheetnames, words.CAMPAIGN)
    part = find_sheet_parts(open_package(data)).get(title) if title is not None else None
    if title is None or part is None:
        raise CannotRead(path, _("it has no sheet “Đợt báo cáo”"))
    table = read_table(own_sheet(workbook[title]), words.COLUMNS[words.CAMPAIGN], Findings(path.name))
    places = {row.text(heads.KEY).lower(): row.place(heads.VALUE) for row in table}
    # Not saved by openpyxl, which drops what it does not know: the officer's comments, shapes, slicers.
    parts = unpack_parts(data)
    # A relationship may write the name of its part with other capitals.
    name = next(name for name in parts if name.casefold() == part.casefold())
    xml = parts[name].decode("utf-8")
    # Old Macintosh workbooks count days from 1904.
    first = DAYS_1904 if workbook.epoch == CALENDAR_MAC_1904 else 0
    for key, value in values.items():
        stored = to_serial(value) - first if isinstance(value, date) else value
        xml = _replace_value(path, xml, places.get(key, ""), stored)
    parts[name] = xml.encode("utf-8")
    return pack_parts(parts)


def _replace_value(path: Location, xml: str, ref: str, value: str | float) -> str:
    """Replace a cell's value in the sheet's part, keeping its format."""
    found = re.search(rf'<c r="{ref}"([^>]*?)(?:/>|>(.*?)</c>)', xml, re.DOTALL) if ref else None
    if found is None or "<f" in (found[2] or ""):
        raise CannotRead(
            path,
            _("a value of the sheet “Đợt báo cáo” is calculated instead of typed, or missing"),
            _("Type the code, title and deadline into the column “Giá trị” and save the workbook."),
        )
    # The attribute t is the type of the old value; without it, a value is a number.
    looks = re.sub(r'\s+t="\w+"', "", found[1])
    if isinstance(value, float):
        cell = f'<c r="{ref}"{looks}><v>{value:g}</v></c>'
    else:
        # An inline text leaves the part of shared texts as it is.
        text = escape(value, quote=False)
        cell = f'<c r="{ref}"{looks} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return xml[: found.start()] + cell + xml[found.end() :]
