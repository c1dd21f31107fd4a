"""What .xlsx and .xlsb share: a zip package whose workbook part lists the sheets, each a part of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbook_tools.readers.properties import read_properties, read_saved
from workbook_tools.readers.refused import PART_MISSING, damaged
from workbook_tools.readers.sheet_book import SheetBook
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
    find_target,
    open_package,
    read_relationships,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from workbook_tools.readers.limits import Limits
    from workbook_tools.readers.sheet_book import SheetCells


@dataclass(slots=True)
class WorkbookPart:
    """Content of the workbook part: sheets as (name, state, relationship id), names, and date system."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    date1904: bool = False

    def find_sheets(self, parts: Mapping[str, Relationship]) -> Iterator[tuple[str, str, Relationship]]:
        """Each sheet with its name, state and part; RefusedFile if one is missing or two have one name."""
        names = [name.casefold() for name, _state, _id in self.sheets]
        if not names or len(set(names)) < len(names):
            raise damaged(PART_MISSING, "sheets")
        for name, state, relation in self.sheets:
            sheet = parts.get(relation)
            # A sheet outside the package could only be fetched from the network.
            if sheet is None or sheet.external:
                raise damaged(PART_MISSING, name)
            yield name, state, sheet


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
    main = find_target(roots, "officeDocument")
    if main is None:
        raise damaged(PART_MISSING, name)
    parts = read_relationships(package, main, limits)
    workbook = read_part(package.read(main), main, limits)
    properties = read_properties(package, roots, limits)
    return SheetBook(
        sheets=tuple(read_sheets(package, parts, workbook, limits)),
        properties=properties,
        defined_names=workbook.names,
        saved=read_saved(package, roots, properties.get("modified", ""), limits),
        date1904=workbook.date1904,
        has_macros=find_target(parts, "vbaProject") is not None,
    )
