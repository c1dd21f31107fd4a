"""Excel's number formats: dates, plain digits, or a display that differs from the number."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workbook_tools.text.figures import MINUS_SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BUILTIN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILTIN_ODD = {9: "0%", 10: "0.00%"}
# Brackets contain colours and conditions, except for [h], [m] and [s], which show elapsed time.
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*(?P<fill>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<digits>General|Standard|[0#?]+(?:,*[0#?]+)*|@)|(?P<decimals>\.[0#?]*)|(?P<scale>,+)"
    r"|(?P<exponent>E[+-])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_COLOUR = re.compile(r"\[(?:red|đỏ|color *[0-9]+)\]", re.IGNORECASE)
_BETWEEN_SECTIONS = re.compile(r'(?<!\\);(?=(?:[^"]*"[^"]*")*[^"]*$)')
_COMPARE = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}
# Excel keeps fifteen significant digits.
_MOST_DIGITS = 15
_MISLEADING = re.compile(r"[0-9] *\+|[0-9]/[0-9]|[0-9][ \u00a0\u202f.,'](?![0-9]{3}(?![0-9]))[0-9]")
"""Displays that mislead: a lower bound (``5+``), a fraction or date, separators that group no thousands."""
_HARMLESS = "/ \u00a0\u202f.,'()+-"
"""Characters beside or between digits that leave the number as it is."""


def find_date_formats(codes: Mapping[int, str]) -> frozenset[int]:
    """Indices of date and time formats: the built-in ones and the workbook's own."""
    return frozenset(number for number, code in codes.items() if is_date_format(code)) | (
        _BUILTIN_DATES - codes.keys()
    )


def is_date_format(code: str) -> bool:
    """Whether a number format, in its section for positive numbers, shows parts of a date or time."""
    return _DATE_LETTER.search(_LITERAL.sub("", code).partition(";")[0]) is not None


def find_odd_formats(codes: Mapping[int, str]) -> dict[int, str]:
    """Index → code of the formats that may display more than a number's digits; dates are not considered."""
    return {number: code for number, code in (_BUILTIN_ODD | dict(codes)).items() if _may_differ(code)}


def _may_differ(code: str) -> bool:
    return _CONDITION.search(code) is not None or any(
        format_number(code, value) for value in (0.0, 1.0, 12.0, 1234567.0, -1.0)
    )


@lru_cache(maxsize=1 << 10)
def format_number(code: str, value: float) -> str:
    """A number as formatted, without grouping; empty if the format shows its plain digits and sign.

    A blank if the format hides the number. How many decimals are shown is no difference.
    """
    section = _choose(code, value)
    # An empty section, as in ";;;", hides the number.
    if not section and ";" in code:
        return " "
    if not section or abs(value) >= 10**_MOST_DIGITS:
        return ""
    tokens = [*_TOKEN.finditer(section)]
    shown = _format_whole(tokens, value) if value.is_integer() else _format_fraction(tokens, value)
    # A format of one section, or with conditions, gets its minus from the program.
    if value < 0 and (len(_BETWEEN_SECTIONS.split(code)) == 1 or _CONDITION.search(code)):
        return f"-{shown}" if shown.strip() else shown
    # A book-keeper's red figure is negative, too.
    if not value or _has_minus(tokens) == (value < 0) or (value < 0 and _COLOUR.search(section)):
        return shown
    return shown or "".join(_drawn(tokens, [_bare(tokens, value)]))


def _format_whole(tokens: list[re.Match[str]], value: float) -> str:
    if _is_free(tokens):
        figure = f"{abs(value):.0f}"
        shown = "".join(_drawn(tokens, [figure]))
    else:
        figure = _figure(tokens, abs(value))
        shown = "".join(_drawn(tokens, _deal(tokens, figure)))
    if not figure:
        if value == 0 and shown.strip(" -–—") == "" and shown.strip():
            return ""
        return shown or " "
    decimals = figure.partition(",")[2]
    whole = shown.replace(f",{decimals}", "", 1) if decimals else shown
    if _MISLEADING.search(whole):
        return shown
    # Three decimals look like a group of thousands, so they are shown although the digits agree.
    plain = "".join(sign for sign in shown if sign not in _HARMLESS)
    if plain == f"{abs(value):.0f}" + decimals and len(decimals) != 3:
        return ""
    return shown


