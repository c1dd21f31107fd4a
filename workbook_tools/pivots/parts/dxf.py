"""Differential formats: the look of cells that Excel will write for a pivot, its style or a slicer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbook_tools.pivots.parts.xml import Attribute, default_true, element
from workbook_tools.pivots.pivot_error import PivotError

Properties = Mapping[str, Any]
"""Format properties as xlsxwriter takes them."""

_BORDERS = ("none", "thin", "medium", "dashed", "dotted", "thick", "double", "hair")
_SIDES = ("left", "right", "top", "bottom")
_VERTICAL = {"top": "top", "vcenter": "center", "bottom": "bottom", "vjustify": "justify"}
_KNOWN = {
    *("font_name", "font_size", "font_color", "bold", "italic", "underline", "bg_color", "num_format"),
    *("align", "valign", "text_wrap", "indent", "border", "border_color", *_SIDES),
    *(f"{side}_color" for side in _SIDES),
}


def render_dxf(properties: Properties) -> str:
    """The element ``dxf``, without number format: the values of a pivot carry their own.

    Raises PivotError for a property that has no place in it.
    """
    unknown = set(properties) - _KNOWN
    if unknown:
        raise PivotError(
            f"a pivot cannot keep the format property {min(unknown)!r}; it keeps {', '.join(sorted(_KNOWN))}"
        )
    parts = (_font(properties), _fill(properties), _alignment(properties), _border(properties))
    return element("dxf", None, parts)


def _font(properties: Properties) -> str:
    inside = [
        element(tag, {"val": default_true(bool(properties[name]))})
        for tag, name in (("b", "bold"), ("i", "italic"))
        if name in properties
    ]
    if properties.get("underline"):
        inside.append(element("u"))
    if "font_size" in properties:
        inside.append(element("sz", {"val": properties["font_size"]}))
    if "font_color" in properties:
        inside.append(_colour(properties["font_color"]))
    if "font_name" in properties:
        inside.append(element("name", {"val": properties["font_name"]}))
    return element("font", None, inside) if inside else ""


def _fill(properties: Properties) -> str:
    if "bg_color" not in properties:
        return ""
    # In a differential format the colour of a solid fill is that of the background.
    inside = f'<bgColor rgb="{_rgb(properties["bg_color"])}"/>'
    return element("fill", None, [element("patternFill", {"patternType": "solid"}, [inside])])


def _alignment(properties: Properties) -> str:
    valign = properties.get("valign")
    # Formats are laid over each other, and what a later one leaves out stays: centred heads must say that
    # they are not indented as labels are.
    usual_indent = 0 if "align" in properties else None
    vertical = None if valign is None else _VERTICAL[valign]
    attributes: dict[str, Attribute] = {
        "horizontal": properties.get("align"),
        "vertical": vertical,
        "wrapText": properties.get("text_wrap"),
        "indent": properties.get("indent", usual_indent),
    }
    if any(v is not None for v in attributes.values()):
        return element("alignment", attributes)
    return ""


def _border(properties: Properties) -> str:
    around = properties.get("border", 0)
    styles = {side: properties.get(side, around) for side in _SIDES}
    if not any(styles.values()):
        return ""
    colours = {side: properties.get(f"{side}_color", properties.get("border_color")) for side in _SIDES}
    sides = [_side(side, styles[side], colours[side]) for side in _SIDES]
    if around:
        # The lines between the cells of the area.
        colour = properties.get("border_color")
        sides += [_side(side, around, colour) for side in ("vertical", "horizontal")]
    return element("border", None, sides)


def _side(name: str, style: int, colour: str | None) -> str:
    if not style:
        return element(name)
    inside = _colour(colour) if colour else '<color auto="1"/>'
    return element(name, {"style": _BORDERS[style]}, [inside])


def _colour(colour: str) -> str:
    return f'<color rgb="{_rgb(colour)}"/>'


def _rgb(colour: str) -> str:
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise PivotError(f"a pivot keeps colours such as '#1F3864', not {colour!r}")
    return f"FF{digits.upper()}"
