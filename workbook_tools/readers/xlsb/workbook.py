"""Read Excel Binary Workbooks (.xlsb) to a :class:`SheetBook`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.binary_names import NameTable
from workbook_tools.readers.binary_values import CellGrid, SharedStrings, font_look, sheet_state
from workbook_tools.readers.cell_looks import CellLooks, TextLook, build_looks
from workbook_tools.readers.package_workbook import WorkbookPart, read_package_workbook
from workbook_tools.readers.refused import PART_MISSING, damaged, spared, too_large
from workbook_tools.readers.sheet_book import Aside, Read, SheetBook, SheetCells, read_sheet
from workbook_tools.readers.xlsb.records import Fields, read_records
from workbook_tools.readers.xlsb.sheet import SheetReader, read_comments
from workbook_tools.readers.xlsx.beside_cells import read_asides
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
    find_target,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from workbook_tools.readers.limits import Limits

# Types of records (MS-XLSB 2.3).
_SHEET, _WORKBOOK_PROPERTIES = 156, 153
_NAME, _EXTERNS = 39, 362
_OTHER_WORKBOOK, _THIS_WORKBOOK, _THIS_SHEET, _ADD_IN = _LINKS = (355, 357, 358, 667)
# The flag of a built-in name, and the sheet number of a name of the whole workbook.
_BUILT_IN, _NO_SHEET = 0x20, 0xFFFFFFFF
_TEXT = 19
_FONT, _FORMAT, _CELL_FORMAT = 43, 44, 47
_BEGIN_CELL_FORMATS, _BEGIN_CONDITIONAL = _GROUPS = (617, 505)
_ENDS = (618, 506)


def read_xlsb_workbook(data: bytes, limits: Limits) -> SheetBook:
    """Read every sheet; RefusedFile if the package or a required part cannot be trusted.

    Of the defined names, only those of one cell are read: the others are stored as parsed formulas.
    """
    return read_package_workbook(data, limits, "workbook.bin", _read_workbook_part, _read_sheets)


def _read_workbook_part(data: bytes, part: str, limits: Limits) -> WorkbookPart:
    workbook, names = WorkbookPart(), NameTable()
    for kind, fields in read_records(data, part):
        if kind == _WORKBOOK_PROPERTIES:
            workbook.date1904 = bool(fields.long() & 1)
        elif kind == _SHEET:
            state, _number = fields.long(), fields.long()
            relation, name = fields.text(), fields.text()
            workbook.sheets.append((name, sheet_state(state), relation))
            if len(workbook.sheets) > limits.sheets:
                raise too_large(limits.sheets, _("sheets"), part)
        else:
            # Names are only a cross-check of what the marks say.
            with spared():
                _add_names(kind, fields, names)
    workbook.names = names.resolve([name for name, _state, _id in workbook.sheets])
    return workbook


def _add_names(kind: int, fields: Fields, table: NameTable) -> None:
    if kind in _LINKS:
        table.links.append(kind in (_THIS_WORKBOOK, _THIS_SHEET))
    elif kind == _EXTERNS:
        for _index in range(fields.long()):
            table.externs.append((fields.long(), fields.long(), fields.long()))
    elif kind == _NAME:
        flags, _shortcut, sheet, name = fields.long(), fields.byte(), fields.long(), fields.text()
        # Built-in names are print areas and the like.
        if not flags & _BUILT_IN:
            table.stored.append((name, sheet != _NO_SHEET, fields.take(fields.long())))


def _read_sheets(
    package: ZipPackage, parts: Mapping[str, Relationship], workbook: WorkbookPart, limits: Limits
) -> Iterator[SheetCells]:
    strings_part, styles_part = find_target(parts, "sharedStrings"), find_target(parts, "styles")
    looks, fonts = _read_styles(package.read(styles_part), styles_part) if styles_part else (CellLooks(), {})
    strings = SharedStrings(limits, strings_part or "")
    if strings_part:
        _read_strings(package.read(strings_part), strings_part, strings, fonts)
    cells = 0
    for name, state, relation in workbook.sheets:
        grid = CellGrid(name, limits.cells, cells)
        make = partial(SheetReader, grid=grid, strings=strings, looks=looks, fonts=fonts)
        sheet = read_sheet(name, state, partial(_read_sheet, package, parts.get(relation), make, limits))
        cells += len(sheet.cells)
        yield sheet


def _read_sheet(
    package: ZipPackage, sheet: Relationship | None, make: Callable[[str], SheetReader], limits: Limits
) -> Read:
    if sheet is None or sheet.external:
        raise damaged(PART_MISSING, "sheet")
    # Chart and macro sheets hold no answers.
    if sheet.kind != "worksheet":
        return {}, (), ()
    reader = make(sheet.target)
    reader.read(package.read(sheet.target))
    pages = (Aside(text, None, "page") for text in reader.page_texts)
    asides = read_asides(package, sheet.target, limits, read_comments)
    return reader.grid.cells, reader.merged, (*asides, *pages)


def _read_strings(data: bytes, part: str, strings: SharedStrings, fonts: Mapping[int, TextLook]) -> None:
    """Read the shared strings; the declared count is ignored."""
    for kind, fields in read_records(data, part):
        if kind == _TEXT:
            strings.add(*fields.rich_text(fonts))


def _read_styles(data: bytes, part: str) -> tuple[CellLooks, dict[int, TextLook]]:
    """The looks of cell formats, and of fonts by index."""
    codes: dict[int, str] = {}
    fonts: list[TextLook] = []
    formats: list[tuple[int, int]] = []
    within = 0
    for kind, fields in read_records(data, part):
        if kind in _GROUPS:
            within = kind
        elif kind in _ENDS:
            within = 0
        # Formats within conditional ones have numbers of their own, which may collide.
        elif kind == _FORMAT and within != _BEGIN_CONDITIONAL:
            number = fields.short()
            codes[number] = fields.text()
        elif kind == _FONT and within != _BEGIN_CONDITIONAL:
            _height, bits, _weight, script = (fields.short() for _ in range(4))
            fonts.append(font_look(bits, script))
        elif kind == _CELL_FORMAT and within == _BEGIN_CELL_FORMATS:
            _parent, number, font = (fields.short() for _ in range(3))
            formats.append((number, font))
    looks: dict[int, TextLook] = {
        index: look for index, look in enumerate(fonts) if look is not TextLook.PLAIN
    }
    cells = [(number, looks.get(font) is TextLook.STRUCK) for number, font in formats]
    return build_looks(cells, codes, int), looks
