"""Cell formats of an Excel workbook: those that show dates, and those that display another value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.readers.cell_looks import CellLooks, TextLook, build_looks
from workbook_tools.readers.limits import Element, Limits, cache_small_parts
from workbook_tools.readers.number_format import find_date_formats
from workbook_tools.readers.xlsx.colours import cannot_be_seen, fill_colour, font_colour
from workbook_tools.readers.xlsx.cutter import read_main

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSEEN = -1
"""The id of a number format that no workbook can have."""
_OFF = ("0", "false", "none", "off")


@cache_small_parts
def read_styles(data: bytes, part: str, limits: Limits) -> CellLooks:
    """The looks of cell formats by index, as cells refer to them in ``s``.

    Number formats inside conditional formats (``dxf``) are ignored: their ids may collide.
    """
    root, prefix = read_main(data, part, limits)
    codes = {
        _number(e, "numFmtId"): e.get("formatCode", "") for e in _children(root, prefix, "numFmts", "numFmt")
    }
    fonts = [look_of_font(font, prefix) for font in _children(root, prefix, "fonts", "font")]
    struck = {index for index, look in enumerate(fonts) if look is TextLook.STRUCK}
    unseen = _find_unseen(root, prefix)
    dates = find_date_formats(codes)
    codes[_UNSEEN] = ";;;"
    cells = []
    for xf in _children(root, prefix, "cellXfs", "xf"):
        number, font, fill = (_number(xf, name) for name in ("numFmtId", "fontId", "fillId"))
        # A date stays one; a figure that nobody can see is like one whose format hides it.
        hidden = (font, fill) in unseen and number not in dates
        if hidden:
            number = _UNSEEN
        cells.append((number, font in struck))
    return build_looks(cells, codes, str)


def _find_unseen(root: Element, prefix: str) -> set[tuple[int, int]]:
    """Pairs of font and fill of which the one cannot be seen on the other."""
    fonts = [font_colour(font, prefix) for font in _children(root, prefix, "fonts", "font")]
    fills = [fill_colour(fill, prefix) for fill in _children(root, prefix, "fills", "fill")]
    used = {(_number(xf, "fontId"), _number(xf, "fillId")) for xf in _children(root, prefix, "cellXfs", "xf")}
    return {
        (font, fill)
        for font, fill in used
        if font < len(fonts) and fill < len(fills) and cannot_be_seen(fonts[font], fills[fill])
    }


def look_of_font(font: Element, prefix: str) -> TextLook:
    """The formatting of a font or of a run's properties."""
    look = TextLook.PLAIN
    for child in font:
        name = child.tag.removeprefix(prefix)
        # An element without a value means yes.
        value = child.get("val", "1").lower()
        if name == "strike" and value not in _OFF:
            return TextLook.STRUCK
        if name == "vertAlign":
            look = {"superscript": TextLook.RAISED, "subscript": TextLook.LOWERED}.get(value, look)
    return look


def _children(root: Element, prefix: str, group: str, name: str) -> Iterator[Element]:
    return (
        child for found in root.iterchildren(prefix + group) for child in found.iterchildren(prefix + name)
    )


def _number(element: Element, name: str) -> int:
    stored = element.get(name, "0")
    if stored.isascii() and stored.isdigit() and len(stored) < 10:
        return int(stored)
    return 0
