"""What a returned file may cost: the limits, and XML that cannot grow or loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.parsers import expat

from workbook_tools.intake.refusal import NOT_XML, damaged, hostile, too_large
from workbook_tools.locale import mark as _

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of one file.

    Set from 1,395 benign workbooks of library test sets: at most 2.7 MB, 141 entries and a ratio of 56. Apache POI's
    100:1 from 100 KiB on has known false alarms, hence the laxer ratio with a greater grace.
    """

    file: int = 25 * MIB
    entries: int = 1_000
    part: int = 100 * MIB
    parts: int = 200 * MIB
    ratio: int = 200
    ratio_grace: int = 10 * MIB
    depth: int = 64
    tags: int = 10_000_000
    token: int = MIB
    names: int = 10_000
    strings: int = 500_000
    characters: int = 50_000_000
    cells: int = 200_000
    sheets: int = 255


LIMITS = Limits()
ARCHIVE_LIMITS = replace(LIMITS, file=100 * MIB, part=500 * MIB, parts=500 * MIB)
"""An office may pack a whole province; what is inside is held to the limits of a file, one by one."""

_ENCODINGS = {None, "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "iso-8859-1"}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class XmlHandlers:
    """What to call for the elements of some namespaces, by local name; ``text`` gets all character data."""

    namespaces: tuple[str, ...]
    starts: Mapping[str, Callable[[dict[str, str]], object]]
    ends: Mapping[str, Callable[[], object]]
    text: Callable[[str], object]


def parse_xml(data: bytes, handlers: XmlHandlers, part: str = "", limits: Limits = LIMITS) -> None:
    """Stream a part through Expat; RefusedFile for a DOCTYPE, too deep or too large a tree, or what is not XML."""
    if data.count(b"<") > limits.tags:
        raise too_large(limits.tags, _("XML tags"), part)
    names: dict[str, str] = {}
    parser = expat.ParserCreate(namespace_separator=" ", intern=names)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = _element_handlers(handlers, part, limits)
    parser.CharacterDataHandler = handlers.text
    parser.StartDoctypeDeclHandler = lambda *_declared: _refuse_doctype(part)
    parser.XmlDeclHandler = lambda _version, encoding, _alone: _check_encoding(encoding, part)
    try:
        for end, chunk in _chunks(data):
            parser.Parse(chunk, False)
            # An unfinished token is scanned again with every chunk by Expat before 2.6 (CVE-2023-52425).
            if end - parser.CurrentByteIndex > limits.token or len(names) > limits.names:
                raise hostile(_("a part of it is not what a spreadsheet holds"), part)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(NOT_XML, f"{part}: {error}") from error


def _chunks(data: bytes) -> Iterator[tuple[int, memoryview]]:
    view = memoryview(data)
    for start in range(0, len(data), _CHUNK):
        chunk = view[start : start + _CHUNK]
        yield start + len(chunk), chunk


def _element_handlers(
    handlers: XmlHandlers, part: str, limits: Limits
) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    starts = {f"{namespace} {name}": call for namespace in handlers.namespaces for name, call in handlers.starts.items()}
    ends = {f"{namespace} {name}": call for namespace in handlers.namespaces for name, call in handlers.ends.items()}
    deepest, depth = limits.depth, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest:
            raise hostile(_("a part of it is not what a spreadsheet holds"), part)
        call = starts.get(name)
        if call is not None:
            call(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        call = ends.get(name)
        if call is not None:
            call()

    return start, end


def _refuse_doctype(part: str) -> None:
    raise hostile(_("it defines text of its own (DOCTYPE)"), part)


def _check_encoding(encoding: str | None, part: str) -> None:
    # Python would load any codec of that name; OOXML allows UTF-8 and UTF-16 only.
    if (encoding.lower() if encoding else None) not in _ENCODINGS:
        raise damaged(NOT_XML, f"{part}: {encoding}")
