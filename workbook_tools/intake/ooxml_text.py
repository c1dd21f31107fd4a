"""Texts of an Excel workbook as they are stored: runs put together, escapes taken back, phonetic hints left out."""

from __future__ import annotations

import re
from collections.abc import Callable

from workbook_tools.intake.guard import LIMITS, Limits, XmlHandlers, parse_xml
from workbook_tools.intake.refusal import too_large
from workbook_tools.locale import mark as _

MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The namespaces of SpreadsheetML: Transitional, which everybody writes, and Strict."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode_text(text: str) -> str:
    """Take back the escapes ``_xHHHH_`` of ISO/IEC 29500-1, 22.9.2.19; ``_x005F_`` is the underscore that keeps a literal one."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class TextRuns:
    """Handlers that collect one text from its ``t`` elements, alone or in runs."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._runs: list[str] = []
        self._phonetic = False
        self.starts: dict[str, Callable[[dict[str, str]], object]] = {"t": self._start_text, "rPh": self._start_phonetic}
        self.ends: dict[str, Callable[[], object]] = {"t": self._end_text, "rPh": self._end_phonetic}

    def take(self) -> str:
        """The text since the last call, its escapes still in it."""
        text = self._runs[0] if len(self._runs) == 1 else "".join(self._runs)
        self._runs.clear()
        return text

    def _start_text(self, attributes: dict[str, str]) -> None:
        self.parts.clear()

    def _end_text(self) -> None:
        if not self._phonetic:
            self._runs.append("".join(self.parts))

    def _start_phonetic(self, attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False


def read_strings(data: bytes, part: str, limits: Limits = LIMITS) -> list[str]:
    """The shared strings in their order; the count that the part declares is not looked at."""
    runs = TextRuns()
    strings: list[str] = []
    characters = 0

    def end_item() -> None:
        nonlocal characters
        text = decode_text(runs.take())
        characters += len(text)
        if len(strings) >= limits.strings:
            raise too_large(limits.strings, _("texts"), part)
        if characters > limits.characters:
            raise too_large(limits.characters, _("characters"), part)
        strings.append(text)

    parse_xml(data, XmlHandlers(MAIN, runs.starts, {**runs.ends, "si": end_item}, runs.parts.append), part, limits)
    return strings
