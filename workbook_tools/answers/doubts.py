"""Why an entry is no plain figure: reasons, in the order tested."""

from __future__ import annotations

import re

from workbook_tools.locale import mark as _
from workbook_tools.text.clean import fold
from workbook_tools.text.legacy_fonts import legacy_readings

DATE = _("it is a date, as a program makes one of 3/5 or 3-5")
LOGICAL = _("it is TRUE or FALSE")
TOO_LARGE = _("it has more digits than a workbook keeps")
NEGATIVE = _("figures in this line must not be negative")
SEPARATOR = _("a dot, comma or blank in it may group thousands or begin decimals")
LEADING_ZERO = _("it begins with 0 like a telephone number or a code")
PERCENTAGE = _("it is a percentage")
HUNDREDTHS = _("it may be that many per cent, or a hundred times as many")
ESTIMATE = _("it is an estimate or a bound")
RANGE = _("it may be a range, a fraction or a date")
SEVERAL = _("it contains more than one figure")
SCALE = _("it is given in thousands, millions or billions")
OTHER_UNIT = _("the word beside the figure is not this line's unit")
DASH = _("a dash may mean none or not known")
NO_FIGURE = _("it contains no figure")
STRUCK = _("it is struck out in the cell, or a part of it is")
RAISED = _("a part of it is superscript or subscript, like the number of a footnote")
MIXED = _("its digits differ in format, as if a figure had been added to another")
SIGN = _("the cell shows it with another sign")
HIDDEN = _("the format of the cell does not show it")
OTHER_SIGNS = _("there are other characters beside the figure")

REASONS = (
    *(DATE, LOGICAL, TOO_LARGE, NEGATIVE, SEPARATOR, LEADING_ZERO, PERCENTAGE, HUNDREDTHS),
    ESTIMATE,
    *(RANGE, SEVERAL, SCALE, OTHER_UNIT, DASH, NO_FIGURE, STRUCK, RAISED, MIXED, SIGN, HIDDEN, OTHER_SIGNS),
)

_LOOKED_AT = 200
"""Longer text is not a figure; its beginning shows why."""

# Matched against folded text: khoảng is "khoang", tỷ is "ty".
_SIGNS_OF = (
    (re.compile(r"%|phan tram"), PERCENTAGE),
    (re.compile(r"[<>≤≥~≈±]|[0-9] ?\+$|[0-9].*\btro (?:len|xuong)\b"), ESTIMATE),
    (
        re.compile(
            r"\b(?:khoang|hon|tren|duoi|gan|tam|chung|it nhat|nhieu nhat|toi da|toi thieu|xap xi|uoc)"
            r"\b[^0-9]*[0-9]"
        ),
        ESTIMATE,
    ),
    (re.compile(r"^[-–—_.…/\\ ]+$"), DASH),
    (re.compile(r"^[-–−] ?[0-9][0-9., ]*[^0-9]*$|^\([0-9., ]+\)$"), NEGATIVE),
    (re.compile(r"[0-9] ?(?:[-–—/]|den) ?[0-9]"), RANGE),
    (re.compile(r"[0-9](?:[^0-9.,e]| e)[^0-9]*[0-9]"), SEVERAL),
    (re.compile(r"^[0-9., ]+(?:nghin|ngan|trieu|ty|ti|tr|k)\b"), SCALE),
    (re.compile(r"^[0-9., ]*[0-9] ?[^\W\d_][^0-9]*$"), OTHER_UNIT),
    (re.compile(r"^[^0-9]*$"), NO_FIGURE),
)


def find_reason(text: str) -> str:
    """The reason why a tidied entry is not read as a figure (English, translatable)."""
    text = text[:_LOOKED_AT]
    readings = [fold(reading) for reading in (text, *legacy_readings(text))]
    return next((reason for pattern, reason in _SIGNS_OF if any(map(pattern.search, readings))), OTHER_SIGNS)
