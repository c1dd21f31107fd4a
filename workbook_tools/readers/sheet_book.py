"""A returned workbook, independent of its file format."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, field

from workbook_tools.readers.refused import PART_MISSING, RefusedFile, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

Area: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row and last column, 1-based."""
Read: TypeAlias = "tuple[Mapping[tuple[int, int], CellValue], Sequence[Area], Sequence[Aside]]"
"""The cells of a sheet, its merged areas, and what is written on it outside of cells."""
CellKind = Literal["number", "text", "bool", "error", "blank-formula"]


# msgspec, without tracking by the garbage collector: a file has up to 200,000 of these.
class CellValue(Struct, frozen=True, gc=False):
    """The untouched content of one cell.

    ``raw`` is the stored text: the digits of a number, a string (not normalised), TRUE or FALSE, ``#REF!``.
    ``value`` is a float, str or bool; the text of an error (also NaN and the like); None for a formula
    without a result (``blank-formula``). ``is_date`` marks a number formatted as date or time. ``shown`` is
    the display if it differs from the content: ``1500 nghìn``, ``12¹``, struck-out letters; else empty.
    """

    kind: CellKind
    raw: str
    value: float | str | bool | None
    is_formula: bool = False
    is_date: bool = False
    shown: str = ""


AsideKind = Literal["comment", "shape", "page", "picture", "object"]


class Aside(Struct, frozen=True):
    """A text on a sheet outside of its cells: a comment on a cell, in a shape such as a text box, or in a
    header or footer of its pages (``page``), without the codes that format it. A picture has no text, nor
    has an ``object``: a document of another kind on the sheet, such as Word's.

    ``place`` is the cell of a comment, or where the shape begins; None if that is not known.
    """

    text: str
    place: tuple[int, int] | None
    kind: AsideKind


class SheetCells(Struct, frozen=True, dict=True):
    """A sheet: ``state`` is visible, hidden or veryHidden; ``cells`` maps 1-based (row, column) to content.

    ``fault`` says why a sheet could not be read; it then has no cells.
    """

    name: str
    state: str
    cells: Mapping[tuple[int, int], CellValue]
    merged: Sequence[Area] = ()
    asides: Sequence[Aside] = ()
    fault: RefusedFile | None = None

    def raw(self, place: tuple[int, int]) -> str:
        """The content of a cell as text; "" for none."""
        found = self.cells.get(place)
        return found.raw if found is not None else ""

    @cached_property
    def texts(self) -> Mapping[tuple[int, int], str]:
        """The text cells among them."""
        return {place: cell.raw for place, cell in self.cells.items() if cell.kind == "text"}

    @cached_property
    def _texts_with(self) -> dict[str, Sequence[tuple[tuple[int, int], str]]]:
        return {}

    def texts_with(self, word: str) -> Sequence[tuple[tuple[int, int], str]]:
        """The texts that hold a word, with their places; looked for once."""
        found = self._texts_with.get(word)
        if found is None:
            found = self._texts_with[word] = [item for item in self.texts.items() if word in item[1]]
        return found


def read_sheet(name: str, state: str, read: Callable[[], Read]) -> SheetCells:
    """A sheet without cells if it is damaged: it may be one that the unit added. Other faults are raised."""
    try:
        return SheetCells(name, state, *read())
    # Hostile or too large content condemns the whole file, damage only its sheet.
    except RefusedFile as refused:
        if refused.code != "return-damaged":
            raise
        return SheetCells(name, state, {}, fault=refused)


def check_sheet_names(names: Iterable[str]) -> None:
    """RefusedFile if there is no sheet, or two of one name: formulas and links name sheets."""
    folded = [name.casefold() for name in names]
    if not folded or len(set(folded)) < len(folded):
        raise damaged(PART_MISSING, "sheets")


class SheetBook(Struct, frozen=True):
    """A workbook: sheets in order, document properties, defined names, and the time it was saved.

    ``saved`` is in UTC, or without a zone if the file gives local time.

    ``properties`` holds those present of ``title``, ``subject``, ``keywords``, ``description``, ``creator``,
    ``last_modified_by``, ``created`` and ``modified``, and custom ones as ``custom:NAME``. ``defined_names``
    maps a name to its reference without ``=``; workbook names take precedence over sheet names.
    """

    sheets: tuple[SheetCells, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    defined_names: Mapping[str, str] = field(default_factory=dict)
    saved: datetime | None = None
    date1904: bool = False
    has_macros: bool = False

    @property
    def fault(self) -> RefusedFile | None:
        """Why the first damaged sheet could not be read; None if all were."""
        return next((sheet.fault for sheet in self.sheets if sheet.fault is not None), None)
