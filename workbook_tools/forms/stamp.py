"""Stamp one form per unit quickly: only the places that differ between units are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from workbook_tools.excel import PROMPT_TITLE_LIMIT, STRING_LIMIT, quote_text
from workbook_tools.forms.finish import finish_master, is_text
from workbook_tools.forms.master import FACT_ROOM, FACT_SENTINEL, Master
from workbook_tools.locale import show_number
from workbook_tools.packaging.form_packing import Piece, compress_piece, join_pieces, store_piece
from workbook_tools.packaging.zip_writer import ZipEntry, pack_entries
from workbook_tools.spec.markers import MARKER, fill_header, fill_markers, marker_text, unit_values
from workbook_tools.text.clean import truncate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbook_tools.forms.form_id import FormId
    from workbook_tools.model import Unit

Fill: TypeAlias = Callable[[str], str]
_FACT = str(FACT_SENTINEL // FACT_ROOM)
_PLACE = re.compile(
    rf'{MARKER.pattern}|(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="n")?>'
    rf"<v>{_FACT}(\d{{{len(str(FACT_ROOM)) - 1}}})</v></c>"
)
_TAG = re.compile(r"<(\w+)")
_STRING = re.compile(r'"(?:[^"]|"")*"')
"""A text in a formula, which has a quote in it twice."""
_TITLES = ("promptTitle", "errorTitle")
_FORMULAS = ("f", "formula", "formula1", "formula2")


_LONG = 10_000
"""From here on a number is grouped: a year must not be."""


class _Place(Struct, frozen=True):
    """A place that differs between units: a text with markers, or a fact's cell with its constant XML."""

    text: str
    write: Callable[[str, Fill], str]
    """Makes XML of the text with its markers filled in."""
    fact: str = ""


class Stamp(Struct, frozen=True):
    """A master form taken apart: its parts by name, either packed or in pieces separated by places.

    ``values`` are the texts that all its forms print in place of markers.
    """

    values: Mapping[str, str]
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
    return Stamp(master.values, parts)


def stamp_form(stamp: Stamp, unit: Unit, above: str, form_id: FormId) -> bytes:
    """Fill in one unit's form, deterministically; ``above`` is the name of the unit above."""
    texts = {**stamp.values, **unit_texts(unit, above), "ma_bieu": str(form_id)}

    def fill(text: str) -> str:
        # A fact that the unit does not have is shown as missing, never as a marker.
        return MARKER.sub("…", fill_markers(text, texts))

    def stamped(piece: Piece | _Place) -> Piece:
        if isinstance(piece, Piece):
            return piece
        if piece.fact:
            written = _fact_cell(piece.text, unit.facts.get(piece.fact))
        else:
            written = piece.write(piece.text, fill)
        return store_piece(written.encode("utf-8"))

    entries = (
        part if isinstance(part, ZipEntry) else join_pieces(name, [stamped(piece) for piece in part])
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
        # Another marker of a place that has several.
        if match.start() < end:
            continue
        if match[3]:
            (start, stop), place = match.span(), _Place(match[2], _in_cell, facts[int(match[3])])
        else:
            start, stop, place = _place_of(text, match)
        yield compress_piece(text[end:start].encode("utf-8"))
        yield place
        end = stop
    yield compress_piece(text[end:].encode("utf-8"))


def _place_of(text: str, match: re.Match[str]) -> tuple[int, int, _Place]:
    """Where a marker stands: alone in a cell's text, elsewhere with all that is cut or quoted as one."""
    start, stop = match.span()
    opened, closed = text.rfind("<", 0, start), text.rfind(">", 0, start)
    if opened > closed:
        first, last = text.rindex('"', 0, start) + 1, text.index('"', stop)
        name = text[text.rindex(" ", 0, first) + 1 : first - 2]
        write = _in_title if name in _TITLES else _in_attribute
        return first, last, _Place(unescape(text[first:last]), write)
    first, last = closed + 1, text.index("<", stop)
    tag = _TAG.match(text, opened)
    name = tag[1] if tag else ""
    if name.endswith(("Header", "Footer")):
        return first, last, _Place(unescape(text[first:last]), _in_header)
    if name in _FORMULAS:
        for quoted in _STRING.finditer(text, first, last):
            if quoted.start() < start < quoted.end():
                said = unescape(quoted[0][1:-1]).replace('""', '"')
                return *quoted.span(), _Place(said, _in_formula)
    return start, stop, _Place(match[0], _in_cell)


def _in_cell(text: str, fill: Fill) -> str:
    return escape(fill(text), quote=False)


def _in_attribute(text: str, fill: Fill, limit: int = STRING_LIMIT) -> str:
    return escape(truncate(fill(text), limit)).replace("\n", "&#10;")


def _in_title(text: str, fill: Fill) -> str:
    return _in_attribute(text, fill, PROMPT_TITLE_LIMIT)


def _in_header(text: str, fill: Fill) -> str:
    return escape(fill_header(text, fill), quote=False)


def _in_formula(text: str, fill: Fill) -> str:
    return escape(quote_text(fill(text)), quote=False)


def _fact_cell(cell: str, fact: float | str | None) -> str:
    """Render a fact as a typed cell, so that formulas can calculate with numbers; unknown facts are blank."""
    if isinstance(fact, int | float):
        return f"{cell}><v>{fact:.15g}</v></c>"
    if not fact:
        return f"{cell}/>"
    return f'{cell} t="inlineStr"><is><t xml:space="preserve">{escape(fact, quote=False)}</t></is></c>'
