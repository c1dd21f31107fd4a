"""Read workbooks of Excel 97–2003 (.xls, and .et of WPS) to a :class:`SheetBook`.

The few relevant records (MS-XLS) are parsed here rather than by a library: see ``docs/design.md``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.locale import mark as _
from workbook_tools.readers.binary_names import NameTable
from workbook_tools.readers.binary_values import (
    CellGrid,
    SharedStrings,
    bool_value,
    error_value,
    font_look,
    number_value,
    rk_number,
    sheet_state,
    text_value,
)
from workbook_tools.readers.cell_looks import CellLooks, TextLook, build_looks, cut_runs
from workbook_tools.readers.compound import CompoundFile
from workbook_tools.readers.file_kind import Format
from workbook_tools.readers.limits import MIB, Limits
from workbook_tools.readers.properties import parse_saved
from workbook_tools.readers.refused import RefusedFile, hostile, spared, too_large
from workbook_tools.readers.sheet_book import CellValue, SheetBook, SheetCells, check_sheet_names, read_sheet
from workbook_tools.readers.xls.asides import AsideReader
from workbook_tools.readers.xls.name_records import NAME_RECORDS, add_names
from workbook_tools.readers.xls.property_sets import read_property_sets
from workbook_tools.readers.xls.records import BOF, Record, TextReader, read_substream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.readers.sheet_book import Area, Read

_STREAM = "Workbook"
# The version in the first record of BIFF8; earlier ones have another layout, and no Unicode.
_EXCEL_97 = 0x0600
_WORKSHEET = 0x0010
_MOST_UNREAD = 8
"""Sheets without an end may all run through the same bytes."""


class _Globals(Struct):
    """The workbook's own records: sheets as (name, state, offset), shared strings, cell formats."""

    strings: SharedStrings
    sheets: list[tuple[str, str, int]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    formats: list[tuple[int, int]] = field(default_factory=list)
    fonts: list[TextLook] = field(default_factory=list)
    names: NameTable = field(default_factory=NameTable)
    date1904: bool = False

    @property
    def font_looks(self) -> dict[int, TextLook]:
        """Font looks by font number; the numbering skips 4."""
        return {
            index + (index > 3): look for index, look in enumerate(self.fonts) if look is not TextLook.PLAIN
        }

    @property
    def looks(self) -> CellLooks:
        """The looks of the cell formats."""
        fonts = self.font_looks
        cells = [(number, fonts.get(font) is TextLook.STRUCK) for number, font in self.formats]
        return build_looks(cells, self.codes, int)


def read_biff_workbook(data: bytes, limits: Limits) -> SheetBook:
    """Read every sheet; RefusedFile if the file cannot be trusted or needs a password.

    Of the defined names, only those of one cell are read: the others are stored as parsed formulas.
    """
    if len(data) > limits.file:
        raise too_large(limits.file // MIB, _("MB"))
    file = CompoundFile(data)
    stream = file.read(_STREAM)
    workbook = _read_globals(stream, limits)
    names = [name for name, _state, _place in workbook.sheets]
    check_sheet_names(names)
    looks, fonts = workbook.looks, workbook.font_looks
    sheets: list[SheetCells] = []
    cells, bytes_left, most_unread = 0, len(stream), _MOST_UNREAD
    for name, state, place in workbook.sheets:
        reader = _SheetReader(CellGrid(name, limits.cells, cells), workbook.strings, looks, fonts)
        sheet = read_sheet(name, state, partial(reader.read, stream, place))
        if sheet.fault is not None and (most_unread := most_unread - 1) < 0:
            raise sheet.fault
        # Sheets of a sound file do not share bytes; a crafted one may list a sheet 255 times.
        bytes_left -= reader.length
        if bytes_left < 0:
            raise hostile(_("parts of it overlap"), name)
        cells += len(sheet.cells)
        sheets.append(sheet)
    properties = read_property_sets(file)
    return SheetBook(
        tuple(sheets),
        properties,
        workbook.names.resolve(names),
        saved=parse_saved(properties.get("modified", "")),
        date1904=workbook.date1904,
        has_macros="_vba_project_cur" in file.storages,
    )


def _read_globals(stream: bytes, limits: Limits) -> _Globals:
    found = _Globals(SharedStrings(limits))
    for record in read_substream(stream, 0):
        match record.kind:
            # Records of MS-XLS in this order: BOF, FILEPASS, DATEMODE, BOUNDSHEET, FORMAT, XF, FONT, SST.
            case 0x0809 if record.unpack("<H")[0] != _EXCEL_97:
                raise RefusedFile("format-not-read", format=Format.OLD_XLS.label)
            case 0x002F:
                raise RefusedFile("return-encrypted", "FILEPASS")
            case 0x0022:
                found.date1904 = record.unpack("<H")[0] == 1
            case 0x0085:
                place, state = record.unpack("<IB")
                name = TextReader(record, 6).read_short()
                found.sheets.append((name, sheet_state(state & 3), place))
                if len(found.sheets) > limits.sheets:
                    raise too_large(limits.sheets, _("sheets"))
            case 0x041E:
                found.codes[record.unpack("<H")[0]] = TextReader(record, 2).read_long()
            case 0x00E0:
                font, number = record.unpack("<HH")
                found.formats.append((number, font))
            case 0x0031:
                bits, script = record.unpack("<2xH4xH")
                found.fonts.append(font_look(bits, script))
            case kind if kind in NAME_RECORDS:
                # Names are only a cross-check of what the marks say.
                with spared():
                    add_names(record, found.names)
            case 0x00FC:
                found.strings = _read_strings(record, limits, found.font_looks)
    return found


def _read_strings(record: Record, limits: Limits, fonts: Mapping[int, TextLook]) -> SharedStrings:
    """The shared strings; the declared count is ignored."""
    reader = TextReader(record, 8)
    strings = SharedStrings(limits)
    while reader.has_more():
        text = reader.read_long()
        shown = cut_runs(text, reader.runs, fonts) if reader.runs else ""
        strings.add(text, shown)
    return strings


class _SheetReader:
    """Collects the cells of one sheet from its records."""

    def __init__(
        self, grid: CellGrid, strings: SharedStrings, looks: CellLooks, fonts: Mapping[int, TextLook]
    ) -> None:
        self.grid = grid
        self.merged: list[Area] = []
        self.length = 0
        """Bytes of the stream read so far."""
        self._strings = strings
        self._looks = looks
        self._fonts = fonts
        self._awaited: tuple[int, int] | None = None
        self._asides = AsideReader()
        self._readers: dict[int, Callable[[Record], None]] = {
            0x00FD: self._read_shared,
            0x0203: self._read_number,
            0x027E: self._read_rk,
            0x00BD: self._read_rks,
            0x0006: self._read_formula,
            0x0205: self._read_bool_or_error,
            0x0204: self._read_label,
            0x00D6: self._read_rich,
            0x0207: self._read_result,
            0x00E5: self._read_merged,
            **self._asides.readers,
        }

    def read(self, stream: bytes, place: int) -> Read:
        """Read the sheet at an offset; charts and macro sheets have no cells."""
        for record in read_substream(stream, place):
            if record.kind == BOF and record.unpack("<HH")[1] != _WORKSHEET:
                return {}, (), ()
            read = self._readers.get(record.kind)
            if read is not None:
                read(record)
            self.length = record.offset - place
        self._end_formula()
        return self.grid.cells, self.merged, self._asides.found

    def _read_merged(self, record: Record) -> None:
        for number in range(record.unpack("<H")[0]):
            top, bottom, left, right = record.unpack("<HHHH", 2 + 8 * number)
            self.merged.append((top + 1, left + 1, bottom + 1, right + 1))

    def _read_shared(self, record: Record) -> None:
        row, column, style, index = record.unpack("<HHHI")
        self._keep(row, column, style, self._strings.find(index))

    def _read_number(self, record: Record) -> None:
        row, column, style = record.unpack("<HHH")
        self._keep(row, column, style, self._number(record.number(6), style))

    def _read_rk(self, record: Record) -> None:
        row, column, style, stored = record.unpack("<HHHI")
        self._keep(row, column, style, self._number(rk_number(stored), style))

    def _read_rks(self, record: Record) -> None:
        row, first = record.unpack("<HH")
        for position in range((len(record.data) - 6) // 6):
            style, stored = record.unpack("<HI", 4 + 6 * position)
            self._keep(row, first + position, style, self._number(rk_number(stored), style))

    def _read_formula(self, record: Record) -> None:
        self._end_formula()
        row, column, style, kind, result, mark = record.unpack("<HHHBxBxxxH6x")
        value: CellValue | None
        if mark != 0xFFFF:
            value = number_value(record.number(6), True, style in self._looks.dates)
        elif kind == 0:
            # A text result is in a STRING record of its own after the formula.
            self._awaited = row, column
            return
        elif kind == 1:
            value = bool_value(result, True)
        elif kind == 3:
            value = text_value("", True)
        else:
            value = error_value(result, True)
        self._keep(row, column, style, value)

    def _read_result(self, record: Record) -> None:
        """Read a formula's string result; shared-formula records may be in between."""
        if self._awaited is not None:
            self.grid.keep(*self._awaited, text_value(TextReader(record, 0).read_long(), True))
            self._awaited = None

    def _end_formula(self) -> None:
        if self._awaited is not None:
            self.grid.keep(*self._awaited, CellValue("blank-formula", "", None, True))
            self._awaited = None

    def _read_bool_or_error(self, record: Record) -> None:
        row, column, _style, value, is_error = record.unpack("<HHHBB")
        found = error_value(value) if is_error else bool_value(value)
        self.grid.keep(row, column, found)

    def _read_label(self, record: Record) -> None:
        row, column, style = record.unpack("<HHH")
        self._keep(row, column, style, text_value(TextReader(record, 6).read_long()))

    def _read_rich(self, record: Record) -> None:
        """Read a string followed by its formatting runs: their count, then offset and font number of each."""
        row, column, style = record.unpack("<HHH")
        reader = TextReader(record, 6)
        text = reader.read_long()
        value = text_value(text)
        shown = cut_runs(text, reader.read_runs(), self._fonts)
        if value and shown:
            value = replace(value, shown=shown)
        self._keep(row, column, style, value)

    def _number(self, value: float, style: int) -> CellValue:
        return number_value(value, is_date=style in self._looks.dates)

    def _keep(self, row: int, column: int, style: int, value: CellValue | None) -> None:
        self.grid.keep(row, column, value and self._looks.dress(value, style))
