"""Elements of XML as text: quoting, and the escapes of SpreadsheetML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile(r"[\x00-\x1f]")

Attribute = str | int | bool | None


def element(name: str, attributes: dict[str, Attribute] | None = None, children: Iterable[str] = ()) -> str:
    """An element; attributes that are None are left out, True is 1 and False is 0."""
    inside = "".join(children)
    start = start_tag(name, attributes or {})
    if inside:
        return f"{start}{inside}</{name}>"
    return f"{start[:-1]}/>"


def extension(uri: str, child: str) -> str:
    """An extension of Excel 2010, as an entry of a list ``extLst``."""
    return element("ext", {"uri": uri, "xmlns:x14": X14}, [child])


def default_true(value: bool) -> bool | None:
    """The value of an attribute that is true where it is left out: None unless it is false."""
    return None if value else False


def start_tag(name: str, attributes: Mapping[str, Attribute]) -> str:
    """The beginning of an element whose children are written one by one."""
    given = "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>"


def counted_element(name: str, children: list[str], attributes: dict[str, Attribute] | None = None) -> str:
    """An element with the number of its children; empty if it has none, for the schema wants at least one."""
    if not children:
        return ""
    return element(name, {**(attributes or {}), "count": len(children)}, children)


def quoted(text: str) -> str:
    """Text for an attribute, with control characters as ``_xHHHH_``."""
    # Fast path: control characters are not printable.
    if not text.isprintable() or "_x" in text:
        # A text that looks like such an escape has its own underscore escaped, or Excel would decode it.
        text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04x}_", _ESCAPE_LIKE.sub("_x005F_", text))
    return escape(text, quote=False).replace('"', "&quot;")


def number_text(number: float) -> str:
    """A number as xlsxwriter writes it into a cell."""
    return f"{number:.16G}"


def _attribute(value: str | int | bool) -> str:
    if isinstance(value, bool | int):
        return str(int(value))
    return quoted(value)
