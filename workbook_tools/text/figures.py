"""Typed figures: which number digits, dots, commas and blanks stand for, if it is one only."""

from __future__ import annotations

import re
from fractions import Fraction

# (what a figure looks like, its decimal sign). A whole number is asked for, so one dot before three digits groups
# thousands; one comma there does not decide: it is the decimal sign here and groups thousands in English.
_GROUPED = r"[1-9][0-9]{0,2}"
_FIGURES = (
    (re.compile(r"[0-9]+"), ","),
    (re.compile(_GROUPED + r"(?:\.[0-9]{3})+(?:,00?)?"), ","),
    (re.compile(_GROUPED + r"(?: [0-9]{3})+(?:,00?)?"), ","),
    (re.compile(_GROUPED + r"(?:,[0-9]{3}){2,}(?:\.00?)?|" + _GROUPED + r",[0-9]{3}\.00?"), "."),
)
# Before nghìn, triệu, tỷ decimals are usual, so one sign before three digits decides nothing, be it dot or comma.
_SCALED_FIGURES = (
    (re.compile(r"[0-9]+(?:,(?:[0-9]{1,2}|[0-9]{4,9}))?|0,[0-9]{1,9}"), ","),
    (re.compile(r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,9})|0\.[0-9]{1,9}"), "."),
    (
        re.compile(_GROUPED + r"(?:(?:\.[0-9]{3}){2,}|(?: [0-9]{3})+|(?:\.[0-9]{3})+(?=,))(?:,[0-9]{1,9})?"),
        ",",
    ),
    (re.compile(_GROUPED + r"(?:,[0-9]{3}){2,}(?:\.[0-9]{1,9})?"), "."),
)


def parse_figure(text: str, *, scaled: bool) -> Fraction | None:
    """The number; None where it may be two. ``scaled`` where decimals are usual: behind it stands triệu, or none is whole."""
    for pattern, decimal_sign in _SCALED_FIGURES if scaled else _FIGURES:
        if pattern.fullmatch(text):
            whole, _, decimals = text.partition(decimal_sign)
            return Fraction(f"{re.sub('[., ]', '', whole)}.{decimals or 0}")
    return None
