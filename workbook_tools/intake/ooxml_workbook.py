"""Excel workbooks (.xlsx, .xlsm), Transitional and Strict: from their package to a :class:`SheetBook`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workbook_tools.intake.book import SheetBook, SheetCells
from workbook_tools.intake.guard import LIMITS, Limits, XmlHandlers, parse_xml
from workbook_tools.intake.ooxml_properties import read_properties, read_saved
from workbook_tools.intake.ooxml_sheet import CellReader, SheetReader
from workbook_tools.intake.ooxml_styles import read_date_styles
from workbook_tools.intake.ooxml_text import MAIN, read_strings
from workbook_tools.intake.package import Package, Relationship, find_target, open_package, read_relationships
from workbook_tools.intake.refusal import PART_MISSING, damaged, too_large
from workbook_tools.locale import mark as _


@dataclass(slots=True)
class _WorkbookPart:
    """What ``workbook.xml`` says: its sheets as (name, state, relationship id), names, and date system."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    date1904: bool = False


def read_ooxml_workbook(data: bytes, limits: Limits = LIMITS) -> SheetBook:
    """Read every sheet of a workbook; RefusedFile where the package, or any part that is needed, cannot be trusted."""
    package = open_package(data, limits)
    roots = read_relationships(package, "", limits)
    main = find_target(roots, "officeDocument")
    if main is None:
        raise damaged(PART_MISSING, "workbook.xml")
    parts = read_relationships(package, main, limits)
    workbook = _read_workbook_part(package, main, limits)
    properties = read_properties(package, roots, limits)
    return SheetBook(
        sheets=tuple(_read_sheets(package, parts, workbook, limits)),
        properties=properties,
        defined_names=workbook.names,
        saved=read_saved(package, roots, properties.get("modified", ""), limits),
        date1904=workbook.date1904,
    )


def _read_workbook_part(package: Package, part: str, limits: Limits) -> _WorkbookPart:
    workbook = _WorkbookPart()
    local_names: dict[str, str] = {}
    text: list[str] = []
    attributes: dict[str, str] = {}

    def start_sheet(found: dict[str, str]) -> None:
        relation = next((value for key, value in found.items() if key.endswith(" id")), "")
        workbook.sheets.append((found.get("name", ""), found.get("state", "visible"), relation))
        if len(workbook.sheets) > limits.sheets:
            raise too_large(limits.sheets, _("sheets"), part)

    def start_properties(found: dict[str, str]) -> None:
        workbook.date1904 = found.get("date1904") in ("1", "true")

    def start_name(found: dict[str, str]) -> None:
        nonlocal attributes
        attributes = found
        text.clear()

    def end_name() -> None:
        names = local_names if "localSheetId" in attributes else workbook.names
        names.setdefault(attributes.get("name", ""), "".join(text).strip().removeprefix("="))

    starts = {"sheet": start_sheet, "workbookPr": start_properties, "definedName": start_name}
    parse_xml(package.read(part), XmlHandlers(MAIN, starts, {"definedName": end_name}, text.append), part, limits)
    workbook.names = local_names | workbook.names
    return workbook


def _read_sheets(package: Package, parts: Mapping[str, Relationship], workbook: _WorkbookPart, limits: Limits) -> Iterator[SheetCells]:
    names = [name.casefold() for name, _state, _id in workbook.sheets]
    if not names or len(set(names)) < len(names):
        raise damaged(PART_MISSING, "sheets")
    strings, styles = find_target(parts, "sharedStrings"), find_target(parts, "styles")
    cell_reader = CellReader(
        read_strings(package.read(strings), strings, limits) if strings else [],
        read_date_styles(package.read(styles), styles, limits) if styles else frozenset(),
        workbook.date1904,
    )
    left = limits.cells
    for name, state, relation in workbook.sheets:
        sheet = parts.get(relation)
        if sheet is None or sheet.external:
            raise damaged(PART_MISSING, name)
        reader = SheetReader(sheet.target, cell_reader, left)
        # Charts and macro sheets have no answers; their parts are of other kinds.
        if sheet.kind == "worksheet":
            reader.read(package.read(sheet.target), limits)
        left -= len(reader.cells)
        yield SheetCells(name, state, reader.cells)
