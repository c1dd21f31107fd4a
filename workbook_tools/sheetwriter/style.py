"""One restrained style for all workbooks of this program: Times New Roman, grey headings, states in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workbook_tools.pivots import Look, PivotStyle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT = "Times New Roman"
HEAD, BAND, RULE, LINK = "#D9D9D9", "#F2F2F2", "#A6A6A6", "#1F3864"
SHORT, FULL = "#C55A11", "#BFBFBF"
"""Colours of bars for incomplete and complete shares; the former are much darker in grey print."""
TAB = {"report": "#1F3864", "figures": "#7F7F7F", "record": "#BFBFBF"}
# xlsxwriter applies a left indent only if "align" is set, too.
_CELL = {"valign": "top", "align": "left", "border": 1, "border_color": RULE, "indent": 1}
_FIGURE = {**_CELL, "align": "right", "num_format": "#,##0"}
STYLES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "title": {"bold": True, "font_size": 15},
        "subtitle": {"italic": True, "font_color": "#595959"},
        "note": {"italic": True, "font_color": "#595959", "text_wrap": True, "valign": "top"},
        "section": {"bold": True, "font_size": 12, "bottom": 1},
        "plain": {"valign": "top"},
        "remark": {"valign": "top", "align": "left", "indent": 1},
        "paragraph": {"valign": "top", "text_wrap": True},
        "alert": {"valign": "top", "text_wrap": True, "bold": True, "font_color": "#7F6000"},
        "big": {
            "bold": True,
            "font_size": 18,
            "align": "center",
            "border": 1,
            "border_color": RULE,
            "num_format": "#,##0",
        },
        "caption": {
            "align": "center",
            "valign": "top",
            "border": 1,
            "border_color": RULE,
            "bg_color": BAND,
            "text_wrap": True,
        },
        "head": {
            "bold": True,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "bg_color": HEAD,
            "border": 1,
            "border_color": RULE,
        },
        "blank_head": {"bg_color": HEAD},
        "group_head": {**_CELL, "bold": True, "valign": "vcenter", "text_wrap": True, "bg_color": HEAD},
        "band": {**_CELL, "bold": True, "valign": "vcenter", "text_wrap": True, "bg_color": BAND},
        "text": dict(_CELL),
        "wrap": {**_CELL, "text_wrap": True},
        # "@" is text: without it Excel turns a typed 1/2 into a date.
        "written": {**_CELL, "text_wrap": True, "num_format": "@"},
        "number": _FIGURE,
        "contained": {**_FIGURE, "font_color": "#7F7F7F", "italic": True},
        "decided": {**_FIGURE, "italic": True, "underline": 1},
        "late": {**_FIGURE, "font_color": "#9C0006", "bold": True},
        "state": {**_CELL, "indent": 0, "align": "center", "font_color": "#7F7F7F"},
        "percent": {**_FIGURE, "num_format": "0%"},
        "date": {**_CELL, "indent": 0, "num_format": "dd/mm/yyyy", "align": "center"},
        "moment": {**_CELL, "indent": 0, "num_format": "dd/mm/yyyy hh:mm", "align": "center"},
        "total": {**_FIGURE, "bold": True, "bg_color": BAND},
        "total_percent": {**_FIGURE, "num_format": "0%", "bold": True, "bg_color": BAND},
        "total_text": {**_CELL, "bold": True, "bg_color": BAND, "top": 2, "text_wrap": True},
        "link": {**_CELL, "font_color": LINK, "underline": 1},
        "wrapped_link": {**_CELL, "font_color": LINK, "underline": 1, "text_wrap": True},
        "plain_link": {"font_color": LINK, "underline": 1},
        "short": {**_CELL, "valign": "vcenter", "shrink": True},
        "bar": {**_FIGURE, "num_format": "0%", "valign": "vcenter"},
        # The plus sign distinguishes a rise from a share.
        "change": {**_FIGURE, "num_format": "+0%;-0%;0%", "valign": "vcenter"},
        "rate": {**_FIGURE, "num_format": "#,##0.00"},
        "rate_percent": {**_FIGURE, "num_format": "0.0%"},
        "total_rate": {**_FIGURE, "num_format": "#,##0.00", "bold": True, "bg_color": BAND},
        "group_band": {**_CELL, "bold": True, "valign": "vcenter", "bg_color": HEAD},
        "button": {
            "font_size": 10,
            "font_color": LINK,
            "underline": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "border_color": RULE,
            "bg_color": BAND,
        },
        "linked_figure": {**_FIGURE, "font_color": LINK, "underline": 1},
        "good": {**_CELL, "font_color": "#1E5631"},
        "bad": {**_CELL, "font_color": "#9C0006", "bold": True},
        "warn": {**_CELL, "font_color": "#7F6000"},
    }
)
"""Name → xlsxwriter format properties."""


class Formats:
    """The formats of a workbook, each created once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}
        self._named: dict[str, Format] = {}

    def of(self, style: str | Mapping[str, Any]) -> Format:
        """The format of xlsxwriter properties, or of a name in ``STYLES``, perhaps with a number format:
        ``number|0.0%``.
        """
        if isinstance(style, str):
            if style not in self._named:
                name, _, number_format = style.partition("|")
                given = {"num_format": number_format} if number_format else {}
                self._named[style] = self.of({**STYLES[name], **given})
            return self._named[style]
        properties = {"font_name": FONT, "font_size": 11} | dict(style)
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


UNLINKED = MappingProxyType(
    {
        "link": "text",
        "wrapped_link": "wrap",
        "plain_link": "plain",
        "button": "short",
        "linked_figure": "number",
    }
)
"""Style of a link → style of the same text without one."""
_LINES = {"border": 1, "border_color": RULE}
# Pivots keep differential formats, which state only what differs; font and size are stated, too.
_IN_FONT = {"font_name": FONT, "font_size": 11}
_PLAIN = {**_IN_FONT, "bold": False, "text_wrap": False}
PIVOT_LOOK = Look(
    button={**_IN_FONT, **STYLES["group_head"]},
    head={**_IN_FONT, **STYLES["head"]},
    label={**_PLAIN, **STYLES["wrap"]},
    figure={**_PLAIN, **STYLES["number"]},
    total={**_PLAIN, **STYLES["total"]},
    style=PivotStyle("Bảng tổng hợp", whole={**_LINES}, head={"bold": True, "bg_color": HEAD, **_LINES}),
)
"""The style of pivots, also after filtering, refreshing or rebuilding."""
