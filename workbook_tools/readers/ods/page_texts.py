"""Headers and footers of OpenDocument pages, which belong to master pages rather than to sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.readers.limits import read_tree
from workbook_tools.readers.sheet_book import Aside
from workbook_tools.readers.xlsx.page_codes import strip_font

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.readers.limits import Element, Limits
    from workbook_tools.readers.sheet_book import SheetCells

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_PAGES = [f"{_STYLE}{what}{which}" for which in ("", "-left", "-first") for what in ("header", "footer")]
_WORDS = {f"{_TEXT}{name}" for name in ("p", "span", "a")}


def add_page_texts(
    sheets: Sequence[SheetCells], masters: Mapping[str, str], data: bytes, part: str, limits: Limits
) -> list[SheetCells]:
    """The sheets with the headers and footers of their pages; ``masters`` names the master page of each."""
    found = {
        master.get(f"{_STYLE}name", ""): _read_master(master)
        for master in read_tree(data, part, limits).iter(f"{_STYLE}master-page")
    }
    return [
        replace(sheet, asides=(*sheet.asides, *found.get(masters.get(sheet.name, ""), ())))
        for sheet in sheets
    ]


def _read_master(master: Element) -> list[Aside]:
    shown = (page for page in master.iter(*_PAGES) if page.get(f"{_STYLE}display") != "false")
    words = (" ".join(map(_read_words, page.iter(f"{_TEXT}p"))) for page in shown)
    texts = dict.fromkeys(" ".join(strip_font(one).split()) for one in words)
    return [Aside(text, None, "page") for text in texts if text]


def _read_words(element: Element) -> str:
    """What was typed; a blank for each field: the number of the page is no figure of the unit."""
    if element.tag not in _WORDS:
        return " "
    return (element.text or "") + "".join(_read_words(child) + (child.tail or "") for child in element)
