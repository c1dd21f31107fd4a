"""Cells of worksheet parts, each with its text as stored."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from operator import attrgetter
from typing import TYPE_CHECKING

from workbook_tools.bounded_cache import cache_if
from workbook_tools.excel import parse_ref
from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import CellLooks, strike
from workbook_tools.readers.limits import encoding_of
from workbook_tools.readers.refused import CELL_TWICE, CUT_OFF, OFF_GRID, damaged, too_large
from workbook_tools.readers.sheet_book import CellValue
from workbook_tools.readers.xlsx.cell import NOT_SAID, Address, CellParser, Parsed, Result, Stored, check_grid
from workbook_tools.readers.xlsx.cutter import Cutter, read_main
from workbook_tools.readers.xlsx.page_codes import strip_codes
from workbook_tools.readers.xlsx.parse_cache import PieceMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.readers.limits import Element, Limits
    from workbook_tools.readers.sheet_book import Area

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+[0-9]+):([A-Z]+[0-9]+)["']""")
_PAGE = re.compile(rb"<(?:[\w.-]+:)?(?:odd|even|first)(?:Header|Footer)(?:\s[^<>]*)?>([^<]*)<")
_LONGEST_PAGE = 1 << 14
_MOST_MERGED = 1 << 17
_SHORT = 1 << 18
_CELLS_END, _SHEET_END = b"</row></sheetData>", b"</worksheet>"


class CellReader:
    """Resolves the parsed cells of one workbook to values; shared by its sheets."""

    def __init__(self, strings: Sequence[CellValue], looks: CellLooks, date1904: bool) -> None:
        self._strings = strings
        self._are_filled = all(map(attrgetter("raw"), strings))
        self.parser = CellParser(looks, date1904)

    def read(self, filled: Iterable[tuple[Address, Stored]]) -> dict[Address, CellValue]:
        """The values of cells; the last cell at a place wins."""
        strings = self._strings
        try:
            # Inline conditions: this runs once a cell, and a call would cost more than the rest.
            return {
                place: strings[stored]
                if isinstance(stored, int)
                else stored
                if isinstance(stored, CellValue)
                else self._result(stored)
                for place, stored in filled
            }
        except IndexError as error:
            # The other strings may be wrong, too.
            raise damaged(CUT_OFF, "shared string") from error

    def drop_empty(self, cells: dict[Address, CellValue]) -> dict[Address, CellValue]:
        """Drop cells that hold an empty string."""
        if self._are_filled:
            return cells
        return {place: value for place, value in cells.items() if value.raw or value.is_formula}

    def _result(self, stored: Result) -> CellValue:
        text = self._strings[stored.index]
        # Runs with formatting of their own override the cell's.
        shown = strike(text.raw) if stored.struck and not text.shown else text.shown
        return CellValue("text", text.raw, text.value, stored.is_formula, shown=shown)


def read_cells(data: bytes, part: str, cell_reader: CellReader, limits: Limits) -> dict[Address, CellValue]:
    """Read the cells of a worksheet by 1-based (row, column), in the order of the part.

    Rows and cells may be unsorted and lack addresses. RefusedFile for cells off the grid or repeated.
    """
    found = _CELLS.read(_body(data), part, limits, cell_reader.parser)
    filled: list[tuple[Address, Stored]] = [*filter(None, found or ())]  # type: ignore[list-item]  # no ()
    cells = cell_reader.read(filled)
    # A cell without an address depends on those before it, so it cannot be taken from the cache.
    if found is None or NOT_SAID in cells:
        filled = _read_whole(data, part, cell_reader.parser, limits)
        cells = cell_reader.read(filled)
    # Fewer places than cells: an address occurs twice.
    if len(cells) < len(filled):
        raise damaged(CELL_TWICE, part)
    return cell_reader.drop_empty(cells)


def read_merged(data: bytes) -> tuple[Area, ...]:
    """The merged areas of a worksheet that :func:`read_cells` has read.

    They are searched for, not parsed: what follows the cells, such as drop-down lists, is half of a form.
    """
    return _find_merged(_behind_cells(data))


def read_page_texts(data: bytes) -> tuple[str, ...]:
    """The texts of headers and footers of a worksheet, without codes for fonts, page numbers and the like."""
    rest = _behind_cells(data)
    start = rest.find(b"headerFooter")
    if start >= 0:
        return _find_page_texts(rest[start:])
    return ()


def _behind_cells(data: bytes) -> bytes:
    if (encoding := encoding_of(data)) != "utf-8":
        data = data.decode(encoding).encode("utf-8")
    return data[max(data.rfind(b"sheetData"), 0) :]


@cache_if(lambda rest: len(rest) < _SHORT, maxsize=32)
def _find_page_texts(rest: bytes) -> tuple[str, ...]:
    texts = (unescape(found.decode("utf-8", "replace")) for found in _PAGE.findall(rest[:_LONGEST_PAGE]))
    return strip_codes(texts)


@cache_if(lambda rest: len(rest) < _SHORT, maxsize=32)
def _find_merged(rest: bytes) -> tuple[Area, ...]:
    found: list[Area] = []
    for first, last in _MERGED.findall(rest):
        if len(found) == _MOST_MERGED:
            raise too_large(_MOST_MERGED, _("merged cells"))
        with suppress(ValueError):
            found.append((*parse_ref(first.decode("ascii")), *parse_ref(last.decode("ascii"))))
    return tuple(found)


def _read_whole(data: bytes, part: str, parser: CellParser, limits: Limits) -> list[tuple[Address, Stored]]:
    """Parse the whole part; only cells that are not blank."""
    root, prefix = read_main(data, part, limits)
    for row in root.iter(f"{prefix}row"):
        _check_row(row)
    found = [parser.parse(cell, prefix) for cell in root.iter(f"{prefix}c")]
    if any(place is NOT_SAID for place, _ in found):
        found = [*_count_out(root, prefix, found)]
    return [(place, stored) for place, stored in found if stored is not None]


def _count_out(
    root: Element, prefix: str, cells: Iterable[tuple[Address, Stored | None]]
) -> Iterator[tuple[Address, Stored | None]]:
    """Assign addresses to cells without one: they follow the one before, or begin their row."""
    left = iter(cells)
    row = column = 0
    for element in root.iter(f"{prefix}row", f"{prefix}c"):
        if element.tag.endswith("}row"):
            row, column = _parse_row(element.get("r"), row), 0
            continue
        place, stored = next(left)
        row, column = place if place is not NOT_SAID else (row, column + 1)
        yield check_grid(row, column), stored


def _parse_row(number: str | None, before: int) -> int:
    if number is None:
        return before + 1
    if not _ROW.fullmatch(number):
        raise damaged(OFF_GRID, f"row {number[:20]}")
    return int(number)


def _check_row(row: Element) -> None:
    _parse_row(row.get("r"), 0)


_CELLS: PieceMemory[Parsed] = PieceMemory(
    Cutter(b"<c ", ("worksheet", "sheetData", "row"), _check_row), CellParser.parse_plain
)


def _body(data: bytes) -> bytes | None:
    """The part up to the end of its cells; None if that is not obvious.

    What follows, such as drop-down lists, is half of a form.
    """
    end = data.rfind(b"sheetData") - len(b"</row></")
    if data.startswith(_CELLS_END, max(end, 0)) and data.endswith(_SHEET_END):
        return data[:end]
    return None
