"""A template cell's look in xlsxwriter's words: font, fill, borders, alignment, number format."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING, TypeAlias, cast
from xml.etree import ElementTree

from openpyxl.styles.colors import COLOR_INDEX, Color

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill
    from openpyxl.styles.borders import Side
    from openpyxl.workbook import Workbook

Properties: TypeAlias = dict[str, str | int | float | bool]
"""What xlsxwriter's ``add_format`` takes."""

SIDES = ("left", "right", "top", "bottom")
_BORDERS = {
    "thin": 1,
    "medium": 2,
    "dashed": 3,
    "dotted": 4,
    "thick": 5,
    "double": 6,
    "hair": 7,
    "mediumDashed": 8,
    "dashDot": 9,
    "mediumDashDot": 10,
    "dashDotDot": 11,
    "mediumDashDotDot": 12,
    "slantDashDot": 13,
}
_UNDERLINES = {"single": 1, "double": 2, "singleAccounting": 33, "doubleAccounting": 34}
_SCRIPTS = {"superscript": 1, "subscript": 2}
_HORIZONTAL = {"centerContinuous": "center_across"}
_VERTICAL = {"center": "vcenter", "justify": "vjustify", "distributed": "vdistributed"}
_INDENTED = ("general", "left", "right", "distributed")
_OFFICE_THEME = (
    "FFFFFF",
    "000000",
    "EEECE1",
    "1F497D",
    "4F81BD",
    "C0504D",
    "9BBB59",
    "8064A2",
    "4BACC6",
    "F79646",
    "0000FF",
    "800080",
)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class CopiedStyles:
    """Reads the styles of one workbook's cells; theme colours become RGB values."""

    def __init__(self, workbook: Workbook) -> None:
        theme = workbook.loaded_theme
        self._theme = read_theme_colours(theme) if theme else _OFFICE_THEME
        self._known: dict[int, Properties] = {}

    def properties(self, cell: SheetCell | MergedCell) -> Properties:
        """The look of one cell, not to be changed; what Excel would show anyway is left out."""
        # A form has a few dozen looks.
        if (known := self._known.get(cell.style_id)) is None:
            known = self._known[cell.style_id] = self._read(cell)
        return known

    def _read(self, cell: SheetCell | MergedCell) -> Properties:
        found = {
            **self._font(cast("Font", cell.font)),
            **self._fill(cast("PatternFill", cell.fill)),
            **self.border(cast("Border", cell.border)),
            **_alignment(cast("Alignment", cell.alignment)),
        }
        if cell.number_format != "General":
            found["num_format"] = cell.number_format
        return found

    def border(self, border: Border, sides: tuple[str, ...] = SIDES) -> Properties:
        """The lines on some sides of a cell."""
        found: Properties = {}
        for name in sides:
            side: Side | None = getattr(border, name)
            if side is None or side.style not in _BORDERS:
                continue
            found[name] = _BORDERS[side.style]
            colour = self.rgb(side.color)
            if colour:
                found[f"{name}_color"] = colour
        return found

    def rgb(self, colour: Color | None) -> str | None:
        """``#RRGGBB``; None for the automatic colour (black letters, no fill)."""
        if colour is None or colour.type == "auto":
            return None
        # xlsxwriter has no theme colours, and the copy has another workbook's theme.
        if colour.type == "theme":
            return "#" + _tinted(self._theme[colour.theme % len(self._theme)], colour.tint)
        if colour.type == "indexed":
            # 64 and 65 are the system's own letters and paper.
            if colour.indexed < 64:
                return "#" + _tinted(COLOR_INDEX[colour.indexed][-6:], colour.tint)
            return None
        return "#" + _tinted(colour.rgb[-6:], colour.tint)

    def _font(self, font: Font) -> Properties:
        found: Properties = {"font_name": font.name or "Times New Roman", "font_size": font.sz or 11}
        flags = {"bold": font.b, "italic": font.i, "font_strikeout": font.strike}
        found.update({name: True for name, on in flags.items() if on})
        if font.u in _UNDERLINES:
            found["underline"] = _UNDERLINES[font.u]
        if font.vertAlign in _SCRIPTS:
            found["font_script"] = _SCRIPTS[font.vertAlign]
        colour = self.rgb(font.color)
        if colour:
            return {**found, "font_color": colour}
        return found

    def _fill(self, fill: PatternFill) -> Properties:
        # A cell's fill is a gradient at times, which has no pattern.
        colour = None
        if getattr(fill, "patternType", None) == "solid":
            colour = self.rgb(fill.fgColor)
        if colour:
            return {"pattern": 1, "bg_color": colour}
        return {}


def read_theme_colours(theme: bytes) -> tuple[str, ...]:
    """The twelve colours of a theme part as RRGGBB, in the order in which cells number them.

    A theme lists dark before light, cells number light before dark (ECMA-376 18.8.3 and 20.1.6.2).
    """
    scheme = ElementTree.fromstring(theme).find(f".//{_DRAWING}clrScheme")
    if scheme is None or len(scheme) != len(_OFFICE_THEME):
        return _OFFICE_THEME
    listed = [entry[0].get("lastClr") or entry[0].get("val") or "000000" for entry in scheme]
    return (listed[1], listed[0], listed[3], listed[2], *listed[4:])


def _tinted(rgb: str, tint: float) -> str:
    """Lighter for a positive tint, darker for a negative one, by luminance (ECMA-376 18.8.19)."""
    if not tint:
        return rgb.upper()
    hue, light, saturation = colorsys.rgb_to_hls(*(int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def _alignment(alignment: Alignment) -> Properties:
    found: Properties = {}
    if alignment.horizontal and alignment.horizontal != "general":
        found["align"] = _HORIZONTAL.get(alignment.horizontal, alignment.horizontal)
    if alignment.vertical:
        found["valign"] = _VERTICAL.get(alignment.vertical, alignment.vertical)
    flags: Mapping[str, bool | None] = {"text_wrap": alignment.wrap_text, "shrink": alignment.shrink_to_fit}
    found.update({name: True for name, on in flags.items() if on})
    # Excel ignores an indent of centred text; xlsxwriter would move the text to the left.
    if alignment.indent and alignment.horizontal in (None, *_INDENTED):
        found["indent"] = int(alignment.indent)
    if alignment.textRotation:
        found["rotation"] = _rotation(int(alignment.textRotation))
    return found


def _rotation(stored: int) -> int:
    """Files count 91 … 180 for downward text and 255 for letters in a stack; xlsxwriter −1 … −90 and 270."""
    if stored == 255:
        return 270
    return stored if stored <= 90 else 90 - stored
