"""The text of an OpenDocument cell: paragraphs put together, blanks as the standard counts them, remarks and pictures left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook_tools.locale import mark as _
from workbook_tools.readers.refused import CUT_OFF, damaged, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbook_tools.readers.limits import Limits

_MOST_BLANKS = 32_767
_WRITTEN_BLANKS = re.compile(r"[ \t\r\n]+")
# XML cannot hold these three, so they can stand for what counts as written by hand until the rest is folded.
_BLANK, _TAB, _BREAK = "\x01", "\x02", "\x03"
_MEANT = str.maketrans({_BLANK: " ", _TAB: "\t", _BREAK: "\n"})
_ASIDE = (
    "annotation",
    "shapes",
    "frame",
    "g",
    "rect",
    "line",
    "polyline",
    "polygon",
    "regular-polygon",
    "path",
    "circle",
    "ellipse",
    "connector",
    "caption",
    "measure",
    "control",
    "custom-shape",
    "scene",
    "ruby-text",
    "tracked-changes",
    "dde-links",
)
"""Elements whose paragraphs, dates and tables are not those of the sheet."""


class CellText:
    """Handlers that collect the paragraphs between two calls of :meth:`take`; ``aside`` while within what is no cell's.

    RefusedFile where all texts together have more characters than the limits allow: a few bytes can stand for many blanks.
    """

    def __init__(self, limits: Limits) -> None:
        self.aside = 0
        self._most = self._left = limits.characters
        self._paragraphs: list[str] = []
        self._parts: list[str] | None = None
        self.starts: dict[str, Callable[[Mapping[str, str]], object]] = {
            **dict.fromkeys(_ASIDE, self._start_aside),
            **dict.fromkeys(("p", "h"), self._start_paragraph),
            "s": self._add_blanks,
            "tab": lambda _attributes: self.add(_TAB),
            "line-break": lambda _attributes: self.add(_BREAK),
        }
        self.ends: dict[str, Callable[[], object]] = {
            **dict.fromkeys(_ASIDE, self._end_aside),
            **dict.fromkeys(("p", "h"), self._end_paragraph),
        }

    def add(self, text: str) -> None:
        """Character data; what stands outside of a cell's paragraphs is dropped."""
        if self._parts is not None and not self.aside:
            self._left -= len(text)
            if self._left < 0:
                raise too_large(self._most, _("characters"))
            self._parts.append(text)

    def take(self) -> str | None:
        """The text since the last call, a line feed between paragraphs; None where there was no paragraph."""
        text = "\n".join(self._paragraphs) if self._paragraphs else None
        self._paragraphs.clear()
        self._parts = None
        return text

    def _start_paragraph(self, attributes: Mapping[str, str]) -> None:
        if not self.aside:
            self._parts = []

    def _end_paragraph(self) -> None:
        if self._parts is not None and not self.aside:
            # Blanks at the end are kept, against ODF 1.2 part 1, 6.1.2: LibreOffice and Gnumeric write and read them so.
            written = _WRITTEN_BLANKS.sub(" ", "".join(self._parts)).removeprefix(" ")
            self._paragraphs.append(written.translate(_MEANT))
            self._parts = None

    def _add_blanks(self, attributes: Mapping[str, str]) -> None:
        count = next((value for name, value in attributes.items() if name.endswith("}c")), "1")
        if not (count.isascii() and count.isdigit() and len(count) < 6 and int(count) <= _MOST_BLANKS):
            raise damaged(CUT_OFF, f"text:c {count[:20]}")
        self.add(_BLANK * int(count))

    def _start_aside(self, attributes: Mapping[str, str]) -> None:
        self.aside += 1

    def _end_aside(self) -> None:
        self.aside -= 1
