"""Read Excel workbooks (.xlsx, .xlsm), Transitional and Strict, to a :class:`SheetBook`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import CellLooks
from workbook_tools.readers.limits import LIMITS, Limits, cache_small_parts, text_of
from workbook_tools.readers.package_workbook import WorkbookPart, read_package_workbook
from workbook_tools.readers.refused import PART_MISSING, damaged, too_large
from workbook_tools.readers.sheet_book import Aside, Read, SheetBook, SheetCells, read_sheet
from workbook_tools.readers.xlsx.beside_cells import read_asides
from workbook_tools.readers.xlsx.cutter import read_main
from workbook_tools.readers.xlsx.sheet import CellReader, read_cells, read_merged, read_page_texts
from workbook_tools.readers.xlsx.strings import read_strings
from workbook_tools.readers.xlsx.styles import read_styles
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
    find_target,
    read_relationships,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def read_ooxml_workbook(data: bytes, limits: Limits) -> SheetBook:
    """Read every sheet; RefusedFile if the package or a part that all sheets need cannot be trusted."""
    return read_package_workbook(data, limits, "workbook.xml", _read_workbook_part, _read_sheets)


def find_sheet_parts(package: ZipPackage, limits: Limits = LIMITS) -> dict[str, str]:
    """Sheet name → its part, in the workbook's order; a sheet whose part is missing is left out."""
    main = find_target(read_relationships(package, "", limits), "officeDocument")
    if main is None or main not in package:
        return {}
    parts = read_relationships(package, main, limits)
    sheets = _read_workbook_part(package.read(main), main, limits).sheets
    targets = {name: parts[relation].target for name, _state, relation in sheets if relation in parts}
    return {name: target for name, target in targets.items() if target in package}


@cache_small_parts
def _read_workbook_part(data: bytes, part: str, limits: Limits) -> WorkbookPart:
    root, prefix = read_main(data, part, limits)
    workbook = WorkbookPart()
    for sheet in root.iter(f"{prefix}sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        workbook.sheets.append((sheet.get("name", ""), sheet.get("state", "visible"), relation))
        if len(workbook.sheets) > limits.sheets:
            raise too_large(limits.sheets, _("sheets"), part)
    for properties in root.iter(f"{prefix}workbookPr"):
        workbook.date1904 = properties.get("date1904") in ("1", "true")
    # A sheet's own name must not hide a workbook's name of the same spelling.
    local_names: dict[str, str] = {}
    for name in root.iter(f"{prefix}definedName"):
        names = local_names if "localSheetId" in name.attrib else workbook.names
        names.setdefault(name.get("name", ""), text_of(name).strip().removeprefix("="))
    workbook.names = local_names | workbook.names
    return workbook


def _read_sheets(
    package: ZipPackage, parts: Mapping[str, Relationship], workbook: WorkbookPart, limits: Limits
) -> Iterator[SheetCells]:
    strings, styles = find_target(parts, "sharedStrings"), find_target(parts, "styles")
    texts = read_strings(package.read(strings), strings, limits) if strings else []
    looks = read_styles(package.read(styles), styles, limits) if styles else CellLooks()
    cell_reader = CellReader(texts, looks, workbook.date1904)
    filled = 0
    for name, state, relation in workbook.sheets:
        sheet = read_sheet(
            name, state, partial(_read_sheet, package, parts.get(relation), cell_reader, limits)
        )
        filled += len(sheet.cells)
        if filled > limits.cells:
            raise too_large(limits.cells, _("filled cells"), name)
        yield sheet


def _read_sheet(
    package: ZipPackage, sheet: Relationship | None, cell_reader: CellReader, limits: Limits
) -> Read:
    if sheet is None or sheet.external:
        raise damaged(PART_MISSING, "sheet")
    # Chart and macro sheets hold no answers.
    if sheet.kind != "worksheet":
        return {}, (), ()
    data = package.read(sheet.target)
    cells = read_cells(data, sheet.target, cell_reader, limits)
    pages = (Aside(text, None, "page") for text in read_page_texts(data))
    return cells, read_merged(data), (*read_asides(package, sheet.target, limits), *pages)
