"""What .xlsx and .xlsb share: a zip package whose workbook part lists the sheets, each a part of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.readers.properties import read_properties, read_saved
from workbook_tools.readers.refused import PART_MISSING, damaged
from workbook_tools.readers.sheet_book import SheetBook, check_sheet_names
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
    find_target,
    open_package,
    read_relationships,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbook_tools.readers.limits import Limits
    from workbook_tools.readers.sheet_book import SheetCells


class WorkbookPart(Struct):
    """Content of the workbook part: sheets as (name, state, relationship id), names, and date system."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    date1904: bool = False


def read_package_workbook(
    data: bytes,
    limits: Limits,
    name: str,
    read_part: Callable[[bytes, str, Limits], WorkbookPart],
    read_sheets: Callable[
        [ZipPackage, Mapping[str, Relationship], WorkbookPart, Limits], Iterable[SheetCells]
    ],
) -> SheetBook:
    """Read every sheet by the format's own functions; RefusedFile if a required part cannot be trusted.

    ``name`` is what the format calls its workbook part, for the message that it is missing.
    """
    package = open_package(data, limits)
    roots = read_relationships(package, "", limits)
    # By relationship, not by name: programs differ in what they call the part.
    main = find_target(roots, "officeDocument")
    if main is None:
        raise damaged(PART_MISSING, name)
    parts = read_relationships(package, main, limits)
    workbook = read_part(package.read(main), main, limits)
    check_sheet_names(name for name, _state, _id in workbook.sheets)
    properties = read_properties(package, roots, limits)
    return SheetBook(
        sheets=tuple(read_sheets(package, parts, workbook, limits)),
        properties=properties,
        defined_names=workbook.names,
        saved=read_saved(package, roots, properties.get("modified", ""), limits),
        date1904=workbook.date1904,
        has_macros=find_target(parts, "vbaProject") is not None,
    )
