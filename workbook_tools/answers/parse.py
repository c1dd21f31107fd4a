"""Interpret a cell's answer: as typed, repaired and listed, or in doubt and not counted.

``docs/values.md`` lists the cases; it is generated from the table of the tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.answers.dates import parse_date
from workbook_tools.answers.doubts import STRUCK
from workbook_tools.answers.interpreted import UNANSWERED, Reading, doubtful, plain, render_answer, repaired
from workbook_tools.answers.numbers import doubt_shown, parse_number
from workbook_tools.excel import TEXT_LIMIT, bool_text
from workbook_tools.model import SEVERAL, Indicator, Kind, RawAnswer, State
from workbook_tools.problems import problem
from workbook_tools.readers.cell_looks import STROKE
from workbook_tools.text.clean import clean_text, fold
from workbook_tools.text.legacy_fonts import decode_legacy, legacy_readings
from workbook_tools.text.near import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Reading", "parse_value"]

_PICTURE = re.compile(r"\s*=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
"""The formula that WPS stores for a picture placed in a cell."""


def parse_value(indicator: Indicator, answer: RawAnswer) -> Reading:
    """Interpret an answer by the kind of its indicator; its problems still lack their place.

    Numbers become floats, dates :class:`datetime.date`, a choice the option as written in the template, text
    NFC. Mirrors and formulas take no answer. Bounds of numbers are checked by
    :func:`workbook_tools.checks.cells.check_answers`, bounds of dates here.
    """
    if not indicator.asked:
        return UNANSWERED
    if answer.is_error:
        return doubtful(answer, "cell-error")
    if answer.value is None:
        if answer.is_formula:
            return doubtful(answer, "formula-not-calculated")
        return UNANSWERED
    # WPS stores a picture in a cell as a formula, which Excel shows as an error.
    if isinstance(answer.value, str) and _PICTURE.match(answer.value):
        return Reading(State.UNANSWERED, None, (problem("picture-answer"),))
    if STROKE in answer.shown and not indicator.kind.numeric:
        return doubt_shown(answer, STRUCK)
    reading = _PARSERS[indicator.kind](indicator, answer)
    # The result counts, but a pasted formula may belong to another file.
    if answer.is_formula and reading.state is State.ANSWERED:
        return replace(
            reading, problems=(*reading.problems, problem("formula-answer", value=render_answer(answer)))
        )
    return reading


def _parse_text(indicator: Indicator, answer: RawAnswer) -> Reading:
    text = _plain_text(answer)
    # A number in a line of texts is what the cell shows: 00012 of a code, 85% of a share.
    if isinstance(answer.value, float) and answer.shown.strip():
        text = answer.shown.strip()
    if not text:
        return UNANSWERED
    # Only if the whole text is in the old font: single words that look like it are names or abbreviations.
    decoded = decode_legacy(text)
    reading = repaired(answer, decoded, "text-decoded") if decoded else plain(text)
    if len(text) > TEXT_LIMIT:
        return replace(reading, problems=(*reading.problems, problem("text-too-long", length=len(text))))
    return reading


def _parse_choice(indicator: Indicator, answer: RawAnswer) -> Reading:
    text = _plain_text(answer)
    if not text:
        return UNANSWERED
    if text in indicator.options:
        return plain(text)
    option = _find_option(text, indicator.options)
    if option is not None:
        return repaired(answer, option)
    return doubtful(
        answer,
        "choice-unknown",
        accepted=", ".join(indicator.options),
        suggestion=suggest(text, indicator.options),
    )


def _parse_choices(indicator: Indicator, answer: RawAnswer) -> Reading:
    """Several options separated by semicolons or line breaks; returned in the order of the template."""
    text = _plain_text(answer)
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    found = [_find_option(part, indicator.options) for part in parts]
    unknown = [part for part, option in zip(parts, found, strict=True) if option is None]
    if unknown:
        accepted = "; ".join(indicator.options)
        near = suggest(unknown[0], indicator.options)
        return doubtful(answer, "choice-unknown", accepted=accepted, suggestion=near)
    if not parts:
        return UNANSWERED
    # In the order of the dictionary, so that equal answers are equal texts.
    value = SEVERAL.join(option for option in indicator.options if option in found)
    if text == value:
        return plain(value)
    return repaired(answer, value)


def _find_option(text: str, options: tuple[str, ...]) -> str | None:
    """The matching option: ignoring case and blanks, then diacritics, then in a legacy font."""

    def caseless(one: str) -> str:
        return " ".join(one.casefold().split())

    ways: list[tuple[str, Callable[[str], str]]] = [(text, caseless), (text, fold)]
    for entry, form in [*ways, *((reading, caseless) for reading in legacy_readings(text))]:
        found = [option for option in options if form(option) == form(entry)]
        # If two options differ only in diacritics, nobody can tell which is meant.
        if len(found) == 1:
            return found[0]
    return None


def _plain_text(answer: RawAnswer) -> str:
    """The answer as text: numbers without needless decimals, dates as day/month/year, booleans as Excel shows
    them.
    """
    value = answer.value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return bool_text(value)
    if answer.is_date:
        return render_answer(answer)
    return f"{value:.15g}"


_PARSERS: Mapping[Kind, Callable[[Indicator, RawAnswer], Reading]] = {
    Kind.COUNT: parse_number,
    Kind.MONEY: parse_number,
    Kind.TEXT: _parse_text,
    Kind.DATE: parse_date,
    Kind.DECIMAL: parse_number,
    Kind.PERCENT: parse_number,
    Kind.CHOICE: _parse_choice,
    Kind.CHOICES: _parse_choices,
}
