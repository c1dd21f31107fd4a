"""The nearest of several words, for “did you mean”."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEGATIONS = frozenset({"không", "chưa", "no", "not"})


def suggest(value: str, accepted: Iterable[str]) -> str:
    """Return the nearest accepted value, or ""; messages ask whether it is meant."""
    # The opposite is as near as a misspelling.
    same = [text for text in accepted if _denies(text) == _denies(value)]
    near = difflib.get_close_matches(value, same, n=1, cutoff=0.6)
    return near[0] if near else ""


def _denies(text: str) -> bool:
    return not _NEGATIONS.isdisjoint(text.casefold().split())
