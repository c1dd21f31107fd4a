"""Parse cache: raw bytes of a row, cell or string → parsed value; forms of one campaign differ little."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Generic, Protocol, TypeAlias, TypeVar

from workbook_tools.readers.limits import MIB, Element, Limits
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xlsx.cutter import LONGEST, Cutter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
# Per worker, and for each of rows, cells and texts.
_ROOM = 16 * MIB
_EACH = 128
"""Approximate overhead of an entry in bytes."""
_CELL, _ROW_END = b"<c ", b"</row>"
_Where: TypeAlias = tuple[str, Limits]


class Parse(Hashable, Protocol[T_co]):
    """A parser that depends on the element alone; equal parsers give equal results."""

    def __call__(self, element: Element, prefix: str, /) -> T_co:
        """Parse an element; ``prefix`` precedes the local names of its tags."""


class Memory(Generic[T]):
    """A bounded cache of parsed pieces, by scope (namespaces and parser) and bytes; cleared when full."""

    def __init__(self) -> None:
        self._found: dict[Hashable, dict[bytes, T]] = {}
        self._room = _ROOM

    def of(self, scope: Hashable) -> Mapping[bytes, T]:
        """The entries of a scope."""
        return self._found.get(scope, MappingProxyType({}))

    def keep(self, scope: Hashable, pieces: Iterable[bytes], found: Iterable[T]) -> None:
        """Store the value of each piece."""
        # A long piece is unlikely to come again and would drive out many short ones.
        new = {piece: came for piece, came in zip(pieces, found, strict=True) if len(piece) <= LONGEST}
        taken = sum(map(len, new)) + len(new) * _EACH + (0 if scope in self._found else LONGEST)
        # Cleared as a whole: simple, and the next files fill it again.
        if taken > self._room:
            self._found.clear()
            self._room = _ROOM
            taken += LONGEST
        if taken <= self._room:
            self._room -= taken
            self._found.setdefault(scope, {}).update(new)

    @property
    def size(self) -> int:
        """The bytes of all cached pieces."""
        return sum(map(len, chain.from_iterable(self._found.values())))


class PieceMemory(Generic[T]):
    """Parses sibling elements of one name, and takes known ones from the cache."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self.known: Memory[T] = Memory()

    def read(self, body: bytes | None, part: str, limits: Limits, parse: Parse[T]) -> list[T] | None:
        """The value of each element, in order; None if the part must be parsed whole, as when it is invalid.

        ``body`` is the part without the end of its frame, or None if it does not end so.
        """
        try:
            cut = self._cutter.cut(body, part, limits) if body is not None else None
            return self._read(*cut, parse, (part, limits)) if cut is not None else None
        except RefusedFile:
            # Faults are reported by the whole-part parser only.
            return None

    def _read(self, start: bytes, pieces: Sequence[bytes], parse: Parse[T], where: _Where) -> list[T] | None:
        scope = start, parse
        found = [*map(self.known.of(scope).get, pieces)]
        new = [place for place, came in enumerate(found) if came is None]
        if new:
            unknown = [pieces[place] for place in new]
            read = self._read_new(start, unknown, parse, where)
            if read is None:
                return None
            self.known.keep(scope, unknown, read)
            for place, came in zip(new, read, strict=True):
                found[place] = came
        return found  # type: ignore[return-value]  # no entry is None here

    def _read_new(
        self, start: bytes, pieces: Sequence[bytes], parse: Parse[T], where: _Where
    ) -> list[T] | None:
        read = self._cutter.read(start, pieces, *where)
        return [parse(element, read[1]) for element in read[0]] if read is not None else None


class RowMemory(PieceMemory[tuple[T, ...]]):
    """Parses rows of a sheet; known rows, and known cells of new rows, come from the cache.

    A row's value is the values of its cells, in order. ``check_row`` receives the row's number, if any, and
    raises RefusedFile for a wrong one.
    """

    def __init__(self, check_row: Callable[[str | None], object]) -> None:
        super().__init__(Cutter(b"<row ", ("worksheet", "sheetData"), ("c",)))
        self._check_row = check_row
        self.cells: Memory[tuple[T, ...]] = Memory()

    def _read_new(
        self, start: bytes, pieces: Sequence[bytes], parse: Parse[tuple[T, ...]], where: _Where
    ) -> list[tuple[T, ...]] | None:
        known = self.cells.of((start, parse))
        rows = [_Row(piece, known) for piece in pieces]
        read = (
            self._cutter.read(start, [row.reduced for row in rows], *where)
            if all(row.is_closed for row in rows)
            else None
        )
        if read is None:
            return None
        elements, prefix = read
        for element in elements:
            self._check_row(element.get("r"))
        cells = [cell for element in elements for cell in element]
        if [*map(len, elements)] != [len(row.new) for row in rows] or cells != [
            *elements[0].getparent().iter(f"{prefix}c")
        ]:
            return None
        new = [cell for row in rows for cell in row.new]
        came = [parse(cell, prefix) for cell in cells]
        self.cells.keep((start, parse), new, came)
        left = iter(came)
        return [row.fill(left) for row in rows]


class _Row(Generic[T]):
    """A row cut into cells: ``new`` are those not cached, ``reduced`` is the row with only these."""

    def __init__(self, piece: bytes, known: Mapping[bytes, tuple[T, ...]]) -> None:
        begin, *cells = piece.split(_CELL)
        end = behind = b""
        if cells:
            # Without the row's end tag, the last cell can hit the entry of a cell in mid-row.
            cells[-1], end, behind = cells[-1].rpartition(_ROW_END)
        self.is_closed = bool(end) or not cells
        self._found: list[tuple[T, ...] | None] = [*map(known.get, cells)]
        self._places = [place for place, came in enumerate(self._found) if came is None]
        self.new = [cells[place] for place in self._places]
        self.reduced = b"".join((_CELL.join((begin, *self.new)), end, behind))

    def fill(self, left: Iterator[tuple[T, ...]]) -> tuple[T, ...]:
        """The values of all cells; ``left`` iterates over values of new cells and is shared by all rows."""
        for place in self._places:
            self._found[place] = next(left)
        return tuple(chain.from_iterable(self._found))  # type: ignore[arg-type]  # no entry is None here
