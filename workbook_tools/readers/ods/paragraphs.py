"""Text of OpenDocument cells: paragraphs joined, blanks collapsed per the standard, comments skipped."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Literal

from workbook_tools.locale import mark as _
from workbook_tools.readers.cell_looks import TextLook, show_runs
from workbook_tools.readers.refused import CUT_OFF, damaged, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from workbook_tools.readers.limits import Limits
    from workbook_tools.readers.sheet_book import AsideKind

# As many characters as a cell holds; a short attribute may claim any number of blanks.
_MOST_BLANKS = 32_767
_WRITTEN_BLANKS = re.compile(r"[ \t\r\n]+")
# XML cannot hold these three, so they can mark explicit blanks until the others are collapsed.
_BLANK, _TAB, _BREAK = "\x01", "\x02", "\x03"
# Likewise, marks where struck out, raised or lowered text begins and ends.
_LOOKS = {TextLook.STRUCK: "\x04", TextLook.RAISED: "\x05", TextLook.LOWERED: "\x06", TextLook.PLAIN: "\x08"}
_LOOK_ENDS = "\x07"
_LOOK_OF = {sign: look for look, sign in _LOOKS.items()}
_LOOK_SIGNS = re.compile(f"([{''.join(_LOOK_OF)}{_LOOK_ENDS}])")
_MEANT = str.maketrans({_BLANK: " ", _TAB: "\t", _BREAK: "\n"})
_COMMENT = "annotation"
_SHAPES = (
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
    "custom-shape",
    "scene",
)
_DOCUMENTS = ("object", "object-ole")
"""Documents within the document, such as charts."""
CHART = "application/vnd.oasis.opendocument.chart"
_UNSEEN = ("control", "ruby-text", "tracked-changes", "dde-links")
"""What was there before changes, and the like."""
# None of their paragraphs, dates and tables belong to the sheet.


class CellText:
    """Handlers that collect paragraphs between calls of :meth:`take`; ``aside`` while outside of cells.

    RefusedFile if all text together exceeds the limit: a few bytes can stand for many blanks.
    """

    def __init__(self, limits: Limits, charts: Collection[str] = ()) -> None:
        self.aside = 0
        self._unseen = 0
        # Apart, because a shape may stand within a paragraph.
        self._paragraphs_aside: list[str] = []
        self._parts_aside: list[str] | None = None
        self.asides: list[tuple[str, AsideKind]] = []
        """Comments and what is drawn since the reader of the cells took them."""
        self._charts = charts
        self._drawn: Literal["", "picture", "object", "chart"] = ""
        self.looks: dict[str, TextLook] = {}
        """Text styles by name, filled in by the reader of the styles."""
        self._spans: list[bool] = []
        self._most = self._left = limits.characters
        self._paragraphs: list[str] = []
        self._parts: list[str] | None = None
        self.starts: dict[str, Callable[[Mapping[str, str]], object]] = {
            **dict.fromkeys((_COMMENT, *_SHAPES), self._start_aside),
            **dict.fromkeys(_UNSEEN, self._start_unseen),
            **dict.fromkeys(_DOCUMENTS, self._start_document),
            "document": self._start_whole,
            "image": self._start_image,
            **dict.fromkeys(("p", "h"), self._start_paragraph),
            "s": self._add_blanks,
            "tab": lambda _attributes: self.add(_TAB),
            "line-break": lambda _attributes: self.add(_BREAK),
            "span": self._start_span,
        }
        self.ends: dict[str, Callable[[], object]] = {
            **dict.fromkeys(_SHAPES, partial(self._end_aside, "shape")),
            _COMMENT: partial(self._end_aside, "comment"),
            **dict.fromkeys((*_UNSEEN, *_DOCUMENTS), self._end_unseen),
            **dict.fromkeys(("p", "h"), self._end_paragraph),
            "span": self._end_span,
        }

    def add(self, text: str) -> None:
        """Character data; dropped outside of paragraphs."""
        parts = self._parts_aside if self.aside else self._parts
        if parts is None or self._unseen:
            return
        self._left -= len(text)
        if self._left < 0:
            raise too_large(self._most, _("characters"))
        parts.append(text)

    def take(self) -> tuple[str | None, str]:
        """The text since the last call, paragraphs joined by line feeds, and its display if that differs.

        The text is None without a paragraph; the display is empty if it is the text.
        """
        text = "\n".join(self._paragraphs) if self._paragraphs else None
        self._paragraphs.clear()
        self._parts = None
        if text is None or not _LOOK_SIGNS.search(text):
            return text, ""
        runs: list[tuple[str, TextLook]] = []
        looks = [TextLook.PLAIN]
        for part in _LOOK_SIGNS.split(text):
            if part in _LOOK_OF:
                looks.append(_LOOK_OF[part])
            elif part == _LOOK_ENDS:
                looks.pop()
            else:
                runs.append((part, looks[-1]))
        return "".join(text for text, _ in runs), show_runs(runs)

    def _start_paragraph(self, attributes: Mapping[str, str]) -> None:
        if self.aside:
            self._parts_aside = []
        else:
            self._parts = []

    def _end_paragraph(self) -> None:
        if self.aside:
            self._paragraphs_aside += _collapsed(self._parts_aside)
            self._parts_aside = None
        else:
            self._paragraphs += _collapsed(self._parts)
            self._parts = None

    def _start_span(self, attributes: Mapping[str, str]) -> None:
        name = _find(attributes, "style-name")
        self._spans.append(self._parts is not None and not self.aside)
        if self._spans[-1]:
            self.add(_LOOKS[self.looks.get(name, TextLook.PLAIN)])

    def _end_span(self) -> None:
        if self._spans and self._spans.pop():
            self.add(_LOOK_ENDS)

    def _add_blanks(self, attributes: Mapping[str, str]) -> None:
        count = _find(attributes, "c", "1")
        # A few bytes may ask for a billion blanks; no cell of Excel holds more than 32,767 letters.
        if not (count.isascii() and count.isdigit() and len(count) < 6 and int(count) <= _MOST_BLANKS):
            raise damaged(CUT_OFF, f"text:c {count[:20]}")
        self.add(_BLANK * int(count))

    def _start_aside(self, attributes: Mapping[str, str]) -> None:
        self.aside += 1

    def _end_aside(self, kind: AsideKind) -> None:
        self.aside -= 1
        text = "\n".join(self._paragraphs_aside)
        self._paragraphs_aside.clear()
        if text.strip():
            self.asides.append((text, kind))
        if self._unseen:
            return
        # A chart shows what the cells say.
        if self._drawn and self._drawn != "chart":
            self.asides.append(("", self._drawn))
        self._drawn = ""

    def _start_image(self, attributes: Mapping[str, str]) -> None:
        """A picture, or what the document in the same frame looks like."""
        if self.aside and not self._unseen:
            self._drawn = self._drawn or "picture"

    def _start_document(self, attributes: Mapping[str, str]) -> None:
        """A document within this one: a part of the file, or in a flat file the element that follows."""
        if self.aside and not self._unseen:
            part = _find(attributes, "href")
            self._drawn = "chart" if part.removeprefix("./").rstrip("/") in self._charts else "object"
        self._start_unseen(attributes)

    def _start_whole(self, attributes: Mapping[str, str]) -> None:
        if self._drawn == "object" and _find(attributes, "mimetype") == CHART:
            self._drawn = "chart"

    def _start_unseen(self, attributes: Mapping[str, str]) -> None:
        self.aside += 1
        self._unseen += 1

    def _end_unseen(self) -> None:
        self.aside -= 1
        self._unseen -= 1


def _find(attributes: Mapping[str, str], name: str, missing: str = "") -> str:
    """An attribute by local name."""
    return next((value for full, value in attributes.items() if full.endswith(f"}}{name}")), missing)


def _collapsed(parts: Sequence[str] | None) -> list[str]:
    """The text of a paragraph, if one was begun."""
    if parts is None:
        return []
    # Trailing blanks are kept, against ODF 1.2 part 1, 6.1.2: LibreOffice and Gnumeric write and read them
    # so.
    written = _WRITTEN_BLANKS.sub(" ", "".join(parts)).removeprefix(" ")
    return [written.translate(_MEANT)]
