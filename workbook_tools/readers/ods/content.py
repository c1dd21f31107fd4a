"""Stream the tables of an OpenDocument spreadsheet; repeated cells are counted before they are stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.excel import COLUMN_LIMIT, ROW_LIMIT
from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import TextLook, strike
from workbook_tools.readers.limits import Limits, XmlHandlers, walk_xml
from workbook_tools.readers.ods.meta import META_NAMESPACES, MetaReader
from workbook_tools.readers.ods.page_texts import add_page_texts
from workbook_tools.readers.ods.paragraphs import CellText
from workbook_tools.readers.ods.values import OFFICE, TABLE, read_cell
from workbook_tools.readers.refused import CUT_OFF, OFF_GRID, RefusedFile, damaged, hostile, too_large
from workbook_tools.readers.sheet_book import Area, Aside, CellValue, SheetCells

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_NAMESPACES = (
    OFFICE,
    TABLE,
    _STYLE,
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0",
)
_REPEATS = re.compile(r"0*[1-9][0-9]{0,8}")
_SPANS = frozenset(f"{{{TABLE}}}number-{what}-spanned" for what in ("rows", "columns"))
_MOST_MERGED = 1 << 17
_LAST_DOT = re.compile(r"\.(?=\$?[A-Z]+\$?[0-9]+$)")


class ContentReader:
    """Handlers for ``content.xml``, or for a whole flat document, which holds the properties too.

    ``charts`` are the folders of a packed file that hold charts.
    """

    def __init__(self, limits: Limits, charts: Collection[str] = ()) -> None:
        self.sheets: list[SheetCells] = []
        self.names: dict[str, str] = {}
        self.is_spreadsheet = False
        self.meta = MetaReader()
        self._masters: dict[str, str] = {}
        """Sheet → the master page that its pages have, by its style."""
        self._master_of: dict[str, str] = {}
        self._limits = limits
        self._text = CellText(limits, charts)
        self._hidden_styles: set[str] = set()
        self._struck_styles: set[str] = set()
        self._style = self._family = ""
        self._cells: dict[tuple[int, int], CellValue] | None = None
        self._merged: list[Area] = []
        self._asides: list[Aside] = []
        self._fault: RefusedFile | None = None
        self._left = limits.cells
        self._row, self._next_row = 0, 1
        self._row_cells: dict[int, CellValue] | None = None
        self._column = 0
        self._attributes: Mapping[str, str] | None = None
        self._sheet_names: dict[str, str] = {}

    def read(self, data: bytes, part: str) -> None:
        """Parse a part; RefusedFile for too many cells, cells off the grid and nested tables."""
        starts: dict[str, Callable[[Mapping[str, str]], object]] = {
            **self._text.starts,
            "spreadsheet": self._start_spreadsheet,
            "style": self._start_style,
            "table-properties": self._start_table_properties,
            "text-properties": self._start_text_properties,
            "table": self._start_table,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "named-range": self._start_name,
            "named-expression": self._start_name,
            **self.meta.starts,
        }
        ends: dict[str, Callable[[], object]] = {
            **self._text.ends,
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            **self.meta.ends,
        }

        walk_xml(
            data,
            XmlHandlers((*_NAMESPACES, *META_NAMESPACES), starts, ends, self._add_text),
            part,
            self._limits,
        )
        self.names = self._sheet_names | self.names

    def add_page_texts(self, data: bytes, part: str) -> None:
        """Add the headers and footers from the part that holds the styles."""
        self.sheets = add_page_texts(self.sheets, self._masters, data, part, self._limits)

    def _add_text(self, text: str) -> None:
        self._text.add(text)
        self.meta.add(text)

    def _start_spreadsheet(self, attributes: Mapping[str, str]) -> None:
        self.is_spreadsheet = True

    def _start_style(self, attributes: Mapping[str, str]) -> None:
        self._style, self._family, master = (
            attributes.get(f"{{{_STYLE}}}{part}", "") for part in ("name", "family", "master-page-name")
        )
        if self._family == "table" and not self._text.aside:
            self._master_of[self._style] = master

    def _start_text_properties(self, attributes: Mapping[str, str]) -> None:
        look = _look(attributes)
        # Styles of cells and texts are defined before the cells.
        if look is TextLook.PLAIN or self._text.aside or self._row_cells is not None:
            return
        if self._family == "text":
            self._text.looks[self._style] = look
        elif self._family == "table-cell" and look is TextLook.STRUCK:
            self._struck_styles.add(self._style)

    def _start_table_properties(self, attributes: Mapping[str, str]) -> None:
        if (
            attributes.get(f"{{{TABLE}}}display") == "false"
            and self._family == "table"
            and not self._text.aside
        ):
            self._hidden_styles.add(self._style)

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        if self._text.aside:
            return
        if self._cells is not None:
            raise hostile(_("a part of it does not belong in a spreadsheet"), "table")
        if len(self.sheets) >= self._limits.sheets:
            raise too_large(self._limits.sheets, _("sheets"))
        self._cells, self._merged, self._asides, self._next_row = {}, [], [], 1
        name, style = (attributes.get(f"{{{TABLE}}}{part}", "") for part in ("name", "style-name"))
        state = "hidden" if style in self._hidden_styles else "visible"
        self._masters[name] = self._master_of.get(style, "")
        self.sheets.append(SheetCells(name, state, self._cells, self._merged, self._asides))

    def _end_table(self) -> None:
        if self._text.aside or self._cells is None:
            return
        self._keep_asides(None)
        self._cells = None
        if self._fault is not None:
            unread = self.sheets.pop()
            self.sheets.append(SheetCells(unread.name, unread.state, {}, fault=self._fault))
            self._fault = None
        # LibreOffice caches cells of other workbooks as tables whose names no sheet can have.
        if self.sheets[-1].name.startswith("'"):
            self.sheets.pop()

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        if not self._text.aside:
            self._row = self._next_row
            self._next_row += self._count(attributes, "number-rows-repeated")
            self._row_cells, self._column = {}, 0

    def _end_row(self) -> None:
        if self._text.aside:
            return
        found, self._row_cells = self._row_cells, None
        if self._cells is None or not found:
            return
        if self._next_row - 1 > ROW_LIMIT:
            self._fault = damaged(OFF_GRID, f"row {self._row}")
            return
        # Counted before they are stored: a few bytes may repeat a row a million times.
        self._left -= len(found) * (self._next_row - self._row)
        if self._left < 0:
            raise too_large(self._limits.cells, _("filled cells"))
        for row in range(self._row, self._next_row):
            for column, value in found.items():
                self._cells[row, column] = value

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        if self._text.aside:
            return
        # Cells within cells would multiply repeats, and no program writes them.
        if self._attributes is not None or self._row_cells is None:
            raise hostile(_("a part of it does not belong in a spreadsheet"), "table-cell")
        self._attributes = attributes
        # Whatever text stood between cells belongs to none of them.
        self._text.take()

    def _end_cell(self) -> None:
        if self._text.aside or self._attributes is None or self._row_cells is None:
            return
        attributes, self._attributes = self._attributes, None
        self._keep_asides((self._row, self._column + 1))
        text, shown = self._text.take()
        value = read_cell(attributes, text)
        if value is not None and attributes.get(f"{{{TABLE}}}style-name") in self._struck_styles:
            shown = strike(value.shown or value.raw)
        if value is not None and shown:
            value = replace(value, shown=shown)
        first = self._column + 1
        self._column += self._count(attributes, "number-columns-repeated")
        self._note_merged(attributes, first)
        if value is None:
            return
        # Only if filled: programs end rows with blank cells repeated to the edge of the sheet.
        if self._column > COLUMN_LIMIT:
            self._fault = damaged(OFF_GRID, f"column {self._column}")
            return
        for column in range(first, self._column + 1):
            self._row_cells[column] = value

    def _keep_asides(self, place: tuple[int, int] | None) -> None:
        """The comments and shapes that were begun since the last cell."""
        asides = self._text.asides
        if asides:
            self._asides += (Aside(text, place, kind) for text, kind in asides)
            asides.clear()

    def _note_merged(self, attributes: Mapping[str, str], column: int) -> None:
        if _SPANS.isdisjoint(attributes):
            return
        rows, columns = (self._count(attributes, f"number-{what}-spanned") for what in ("rows", "columns"))
        if rows * columns == 1:
            return
        for row in range(self._row, min(self._next_row, self._row + _MOST_MERGED)):
            if len(self._merged) == _MOST_MERGED:
                raise too_large(_MOST_MERGED, _("merged cells"))
            self._merged.append((row, column, row + rows - 1, column + columns - 1))

    def _count(self, attributes: Mapping[str, str], name: str) -> int:
        """How often a cell is repeated, or how many it spans; anything but a number is a fault."""
        stored = attributes.get(f"{{{TABLE}}}{name}", "1")
        if not _REPEATS.fullmatch(stored):
            self._fault = damaged(CUT_OFF, f"{name} {stored[:20]}")
            return 1
        return int(stored)

    def _start_name(self, attributes: Mapping[str, str]) -> None:
        if self._text.aside:
            return
        area = attributes.get(f"{{{TABLE}}}cell-range-address")
        refers_to = attributes.get(f"{{{TABLE}}}expression", "")
        if area is not None:
            refers_to = _to_excel(area)
        names = self.names if self._cells is None else self._sheet_names
        # The first of two names wins; a workbook's own names win over a sheet's, see ``read``.
        names.setdefault(attributes.get(f"{{{TABLE}}}name", ""), refers_to)


def _look(attributes: Mapping[str, str]) -> TextLook:
    """The formatting that text properties specify."""
    struck = (attributes.get(f"{{{_STYLE}}}text-line-through-{part}", "none") for part in ("style", "type"))
    if any(line != "none" for line in struck):
        return TextLook.STRUCK
    position = attributes.get(f"{{{_STYLE}}}text-position", "").partition(" ")[0]
    if position == "sub" or position.startswith("-"):
        return TextLook.LOWERED
    return TextLook.PLAIN if position.strip("0%.") == "" else TextLook.RAISED


def _to_excel(address: str) -> str:
    """Convert ``$'Biểu 01'.$A$1:.$B$2`` to Excel's ``'Biểu 01'!$A$1:$B$2``."""
    first, _colon, last = address.rpartition(":")
    if not first:
        first, last = last, ""
    start = _LAST_DOT.sub("!", first).removeprefix("$")
    if last:
        return f"{start}:{last.rpartition('.')[2]}"
    return start
