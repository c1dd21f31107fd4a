"""Stamp one form per unit quickly: only the places that differ between units are written."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.forms.finish import finish_master, is_text
from workbook_tools.forms.master import FACT_SENTINEL, Master
from workbook_tools.locale import show_number
from workbook_tools.packaging.form_packing import Piece, compress_piece, join_pieces, store_piece
from workbook_tools.packaging.zip_writer import ZipEntry, pack_entries
from workbook_tools.spec.markers import MARKER, fill_markers, marker_text, unit_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.forms.form_id import FormId
    from workbook_tools.model import Unit

_PLACE = re.compile(
    rf'{MARKER.pattern}|(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="n")?>'
    rf"<v>{FACT_SENTINEL // 1000}(\d{{3}})</v></c>"
)


_LONG = 10_000
"""From here on a number is grouped: a year must not be."""


class _Place(Struct, frozen=True):
    """A place that differs between units: a marker in a text, or the cell of a fact with its constant XML."""

    marker: str
    fact: str = ""
    cell: str = ""


class Stamp(Struct, frozen=True):
    """A master form taken apart: its parts by name, either packed or in pieces separated by places."""

    parts: Mapping[str, ZipEntry | tuple[Piece | _Place, ...]]


def build_stamp(master: Master) -> Stamp:
    """Take a master apart, add what openpyxl leaves out, and find the places that differ between units."""
    parts: dict[str, ZipEntry | tuple[Piece | _Place, ...]] = {}
    for name, data in finish_master(master).items():
        pieces: tuple[Piece | _Place, ...] = ()
        if is_text(name):
            pieces = tuple(_take_apart(data.decode("utf-8"), master.facts))
        # Compressed once, here: most parts are equal on all forms of a type.
        parts[name] = pieces if len(pieces) > 1 else join_pieces(name, [compress_piece(data)])
    return Stamp(parts)


def stamp_form(stamp: Stamp, unit: Unit, above: str, form_id: FormId) -> bytes:
    """Fill in one unit's form, deterministically; ``above`` is the name of the unit above."""
    texts = {**unit_texts(unit, above), "ma_bieu": str(form_id)}
    escaped = {name: escape(text, quote=False) for name, text in texts.items()}

    def fill(piece: Piece | _Place) -> Piece:
        if isinstance(piece, Piece):
            return piece
        if piece.marker:
            # A fact that the unit does not have is shown as missing, never as a marker.
            filled = MARKER.sub("…", fill_markers(piece.marker, escaped))
        else:
            filled = _fact_cell(piece.cell, unit.facts.get(piece.fact))
        return store_piece(filled.encode("utf-8"))

    entries = (
        part if isinstance(part, ZipEntry) else join_pieces(name, [fill(piece) for piece in part])
        for name, part in stamp.parts.items()
    )
    return b"".join(pack_entries(entries))


def unit_texts(unit: Unit, above: str) -> dict[str, str]:
    """What a unit's form prints in place of markers, apart from the form's id."""
    return unit_values(unit, above) | {name: _fact_text(value) for name, value in unit.facts.items()}


def _fact_text(value: float | str) -> str:
    """Render a fact within text; long numbers are grouped, years are not."""
    if isinstance(value, float) and abs(value) >= _LONG:
        return show_number(value, "vi")
    return marker_text(value)


def _take_apart(text: str, facts: tuple[str, ...]) -> Iterator[Piece | _Place]:
    end = 0
    for match in _PLACE.finditer(text):
        yield compress_piece(text[end : match.start()].encode("utf-8"))
        place = _Place(match[0])
        if match[3]:
            place = _Place("", facts[int(match[3])], match[2])
        yield place
        end = match.end()
    yield compress_piece(text[end:].encode("utf-8"))


def _fact_cell(cell: str, fact: float | str | None) -> str:
    """Render a fact as a typed cell, so that formulas can calculate with numbers; unknown facts are blank."""
    if isinstance(fact, int | float):
        return f"{cell}><v>{fact:.15g}</v></c>"
    if not fact:
        return f"{cell}/>"
    return f'{cell} t="inlineStr"><is><t xml:space="preserve">{escape(fact, quote=False)}</t></is></c>'
