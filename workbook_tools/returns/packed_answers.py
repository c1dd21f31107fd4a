"""Answers of a return, packed while they are sent and cached, and shared once they are unpacked."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from workbook_tools.model import RawAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.excel import Cell

Filled: TypeAlias = bytes | tuple[RawAnswer, ...]
"""Answers, packed or not."""
_LONG = 256
"""Bytes of a packed answer that is text of several sentences."""
_encoder = msgspec.msgpack.Encoder()
_split = msgspec.msgpack.Decoder(list[msgspec.Raw])
_answer_decoder = msgspec.msgpack.Decoder(RawAnswer)


def pack_answers(answers: Sequence[RawAnswer]) -> bytes:
    """Answers in a form that is sent and cached; nothing of none."""
    # A text is its own raw text, so it is packed once: narratives are most of what units send.
    once = [replace(answer, raw="") if answer.raw == answer.value else answer for answer in answers]
    return _encoder.encode(once) if once else b""


def unpack_answers(filled: Filled) -> Sequence[RawAnswer]:
    """The answers, if they are still packed."""
    if isinstance(filled, bytes):
        return [*map(_unpack, _pieces(filled))]
    return filled


def _pieces(packed: bytes) -> Iterator[bytes]:
    """The answers one by one, still packed."""
    pieces = _split.decode(packed) if packed else ()
    return map(bytes, pieces)


def _unpack(piece: bytes) -> RawAnswer:
    answer = _answer_decoder.decode(piece)
    if isinstance(answer.value, str) and not answer.raw:
        return replace(answer, raw=answer.value)
    return answer


class SharedAnswers:
    """Unpacks the answers of many returns such that equal ones are one object.

    Most of a million answers repeat another one at the same place, byte for byte.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, RawAnswer] = {}
        self._places: dict[Cell, Cell] = {}

    def unpack(self, filled: Filled) -> tuple[RawAnswer, ...]:
        """The answers, if they are still packed."""
        if not isinstance(filled, bytes):
            return filled
        pieces = [*_pieces(filled)]
        found = [*map(self._known.get, pieces)]
        return tuple(
            self._add(piece) if answer is None else answer
            for piece, answer in zip(pieces, found, strict=True)
        )

    def _add(self, piece: bytes) -> RawAnswer:
        answer = _unpack(piece)
        place = self._places.setdefault(answer.cell, answer.cell)
        answer = replace(answer, code=intern(answer.code), cell=place)
        # A long text is hardly another unit's as well, and its bytes would be held beside it.
        if len(piece) <= _LONG:
            self._known[piece] = answer
        return answer
