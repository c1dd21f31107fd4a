"""Dates: cells with a date format, and days typed as text in the order day, month, year."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from workbook_tools.answers.interpreted import (
    UNANSWERED,
    Reading,
    date_of_serial,
    doubtful,
    plain,
    render_value,
    repaired,
)
from workbook_tools.problems import Problem, problem
from workbook_tools.text.clean import fold, tidy_entry
from workbook_tools.text.legacy_fonts import legacy_readings

if TYPE_CHECKING:
    from workbook_tools.model import Indicator, RawAnswer

_TIME = r"(?:[ t][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_DAY_FIRST = re.compile(
    r"(?:ngay )?(?P<day>[0-9]{1,2}) ?([/.-]) ?(?P<month>[0-9]{1,2}) ?\2 ?(?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})([/.-])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})" + _TIME)
_WORDS = re.compile(
    r"(?:ngay )?(?P<day>[0-9]{1,2}) ?thang (?P<month>[0-9]{1,2})(?:,| ?nam) ?(?P<year>[0-9]{4})"
)
# Excel has no earlier dates.
_FIRST_YEAR = 1900
_CENTURY_TURN = 30
"""Two-digit years below this belong to this century, as in Excel."""


def parse_date(indicator: Indicator, answer: RawAnswer) -> Reading:
    """Parse a day; one outside the bounds of its line is kept, with a problem.

    A number without a date format is no date: it may as well be a figure in the wrong line.
    """
    value = answer.value
    if isinstance(value, str):
        text = tidy_entry(value)
        if not text:
            return UNANSWERED
        found = _parse_day(text)
        reading = repaired(answer, found) if found else None
    else:
        # 45213 in a cell that is not formatted as a date may be a figure that slipped into the line.
        found = date_of_serial(value) if answer.is_date and isinstance(value, float) else None
        reading = plain(found) if found else None
    if found is None or reading is None:
        return doubtful(answer, "date-in-doubt")
    return Reading(reading.state, found, (*reading.problems, *_outside(found, indicator)))


def _parse_day(text: str) -> date | None:
    """Parse a day from text; None without a year, or if only month-day order makes it valid."""
    for reading in (text, *legacy_readings(text)):
        folded = fold(reading)
        for pattern in (_DAY_FIRST, _WORDS, _YEAR_FIRST):
            match = pattern.fullmatch(folded)
            if match:
                return _day(_full_year(match["year"]), int(match["month"]), int(match["day"]))
    return None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    # As Excel does.
    century = 2000 if year < _CENTURY_TURN else 1900
    return century + year


def _day(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _outside(day: date, indicator: Indicator) -> list[Problem]:
    earliest = date_of_serial(indicator.minimum) if indicator.minimum is not None else None
    latest = date_of_serial(indicator.maximum) if indicator.maximum is not None else None
    if earliest and day < earliest:
        return [problem("date-too-early", value=render_value(day), minimum=render_value(earliest))]
    if latest and day > latest:
        return [problem("date-too-late", value=render_value(day), maximum=render_value(latest))]
    return []
