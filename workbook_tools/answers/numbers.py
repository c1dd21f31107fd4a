"""Counts and amounts of money: parse a number cell or a typed figure if it is unambiguous."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from workbook_tools.answers import doubts
from workbook_tools.answers.interpreted import UNANSWERED, Reading, doubtful, plain, repaired
from workbook_tools.answers.measures import factor_of
from workbook_tools.model import NO_FIGURE_CODE, Indicator, Kind, RawAnswer, State
from workbook_tools.problems import BLANK, problem
from workbook_tools.readers.cell_looks import SPLIT, STROKE
from workbook_tools.text.clean import fold, tidy_entry
from workbook_tools.text.figures import MINUS_SIGNS, is_rounded, parse_figure
from workbook_tools.text.legacy_fonts import legacy_readings

if TYPE_CHECKING:
    from fractions import Fraction

LARGEST = 10**15
"""Above this, a workbook does not keep every digit."""
_LONGEST_FIGURE = 40
"""In characters: far above what any figure needs, and below Python's limit for integers."""

# "Không" (none) is the figure 0, unlike "không có số liệu" (no figures).
_NONE = frozenset({"không", "không có", "ko", "ko có", "không phát sinh"})
_NOT_KNOWN = frozenset({"không có số liệu", "chưa có số liệu"})
_ENTRY = re.compile(r"([0-9]+(?:[., ][0-9]+)*)(.*)", re.DOTALL)
_SHOWN = re.compile(r"([^0-9]*?)([0-9](?:[0-9., ]*[0-9])?)([^0-9]*)")
_GROUP = 3
"""Digits after a dot or comma that may be decimals or the last group of thousands."""
_GROUPED = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:[., ][0-9]{3})+)(?:[.,][0-9]+)?")
_NEGATIVE = re.compile(r"[-−–] ?([0-9].*)", re.DOTALL)
_LIKE_TELEPHONE = re.compile(r"0[0-9][0-9. ]{3,}")


def parse_number(indicator: Indicator, answer: RawAnswer) -> Reading:
    """Parse a count or an amount of money in the indicator's own unit, to a float.

    Bounds are checked elsewhere, except for a negative number on a line that allows none.
    """
    value = answer.value
    if isinstance(value, bool) or value is None:
        return doubt_number(answer, doubts.LOGICAL)
    if isinstance(value, str):
        if answer.shown:
            return doubt_shown(answer, _explain_look(answer.shown))
        return _parse_entry(indicator, answer, tidy_entry(value))
    # Excel turned 1/2 or 3-4 into a date, and what was typed is lost.
    if answer.is_date:
        return doubt_number(answer, doubts.DATE)
    if not math.isfinite(value) or abs(value) > LARGEST:
        return doubt_number(answer, doubts.TOO_LARGE)
    # Excel shows fifteen digits: 2.9999999999999996 is the 3 that the unit sees. Adding 0.0 removes -0.
    digits = value if value.is_integer() else float(f"{value:.15g}")
    shown = digits + 0.0
    if indicator.whole and not shown.is_integer():
        return doubtful(answer, "number-not-whole")
    if shown < min(indicator.minimum or 0, 0):
        return doubt_number(answer, doubts.NEGATIVE)
    if STROKE in answer.shown:
        return doubt_shown(answer, doubts.STRUCK)
    if indicator.kind is Kind.PERCENT:
        return _parse_stored_rate(answer, shown)
    if answer.shown and (reason := _explain_shown(indicator, answer.shown, shown)):
        return doubt_shown(answer, reason)
    return plain(shown)


def _parse_stored_rate(answer: RawAnswer, rate: float) -> Reading:
    """Parse a rate held as a number, 0.875 for 87,5 %."""
    # If the cell no longer shows a percent sign, 0.5 may mean a half or half a per cent.
    if "%" not in answer.shown:
        if rate:
            return doubt_number(answer, doubts.HUNDREDTHS)
        return plain(rate)
    entry = _SHOWN.fullmatch(tidy_entry(answer.shown))
    # A sign that belongs to the format alone, as in 0"%", is shown beside a number that is not divided.
    if rate and (entry is None or entry[3].strip() != "%" or not is_rounded(entry[2], rate * 100)):
        return doubt_shown(answer, doubts.HUNDREDTHS)
    return plain(rate)


def _explain_look(shown: str) -> str:
    """Return why a text is not displayed as its letters."""
    if STROKE in shown:
        return doubts.STRUCK
    return doubts.MIXED if SPLIT in shown else doubts.RAISED


