"""Whose file it may be where the file itself does not say: its name, and who sent it. Evidence of last resort."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbook_tools.text.clean import drop_diacritics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbook_tools.inbox.envelope import Envelope
    from workbook_tools.model import Roster, Unit

Source = Literal["name", "sender"]
_WORD = re.compile(r"[^a-z0-9]+")
_WORDS = 40
"""How many words of a name are looked at; no unit's name is as long."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The unit that a file's name or sender points to, and which of the two does."""

    unit: str
    source: Source


class Suspects:
    """The roster, looked through by unit code, by name and by e-mail address."""

    def __init__(self, roster: Roster) -> None:
        self._codes = {_plain(unit.code): unit.code for unit in roster}
        self._names = _unique((_plain(unit.name), unit) for unit in roster)
        self._addresses = _unique((address, unit) for unit in roster for address in unit.addresses)

    def suggest(self, path: str, envelope: Envelope | None) -> Suggestion | None:
        """The one unit that the name begins with the code of, or names in full, or whose address it was sent from."""
        words = _plain(path.rpartition("/")[2].rpartition(".")[0] or path).split()[:_WORDS]
        # The name's words are looked up in the roster: to look for every unit in every name would cost units times files.
        code = next((code for code in _runs(words, 0) if code in self._codes), "")
        if code:
            return Suggestion(self._codes[code], "name")
        named = [name for first in range(len(words)) for name in _runs(words, first) if name in self._names]
        longest = max(named, key=len, default="")
        if longest and all(name in longest for name in named):
            return Suggestion(self._names[longest], "name")
        sender = self._addresses.get(envelope.sender) if envelope is not None else None
        return Suggestion(sender, "sender") if sender else None


def _runs(words: Sequence[str], first: int) -> Iterator[str]:
    """The words from ``first`` on, the longest run of them first."""
    return (" ".join(words[first:end]) for end in range(len(words), first, -1))


def _unique(pairs: Iterable[tuple[str, Unit]]) -> dict[str, str]:
    """Text → unit code, for texts that belong to one unit only."""
    found: dict[str, list[str]] = {}
    for text, unit in pairs:
        found.setdefault(text, []).append(unit.code)
    return {text: codes[0] for text, codes in found.items() if len(codes) == 1}


def _plain(text: str) -> str:
    """Small letters without diacritics, words by single spaces: how file names are typed."""
    return _WORD.sub(" ", drop_diacritics(text.casefold())).strip()
