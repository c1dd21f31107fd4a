"""Read Excel Binary Workbooks (.xlsb) to a :class:`SheetBook`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.binary_values import CellGrid
from workbook_tools.readers.cell_looks import CellLooks, TextLook, build_looks
from workbook_tools.readers.limits import LIMITS, Limits
from workbook_tools.readers.package_workbook import WorkbookPart, read_package_workbook
from workbook_tools.readers.refused import too_large
from workbook_tools.readers.sheet_book import CellValue, SheetBook, SheetCells
from workbook_tools.readers.xlsb.records import read_records
from workbook_tools.readers.xlsb.sheet import SheetReader
from workbook_tools.readers.zip_package import (
    Relationship,
    ZipPackage,
    find_target,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHEET, _WORKBOOK_PROPERTIES = 156, 153
_TEXT = 19
_FONT, _FORMAT, _CELL_FORMAT = 43, 44, 47
_BEGIN_CELL_FORMATS, _BEGIN_CONDITIONAL = _GROUPS = (617, 505)
_ENDS = (618, 506)
_SCRIPTS = {1: TextLook.RAISED, 2: TextLook.LOWERED}
_STATES = ("visible", "hidden", "veryHidden")


def read_xlsb_workbook(data: bytes, limits: Limits = LIMITS) -> SheetBook:
    """Read every sheet; RefusedFile if the package or a required part cannot be trusted.

    Defined names are skipped: they are stored as parsed formulas, and nothing depends on them.
    """
    return read_package_workbook(data, limits, "workbook.bin", _read_workbook_part, _read_sheets)


def _read_workbook_part(data: bytes, part: str, limits: Limits) -> WorkbookPart:
    workbook = WorkbookPart()
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
    package: ZipPackage, parts: Mapping[str, Relationship], workbook: WorkbookPart, limits: Limits
) -> Iterator[SheetCells]:
    strings_part, styles_part = find_target(parts, "sharedStrings"), find_target(parts, "styles")
    looks, fonts = _read_styles(package.read(styles_part), styles_part) if styles_part else (CellLooks(), {})
    strings = _read_strings(package.read(strings_part), strings_part, limits, fonts) if strings_part else []
    cells = 0
    for name, state, sheet in workbook.find_sheets(parts):
        grid = CellGrid(name, limits.cells, cells)
        # Chart and macro sheets hold no answers.
        if sheet.kind == "worksheet":
            SheetReader(sheet.target, grid, strings, looks, fonts).read(package.read(sheet.target))
        cells += len(grid.cells)
        yield SheetCells(name, state, grid.cells)


def _read_strings(data: bytes, part: str, limits: Limits, fonts: Mapping[int, TextLook]) -> list[CellValue]:
    """The shared strings; the declared count is ignored."""
    strings: list[CellValue] = []
    characters = 0
    for kind, fields in read_records(data, part):
        if kind != _TEXT:
            continue
        text, shown = fields.rich_text(fonts)
        characters += len(text)
        if len(strings) >= limits.strings:
            raise too_large(limits.strings, _("texts"), part)
        if characters > limits.characters:
            raise too_large(limits.characters, _("characters"), part)
        strings.append(CellValue("text", text, text, shown=shown))
    return strings


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
        elif kind == _FORMAT and within != _BEGIN_CONDITIONAL:
            number = fields.short()
            codes[number] = fields.text()
        elif kind == _FONT and within != _BEGIN_CONDITIONAL:
            _height, bits, _weight, script = (fields.short() for _ in range(4))
            fonts.append(TextLook.STRUCK if bits & 8 else _SCRIPTS.get(script, TextLook.PLAIN))
        elif kind == _CELL_FORMAT and within == _BEGIN_CELL_FORMATS:
            _parent, number, font = (fields.short() for _ in range(3))
            formats.append((number, font))
    looks: dict[int, TextLook] = {
        index: look for index, look in enumerate(fonts) if look is not TextLook.PLAIN
    }
    cells = [(number, looks.get(font) is TextLook.STRUCK) for number, font in formats]
    return build_looks(cells, codes, int), looks
