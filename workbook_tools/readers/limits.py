"""Limits on what reading a returned file may cost, and XML parsing that cannot expand or loop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from workbook_tools.bounded_cache import cache_if
from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import NOT_XML, damaged, hostile, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MIB = 1 << 20


class Limits(Struct, frozen=True):
    """Upper bounds for one file.

    Set from 1,395 benign workbooks of library test sets: at most 2.7 MB, 141 entries and a ratio of 56.
    Apache POI's 100:1 from 100 KiB on has known false alarms, hence the laxer ratio with a greater grace. A
    tree with the maximum of tags takes about 800 MB, which a worker may use.
    """

    file: int = 25 * MIB
    entries: int = 1_000
    part: int = 100 * MIB
    parts: int = 200 * MIB
    ratio: int = 200
    ratio_grace: int = 10 * MIB
    tags: int = 3_000_000
    strings: int = 500_000
    characters: int = 50_000_000
    cells: int = 200_000
    sheets: int = 255


LIMITS = Limits()
ARCHIVE_LIMITS = replace(LIMITS, file=100 * MIB, entries=5_000, part=LIMITS.file, parts=500 * MIB)
"""An office may pack a whole province; each file inside is held to the limits of a file."""

Element: TypeAlias = Any
"""An lxml element; lxml has no type annotations."""

T = TypeVar("T")

_PARSER = etree.XMLParser(
    encoding="utf-8",
    # Entities can expand a few bytes to gigabytes, or read files and addresses of this computer.
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_RESOURCES = {
    etree.ErrorTypes.ERR_RESOURCE_LIMIT,
    etree.ErrorTypes.ERR_NAME_TOO_LONG,
    # libxml2 before 2.12, which lxml has on Windows, has no code for the others: too deep, and an attribute.
    etree.ErrorTypes.ERR_INTERNAL_ERROR,
}
_TOO_LONG = "AttValue length too long"
_UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_SMALL = MIB // 4
_ENCODINGS = {*_UTF_16.values(), "us-ascii", "iso-8859-1"}


def read_tree(data: bytes, part: str = "", limits: Limits = LIMITS) -> Element:
    """Parse a part; RefusedFile for a DOCTYPE, a tree too deep or too large, and malformed XML.

    Comments and processing instructions are dropped. Nothing outside of ``data`` is ever read.
    """
    # Skip the count for short parts.
    if len(data) > limits.tags and data.count(b"<") > limits.tags:
        raise too_large(limits.tags, _("XML tags"), part)
    data = _as_utf8(data, part)
    # Only a DOCTYPE can define entities, and no program writes one into a spreadsheet.
    if b"<!DOCTYPE" in data:
        raise hostile(_("it defines text of its own (DOCTYPE)"), part)
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        if error.code in _RESOURCES or _TOO_LONG in str(error):
            raise hostile(_("a part of it does not belong in a spreadsheet"), f"{part}: {error}") from error
        raise damaged(NOT_XML, f"{part}: {error}") from error


def encoding_of(data: bytes) -> str:
    """The declared encoding in lower case; UTF-8 by default."""
    if data[:2] in _UTF_16:
        return _UTF_16[data[:2]]
    declared = _DECLARED.match(data)
    return declared[1].decode("ascii").lower() if declared else "utf-8"


def _as_utf8(data: bytes, part: str) -> bytes:
    """Convert to UTF-8, the one encoding the parser is told to expect; OOXML allows UTF-8 and UTF-16 only."""
    encoding = encoding_of(data)
    if encoding == "utf-8":
        return data
    if encoding not in _ENCODINGS:
        raise damaged(NOT_XML, f"{part}: {encoding}")
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise damaged(NOT_XML, f"{part}: {error}") from error


def cache_small_parts(read: Callable[[bytes, str, Limits], T]) -> Callable[[bytes, str, Limits], T]:
    """Cache a reader of parts that many files share, such as styles; the results must not be changed."""
    is_small: Callable[[bytes, str, Limits], bool] = lambda data, part, limits: len(data) <= _SMALL  # noqa: E731
    return cache_if(is_small, maxsize=16)(read)


def text_of(element: Element) -> str:
    """All text within an element."""
    if len(element):
        return "".join(element.itertext())
    return element.text or ""


class XmlHandlers(Struct, frozen=True):
    """Callbacks for elements of some namespaces, by local name; ``text`` receives all character data.

    Attributes have local names, or ``{namespace}name`` if in a namespace.
    """

    namespaces: tuple[str, ...]
    starts: Mapping[str, Callable[[Mapping[str, str]], object]]
    ends: Mapping[str, Callable[[], object]]
    text: Callable[[str], object]


def _by_tag(namespaces: Iterable[str], calls: Mapping[str, T]) -> dict[str, T]:
    return {f"{{{namespace}}}{name}": call for namespace in namespaces for name, call in calls.items()}


def walk_xml(data: bytes, handlers: XmlHandlers, part: str = "", limits: Limits = LIMITS) -> None:
    """Stream a part through handlers in document order; RefusedFile as for :func:`read_tree`."""
    starts = _by_tag(handlers.namespaces, handlers.starts)
    ends = _by_tag(handlers.namespaces, handlers.ends)
    for event, element in etree.iterwalk(read_tree(data, part, limits), events=("start", "end")):
        if event == "start":
            if start := starts.get(element.tag):
                start(element.attrib)
            text = element.text
        else:
            if end := ends.get(element.tag):
                end()
            text = element.tail
        if text:
            handlers.text(text)
