"""Slicers: their specification, their parts, and the text box of xlsxwriter that becomes one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbook_tools.pivots.parts.xml import (
    DECLARATION,
    MAIN,
    X14,
    Attribute,
    counted_element,
    element,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from workbook_tools.pivots.placed import PlacedPivot
    from workbook_tools.pivots.source import Source

_SLICER = "http://schemas.microsoft.com/office/drawing/2010/slicer"
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_A14 = "http://schemas.microsoft.com/office/drawing/2010/main"
_X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
HIDE_EMPTY_EXTENSION = "{470722E0-AACD-4C17-9CDC-17EF765DBC7E}"
_HIDE_EMPTY = (
    f'<extLst><x:ext xmlns:x="{MAIN}" uri="{HIDE_EMPTY_EXTENSION}" xmlns:x15="{_X15}">'
    "<x15:slicerCacheHideItemsWithNoData/></x:ext></extLst>"
)
"""Hides the buttons of items marked ``nd``."""
_BUTTON_HEIGHT = 241_300
"""English metric units; Excel's own."""


@dataclass(frozen=True, slots=True)
class Slicer:
    """Buttons for the items of a field, which filter all of ``pivots`` at once; these must share a source.

    Sizes and offsets from the cell's corner are pixels; ``instead`` is a short line, perhaps empty, for
    programs without slicers. If the pivots show only some items of the field, all must show the same.

    Buttons are in alphabetical order, because Excel sorts them so at the next refresh; any other order needs
    numbers in front of the texts. Items without data have no button.
    """

    field: str
    caption: str
    pivots: Sequence[PlacedPivot]
    width: int = 200
    height: int = 240
    columns: int = 1
    style: str = "SlicerStyleLight1"
    x_offset: int = 0
    y_offset: int = 0
    instead: str = "This slicer needs Excel 2010 or later."


@dataclass(frozen=True)
class PlacedSlicer:
    """A slicer on a sheet; ``number`` counts the slicers of the workbook from 1."""

    slicer: Slicer
    sheet: Worksheet
    number: int

    @property
    def cache_name(self) -> str:
        """The name of its cache and of the defined name that Excel keeps for it."""
        return f"Slicer_{self.number}"

    @property
    def name(self) -> str:
        """The slicer's own name."""
        return f"{self.slicer.field} {self.number}"

    @property
    def mark(self) -> str:
        """The description that identifies its text box in the drawing."""
        return f"slicer {self.number} of this workbook"

    @property
    def source(self) -> Source:
        """The source of all its pivots."""
        return self.slicer.pivots[0].pivot.source


def render_cache(placed: PlacedSlicer, cache_number: int, sheet_ids: dict[str, int]) -> str:
    """The part ``slicerCache``; ``sheet_ids`` maps names of sheets to their ids in the workbook part."""
    slicer, field = placed.slicer, placed.source.field(placed.slicer.field)
    pivots = [
        element("pivotTable", {"tabId": sheet_ids[p.sheet.get_name()], "name": p.pivot.name})
        for p in slicer.pivots
    ]
    shown = slicer.pivots[0].pivot.shown.get(slicer.field)
    # One state for all pivots of the slicer: add_slicer has checked that they agree.
    ticked = set(range(len(field.items))) if shown is None else {field.find(item) for item in shown}
    filled = frozenset().union(*(pivot.layout.filled_items(slicer.field) for pivot in slicer.pivots))
    items = [
        element(
            "i",
            {
                "x": position,
                "s": position in ticked or None,
                "nd": position not in filled or None,
            },
        )
        for position in field.alphabetical
    ]
    tabular = element("tabular", {"pivotCacheId": cache_number}, [counted_element("items", items)])
    attributes: dict[str, Attribute] = {"xmlns": X14, "name": placed.cache_name, "sourceName": slicer.field}
    return DECLARATION + element(
        "slicerCacheDefinition",
        attributes,
        [element("pivotTables", None, pivots), element("data", None, [tabular]), _HIDE_EMPTY],
    )


def render_slicers(placed: list[PlacedSlicer]) -> str:
    """The part ``slicers``: all those of one sheet."""
    slicers = [
        element(
            "slicer",
            {
                "name": p.name,
                "cache": p.cache_name,
                "caption": p.slicer.caption,
                "columnCount": p.slicer.columns if p.slicer.columns > 1 else None,
                "style": p.slicer.style,
                "rowHeight": _BUTTON_HEIGHT,
            },
        )
        for p in placed
    ]
    return DECLARATION + element("slicers", {"xmlns": X14}, slicers)


def put_slicer(drawing: str, placed: PlacedSlicer) -> str:
    """Replace a text box by its slicer in the drawing; the box stays as fallback for other programs."""
    mark = f'descr="{quoted(placed.mark)}"'
    (box,) = (found for found in re.findall(r"<xdr:sp .*?</xdr:sp>", drawing, re.DOTALL) if mark in found)
    number = re.search(r'<xdr:cNvPr id="(\d+)"', box)
    if number is None:
        raise RuntimeError("xlsxwriter has written a text box without an id")
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="{number[1]}" name="{quoted(placed.name)}"'
        f' descr="{quoted(placed.slicer.caption)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{_SLICER}">'
        f'<sle:slicer xmlns:sle="{_SLICER}" name="{quoted(placed.name)}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame>"
    )
    # Ids of a drawing must be unique, and the slicer has taken the box's.
    fallback = re.sub(r"<xdr:cNvPr [^>]*?(/?)>", r'<xdr:cNvPr id="0" name=""\1>', box, count=1)
    return drawing.replace(
        box,
        f'<mc:AlternateContent xmlns:mc="{_MARKUP}">'
        f'<mc:Choice xmlns:a14="{_A14}" Requires="a14">{frame}</mc:Choice>'
        f'<mc:Fallback xmlns="">{fallback}</mc:Fallback></mc:AlternateContent>',
    )
