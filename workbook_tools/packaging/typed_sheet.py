"""Values typed into the part of a sheet; everything else in it stays, also what openpyxl would drop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from workbook_tools.excel import column_letters, parse_ref

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class TypedSheet:
    """A sheet's part that values are typed into, at rows and columns from 1."""

    def __init__(self, part: bytes) -> None:
        self._root = etree.fromstring(part, _PARSER)
        self._prefix = f"{{{etree.QName(self._root).namespace}}}"
        self._data = self._root.find(f"{self._prefix}sheetData")

    @property
    def part(self) -> bytes:
        """The part with the new values."""
        return bytes(etree.tostring(self._root, encoding="UTF-8", xml_declaration=True, standalone=True))

    @property
    def last_row(self) -> int:
        """The last row in which a cell has content; 0 if none has."""
        return max((row for row, cells in self._rows() if any(len(cell) for cell in cells)), default=0)

    def is_calculated(self, row: int, column: int) -> bool:
        """Whether the cell has a formula, on which others may depend."""
        cell = self._find(row, column)
        return cell is not None and cell.find(f"{self._prefix}f") is not None

    def type(self, row: int, column: int, value: str | float | bool | None) -> None:
        """Give a cell this value, or make it blank; its format stays."""
        cell = self._find(row, column)
        if cell is None:
            if value is None:
                return
            cell = self._insert(row, column)
        for child in [*cell]:
            cell.remove(child)
        for name in ("t", "cm", "vm"):
            cell.attrib.pop(name, None)
        if value is None:
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{self._prefix}is"), f"{self._prefix}t")
            text.set(_SPACE, "preserve")
            text.text = _FORBIDDEN.sub("", value)
            return
        if isinstance(value, bool):
            cell.set("t", "b")
        etree.SubElement(cell, f"{self._prefix}v").text = repr(int(value) if value == int(value) else value)

    def _rows(self) -> Iterator[tuple[int, Any]]:
        number = 0
        for row in self._data.iterchildren(f"{self._prefix}row"):
            # Rows and cells need not say where they are.
            number = int(row.get("r", number + 1))
            yield number, row

    def _cells(self, row: Any) -> Iterator[tuple[int, Any]]:
        column = 0
        for cell in row.iterchildren(f"{self._prefix}c"):
            column = parse_ref(cell.get("r"))[1] if cell.get("r") else column + 1
            yield column, cell

    def _find(self, row: int, column: int) -> Any:
        line = self._line(row)
        if line is None:
            return None
        return next((cell for number, cell in self._cells(line) if number == column), None)

    def _line(self, row: int) -> Any:
        return next((line for number, line in self._rows() if number == row), None)

    def _insert(self, row: int, column: int) -> Any:
        line = self._line(row)
        if line is None:
            line = etree.Element(f"{self._prefix}row", r=str(row))
            after = sum(number < row for number, _row in self._rows())
            self._data.insert(after, line)
        # The columns that it spans are a hint, which would be wrong now.
        line.attrib.pop("spans", None)
        cell = etree.Element(f"{self._prefix}c", r=f"{column_letters(column)}{row}")
        line.insert(sum(number < column for number, _cell in self._cells(line)), cell)
        return cell
