"""Parts of SpreadsheetML: parsed as a whole, or, where most of one stood in other files byte for byte, only what is new in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from workbook_tools.intake.guard import MIB, Element, Limits, encoding_of, read_tree
from workbook_tools.intake.refusal import NOT_XML, damaged

MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The namespaces of SpreadsheetML: Transitional, which everybody writes, and Strict."""

T = TypeVar("T")
_ROOM = 16 * MIB
_LONGEST = MIB // 64


def read_main(data: bytes, part: str, limits: Limits) -> tuple[Element, str]:
    """The root element of a part of SpreadsheetML, and what stands before the local names of its elements."""
    root = read_tree(data, part, limits)
    prefix = root.tag.rpartition("}")[0] + "}"
    if prefix[1:-1] not in MAIN:
        raise damaged(NOT_XML, f"{part}: {root.tag}")
    return root, prefix


class PieceMemory(Generic[T]):
    """Reads the elements of one name, and remembers what each came to by its bytes.

    The forms of a campaign differ in few of their cells and texts. A part is cut where such an element begins; what
    is known is left out, and the rest, still a whole document, goes through the parser as any other. So an element is
    left out only where its bytes can mean one thing: in a part without comments and the like, where a ``<`` begins a
    tag and nothing else, and where names belong to SpreadsheetML throughout.

    ``name`` is the element's, ``opening`` how it begins nearly always; ``parse`` gets an element and the prefix of its
    tags, and may look at nothing but the element itself. ``check`` gets the root of every part in the same way, and
    may look at all but these elements.
    """

    def __init__(
        self, name: str, opening: bytes, parse: Callable[[Element, str], T], check: Callable[[Element, str], object] | None = None
    ) -> None:
        self._name, self._opening, self._closing = name, opening, f"</{name}".encode("ascii")
        self._parse, self._check = parse, check
        self._found: dict[bytes, T] = {}
        self._rests: dict[bytes, bytes] = {}
        self._room = _ROOM

    def read(self, data: bytes, part: str, limits: Limits, shortened: bytes | None = None) -> list[T]:
        """What each element came to, in their order; RefusedFile for what is no such part.

        ``shortened`` is the part without what stands behind these elements, if that can be told where ``<`` begins tags only.
        """
        found = self._read_new(data if shortened is None else shortened, part, limits)
        if found is not None:
            return found
        root, prefix = self._read_root(data, part, limits)
        return [self._parse(element, prefix) for element in root.iter(prefix + self._name)]

    def _read_new(self, data: bytes, part: str, limits: Limits) -> list[T] | None:
        """The same where each piece is an element; None where the part has to be read as a whole."""
        if data.count(b"<") > limits.tags or encoding_of(data) != "utf-8":
            return None
        head, *pieces = data.split(self._opening)
        # Of a known piece only what stands behind its element is left; where most is known the loops are in C.
        rests = [*map(self._rests.get, pieces)]
        new = [place for place, rest in enumerate(rests) if rest is None]
        new_rests = [self._rest(pieces[place]) for place in new]
        for place in new:
            rests[place] = self._opening + pieces[place]
        reduced = head + b"".join(filter(None, rests))
        if None in new_rests or not _is_plain(reduced):
            return None
        root, prefix = self._read_root(reduced, part, limits)
        elements = [*root.iter(prefix + self._name)]
        if root.prefix is not None or len(elements) != len(new):
            return None
        found = [*map(self._found.get, pieces)]
        for place, rest, element in zip(new, new_rests, elements, strict=True):
            found[place] = came = self._parse(element, prefix)
            self._keep(pieces[place], came, rest or b"")
        return found  # type: ignore[return-value]  # none is missing

    def _read_root(self, data: bytes, part: str, limits: Limits) -> tuple[Element, str]:
        root, prefix = read_main(data, part, limits)
        if self._check is not None:
            self._check(root, prefix)
        return root, prefix

    def _keep(self, piece: bytes, found: T, rest: bytes) -> None:
        if len(piece) > _LONGEST:
            return
        self._room -= len(piece)
        if self._room < 0:
            self._found.clear()
            self._rests.clear()
            self._room = _ROOM - len(piece)
        self._found[piece], self._rests[piece] = found, rest

    def _rest(self, piece: bytes) -> bytes | None:
        """What stands behind the element with which a piece begins; None where that is not plain to see."""
        tag, _, behind = piece.partition(b">")
        ends = piece.count(self._closing)
        if tag.count(b'"') % 2 or b"'" in tag or ends > 1:
            return None
        if tag.endswith(b"/"):
            return behind if ends == 0 else None
        _, end, rest = behind.partition(self._closing + b">")
        return rest if end else None


def _is_plain(data: bytes) -> bool:
    """Whether a ``<`` can only begin a tag, and no name means something else further down."""
    root = data.find(b">", data.find(b"?>") + 2 if data.startswith(b"<?") else 0)
    return root > 0 and b"<!" not in data and data.find(b"<?", 2) < 0 and data.find(b"xmlns", root) < 0
