"""Move the texts of a form's cells into one shared part, as Excel does; openpyxl writes them inline.

Otherwise Excel would rewrite the file; shared strings also make forms smaller and faster to stamp.
"""

from __future__ import annotations

import re

PART = "xl/sharedStrings.xml"
_INLINE = re.compile(
    r'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="inlineStr">'
    r'<is>(<t(?: xml:space="preserve")?>[^<]*</t>)</is></c>'
)
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def share_strings(parts: dict[str, bytes]) -> None:
    """Move every plain text of the sheets to the shared part; add that, its relationship and content type."""
    positions: dict[str, int] = {}
    uses = 0

    def shared(match: re.Match[str]) -> str:
        nonlocal uses
        uses += 1
        return f'{match[1]} t="s"><v>{positions.setdefault(match[2], len(positions))}</v></c>'

    for name in sorted(parts):
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = _INLINE.sub(shared, parts[name].decode("utf-8")).encode("utf-8")
    items = "".join(f"<si>{text}</si>" for text in positions)
    counts = f'count="{uses}" uniqueCount="{len(positions)}"'
    parts[PART] = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sst xmlns="{_NAMESPACE}" {counts}>{items}</sst>'.encode()
    )
    relation = f'<Relationship Id="rIdSharedStrings" Type="{_RELATION}" Target="/{PART}"/>'
    _insert(parts, "xl/_rels/workbook.xml.rels", relation, "</Relationships>")
    _insert(parts, "[Content_Types].xml", f'<Override PartName="/{PART}" ContentType="{_TYPE}"/>', "</Types>")


def _insert(parts: dict[str, bytes], name: str, element: str, before: str) -> None:
    text = parts[name].decode("utf-8")
    if PART not in text:
        parts[name] = text.replace(before, element + before).encode("utf-8")
