"""Files as they come back to an office, bad and odd ones: built anew by code, each with what has to become of it.

Every form among them is of one unit and, where it can be read at all, says :data:`ANSWERS`.
"""

from __future__ import annotations

from functools import cache

from corpus.case import ANSWERS as ANSWERS
from corpus.case import UNIT as UNIT
from corpus.case import Case as Case
from corpus.case import filled
from corpus.clients import build_clients
from corpus.damaged import build_damaged
from corpus.hostile import build_hostile
from corpus.people import build_people
from corpus.strangers import build_strangers
from corpus.wrapped import build_wrapped


@cache
def build_corpus(form: bytes, key: bytes) -> dict[str, Case]:
    """File name → case; ``form`` is the blank form of :data:`UNIT`, ``key`` what it was signed with; built once, not to be changed."""
    sound = filled(form)
    families = (
        build_strangers(),
        build_damaged(sound),
        build_hostile(sound),
        build_clients(sound),
        build_people(form, key),
        build_wrapped(sound),
    )
    cases: dict[str, Case] = {}
    for family in families:
        assert not cases.keys() & family.keys()
        cases |= family
    return cases
