"""User languages: gettext catalogues kept with Babel, Vietnamese by default."""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbook_tools.excel import round_as_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("vi", "en")
DOMAIN = "workbook_tools"


@cache
def translation(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English is the source and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, Path(__file__).parent, languages=[language])


def translate(message: str, language: str) -> str:
    """Translate a message."""
    if message:
        return translation(language).gettext(message)
    return ""


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """Translate a message about ``count`` things; ``one`` is its English singular, ``many`` its plural."""
    return translation(language).ngettext(one, many, count)


def default_language(environ: Mapping[str, str]) -> str:
    """Vietnamese, unless ``WORKBOOK_TOOLS_LANG`` in the environment says English."""
    if environ.get("WORKBOOK_TOOLS_LANG", "").lower().startswith("en"):
        return "en"
    return "vi"


def mark(message: str) -> str:
    """Mark text for the catalogue without translating it yet."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Mark text with a singular and a plural form."""
    return one, many


_EXACT = 10
"""Decimals of a per cent: more are those of binary fractions."""


class Percent(float):
    """A rate as Excel stores it, 0.875, which a person sees as 87,5%."""


def show_number(number: float, language: str) -> str:
    """Format a number for a language: 1.250 and 2,5 in Vietnamese, 1,250 and 2.5 in English."""
    if isinstance(number, Percent):
        return show_number(round(float(number) * 100, _EXACT), language) + "%"
    # Fifteen digits, as Excel shows: a sum of decimals has more, which are those of binary fractions.
    if isinstance(number, float):
        number = float(f"{number:.15g}")
        if number.is_integer():
            number = int(number)
    text = f"{number:,}"
    if language == "vi":
        return text.translate(str.maketrans(",.", ".,"))
    return text


def show_figure(number: float, number_format: str, language: str) -> str:
    """Format a number as a cell of that format, as far as decimals and a percent sign go: 87,5%."""
    decimals = len(re.sub(r"[^0#?]", "", number_format.partition(";")[0].partition(".")[2]))
    if "%" in re.sub(r'"[^"]*"', "", number_format):
        return show_number(round_as_shown(number * 100, decimals), language) + "%"
    return show_number(round_as_shown(number, max(decimals, 2)), language)
