"""Fill in blank forms as a unit would, for the demonstration, the samples and the tests.

Works only on forms fresh from the generator, whose blank inputs are plain styled cells.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.excel import Cell, to_serial
from workbook_tools.forms.finish import sheet_parts
from workbook_tools.forms.recalculate import recalculate_forms
from workbook_tools.packaging.package_parts import pack_parts, unpack_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = str | int | float | date
_BLANK = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?(?: t="n")?(?: ?/>|></c>)')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*")


class Filling(Struct, frozen=True):
    """A blank form, the values to type by cell, and the time of saving (UTC)."""

    form: bytes
    values: Mapping[Cell, Value]
    saved: datetime


def fill_forms(fillings: Sequence[Filling]) -> list[bytes]:
    """Fill in forms and calculate their checks; KeyError for a missing cell."""
    forms = [fill_parts(filling) for filling in fillings]
    recalculate_forms(forms)
    return [pack_parts(parts) for parts in forms]


def fill_parts(filling: Filling) -> dict[str, bytes]:
    """The parts of a filled form, its formulas not calculated yet; KeyError for a missing cell."""
    parts = unpack_parts(filling.form)
    _type_into(parts, filling)
    return parts


def fill_form(form: bytes, values: Mapping[Cell, Value], saved: datetime) -> bytes:
    """Fill in one form; for many, :func:`fill_forms` is much faster."""
    return fill_forms([Filling(form, values, saved)])[0]


def _type_into(parts: dict[str, bytes], filling: Filling) -> None:
    names = sheet_parts(parts)
    by_part: dict[str, dict[str, Value]] = {}
    for cell, value in filling.values.items():
        by_part.setdefault(names[cell.sheet], {})[cell.ref] = value
    for part, cells in by_part.items():
        parts[part] = _type_values(parts[part].decode("utf-8"), cells).encode("utf-8")
    core = parts["docProps/core.xml"].decode("utf-8")
    parts["docProps/core.xml"] = _MODIFIED.sub(
        rf"\g<1>{filling.saved.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", core
    ).encode("utf-8")


def _type_values(text: str, cells: Mapping[str, Value]) -> str:
    left = dict(cells)

    def typed(match: re.Match[str]) -> str:
        ref, style = match[1], match[2] or ""
        if ref in left:
            return _cell(ref, style, left.pop(ref))
        return match[0]

    filled = _BLANK.sub(typed, text)
    # A cell that is not there would drop a figure in silence.
    if left:
        raise KeyError(", ".join(sorted(left)))
    return filled


def _cell(ref: str, style: str, value: Value) -> str:
    if isinstance(value, str):
        # Inline, because adding to the shared strings would renumber them.
        text = escape(value, quote=False)
        return f'<c r="{ref}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, date):
        value = int(to_serial(value))
    return f'<c r="{ref}"{style}><v>{value!r}</v></c>'
