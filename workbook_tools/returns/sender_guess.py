"""Guess whose file it is from its name and sender, if the file itself does not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from workbook_tools.text.clean import drop_diacritics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.inbox.envelope import Envelope
    from workbook_tools.model import Roster, Unit

Source = Literal["name", "sender"]
_WORD = re.compile(r"[^a-z0-9]+")
_WORDS = 40
"""Words of a file name that are considered; no unit's name is as long."""


class Suggestion(Struct, frozen=True):
    """The unit that a file's name or sender points to, and which of the two."""

    unit: str
    source: Source


class SenderIndex:
    """Index of the roster by unit code, name and e-mail address."""

    def __init__(self, roster: Roster) -> None:
        self._codes = {_plain(unit.code): unit.code for unit in roster}
        self._names = _unique((_plain(unit.name), unit) for unit in roster)
        self._addresses = roster.by_address

    def suggest(self, path: str, envelope: Envelope | None) -> Suggestion | None:
        """The unit whose code begins the name, whose full name it holds, or whose address sent it."""
        words = _plain(path.rpartition("/")[2].rpartition(".")[0] or path).split()[:_WORDS]
        # Look up the words in the roster: searching every unit in every name would cost units times files.
        code = next((code for code in _runs(words, 0) if code in self._codes), "")
        if code:
            return Suggestion(self._codes[code], "name")
        named = [name for first in range(len(words)) for name in _runs(words, first) if name in self._names]
        longest = max(named, key=len, default="")
        if longest and all(name in longest for name in named):
            return Suggestion(self._names[longest], "name")
        sender = self._addresses.get(envelope.sender) if envelope is not None else None
        if sender:
            return Suggestion(sender, "sender")
        return None


def _runs(words: Sequence[str], first: int) -> Iterator[str]:
    """The words from ``first`` on, longest run first."""
    return (" ".join(words[first:end]) for end in range(len(words), first, -1))


def _unique(pairs: Iterable[tuple[str, Unit]]) -> dict[str, str]:
    """Text → unit code, for texts that belong to one unit only."""
    found: dict[str, list[str]] = {}
    for text, unit in pairs:
        found.setdefault(text, []).append(unit.code)
    return {text: codes[0] for text, codes in found.items() if len(codes) == 1}


def _plain(text: str) -> str:
    """Normalise as file names are typed: lower case, no diacritics, single spaces."""
    return _WORD.sub(" ", drop_diacritics(text.casefold())).strip()
