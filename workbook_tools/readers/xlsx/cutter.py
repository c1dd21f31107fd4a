"""SpreadsheetML parts: parse a part whole, or cut it into the elements that make up most of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from workbook_tools.readers.limits import MIB, Element, Limits, encoding_of, read_tree
from workbook_tools.readers.refused import NOT_XML, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of SpreadsheetML: Transitional, which everybody writes, and Strict."""

LONGEST = MIB // 64
"""Longer pieces and frames are not cached."""


def read_main(data: bytes, part: str, limits: Limits) -> tuple[Element, str]:
    """Parse a part of SpreadsheetML; also return the prefix of its elements' local names."""
    root = read_tree(data, part, limits)
    prefix = root.tag.rpartition("}")[0] + "}"
    if prefix[1:-1] not in MAIN:
        raise damaged(NOT_XML, f"{part}: {root.tag}")
    return root, prefix


class Cutter:
    """Cuts a part at the start of each element of one name, to parse the pieces separately.

    ``opening`` is the usual start tag, ``path`` the enclosing elements from the root down; ``check`` is
    called with each element that encloses pieces and raises RefusedFile for a wrong one. The frame is
    everything before the first piece and the closing tags of ``path``. A piece is an element and what follows
    it, such as the end of its row and the start of the next. Pieces mean the same apart as in their part if
    frame and pieces are well-formed without each other, every ``<`` begins a tag, and prefixes mean the same
    in both frames. Where that is not obvious, the result is None and the part must be parsed whole.
    """

    def __init__(
        self, opening: bytes, path: Sequence[str], check: Callable[[Element], object] = lambda parent: None
    ) -> None:
        self._name, self._path, self._check = opening.decode("ascii").strip("< >"), path, check
        self._opening = opening
        self._closing = "".join(f"</{outer}>" for outer in reversed(path)).encode("ascii")
        self._within = "".join(f"<{outer}>" for outer in path[1:]).encode("ascii")
        # The forms of a campaign begin alike, so the frame is parsed once for most of them.
        self._read_frame = lru_cache(maxsize=64)(self._parse_frame)

    def cut(self, body: bytes, part: str, limits: Limits) -> tuple[bytes, list[bytes]] | None:
        """A document start that declares the same prefixes, and the pieces without ``opening``.

        ``body`` is the part without the closing tags of ``path`` that are behind the last piece.
        """
        if self._has_too_many_tags(body, limits) or encoding_of(body) != "utf-8":
            return None
        head, *pieces = body.split(self._opening)
        start = self._read_frame(head, part, limits) if len(head) <= LONGEST else None
        if start is None:
            return None
        return start, pieces

    def read(
        self, start: bytes, pieces: Sequence[bytes], part: str, limits: Limits
    ) -> tuple[list[Element], str] | None:
        """Parse each piece to its element; also return the prefix of local names."""
        data = b"".join((self._opening, self._opening.join(pieces), self._closing))
        if not _is_plain(data):
            return None
        root, prefix = read_main(start + data, part, limits)
        parents = [root]
        for outer in self._path[1:]:
            parents = [child for parent in parents for child in parent]
            if any(child.tag != prefix + outer for child in parents):
                return None
        for parent in parents:
            self._check(parent)
        found = [child for parent in parents for child in parent]
        # As many elements as pieces, none within another: then each piece holds one, and leaves off where the
        # next can begin.
        is_each_whole = len(found) == len(pieces) and found == [*root.iter(prefix + self._name)]
        if is_each_whole:
            return found, prefix
        return None

    def _has_too_many_tags(self, body: bytes, limits: Limits) -> bool:
        return (
            len(body) + len(self._closing) > limits.tags
            and body.count(b"<") + self._closing.count(b"<") > limits.tags
        )

    def _parse_frame(self, head: bytes, part: str, limits: Limits) -> bytes | None:
        declared = head.find(b"?>") + 2 if head.startswith(b"<?") else 0
        root_tag, _, rest = head[declared:].partition(b">")
        if b"<!" in root_tag or b"<?" in root_tag or not _is_plain(rest):
            return None
        root, prefix = read_main(head + self._closing, part, limits)
        # With a prefix, the plain start tags that are searched for would mean something else.
        if root.prefix is not None or next(root.iter(prefix + self._name), None) is not None:
            return None
        for parent in root.iter(prefix + self._path[-1]):
            self._check(parent)
        # Serialised by the parser's own library, so that only the namespaces of the root are left.
        start: bytes = etree.tostring(etree.Element(root.tag, nsmap=root.nsmap))
        return start.removesuffix(b"/>") + b">" + self._within


def _is_plain(data: bytes) -> bool:
    """Whether ``<`` only begins tags, no prefix is redeclared, and nothing must be unique in the document."""
    return all(odd not in data for odd in (b"<!", b"<?", b"xmlns", b"xml:id"))
