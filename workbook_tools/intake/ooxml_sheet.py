"""The cells of worksheet parts: only those with content, each with its text as stored."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from workbook_tools.intake.book import CellValue
from workbook_tools.intake.guard import Element, Limits, text_of
from workbook_tools.intake.ooxml_text import decode_text, read_main, read_text
from workbook_tools.intake.refusal import CELL_TWICE, CUT_OFF, OFF_GRID, damaged, too_large
from workbook_tools.locale import mark as _
from workbook_tools.model import parse_ref

_ROWS, _COLUMNS = 1_048_576, 16_384
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_SPACE = " \t\r\n"
_CELLS_END, _SHEET_END = b"</sheetData>", b"</worksheet>"

# The forms of a campaign have the same cells: their addresses are worked out once.
_position = lru_cache(maxsize=1 << 15)(parse_ref)


class CellReader:
    """Turns what a cell element says into a value; shared by the sheets of one workbook."""

    def __init__(self, strings: Sequence[str], date_styles: frozenset[str], date1904: bool) -> None:
        self._texts = [CellValue("text", text, text) for text in strings]
        self._date_styles = date_styles
        self._epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
        self._read: dict[str, Callable[[str, bool, bool], CellValue | None]] = {
            "n": self._number,
            "s": self._shared,
            "str": self._text,
            "inlineStr": self._text,
            "b": self._bool,
            "d": self._iso_date,
        }

    def read(self, cell: Element, raw: str | None, is_formula: bool) -> CellValue | None:
        """A cell's value; None for a cell without content. ``raw`` is None where there is no value element."""
        kind = cell.get("t", "n")
        is_text = kind in ("str", "inlineStr")
        if raw is None or not (is_text or raw.strip(_SPACE)):
            return CellValue("blank-formula", "", None, True) if is_formula else None
        if is_text and not raw and not is_formula:
            return None
        read = self._read.get(kind, self._error)
        return read(raw, is_formula, cell.get("s") in self._date_styles)

    def _shared(self, raw: str, is_formula: bool, is_date: bool) -> CellValue | None:
        index = raw.strip(_SPACE)
        # A string that is not there means that the other strings may not be those of this sheet either.
        if not (index.isascii() and index.isdigit() and len(index) < 10 and int(index) < len(self._texts)):
            raise damaged(CUT_OFF, f"shared string {index[:20]}")
        text = self._texts[int(index)]
        if is_formula:
            return CellValue("text", text.raw, text.value, True)
        return text if text.raw else None

    def _number(self, raw: str, is_formula: bool, is_date: bool) -> CellValue:
        lexeme = raw.strip(_SPACE)
        value = float(lexeme) if _NUMBER.fullmatch(lexeme) else math.nan
        if not math.isfinite(value):
            return CellValue("error", lexeme, lexeme, is_formula)
        return CellValue("number", lexeme, value, is_formula, is_date)

    def _text(self, raw: str, is_formula: bool, is_date: bool) -> CellValue:
        text = decode_text(raw)
        return CellValue("text", text, text, is_formula)

    def _bool(self, raw: str, is_formula: bool, is_date: bool) -> CellValue:
        value = _BOOLEANS.get(raw.strip(_SPACE).lower())
        if value is None:
            return self._error(raw, is_formula, is_date)
        return CellValue("bool", "TRUE" if value else "FALSE", value, is_formula)

    def _iso_date(self, raw: str, is_formula: bool, is_date: bool) -> CellValue:
        try:
            moment = datetime.fromisoformat(raw.strip(_SPACE)).replace(tzinfo=None)
        except ValueError:
            return self._error(raw, is_formula, is_date)
        return CellValue("number", raw.strip(_SPACE), (moment - self._epoch) / timedelta(days=1), is_formula, True)

    def _error(self, raw: str, is_formula: bool, is_date: bool) -> CellValue:
        return CellValue("error", raw, raw, is_formula)


def read_cells(data: bytes, part: str, cell_reader: CellReader, limits: Limits) -> dict[tuple[int, int], CellValue]:
    """The cells of one worksheet by 1-based (row, column), in the order of the part.

    Rows and cells may come in any order and without addresses. RefusedFile where cells are off the grid, there twice,
    or too many.
    """
    root, prefix = read_main(_without_tail(data), part, limits)
    row_tag, cell_tag = f"{prefix}row", f"{prefix}c"
    cells: dict[tuple[int, int], CellValue] = {}
    row = column = 0
    for element in root.iter(row_tag, cell_tag):
        ref = element.get("r")
        if element.tag == row_tag:
            row, column = _parse_row(ref, part) if ref is not None else row + 1, 0
            continue
        if ref is None:
            column += 1
        else:
            try:
                row, column = _position(ref)
            except ValueError as error:
                raise damaged(OFF_GRID, f"{part}: {ref[:20]}") from error
        if not 0 < row <= _ROWS or column > _COLUMNS:
            raise damaged(OFF_GRID, f"{part}: {ref}")
        value = _read_cell(element, prefix, cell_reader) if len(element) else None
        if value is None:
            continue
        if (row, column) in cells:
            raise damaged(CELL_TWICE, f"{part}: {row}, {column}")
        if len(cells) >= limits.cells:
            raise too_large(limits.cells, _("filled cells"), part)
        cells[row, column] = value
    return cells


def _read_cell(cell: Element, prefix: str, cell_reader: CellReader) -> CellValue | None:
    raw, is_formula = None, False
    for child in cell:
        name = child.tag.removeprefix(prefix)
        if name == "v":
            raw = text_of(child)
        elif name == "f":
            is_formula = True
        elif name == "is":
            raw = read_text(child, prefix)
    return None if raw is None and not is_formula else cell_reader.read(cell, raw, is_formula)


def _without_tail(data: bytes) -> bytes:
    """The part without what stands behind its cells, drop-down lists and the like, which is half of a form.

    Where a ``<`` could be anything but the beginning of a tag, or the cells in two places, the part is left whole.
    """
    end = data.rfind(_CELLS_END)
    if end < 0 or b"<!" in data or data.count(b"<sheetData") != 1 or not data.endswith(_SHEET_END):
        return data
    return data[:end] + _CELLS_END + _SHEET_END


def _parse_row(number: str, part: str) -> int:
    if not _ROW.fullmatch(number):
        raise damaged(OFF_GRID, f"{part}: row {number[:20]}")
    return int(number)
