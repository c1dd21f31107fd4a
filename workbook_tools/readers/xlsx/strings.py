"""Strings of an Excel workbook: runs joined, escapes decoded, phonetic hints dropped."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import TextLook, show_runs
from workbook_tools.readers.limits import LIMITS, Element, Limits, text_of
from workbook_tools.readers.refused import too_large
from workbook_tools.readers.sheet_book import CellValue
from workbook_tools.readers.xlsx.cutter import Cutter, read_main
from workbook_tools.readers.xlsx.parse_cache import PieceMemory
from workbook_tools.readers.xlsx.styles import look_of_font

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode_text(text: str) -> str:
    """Decode the escapes ``_xHHHH_`` (ISO/IEC 29500-1, 22.9.2.19); ``_x005F_`` is a literal underscore."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Excel escapes a character beyond U+FFFF as two surrogates; a lone one becomes U+FFFD.
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def read_text(element: Element, prefix: str) -> str:
    """The text of an item, plain or in runs, still escaped and without phonetic hints."""
    if len(element) == 1 and element[0].tag == f"{prefix}t":
        return text_of(element[0])
    return "".join(_runs(element, prefix))


def _runs(element: Element, prefix: str) -> Iterator[str]:
    for child in element:
        if child.tag == f"{prefix}t":
            yield text_of(child)
        elif child.tag == f"{prefix}r":
            yield from _runs(child, prefix)


def show_text(element: Element, prefix: str) -> str:
    """The text of an item as displayed; empty if that is its letters, as :func:`show_runs` says."""
    runs = [child for child in element if child.tag == f"{prefix}r"]
    if not runs:
        return ""
    # Some programs cut text of one format into several runs.
    alike = itertools.groupby(runs, key=lambda run: _format(run, prefix))
    return show_runs(_join([*group], prefix) for _format, group in alike)


def _join(runs: Sequence[Element], prefix: str) -> tuple[str, TextLook]:
    properties = runs[0].find(f"{prefix}rPr")
    look = look_of_font(properties, prefix) if properties is not None else TextLook.PLAIN
    return "".join(decode_text(read_text(run, prefix)) for run in runs), look


def _format(run: Element, prefix: str) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    properties = run.find(f"{prefix}rPr")
    if properties is None:
        return []
    return [(child.tag, sorted(child.items())) for child in properties]


def _parse_item(item: Element, prefix: str) -> CellValue:
    text = decode_text(read_text(item, prefix))
    return CellValue("text", text, text, shown=show_text(item, prefix))


_END = b"</sst>"
_ITEMS: PieceMemory[CellValue] = PieceMemory(Cutter(b"<si>", ("sst",)))


def read_strings(data: bytes, part: str, limits: Limits = LIMITS) -> list[CellValue]:
    """The shared strings as cell values; the declared count is ignored."""
    items = data.removesuffix(_END) if data.endswith(_END) else None
    strings = _ITEMS.read(items, part, limits, _parse_item)
    if strings is None:
        root, prefix = read_main(data, part, limits)
        strings = [_parse_item(item, prefix) for item in root.iter(f"{prefix}si")]
    if len(strings) > limits.strings:
        raise too_large(limits.strings, _("texts"), part)
    # Decoded text is never longer than its XML, so most files need no sum.
    if len(data) > limits.characters and sum(len(text.raw) for text in strings) > limits.characters:
        raise too_large(limits.characters, _("characters"), part)
    return strings
