"""Values of OpenDocument cells from their attributes: numbers, dates as serial numbers, text, errors."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING

from workbook_tools.excel import NUMBER_DIGITS, to_serial
from workbook_tools.readers.sheet_book import CellValue
from workbook_tools.text.figures import MINUS_SIGNS, is_rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:[.,]\d*)?)S)?)?", re.ASCII
)
_ERROR = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]?|Err:[0-9]{3}")
_NO_VALUE = "#VALUE!"
_FREE = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|-?(?:[0-9]+ +)?[0-9]+/[0-9]+")
"""A number with an exponent, or as a fraction."""
_BETWEEN_DIGITS = re.compile(r"[\s.,'()+\-]")


def read_cell(attributes: Mapping[str, str], shown: str | None) -> CellValue | None:
    """Read a cell's value; None if it is empty. ``shown`` is its text, or None.

    Dates and times become serial numbers of the 1900 system, whatever the file's own epoch.
    """
    formula = f"{{{TABLE}}}formula" in attributes
    kind = attributes.get(f"{{{OFFICE}}}value-type")
    # LibreOffice writes an error as text and marks it only by an attribute of its own.
    if attributes.get(_CALC_TYPE) == "error":
        return _error(shown, formula)
    if kind in ("float", "percentage", "currency"):
        return _number(attributes.get(f"{{{OFFICE}}}value", ""), shown, formula)
    if kind == "date":
        return _serial(attributes.get(f"{{{OFFICE}}}date-value", ""), shown, formula)
    if kind == "time":
        return _serial(attributes.get(f"{{{OFFICE}}}time-value", ""), shown, formula)
    if kind == "boolean":
        return _bool(attributes.get(f"{{{OFFICE}}}boolean-value", ""), shown, formula)
    if kind is None or kind == "string":
        return _text(attributes.get(f"{{{OFFICE}}}string-value", shown), formula)
    return _error(shown, formula)


def _number(stored: str, shown: str | None, formula: bool) -> CellValue:
    value = float(stored) if NUMBER_DIGITS.fullmatch(stored) else math.nan
    if not math.isfinite(value):
        return _error(stored or shown, formula)
    return CellValue("number", stored, value, formula, shown=_shown_otherwise(value, shown))


def _shown_otherwise(value: float, shown: str | None) -> str:
    """The display of a number; empty if it is the number's digits, grouped or rounded, or ### for a narrow
    column; a blank if nothing is displayed.
    """
    # An empty paragraph, not a missing one: the number format hides the number.
    if shown is not None and not shown.strip():
        return " "
    if not shown or not shown.strip("#"):
        return ""
    if (shown.lstrip()[:1] in MINUS_SIGNS) != (value < 0) and value:
        return shown
    if not value.is_integer():
        figure = _FREE.sub("", shown).strip("".join(MINUS_SIGNS) + ")\u00a0\u202f ")
        if not figure or is_rounded(figure, value):
            return ""
        return shown
    # Grouping depends on the language of the computer that saved the file.
    digits = _BETWEEN_DIGITS.sub("", shown)
    return "" if digits == f"{abs(value):.0f}" else shown


def _serial(stored: str, shown: str | None, formula: bool) -> CellValue:
    days = _days(stored)
    if days is None:
        return _error(stored or shown, formula)
    return CellValue("number", stored, days, formula, True)


def _days(stored: str) -> float | None:
    """Days since 30/12/1899 of an ISO 8601 date or duration."""
    # Times are stored as durations, PT08H30M00S.
    duration = _DURATION.fullmatch(stored)
    if duration is not None and any(duration.groups()[1:]):
        sign, *parts = duration.groups()
        days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
        length = days + (hours + (minutes + seconds / 60) / 60) / 24
        return -length if sign else length
    try:
        return to_serial(datetime.fromisoformat(stored).replace(tzinfo=None))
    except ValueError:
        return None


def _bool(stored: str, shown: str | None, formula: bool) -> CellValue:
    if stored not in ("true", "false"):
        return _error(stored or shown, formula)
    return CellValue("bool", stored.upper(), stored == "true", formula)


def _text(text: str | None, formula: bool) -> CellValue | None:
    if text is None:
        return CellValue("blank-formula", "", None, True) if formula else None
    # Gnumeric and SheetJS write an error as a formula's text.
    if formula and _ERROR.fullmatch(text):
        return _error(text, formula)
    if text or formula:
        return CellValue("text", text, text, formula)
    return None


def _error(text: str | None, formula: bool) -> CellValue:
    text = text or _NO_VALUE
    return CellValue("error", text, text, formula)
