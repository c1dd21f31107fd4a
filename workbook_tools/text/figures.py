"""Parse typed figures: digits with dots, commas and blanks, if they are unambiguous."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

# (pattern of a figure, its decimal sign). The line asks for a whole number, so a single dot before three
# digits groups thousands; a single comma there is ambiguous: decimal in Vietnamese, grouping in English.
_GROUPED = r"[1-9][0-9]{0,2}"
_FIGURES = (
    (re.compile(r"[0-9]+"), ","),
    (re.compile(_GROUPED + r"(?:\.[0-9]{3})+(?:,00?)?"), ","),
    (re.compile(_GROUPED + r"(?: [0-9]{3})+(?:,00?)?"), ","),
    (re.compile(_GROUPED + r"(?:,[0-9]{3}){2,}(?:\.00?)?|" + _GROUPED + r",[0-9]{3}\.00?"), "."),
)
# Decimals are usual before nghìn, triệu and tỷ, so a single dot or comma before three digits is ambiguous.
_SCALED_FIGURES = (
    (re.compile(r"[0-9]+(?:,(?:[0-9]{1,2}|[0-9]{4,9}))?|0,[0-9]{1,9}"), ","),
    (re.compile(r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,9})|0\.[0-9]{1,9}"), "."),
    (
        re.compile(_GROUPED + r"(?:(?:\.[0-9]{3}){2,}|(?: [0-9]{3})+|(?:\.[0-9]{3})+(?=,))(?:,[0-9]{1,9})?"),
        ",",
    ),
    (re.compile(_GROUPED + r"(?:,[0-9]{3}){2,}(?:\.[0-9]{1,9})?"), "."),
)

MINUS_SIGNS = ("-", "−", "–", "(")
"""What a negative figure begins with; a bracket is closed behind it."""
_SCALE = re.compile(
    r"\b(?:nghìn|ngàn|triệu|t[ỷỉ](?! (?:lệ|số|suất|trọng|giá)\b))\b|%|‰|phần (?:trăm|nghìn)", re.IGNORECASE
)
_SAME = {"ngàn": "nghìn", "tỉ": "tỷ", "phần trăm": "%", "phần nghìn": "‰"}


def find_scales(text: str) -> frozenset[str]:
    """The words of a printed text that multiply or divide figures: nghìn, triệu, tỷ, per cent."""
    words = map(str.casefold, _SCALE.findall(unicodedata.normalize("NFC", text)))
    return frozenset(_SAME.get(word, word) for word in words)


def parse_figure(text: str, *, scaled: bool) -> Fraction | None:
    """Parse a figure; None if it is ambiguous.

    Pass ``scaled`` if decimals are usual: before triệu, or where numbers need not be whole.
    """
    patterns = _SCALED_FIGURES if scaled else _FIGURES
    for pattern, decimal_sign in patterns:
        if pattern.fullmatch(text):
            whole, _, decimals = text.partition(decimal_sign)
            return Fraction(f"{re.sub('[., ]', '', whole)}.{decimals or 0}")
    return None


def drop_zero_decimals(number: float) -> float | int:
    """3 for 3.0; a number with decimals as it is."""
    return int(number) if number.is_integer() else number


def is_rounded(text: str, held: float) -> bool:
    """Whether a displayed figure is a number, perhaps rounded; either sign may begin its decimals."""
    for decimal_sign in ",.":
        whole, _, decimals = text.partition(decimal_sign)
        digits = re.sub("[., \u00a0\u202f]", "", whole)
        # A sign of decimals stands once, and nothing groups what is behind it.
        if digits.isdecimal() and (decimals.isdecimal() or not decimals):
            places = len(decimals)
            if abs(float(f"{digits}.{decimals or 0}") - abs(held)) <= (0.5 + 1e-6) / 10**places:
                return True
    return False
