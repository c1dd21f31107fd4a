"""Shared by Excel's two binary formats: defined names that refer to one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from workbook_tools.excel import column_letters, quote_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

_REFERENCES = frozenset(b"\x3a\x5a\x7a")
"""Tokens of a reference to a cell of a sheet (PtgRef3d), in their three classes."""
# The upper two bits of a column: whether row and column are relative.
_RELATIVE = 0xC000


class NameTable(Struct):
    """The names of a workbook as stored, and the tables that they point into.

    ``links`` says of each linked workbook whether it is this one; ``externs`` holds (link, first sheet, last
    sheet); ``stored`` holds (name, whether it belongs to one sheet, formula).
    """

    links: list[bool] = field(default_factory=list)
    externs: list[tuple[int, int, int]] = field(default_factory=list)
    stored: list[tuple[str, bool, bytes]] = field(default_factory=list)

    def resolve(self, sheets: Sequence[str]) -> dict[str, str]:
        """Name → reference, as ``'Biểu 01'!$E$23``; only names of one cell of this workbook."""
        own: dict[str, str] = {}
        local: dict[str, str] = {}
        for name, is_local, formula in self.stored:
            if (found := self._cell(formula, sheets)) is not None:
                names = local if is_local else own
                names.setdefault(name, found)
        return local | own

    def _cell(self, formula: bytes, sheets: Sequence[str]) -> str | None:
        """The cell of a formula that is one absolute reference; None for any other formula."""
        # A row takes two bytes in the older format and four in the newer one.
        if len(formula) not in (7, 9) or formula[0] not in _REFERENCES:
            return None
        extern = int.from_bytes(formula[1:3], "little")
        row = int.from_bytes(formula[3:-2], "little")
        column = int.from_bytes(formula[-2:], "little")
        # A relative reference means another cell for every cell that uses the name.
        if column & _RELATIVE or extern >= len(self.externs):
            return None
        link, first, last = self.externs[extern]
        if not (link < len(self.links) and self.links[link] and first == last and first < len(sheets)):
            return None
        return f"{quote_sheet(sheets[first])}!${column_letters(column + 1)}${row + 1}"
