"""The nearest of several words, for “did you mean”."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggest(value: str, accepted: Iterable[str]) -> str:
    """Return the nearest accepted value, or ""; messages ask whether it is meant."""
    near = difflib.get_close_matches(value, list(accepted), n=1, cutoff=0.6)
    return near[0] if near else ""
