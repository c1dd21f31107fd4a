"""Parts of SpreadsheetML: parsed as a whole, or cut, byte for byte, into the many like elements that make up most of one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from workbook_tools.readers.limits import MIB, Element, Limits, encoding_of, read_tree
from workbook_tools.readers.refused import NOT_XML, damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of SpreadsheetML: Transitional, which everybody writes, and Strict."""

LONGEST = MIB // 64
"""No longer piece or frame is remembered."""


def read_main(data: bytes, part: str, limits: Limits) -> tuple[Element, str]:
    """The root element of a part of SpreadsheetML, and what stands before the local names of its elements."""
    root = read_tree(data, part, limits)
    prefix = root.tag.rpartition("}")[0] + "}"
    if prefix[1:-1] not in MAIN:
        raise damaged(NOT_XML, f"{part}: {root.tag}")
    return root, prefix


class Cutter:
    """Cuts parts where elements of one name begin, and reads such pieces apart from their part.

    ``opening`` is how they begin nearly always; ``path`` names the elements that they stand in, from the root down;
    ``inner`` those inside them that are looked for. What stands before the first of them and behind the last is the frame. Where the
    frame is well-formed with nothing in it, and each piece is one whole element when it is read in a frame of its own,
    both together are a well-formed part, and every element means in it what it means apart: if a ``<`` begins a tag and
    nothing else, and names mean the same in both frames. Where that is not plain to see the answer is None, and the
    part is to be read as a whole.
    """

    def __init__(self, opening: bytes, path: Sequence[str], inner: Sequence[str] = ()) -> None:
        self._name, self._path, self._inner = opening.decode("ascii").strip("< >"), path, inner
        self.opening = opening
        self.closing = "".join(f"</{outer}>" for outer in reversed(path)).encode("ascii")
        self._within = "".join(f"<{outer}>" for outer in path[1:]).encode("ascii")
        self._read_frame = lru_cache(maxsize=64)(self._parse_frame)

    def cut(self, body: bytes, part: str, limits: Limits) -> tuple[bytes, list[bytes]] | None:
        """How a document begins whose names mean what they mean in this one, and the elements without ``opening``.

        ``body`` is a part without ``closing``, with which it has to go on.
        """
        if self._has_too_many_tags(body, limits) or encoding_of(body) != "utf-8":
            return None
        head, *pieces = body.split(self.opening)
        start = self._read_frame(head, part, limits) if len(head) <= LONGEST else None
        return (start, pieces) if start is not None else None

    def read(
        self, start: bytes, pieces: Sequence[bytes], part: str, limits: Limits
    ) -> tuple[list[Element], str] | None:
        """The elements of pieces, each to its own, and what stands before their local names."""
        data = b"".join((self.opening, self.opening.join(pieces), self.closing))
        if not _is_plain(data):
            return None
        container, prefix = read_main(start + data, part, limits)
        found = [*container.iter(prefix + self._name)]
        for _outer in self._path[1:]:
            if len(container) != 1:
                return None
            container = container[0]
        return (found, prefix) if [*container] == found and len(found) == len(pieces) else None

    def _has_too_many_tags(self, body: bytes, limits: Limits) -> bool:
        return (
            len(body) + len(self.closing) > limits.tags
            and body.count(b"<") + self.closing.count(b"<") > limits.tags
        )

    def _parse_frame(self, head: bytes, part: str, limits: Limits) -> bytes | None:
        declared = head.find(b"?>") + 2 if head.startswith(b"<?") else 0
        root_tag, _, rest = head[declared:].partition(b">")
        if b"<!" in root_tag or b"<?" in root_tag or not _is_plain(rest):
            return None
        root, prefix = read_main(head + self.closing, part, limits)
        names = (prefix + name for name in (self._name, *self._inner))
        if root.prefix is not None or next(root.iter(*names), None) is not None:
            return None
        # Written by the parser's own library, so that nothing of the root is left but the meaning of its names.
        start: bytes = etree.tostring(etree.Element(root.tag, nsmap=root.nsmap))
        return start.removesuffix(b"/>") + b">" + self._within


def _is_plain(data: bytes) -> bool:
    """Whether a ``<`` can only begin a tag, no name means something else further down, and nothing must be there once only."""
    return all(odd not in data for odd in (b"<!", b"<?", b"xmlns", b"xml:id"))
