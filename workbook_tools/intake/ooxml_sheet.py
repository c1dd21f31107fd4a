"""The cells of worksheet parts, streamed: only those with content, each with its text as stored."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from workbook_tools.intake.book import CellValue
from workbook_tools.intake.guard import Limits, XmlHandlers, parse_xml
from workbook_tools.intake.ooxml_text import MAIN, TextRuns, decode_text
from workbook_tools.intake.refusal import CELL_TWICE, CUT_OFF, OFF_GRID, damaged, too_large
from workbook_tools.locale import mark as _
from workbook_tools.model import parse_ref

_ROWS, _COLUMNS = 1_048_576, 16_384
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_SPACE = " \t\r\n"

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

    def read(self, attributes: dict[str, str], raw: str | None, is_formula: bool) -> CellValue | None:
        """A cell's value; None for a cell without content. ``raw`` is None where there is no value element."""
        kind = attributes.get("t", "n")
        is_text = kind in ("str", "inlineStr")
        if raw is None or not (is_text or raw.strip(_SPACE)):
            return CellValue("blank-formula", "", None, True) if is_formula else None
        if is_text and not raw and not is_formula:
            return None
        read = self._read.get(kind, self._error)
        return read(raw, is_formula, attributes.get("s") in self._date_styles)

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


class SheetReader:
    """Handlers that collect the cells of one worksheet; rows and cells may come in any order and without addresses."""

    def __init__(self, part: str, cell_reader: CellReader, most_cells: int) -> None:
        self.cells: dict[tuple[int, int], CellValue] = {}
        self._part = part
        self._cell_reader = cell_reader
        self._most_cells = most_cells
        self._runs = TextRuns()
        self._row = self._column = 0
        self._attributes: dict[str, str] = {}
        self._raw: str | None = None
        self._is_formula = False

    def read(self, data: bytes, limits: Limits) -> None:
        """Parse the part; RefusedFile where cells are off the grid, there twice, or too many."""
        runs = self._runs
        starts = {**runs.starts, "row": self._start_row, "c": self._start_cell, "f": self._start_formula, "v": self._start_value}
        ends = {**runs.ends, "v": self._end_value, "is": self._end_inline, "c": self._end_cell}
        parse_xml(data, XmlHandlers(MAIN, starts, ends, runs.parts.append), self._part, limits)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        if number is None:
            self._row += 1
        elif _ROW.fullmatch(number):
            self._row = int(number)
        else:
            raise damaged(OFF_GRID, f"{self._part}: row {number[:20]}")
        self._column = 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        if ref is None:
            self._column += 1
        else:
            try:
                self._row, self._column = _position(ref)
            except ValueError as error:
                raise damaged(OFF_GRID, f"{self._part}: {ref[:20]}") from error
        if not 0 < self._row <= _ROWS or self._column > _COLUMNS:
            raise damaged(OFF_GRID, f"{self._part}: {ref}")
        self._attributes = attributes
        self._raw = None
        self._is_formula = False

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._is_formula = True

    def _start_value(self, attributes: dict[str, str]) -> None:
        self._runs.parts.clear()

    def _end_value(self) -> None:
        self._raw = "".join(self._runs.parts)

    def _end_inline(self) -> None:
        self._raw = self._runs.take()

    def _end_cell(self) -> None:
        if self._raw is None and not self._is_formula:
            return
        value = self._cell_reader.read(self._attributes, self._raw, self._is_formula)
        if value is None:
            return
        place = self._row, self._column
        if place in self.cells:
            raise damaged(CELL_TWICE, f"{self._part}: {place}")
        if len(self.cells) >= self._most_cells:
            raise too_large(self._most_cells, _("filled cells"), self._part)
        self.cells[place] = value