def _explain_shown(indicator: Indicator, text: str, held: float) -> str:
    """Return why a cell displays another number than it holds; empty if it does not."""
    if not text.strip():
        return doubts.HIDDEN
    entry = _SHOWN.fullmatch(tidy_entry(text))
    if entry is None:
        return doubts.find_reason(tidy_entry(text))
    before, behind = entry[1].strip(), entry[3].strip()
    is_negative = before[:1] in MINUS_SIGNS
    before = before.lstrip("".join(MINUS_SIGNS))
    if is_negative:
        behind = behind.removeprefix(")")
    if any(factor_of(word, indicator) != 1 for word in (before, behind)):
        return doubts.find_reason(tidy_entry(text))
    if is_negative != (held < 0):
        return doubts.SIGN
    figure, digits = entry[2], f"{abs(held):.0f}"
    if not held.is_integer():
        return "" if is_rounded(figure, held) else doubts.SCALE
    if not indicator.whole and re.fullmatch(rf"{digits}[.,]0+", figure):
        return ""
    if not _GROUPED.fullmatch(figure):
        return doubts.SEPARATOR
    added = re.sub("[., ]", "", figure).removeprefix(digits)
    decimals = re.search(r"[.,](0+)$", figure)
    if not added or (decimals and added == decimals[1] and len(added) != _GROUP):
        return ""
    if figure.startswith("0") and held:
        return doubts.LEADING_ZERO
    return doubts.SEPARATOR


def doubt_shown(answer: RawAnswer, reason: str) -> Reading:
    """Doubt an entry whose cell displays something else than it holds; quote the display."""
    shown = answer.shown if answer.shown.strip() else BLANK
    return Reading(
        State.IN_DOUBT,
        None,
        (problem("shown-otherwise", value=answer.raw, read=" ".join(shown.split()), reason=reason),),
    )


def doubt_number(answer: RawAnswer, reason: str) -> Reading:
    """Doubt an entry that is no plain figure, with the reason."""
    return doubtful(answer, "number-in-doubt", reason=reason)


def _parse_entry(indicator: Indicator, answer: RawAnswer, text: str) -> Reading:
    if not text:
        return UNANSWERED
    if re.sub("[ .]", "", text).upper() == NO_FIGURE_CODE:
        return Reading(State.NO_FIGURE)
    if _is_one_of(text, _NOT_KNOWN):
        return Reading(
            State.NO_FIGURE, None, (problem("value-repaired", value=answer.raw or text, read=NO_FIGURE_CODE),)
        )
    if _is_one_of(text, _NONE):
        return repaired(answer, 0.0)
    signed = None
    if (indicator.minimum or 0) < 0:
        signed = _NEGATIVE.fullmatch(text)
    bare = signed[1] if signed else text
    entry = _ENTRY.fullmatch(bare)
    if entry is not None and indicator.kind is Kind.PERCENT:
        return _parse_rate(entry, answer, negative=signed is not None)
    factor = factor_of(entry[2], indicator) if entry else None
    if entry is None or factor is None:
        return doubt_number(answer, doubts.find_reason(text))
    # 0912 345 678 in a line of figures belongs elsewhere.
    if _LIKE_TELEPHONE.fullmatch(entry[1]):
        return doubt_number(answer, doubts.LEADING_ZERO)
    # Before it is parsed, because a text of a million digits takes long.
    if len(entry[1]) > _LONGEST_FIGURE:
        return doubt_number(answer, doubts.TOO_LARGE)
    figure = parse_figure(entry[1], scaled=factor != 1 or not indicator.whole)
    if figure is None:
        return doubt_number(answer, doubts.SEPARATOR)
    if signed:
        figure = -figure
    return _repair_number(answer, figure * factor, whole=indicator.whole)


def _parse_rate(entry: re.Match[str], answer: RawAnswer, *, negative: bool) -> Reading:
    """Parse a typed rate: 87,5 and 87,5 % are equal; below 1 without a percent sign it is ambiguous."""
    word = fold(entry[2].strip().rstrip("."))
    figure = None
    if len(entry[1]) <= _LONGEST_FIGURE:
        figure = parse_figure(entry[1], scaled=True)
    if word not in ("", "%", "phan tram"):
        return doubt_number(answer, doubts.find_reason(entry[0]))
    if figure is None:
        return doubt_number(answer, doubts.SEPARATOR)
    # 0.5 may mean 50 % or half a per cent.
    if not word and 0 < figure <= 1:
        return doubt_number(answer, doubts.HUNDREDTHS)
    rate = -figure if negative else figure
    return repaired(answer, float(rate / 100), read=f"{float(rate):.15g}%")


def _repair_number(answer: RawAnswer, number: Fraction, *, whole: bool) -> Reading:
    if abs(number) > LARGEST:
        return doubt_number(answer, doubts.TOO_LARGE)
    if whole and number.denominator != 1:
        return doubtful(answer, "number-not-whole")
    return repaired(answer, float(number))


def _is_one_of(text: str, words: frozenset[str]) -> bool:
    # People leave out all diacritics, but other diacritics make another word.
    if text.isascii():
        return fold(text).rstrip(".") in {fold(word) for word in words}
    return any(
        " ".join(reading.casefold().rstrip(".").split()) in words
        for reading in (text, *legacy_readings(text))
    )
