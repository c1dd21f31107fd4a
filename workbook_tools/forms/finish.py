"""Add to a form's parts what openpyxl omits: cached values, explicit locks, a fixed date."""

from __future__ import annotations

import posixpath
import re
from html import escape, unescape
from typing import TYPE_CHECKING

from workbook_tools.excel import parse_ref
from workbook_tools.forms.form_marks import MADE
from workbook_tools.forms.shared_strings import share_strings
from workbook_tools.packaging.package_parts import unpack_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbook_tools.forms.master import Master

_DATES = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
# As openpyxl writes a cell with a formula: only its output is edited, never another program's.
_FORMULA_CELL = re.compile(
    r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-z]+")?><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL
)
_BLOCKS = re.compile(r'(?:<mergeCell ref="[^"]*"\s*/>)+')
_BLOCK, _CORNER = re.compile(r"<[^>]*>"), re.compile(r'"([A-Z]+[0-9]+)')
_XF = re.compile(r"<xf [^>]*?/>|<xf .*?</xf>", re.DOTALL)
_FONT = re.compile(r"<font>(.*?)</font>", re.DOTALL)
_FONT_CHILD = re.compile(r"<(\w+)[^>]*?(?:/>|></\1>)")
_FONT_ORDER = [
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
]
_TARGET = re.compile(r' Target="/([^"]*)"')
_LETTER = re.compile(rb"&#([1-9][0-9]{2,});")
"""A character reference; openpyxl writes all Vietnamese letters so, which makes forms larger and slower."""
_PROTECTION = re.compile(r"<protection[^>]*/>")


def finish_master(master: Master) -> dict[str, bytes]:
    """Return the finished parts of a master by name, in the order of its package."""
    parts = unpack_parts(master.data)
    parts |= {name: _spell_letters(part) for name, part in parts.items() if is_text(name)}
    for sheet, part in sheet_parts(parts).items():
        values = {cell.ref: text for cell, text in master.live.items() if cell.sheet == sheet}
        text = _BLOCKS.sub(_order_blocks, parts[part].decode("utf-8"))
        parts[part] = _cache_values(text, values).encode("utf-8")
    # After the values are cached, so that their texts are shared, too.
    share_strings(parts)
    parts["xl/styles.xml"] = _order_fonts(_state_locks(parts["xl/styles.xml"].decode("utf-8"))).encode(
        "utf-8"
    )
    for name in [name for name in parts if name.endswith(".rels")]:
        parts[name] = _make_relative(name, parts[name].decode("utf-8")).encode("utf-8")
    core = parts["docProps/core.xml"].decode("utf-8")
    # openpyxl writes the time of saving.
    parts["docProps/core.xml"] = _DATES.sub(rf"\g<1>{MADE:%Y-%m-%dT%H:%M:%SZ}", core).encode("utf-8")
    return parts


def is_text(name: str) -> bool:
    """Whether a part is XML, in UTF-8; all others are pictures."""
    return name.endswith((".xml", ".rels", ".vml"))


def _spell_letters(part: bytes) -> bytes:
    return _LETTER.sub(lambda match: chr(int(match[1])).encode(), part)


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name → part of a generated form; openpyxl numbers sheets in order."""
    names = re.findall(r'<sheet [^>]*?name="([^"]*)"', parts["xl/workbook.xml"].decode("utf-8"))
    return {unescape(name): f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, start=1)}


def _order_blocks(blocks: re.Match[str]) -> str:
    """Merged blocks from top to bottom: openpyxl has them in a set."""
    return "".join(sorted(_BLOCK.findall(blocks[0]), key=lambda block: parse_ref(_CORNER.findall(block)[0])))


def _cache_values(text: str, values: Mapping[str, str | int]) -> str:
    def with_value(match: re.Match[str]) -> str:
        ref, style, formula = match.groups()
        value = values.get(ref)
        if value is None:
            return match[0]
        if isinstance(value, int):
            return f'<c r="{ref}"{style}><f>{formula}</f><v>{value}</v></c>'
        return f'<c r="{ref}"{style} t="str"><f>{formula}</f>{saved_text(value)}</c>'

    return _FORMULA_CELL.sub(with_value, text)


def saved_text(value: str) -> str:
    """Return the element of a cached text result; two programs cannot open a form with an empty one."""
    return f"<v>{escape(value, quote=False)}</v>" if value else ""


def _make_relative(name: str, relations: str) -> str:
    """Make targets relative to their part: one program does not find absolute ones."""
    folder = posixpath.dirname(posixpath.dirname(name)) or "."
    return _TARGET.sub(lambda match: f' Target="{posixpath.relpath(match[1], folder)}"', relations)


def _state_locks(styles: str) -> str:
    """Unlock the Normal style and state the lock in every other format.

    Pasting from a browser or from Word applies the Normal style; if that were locked, the cell would lock
    itself and the user could not correct it.
    """

    def normal(match: re.Match[str]) -> str:
        return _with_protection(match[0], '<protection locked="0" hidden="0"/>')

    def cell(match: re.Match[str]) -> str:
        stated = _PROTECTION.search(match[0])
        locked = "0" if stated and re.search(r'locked="(?:0|false)"', stated[0]) else "1"
        return _with_protection(match[0], f'<protection locked="{locked}" hidden="0"/>')

    head, rest = styles.split("<cellStyleXfs", 1)
    # openpyxl writes the parts of the stylesheet in the order of the schema.
    named, rest = rest.split("</cellStyleXfs>", 1)
    before, rest = rest.split("<cellXfs", 1)
    cells, after = rest.split("</cellXfs>", 1)
    return (
        f"{head}<cellStyleXfs{_XF.sub(normal, named)}</cellStyleXfs>"
        f"{before}<cellXfs{_XF.sub(cell, cells)}</cellXfs>{after}"
    )


def _with_protection(xf: str, protection: str) -> str:
    bare = _PROTECTION.sub("", xf).replace("<xf>", "<xf >")
    start, _, inner = bare.partition(">")
    if start.endswith("/"):
        start, inner = start[:-1], "</xf>"
    # Stated once, below: it says that this format's own protection applies.
    start = re.sub(r' applyProtection="[^"]*"', "", start)
    return f'{start.rstrip()} applyProtection="1">{inner.removesuffix("</xf>")}{protection}</xf>'


def _order_fonts(styles: str) -> str:
    """Put the properties of every font in the order of the schema, as Excel writes them."""

    def ordered(match: re.Match[str]) -> str:
        children = sorted(_FONT_CHILD.finditer(match[1]), key=lambda child: _FONT_ORDER.index(child[1]))
        return f"<font>{''.join(child[0] for child in children)}</font>"

    return _FONT.sub(ordered, styles)
