"""Excel Binary Workbooks (.xlsb): from their package to a :class:`SheetBook`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.binary_values import CellGrid
from workbook_tools.readers.limits import LIMITS, Limits
from workbook_tools.readers.properties import read_properties, read_saved
from workbook_tools.readers.refused import PART_MISSING, damaged, too_large
from workbook_tools.readers.workbook import CellValue, SheetBook, SheetCells
from workbook_tools.readers.xlsb.records import read_records
from workbook_tools.readers.xlsb.sheet import SheetReader
from workbook_tools.readers.xlsx.date_styles import find_date_formats
from workbook_tools.readers.zip_package import (
    Package,
    Relationship,
    find_target,
    open_package,
    read_relationships,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHEET, _WORKBOOK_PROPERTIES = 156, 153
_TEXT = 19
_FORMAT, _CELL_FORMAT, _BEGIN_CELL_FORMATS, _END_CELL_FORMATS = 44, 47, 617, 618
_STATES = ("visible", "hidden", "veryHidden")


@dataclass(slots=True)
class _WorkbookPart:
    """What ``workbook.bin`` says: its sheets as (name, state, relationship id), and date system."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    date1904: bool = False


def read_xlsb_workbook(data: bytes, limits: Limits = LIMITS) -> SheetBook:
    """Read every sheet of a workbook; RefusedFile where the package, or any part that is needed, cannot be trusted.

    Defined names are left out: they are stored as formulas, and nothing is found by them.
    """
    package = open_package(data, limits)
    roots = read_relationships(package, "", limits)
    main = find_target(roots, "officeDocument")
    if main is None:
        raise damaged(PART_MISSING, "workbook.bin")
    parts = read_relationships(package, main, limits)
    workbook = _read_workbook_part(package.read(main), main, limits)
    properties = read_properties(package, roots, limits)
    return SheetBook(
        sheets=tuple(_read_sheets(package, parts, workbook, limits)),
        properties=properties,
        saved=read_saved(package, roots, properties.get("modified", ""), limits),
        date1904=workbook.date1904,
    )


def _read_workbook_part(data: bytes, part: str, limits: Limits) -> _WorkbookPart:
    workbook = _WorkbookPart()
    for kind, fields in read_records(data, part):
        if kind == _WORKBOOK_PROPERTIES:
            workbook.date1904 = bool(fields.long() & 1)
        elif kind == _SHEET:
            state, _number = fields.long(), fields.long()
            relation, name = fields.text(), fields.text()
            workbook.sheets.append((name, _STATES[min(state, 2)], relation))
            if len(workbook.sheets) > limits.sheets:
                raise too_large(limits.sheets, _("sheets"), part)
    return workbook


def _read_sheets(
    package: Package, parts: Mapping[str, Relationship], workbook: _WorkbookPart, limits: Limits
) -> Iterator[SheetCells]:
    names = [name.casefold() for name, _state, _id in workbook.sheets]
    if not names or len(set(names)) < len(names):
        raise damaged(PART_MISSING, "sheets")
    strings_part, styles_part = find_target(parts, "sharedStrings"), find_target(parts, "styles")
    strings = _read_strings(package.read(strings_part), strings_part, limits) if strings_part else []
    date_styles = _read_date_styles(package.read(styles_part), styles_part) if styles_part else frozenset()
    cells = 0
    for name, state, relation in workbook.sheets:
        sheet = parts.get(relation)
        if sheet is None or sheet.external:
            raise damaged(PART_MISSING, name)
        grid = CellGrid(name, limits.cells, cells)
        # Charts and macro sheets have no answers; their parts are of other kinds.
        if sheet.kind == "worksheet":
            SheetReader(sheet.target, grid, strings, date_styles).read(package.read(sheet.target))
        cells += len(grid.cells)
        yield SheetCells(name, state, grid.cells)


def _read_strings(data: bytes, part: str, limits: Limits) -> list[CellValue]:
    """The shared strings; the count that the part declares is not looked at."""
    strings: list[CellValue] = []
    characters = 0
    for kind, fields in read_records(data, part):
        if kind != _TEXT:
            continue
        fields.byte()
        text = fields.text()
        characters += len(text)
        if len(strings) >= limits.strings:
            raise too_large(limits.strings, _("texts"), part)
        if characters > limits.characters:
            raise too_large(limits.characters, _("characters"), part)
        strings.append(CellValue("text", text, text))
    return strings


def _read_date_styles(data: bytes, part: str) -> frozenset[int]:
    """The indexes of the cell formats that show a date or a time."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    within = False
    for kind, fields in read_records(data, part):
        if kind in (_BEGIN_CELL_FORMATS, _END_CELL_FORMATS):
            within = kind == _BEGIN_CELL_FORMATS
        elif kind == _FORMAT:
            number = fields.short()
            codes[number] = fields.text()
        elif kind == _CELL_FORMAT and within:
            fields.short()
            formats.append(fields.short())
    dates = find_date_formats(codes)
    return frozenset(index for index, number in enumerate(formats) if number in dates)
