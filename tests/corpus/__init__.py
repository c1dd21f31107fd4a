"""Files as they come back to an office, bad and odd ones: built anew by code, each with what has to become of it.

Every form among them is of one unit and, where it can be read at all, says :data:`ANSWERS`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from pathlib import Path

_COSTLY = {"hơn 200.000 ô.xlsx", "hơn 500.000 chuỗi.xlsx", "60 nghìn hàng tô màu.xlsx"}
"""What takes a second to read, or as long as all others together."""
_LARGE = 1 << 20


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


def lay_out_light(folder: Path, form: bytes, key: bytes) -> None:
    """Write the cases that are soon read, for tests that read all of them several times."""
    cases = build_corpus(form, key)
    assert cases.keys() >= _COSTLY
    for name, case in cases.items():
        if name not in _COSTLY and len(case.data) < _LARGE:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(case.data)
