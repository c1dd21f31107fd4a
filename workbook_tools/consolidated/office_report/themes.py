"""Find common themes in what units wrote: phrases that several of them use."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

MOST_THEMES = 3
"""Themes found per line."""
_ALIKE = 0.6
"""Two phrases with this share of units in common are one theme."""
_WORD_OR_MARK = re.compile(r"\w+|[.,;:!?]")
_BETWEEN = r"[^\w.,;:!?]+"
_MARK = 0
"""The number of every punctuation mark: no phrase extends beyond one."""
_MOST_WORDS, _NEARLY_ALL = 60, 0.9
"""The words of a long clause; and the share of its users that must have a neighbouring word to extend it."""
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
    if len(said) < 2:
        return []
    texts = _number_words(said)
    shared = [*_shared_phrases(texts, 2), *_shared_phrases(texts, 3)]
    # Longer phrases first among equally frequent ones; then by text, so that the order is always the same.
    shared.sort(key=lambda found: (-len(found.users), -len(found.words), texts.spell(found.words)))
    kept: list[_Phrase] = []
    for phrase in shared:
        if len(kept) == MOST_THEMES:
            break
        if not any(_are_alike(phrase.users, other.users) for other in kept):
            kept.append(phrase)
    return [_as_written(_whole(phrase, texts), texts, said) for phrase in kept]


def _as_written(words: tuple[int, ...], texts: _Texts, said: Mapping[str, str]) -> Theme:
    """The words in the spelling of the first unit that uses them, and all units that do."""
    units = [*said]
    users = [units[user] for user in np.unique(texts.users[_find(words, texts)]).tolist()]
    spelled = texts.spell(words)
    # The words were compared without capitals; “TRUNG TÂM HTCĐ” is written with them.
    as_written = re.compile(rf"\b{_BETWEEN.join(spelled)}\b", re.IGNORECASE)
    found = as_written.search(_without_asides(said[users[0]]))
    text = " ".join(found[0].split()) if found else " ".join(spelled)
    return Theme(text + (" …" if len(words) == _MOST_WORDS else ""), users)


class _Texts(Struct, frozen=True):
    """All texts as one sequence of numbers, one a word, with a mark before and after each text.

    ``spelling`` has the word of each number, ``users`` the position of the unit that wrote each word.
    """

    spelling: Sequence[str]
    words: npt.NDArray[np.int64]
    users: npt.NDArray[np.int64]

    def spell(self, words: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.spelling[word] for word in words)


class _Phrase(Struct, frozen=True):
    """The numbers of its words, and the positions of the units that use it."""

    words: tuple[int, ...]
    users: frozenset[int]


class _Vocabulary(dict[str, "list[int]"]):
    """What stands between blanks → the numbers of its words and marks.

    Most of it stands in many texts, so each is searched for words only once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spelling = ["."]
        self._numbers = dict.fromkeys(".,;:!?", _MARK)

    def __missing__(self, between_blanks: str) -> list[int]:
        found = _WORD_OR_MARK.findall(between_blanks)
        for word in found:
            if word not in self._numbers:
                self._numbers[word] = len(self.spelling)
                self.spelling.append(word)
        numbers = self[between_blanks] = [self._numbers[word] for word in found]
        return numbers


def _without_asides(text: str) -> str:
    return ASIDE.sub(" . ", text).replace("\n", " . ")


def _number_words(said: Mapping[str, str]) -> _Texts:
    """Number the words of all texts, without what stands in brackets: that is an aside."""
    vocabulary = _Vocabulary()
    words, ends = [_MARK], [0]
    for text in said.values():
        parts = _without_asides(text.casefold()).split()
        words += chain.from_iterable(map(vocabulary.__getitem__, parts))
        words.append(_MARK)
        ends.append(len(words))
    # Windows had smaller numbers by default until NumPy 2.
    users = np.repeat(np.arange(len(said), dtype=np.int64), np.diff(ends))
    return _Texts(vocabulary.spelling, np.array(words, dtype=np.int64), users)


def _shared_phrases(texts: _Texts, length: int) -> Iterator[_Phrase]:
    """All phrases of so many words that may be a theme and have several users."""
    words = texts.words
    joins = np.array([number != _MARK and not word.isdigit() for number, word in enumerate(texts.spelling)])
    tells = joins & [word not in _EMPTY_WORDS for word in texts.spelling]
    count = len(words) - length + 1
    may_begin = tells[words[:count]] & tells[words[length - 1 :]]
    for between in range(1, length - 1):
        may_begin &= joins[words[between : between + count]]
    begins = np.flatnonzero(may_begin)
    phrases = words[begins]
    for further in range(1, length):
        # Renumbered after each word, so that the numbers stay small.
        phrases = pd.factorize(phrases * len(texts.spelling) + words[begins + further])[0]
    users = int(texts.users[-1]) + 1
    uses = np.sort(pd.unique(phrases * users + texts.users[begins]))
    ends = np.flatnonzero(np.diff(uses // users, append=-1)) + 1
    # Any place where a phrase begins will do to tell its words.
    places = np.zeros(len(ends), dtype=np.int64)
    places[phrases] = begins
    for place, first, end in zip(places, np.append(0, ends), ends, strict=False):
        if end - first > 1:
            theirs = frozenset((uses[first:end] % users).tolist())
            yield _Phrase(tuple(words[place : place + length].tolist()), theirs)


def _whole(phrase: _Phrase, texts: _Texts) -> tuple[int, ...]:
    """Extend a phrase by words that nearly all of its users have beside it, so no compound word is cut."""
    words, begins = phrase.words, _find(phrase.words, texts)
    while len(words) < _MOST_WORDS:
        before, after = begins - 1, begins + len(words)
        wider = [(count, (word, *words)) for word, count in _count_users(before, texts)]
        wider += [(count, (*words, word)) for word, count in _count_users(after, texts)]
        # The words themselves decide between equals, so that the result never depends on the order of units.
        count, best = max(wider, key=lambda found: (found[0], texts.spell(found[1])), default=(0, words))
        if count < _NEARLY_ALL * len(phrase.users):
            break
        # Of the places known: to search all texts anew for each word of a long clause would take long.
        if best[1:] == words:
            begins = before[texts.words[before] == best[0]]
        else:
            begins = begins[texts.words[after] == best[-1]]
        words = best
    return words


def _find(words: tuple[int, ...], texts: _Texts) -> npt.NDArray[np.int64]:
    """The places where a phrase begins."""
    begins = np.flatnonzero(texts.words == words[0])
    for further, word in enumerate(words[1:], start=1):
        begins = begins[texts.words[begins + further] == word]
    return begins


def _count_users(places: npt.NDArray[np.int64], texts: _Texts) -> Iterator[tuple[int, int]]:
    """The words at some places, and how many units have each there; marks are left out."""
    users = int(texts.users[-1]) + 1
    uses = pd.unique(texts.words[places] * users + texts.users[places])
    words, counts = np.unique(uses // users, return_counts=True)
    counted = zip(words.tolist(), counts.tolist(), strict=True)
    return ((word, count) for word, count in counted if word != _MARK)


def _are_alike(ours: frozenset[int], theirs: frozenset[int]) -> bool:
    return len(ours & theirs) >= _ALIKE * min(len(ours), len(theirs))
