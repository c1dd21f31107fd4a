"""Cells of a binary worksheet part, whether a record states its column or follows the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.readers.binary_values import (
    CellGrid,
    SharedStrings,
    bool_value,
    error_value,
    number_value,
    rk_number,
    text_value,
)
from workbook_tools.readers.refused import CUT_OFF, OFF_GRID, damaged, spared
from workbook_tools.readers.sheet_book import Aside
from workbook_tools.readers.xlsb.records import Fields, read_records
from workbook_tools.readers.xlsx.page_codes import strip_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbook_tools.readers.cell_looks import CellLooks, TextLook
    from workbook_tools.readers.limits import Limits
    from workbook_tools.readers.sheet_book import Area, CellValue

# Types of records (MS-XLSB 2.3): BrtRowHdr, BrtBeginSheetData, BrtEndSheetData, BrtMergeCell.
_ROW, _BEGIN_DATA, _END_DATA = 0, 145, 146
_MERGED = 176
# BrtBeginHeaderFooter: two flags, then header and footer of odd, even and first pages.
_PAGES = 479
# BrtBeginComment, BrtCommentText.
_BEGIN_COMMENT, _COMMENT_TEXT = 635, 637
# A cell keeps its format in 24 bits.
_STYLE = 0xFFFFFF
# From BrtFmlaString to BrtFmlaError, and from BrtShortBlank to BrtShortIsst.
_FIRST_FORMULA, _LAST_FORMULA = 8, 11
_FIRST_SHORT, _LAST_SHORT = 12, 18


class SheetReader:
    """Collects the cells of one worksheet part."""

    def __init__(
        self,
        part: str,
        grid: CellGrid,
        strings: SharedStrings,
        looks: CellLooks,
        fonts: Mapping[int, TextLook],
    ) -> None:
        self.grid = grid
        self.merged: list[Area] = []
        self.page_texts: tuple[str, ...] = ()
        self._part = part
        self._strings = strings
        self._looks = looks
        self._fonts = fonts
        # The "short" records are the same without a column.
        readers: dict[tuple[int, ...], Callable[[Fields, int, bool], CellValue | None]] = {
            (1, 12): lambda _fields, _style, _formula: None,
            (2, 13): self._read_rk,
            (3, 14, 11): lambda fields, _style, formula: error_value(fields.byte(), formula),
            (4, 15, 10): lambda fields, _style, formula: bool_value(fields.byte(), formula),
            (5, 16, 9): self._read_number,
            (6, 17, 8): lambda fields, _style, formula: text_value(fields.text(), formula),
            (7, 18): self._read_shared,
            (62,): self._read_rich,
        }
        self._readers = {kind: read for kinds, read in readers.items() for kind in kinds}

    def read(self, data: bytes) -> None:
        """Read the part; RefusedFile for truncated records, and for cells outside of rows or sheet data.

        Of what follows the sheet data, only merged areas, headers and footers are read, as far as possible.
        """
        records = read_records(data, self._part)
        self._read_cells(records)
        with spared():
            for kind, fields in records:
                if kind == _MERGED:
                    top, bottom, left, right = (fields.long() + 1 for _ in range(4))
                    self.merged.append((top, left, bottom, right))
                elif kind == _PAGES:
                    fields.short()
                    self.page_texts = strip_codes([fields.text() for _ in range(6)])

    def _read_cells(self, records: Iterable[tuple[int, Fields]]) -> None:
        row: int | None = None
        column = -1
        within = False
        for kind, fields in records:
            if kind == _BEGIN_DATA:
                within = True
            elif kind == _END_DATA:
                return
            elif kind == _ROW:
                row, column = fields.long(), -1
            elif kind in self._readers:
                if row is None or not within:
                    raise damaged(OFF_GRID, self._part)
                column = column + 1 if _FIRST_SHORT <= kind <= _LAST_SHORT else fields.long()
                style = fields.long() & _STYLE
                value = self._readers[kind](fields, style, _FIRST_FORMULA <= kind <= _LAST_FORMULA)
                self.grid.keep(row, column, value and self._looks.dress(value, style))
        raise damaged(CUT_OFF, self._part)

    def _read_rk(self, fields: Fields, style: int, is_formula: bool) -> CellValue:
        return number_value(rk_number(fields.long()), is_formula, style in self._looks.dates)

    def _read_number(self, fields: Fields, style: int, is_formula: bool) -> CellValue:
        return number_value(fields.double(), is_formula, style in self._looks.dates)

    def _read_shared(self, fields: Fields, style: int, is_formula: bool) -> CellValue | None:
        return self._strings.find(fields.long())

    def _read_rich(self, fields: Fields, style: int, is_formula: bool) -> CellValue | None:
        text, shown = fields.rich_text(self._fonts)
        value = text_value(text)
        if value and shown:
            return replace(value, shown=shown)
        return value


def read_comments(data: bytes, part: str, limits: Limits) -> list[Aside]:
    """The comments of a sheet, each on the first cell of its range."""
    found: list[Aside] = []
    place = None
    for kind, fields in read_records(data, part):
        if kind == _BEGIN_COMMENT:
            _author, row, _last, column = (fields.long() for _ in range(4))
            place = row + 1, column + 1
        elif kind == _COMMENT_TEXT:
            found.append(Aside(fields.rich_text({})[0], place, "comment"))
    return found
