"""One form per unit, fast: only the places of the master in which units differ are written anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from workbook_tools.forms.finish import finish_master
from workbook_tools.forms.master import FACT_SENTINEL, Master
from workbook_tools.packaging.form_packing import Piece, compress_piece, join_pieces, store_piece
from workbook_tools.packaging.zip_writer import Entry, pack_entries
from workbook_tools.spec.markers import MARKER, fill_markers, marker_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.forms.form_id import FormId
    from workbook_tools.model import Unit

_PLACE = re.compile(rf"{MARKER.pattern}|<v>{FACT_SENTINEL // 1000}(\d{{3}})</v>")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where units differ: a marker, or the cached value of a formula that is the unit's fact of that name."""

    marker: str
    fact: str = ""


@dataclass(frozen=True)
class Stamp:
    """A master form taken apart: its parts by name, packed, or in pieces among which are places."""

    parts: Mapping[str, Entry | tuple[Piece | _Place, ...]]


def build_stamp(master: Master) -> Stamp:
    """Take a master apart, complete what openpyxl leaves out, and find the places in which units differ."""
    parts: dict[str, Entry | tuple[Piece | _Place, ...]] = {}
    for name, data in finish_master(master).items():
        pieces = tuple(_take_apart(data.decode("utf-8"), master.facts))
        parts[name] = pieces if len(pieces) > 1 else join_pieces(name, [compress_piece(data)])
    return Stamp(parts)


def stamp_form(stamp: Stamp, unit: Unit, above: str, form_id: FormId) -> bytes:
    """The finished form of one unit, the same bytes for the same input; ``above`` is the name of the unit above."""
    texts = {
        "don_vi": unit.name,
        "don_vi_hoa": unit.name.upper(),
        "ma_don_vi": unit.code,
        "cap_tren": above,
        "cap_tren_hoa": above.upper(),
        "ma_bieu": str(form_id),
    } | {name: marker_text(value) for name, value in unit.facts.items()}
    escaped = {name: escape(text) for name, text in texts.items()}

    def fill(piece: Piece | _Place) -> Piece:
        if isinstance(piece, Piece):
            return piece
        filled = (
            MARKER.sub("…", fill_markers(piece.marker, escaped))
            if piece.marker
            else _cached_value(unit.facts.get(piece.fact))
        )
        return store_piece(filled.encode("utf-8"))

    entries = (
        part if isinstance(part, Entry) else join_pieces(name, [fill(piece) for piece in part])
        for name, part in stamp.parts.items()
    )
    return b"".join(pack_entries(entries))


def _take_apart(text: str, facts: tuple[str, ...]) -> Iterator[Piece | _Place]:
    end = 0
    for match in _PLACE.finditer(text):
        yield compress_piece(text[end : match.start()].encode("utf-8"))
        yield _Place("", facts[int(match[2])]) if match[2] else _Place(match[0])
        end = match.end()
    yield compress_piece(text[end:].encode("utf-8"))


def _cached_value(fact: float | str | None) -> str:
    return f"<v>{fact:.15g}</v>" if isinstance(fact, int | float) else "<v>0</v>"
