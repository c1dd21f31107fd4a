"""Finds common themes in what units wrote: phrases that several of them use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_THEMES = 3
"""Themes found per line."""
_ALIKE = 0.6
"""Two phrases with this share of units in common are one theme."""
_WORD = re.compile(r"\w+")
_BETWEEN_MARKS = re.compile(r"[.,;:!?\n]")
_MOST_WORDS, _NEARLY_ALL = 12, 0.9
"""A theme's maximum of words; and the share of its users that must have a neighbouring word to extend it."""
ASIDE = re.compile(r"\([^()]*\)")
"""Text in brackets."""
_EMPTY_WORDS = frozenset((
    "và", "các", "của", "cho", "để", "trong", "với", "là", "có", "được", "không", "những", "một",
    "này", "đã", "về", "từ", "tại", "do", "theo", "trên", "dưới", "khi", "sẽ", "cần", "đề", "nghị",
    "kiến", "xuất", "đơn", "vị", "thực", "hiện", "công", "tác", "tổ", "chức", "việc", "còn", "chưa",
    "rất", "nhiều", "ít", "năm", "huyện", "xã", "trường", "quan", "tâm",
))  # fmt: skip
"""Words that no theme begins or ends with: function words, and what every report says."""


class Theme(Struct, frozen=True):
    """Words that several units use in their answers to one line."""

    words: str
    units: Sequence[str]


def find_themes(said: Mapping[str, str]) -> list[Theme]:
    """Phrases that at least two units use, most frequent first; none begins or ends with a stop word.

    ``said`` maps units to texts. Of phrases that nearly the same units use, only one is returned.
    """
    # Dictionaries as ordered sets: a set's order would differ from run to run. Units copy from each other, so
    # each text is cut once.
    writers: dict[str, dict[str, None]] = {}
    for unit, text in said.items():
        writers.setdefault(text, {})[unit] = None
    clauses: dict[tuple[str, ...], dict[str, None]] = {}
    for text, units in writers.items():
        for clause in _clauses(text):
            clauses.setdefault(clause, {}).update(units)
    users: dict[tuple[str, ...], dict[str, None]] = {}
    for clause, units in clauses.items():
        for phrase in _phrases(clause):
            users.setdefault(phrase, {}).update(units)
    shared = [(phrase, units) for phrase, units in users.items() if len(units) > 1]
    # Longer phrases first among equally frequent ones; then by text, so that the order is always the same.
    shared.sort(key=lambda found: (-len(found[1]), -len(found[0]), found[0]))
    kept: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for phrase, units in shared:
        if len(kept) == MOST_THEMES:
            break
        theirs = frozenset(units)
        if not any(_are_alike(theirs, others) for _, others in kept):
            kept.append((phrase, theirs))
    order = {unit: place for place, unit in enumerate(said)}
    return [
        Theme(" ".join(_whole(phrase, units, clauses)), sorted(units, key=order.__getitem__))
        for phrase, units in kept
    ]


def _clauses(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each part of a text between punctuation marks, without brackets: they are asides."""
    for clause in _BETWEEN_MARKS.split(ASIDE.sub(".", text.casefold())):
        yield tuple(_WORD.findall(clause))


def _phrases(clause: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All phrases of two or three words that may be a theme."""
    says = [word not in _EMPTY_WORDS and not word.isdigit() for word in clause]
    for start in range(len(clause) - 1):
        if says[start] and says[start + 1]:
            yield clause[start : start + 2]
        if says[start] and start + 2 < len(clause) and says[start + 2] and not clause[start + 1].isdigit():
            yield clause[start : start + 3]


def _whole(
    phrase: tuple[str, ...], units: frozenset[str], clauses: Mapping[tuple[str, ...], Mapping[str, None]]
) -> tuple[str, ...]:
    """Extend a phrase by words that nearly all of its users have beside it, so no compound word is cut."""
    # A quick look first: of all clauses, few hold the phrase.
    holding = [(clause, users) for clause, users in clauses.items() if phrase[0] in clause]
    while len(phrase) < _MOST_WORDS:
        beside: dict[tuple[str, ...], set[str]] = {}
        for clause, users in holding:
            for wider in _wider(clause, phrase):
                # Not the other way round: a clause has few users, a phrase thousands.
                beside.setdefault(wider, set()).update(user for user in users if user in units)
        # The phrase itself decides between equals, so that the result never depends on the order of units.
        best = max(beside.items(), key=lambda found: (len(found[1]), found[0]), default=(phrase, set()))
        if len(best[1]) < _NEARLY_ALL * len(units):
            break
        phrase = best[0]
    return phrase


def _wider(clause: tuple[str, ...], phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The phrase with one more word at either side, for each occurrence in a clause."""
    count = len(phrase)
    for start in range(len(clause) - count + 1):
        if clause[start : start + count] == phrase:
            if start:
                yield clause[start - 1 : start + count]
            if start + count < len(clause):
                yield clause[start : start + count + 1]


def _are_alike(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))
