"""The word beside a figure, converted to the line's own measure."""

from __future__ import annotations

from fractions import Fraction

from workbook_tools.model import Indicator, Kind
from workbook_tools.text.clean import fold
from workbook_tools.text.legacy_fonts import legacy_readings

_SCALES = {
    "": 1,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "k": 10**3,
    "triệu": 10**6,
    "tr": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
_CURRENCIES = ("", "đ", "đồng", "vnd", "vnđ", "₫")
_DONG = {
    scale + currency: factor
    for scale, factor in _SCALES.items()
    for currency in _CURRENCIES
    if scale or currency
}
_DONG_FOLDED = {fold(word): factor for word, factor in _DONG.items()}
_SAME = ({"lượt", "lượt người"}, {"cuốn", "quyển"})
"""Measures that count the same things."""


def factor_of(word: str, indicator: Indicator) -> Fraction | None:
    """How many of the indicator's units one ``word`` is: 1 for its own measure or no word, None if unknown.

    Only money has larger units: ``triệu`` is 1,000,000 if đồng are asked for, and 1 if triệu đồng are.
    """
    stripped = word.strip().rstrip(" .")
    if not stripped:
        return None if word.strip() else Fraction(1)
    if _is_measure(stripped, indicator.measure):
        return Fraction(1)
    asked, given = dong_in(indicator), _dong(stripped)
    if asked and given:
        return Fraction(given, asked)
    return None


def dong_in(indicator: Indicator) -> int | None:
    """How many đồng one unit of the indicator is, 1 by default; None if it is not money."""
    if indicator.kind is not Kind.MONEY:
        return None
    return _dong(indicator.measure) if indicator.measure else 1


def _is_measure(word: str, measure: str) -> bool:
    accepted = {
        measure.casefold(),
        *(same for group in _SAME if measure.casefold() in group for same in group),
    } - {""}
    # All diacritics may be missing, but wrong ones make another word: 20 tổ (groups) is not 20 tờ (sheets).
    if word.isascii():
        return fold(word) in {fold(one) for one in accepted}
    return any(" ".join(reading.casefold().split()) in accepted for reading in (word, *legacy_readings(word)))


def _dong(words: str) -> int | None:
    found = _DONG_FOLDED.get(fold(words).replace(" ", ""))
    # A word decoded from a legacy font must match with all its diacritics; without them anything would match.
    legacy = ("".join(reading.casefold().split()) for reading in legacy_readings(words))
    return found or next((_DONG[word] for word in legacy if word in _DONG), None)
