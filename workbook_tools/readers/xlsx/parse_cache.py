"""Parse cache: raw bytes of a cell or string → parsed value; forms of one campaign differ little."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from workbook_tools.readers.limits import MIB, Element, Limits
from workbook_tools.readers.refused import RefusedFile
from workbook_tools.readers.xlsx.cutter import LONGEST, Cutter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
# Per worker, for cells and again for texts: enough for a form of 900 inputs as five programs save it.
_ROOM = 32 * MIB
_EACH = 128
"""Approximate overhead of an entry in bytes."""


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
        taken = sum(map(len, new)) + len(new) * _EACH
        if scope not in self._found:
            taken += LONGEST
        # No form has so many; they are the office's own roster, which is read once.
        if taken > _ROOM // 4:
            return
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
    """Parses the elements of one name in a part, and takes known ones from the cache.

    ``parse_plain`` gives the value of a piece that needs no XML parser, and None for any other.
    """

    def __init__(
        self, cutter: Cutter, parse_plain: Callable[[Any, bytes], T | None] = lambda parse, piece: None
    ) -> None:
        self._cutter, self._parse_plain = cutter, parse_plain
        self.known: Memory[T] = Memory()

    def read(self, body: bytes | None, part: str, limits: Limits, parse: Parse[T]) -> list[T] | None:
        """The value of each element, in order; None if the part must be parsed whole, as when it is invalid.

        ``body`` is the part without the end of its frame, or None if it does not end so.
        """
        try:
            cut = self._cutter.cut(body, part, limits) if body is not None else None
            return self._read(*cut, parse, part, limits) if cut is not None else None
        except RefusedFile:
            # Faults are reported by the whole-part parser only.
            return None

    def _read(
        self, start: bytes, pieces: Sequence[bytes], parse: Parse[T], part: str, limits: Limits
    ) -> list[T] | None:
        scope = start, parse
        found = [*map(self.known.of(scope).get, pieces)]
        places = [place for place, value in enumerate(found) if value is None]
        if places:
            new = [pieces[place] for place in places]
            values = [self._parse_plain(parse, piece) for piece in new]
            rest = [piece for piece, value in zip(new, values, strict=True) if value is None]
            if rest:
                read = self._cutter.read(start, rest, part, limits)
                if read is None:
                    return None
                parsed = iter([parse(element, read[1]) for element in read[0]])
                values = [next(parsed) if value is None else value for value in values]
            self.known.keep(scope, new, values)  # type: ignore[arg-type]  # no value is None here
            for place, value in zip(places, values, strict=True):
                found[place] = value
        return found  # type: ignore[return-value]