def _format_fraction(tokens: list[re.Match[str]], value: float) -> str:
    """A number with decimals as formatted; empty if that is its digits, rounded or not."""
    per_cent = any(token["other"] == "%" for token in tokens)
    scaled = any(token["scale"] for token in tokens)
    literals = "".join(token["quoted"] or token["escaped"] or token["currency"] or "" for token in tokens)
    literals += "".join(token["fill"] for token in tokens if (token["fill"] or "").isalnum())
    if not literals.strip(_HARMLESS):
        if per_cent and not scaled:
            return f"{abs(value) * 100:.15g}%"
        if not scaled and any(token["digits"] for token in tokens):
            return ""
    return "".join(_drawn(tokens, [_bare(tokens, value)])) or " "


def _bare(tokens: list[re.Match[str]], value: float) -> str:
    """The digits that a format shows of a number, without its sign and words."""
    if _is_free(tokens):
        return f"{abs(value):.15g}".replace(".", ",")
    return _figure(tokens, abs(value))


def _is_free(tokens: list[re.Match[str]]) -> bool:
    """Whether a format leaves the digits to the program: General, text, exponents, fractions."""
    return any(
        token["exponent"] or token["other"] == "/" or (token["digits"] or "")[:1] in tuple("@GgSs")
        for token in tokens
    )


def _has_minus(tokens: list[re.Match[str]]) -> bool:
    """Whether a minus or bracket of the format's own makes a number look negative."""
    signs = (token["quoted"] or token["escaped"] or token["other"] or "" for token in _before_digits(tokens))
    return "".join(signs).strip(" \u00a0")[:1] in MINUS_SIGNS


def _before_digits(tokens: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    return itertools.takewhile(lambda token: not token["digits"], tokens)


def _choose(code: str, value: float) -> str:
    """The section of a format that applies to a number."""
    sections = _BETWEEN_SECTIONS.split(code)[:3]
    for section in sections:
        condition = _CONDITION.search(section)
        if condition and _holds(condition[1], value, condition[2]):
            return section
    # With conditions, the first section without one is for all other numbers.
    if any(map(_CONDITION.search, sections)):
        return next((section for section in sections if not _CONDITION.search(section)), "")
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _holds(sign: str, value: float, bound: str) -> bool:
    try:
        return bool(_COMPARE[sign](value, float(bound)))
    except ValueError:
        return False


def _figure(tokens: list[re.Match[str]], value: float) -> str:
    """The digits that the placeholders show; empty if there are none."""
    whole = [token["digits"] for token in tokens if token["digits"]]
    if not whole:
        return ""
    decimals = next((token["decimals"] for token in tokens if token["decimals"]), "")
    value *= 100.0 ** sum(token["other"] == "%" for token in tokens)
    value /= 1000.0 ** sum(len(token["scale"]) for token in tokens if token["scale"])
    needed = decimals.count("0") if value.is_integer() else len(decimals[1:])
    text = f"{value:.{min(needed, 15)}f}"
    before, _, behind = text.partition(".")
    padded = before.zfill(min("".join(whole).count("0"), 30))
    # Without a place that is always filled, as in "#,###", a zero is not shown.
    if not value and not behind and "0" not in "".join(whole) and not _is_free(tokens):
        padded = ""
    return f"{padded},{behind}" if behind else padded


def _deal(tokens: list[re.Match[str]], figure: str) -> list[str]:
    """The figure cut as its groups of placeholders, which literals may separate, show it: from the right."""
    sizes = [sum(sign in "0#?" for sign in token["digits"]) for token in tokens if token["digits"]]
    whole, comma, decimals = figure.partition(",")
    pieces: list[str] = []
    # As Excel does, digits that exceed the placeholders go to the leftmost group.
    for size in sizes[:0:-1]:
        cut = max(len(whole) - size, 0)
        whole, piece = whole[:cut], whole[cut:]
        pieces.insert(0, piece)
    pieces.insert(0, whole)
    pieces[-1] += comma + decimals
    return pieces


def _drawn(tokens: list[re.Match[str]], pieces: list[str]) -> Iterator[str]:
    """The parts of the display, with the pieces of the figure at its groups of placeholders."""
    left = iter(pieces)
    for token in tokens:
        if token["digits"]:
            yield next(left, "")
        fill = ""
        if token["fill"] and token["fill"].isalnum():
            fill = token["fill"]
        yield token["quoted"] or token["escaped"] or token["currency"] or token["other"] or fill or ""
