"""A form rewritten as Excel does when it saves: texts and cell formats renumbered, each text stored once and
none in its cell.
"""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy

from lxml import etree

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PREFIX = f"{{{_MAIN}}}"
_STRINGS, _STYLES, _SHEETS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/"


def save_like_excel(data: bytes) -> bytes:
    """The workbook with the same content in other bytes: texts in the order in which cells refer to them,
    formats likewise.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheets = {
        name: etree.fromstring(part)
        for name, part in parts.items()
        if name.startswith(_SHEETS) and name.endswith(".xml")
    }
    strings, styles = etree.fromstring(parts[_STRINGS]), etree.fromstring(parts[_STYLES])
    _renumber_strings(strings, [*sheets.values()])
    _renumber_formats(styles, [*sheets.values()])
    for sheet in sheets.values():
        _lay_rows(sheet)
    written = {**sheets, _STRINGS: strings, _STYLES: styles}
    parts |= {
        name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, root in written.items()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def _renumber_strings(strings: etree._Element, sheets: list[etree._Element]) -> None:
    items = [deepcopy(item) for item in strings.iter(f"{_PREFIX}si")]
    numbers: dict[bytes, int] = {}
    for item in [*strings]:
        strings.remove(item)
    count = 0
    for cell in (cell for sheet in sheets for cell in sheet.iter(f"{_PREFIX}c")):
        inline, value = cell.find(f"{_PREFIX}is"), cell.find(f"{_PREFIX}v")
        if cell.get("t") == "s" and value is not None:
            item = items[int(value.text or "0")]
        elif cell.get("t") == "inlineStr" and inline is not None:
            item = etree.Element(f"{_PREFIX}si", nsmap={None: _MAIN})
            item.extend(deepcopy(child) for child in inline)
            cell.remove(inline)
            value = etree.SubElement(cell, f"{_PREFIX}v")
        else:
            continue
        count += 1
        key = etree.tostring(item, method="c14n")
        if key not in numbers:
            numbers[key] = len(numbers)
            strings.append(deepcopy(item))
        cell.set("t", "s")
        value.text = str(numbers[key])
    strings.set("count", str(count))
    strings.set("uniqueCount", str(len(numbers)))


def _renumber_formats(styles: etree._Element, sheets: list[etree._Element]) -> None:
    """Formats by first use, after number 0, which is that of blank cells."""
    formats = styles.find(f"{_PREFIX}cellXfs")
    assert formats is not None
    numbers = {"0": 0}
    users = [
        (e, "style" if e.tag.endswith("}col") else "s")
        for sheet in sheets
        for e in sheet.iter(f"{_PREFIX}c", f"{_PREFIX}row", f"{_PREFIX}col")
    ]
    for element, name in users:
        if (old := element.get(name)) is not None:
            element.set(name, str(numbers.setdefault(old, len(numbers))))
    kept = [*formats]
    for old in kept:
        formats.remove(old)
    formats.extend(kept[int(old)] for old in numbers)
    formats.set("count", str(len(numbers)))


def _lay_rows(sheet: etree._Element) -> None:
    for row in sheet.iter(f"{_PREFIX}row"):
        columns = len(row)
        if columns:
            row.set("spans", f"1:{columns}")
