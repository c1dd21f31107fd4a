"""The result of interpreting a cell: a value, a listed repair, or a doubt to ask about."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from workbook_tools.excel import FIRST_SERIAL, LAST_SERIAL, from_serial
from workbook_tools.locale import show_number
from workbook_tools.model import RawAnswer, State
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.text.clean import truncate
from workbook_tools.text.figures import drop_zero_decimals

_SHOWN = 80
"""Characters of an answer quoted in a message; the answers table has the whole."""
_PLAIN = 1e15
"""Below this, a float holds every integer and is written digit by digit."""


class Reading(Struct, frozen=True):
    """An interpreted answer; ``value`` is None unless the state is answered. Problems have no place yet."""

    state: State
    value: float | str | date | None = None
    problems: tuple[Problem, ...] = ()


UNANSWERED = Reading(State.UNANSWERED)


def plain(value: float | str | date) -> Reading:
    """An answer that needs no repair."""
    return Reading(State.ANSWERED, value)


def repaired(
    answer: RawAnswer, value: float | str | date, code: str = "value-repaired", *, read: str = ""
) -> Reading:
    """An unambiguous answer in an unusual notation: it counts, and the repair is listed.

    ``read`` is the message's wording for the value.
    """
    written, shown = render_answer(answer), read or _shown(value)
    # Grouped as the unit grouped it, the number would explain nothing: 1.250 is read as 1250.
    if isinstance(shown, int) and show_number(shown, "vi") == written:
        shown = str(shown)
    return Reading(State.ANSWERED, value, (problem(code, value=written, read=shown),))


def doubtful(answer: RawAnswer, code: str, **params: object) -> Reading:
    """An ambiguous or meaningless answer: it does not count until the unit is asked."""
    return Reading(
        State.IN_DOUBT, None, (problem(code, Place(), severity=None, value=render_answer(answer), **params),)
    )


def render_answer(answer: RawAnswer) -> str:
    """The answer as quoted in a message: on one line, shortened, dates as dates."""
    if answer.is_date and isinstance(answer.value, float):
        day = date_of_serial(answer.value)
        if day:
            return render_value(day)
        return _time_of_day(answer.value) or answer.raw
    return _shorten(answer.raw or str(answer.value))


def _time_of_day(serial: float) -> str:
    """A time without a day, such as 8:30 or 26:30; empty if the number is none."""
    if not 0 < serial < FIRST_SERIAL or serial.is_integer():
        return ""
    minutes = round(serial * 24 * 60 * 60) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def render_value(value: float | str | date) -> str:
    """A value as written in a message: 12 for 12.0, day/month/year, text shortened."""
    if isinstance(value, str):
        return _shorten(value)
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04d}"
    return f"{value:.15g}" if abs(value) < _PLAIN else f"{value:g}"


def _shown(value: float | str | date) -> int | float | str:
    """A value as a message parameter: numbers stay numbers, so that the language can group their digits."""
    if isinstance(value, float) and abs(value) < _PLAIN:
        return drop_zero_decimals(value)
    return render_value(value)


def date_of_serial(serial: float) -> date | None:
    """The day of a serial number of the 1900 system; None where programs disagree."""
    if not FIRST_SERIAL <= serial < LAST_SERIAL + 1:
        return None
    return from_serial(serial)


def _shorten(text: str) -> str:
    # Cut before splitting: a cell may hold 32,767 characters.
    return truncate(" ".join(text[: 4 * _SHOWN].split()), _SHOWN)
