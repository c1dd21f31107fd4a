"""The look that a refresh gives a pivot's cells: of their own formats nothing stays, the definition's are laid on anew.

Read off the package alone, as Excel lays on a pivot's ``formats`` one after another; nothing is shared with the writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pivots.cache_lint import Cache
from pivots.definition_lint import NAMES_OF_VALUES, VALUES, Definition
from pivots.parts import MAIN, Parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

Look = dict[str, str]
"""Property → what it says; of colours the last six digits."""


@dataclass(frozen=True)
class Spot:
    """What a cell is to the pivot: the kind of place, its field, and whether it belongs to the row of totals."""

    kind: str
    field: int | None = None
    is_total: bool = False


def find_pivots(path: Path) -> list[Definition]:
    """The pivots of a workbook in the order of their parts."""
    parts = Parts(path)
    caches = {name: Cache(parts, name) for name in parts.named(r"xl/pivotCache/pivotCacheDefinition\d+\.xml")}
    return [
        Definition(
            parts,
            name,
            caches[parts.related(name, "pivotCacheDefinition")[0]],
            parts.sheet_of(name, "pivotTable"),
        )
        for name in parts.named(r"xl/pivotTables/pivotTable\d+\.xml")
    ]


def find_changed(pivot: Definition) -> list[str]:
    """The cells of a tabular pivot without subtotals that look otherwise after a refresh, each with what they lose."""
    styles = pivot.parts.root("xl/styles.xml")
    found = []
    for place, spot in _spots(pivot).items():
        seen = _cell_look(styles, pivot.sheet.styles.get(place, 0))
        kept = _refreshed(pivot, styles, spot)
        lost = {name for name in seen | kept if seen.get(name) != kept.get(name)}
        if lost:
            found.append(f"row {place[0]}, column {place[1]} ({spot}): {sorted(lost)}")
    return found + _changed_numbers(pivot, styles)


def _spots(pivot: Definition) -> dict[tuple[int, int], Spot]:
    box, names = pivot.box, len(pivot.rows)
    first_row = box.top + int(pivot.location.get("firstDataRow"))
    found: dict[tuple[int, int], Spot] = {}
    for offset, field in enumerate(pivot.filters):
        row, number = pivot.whole.top + offset, int(field.get("fld"))
        found[row, box.left] = Spot("button", number)
        found[row, box.left + 1] = Spot("label", number)
    for column in range(box.left, box.right + 1):
        for row in range(box.top, first_row):
            found[row, column] = _head(pivot, row - box.top, column - box.left, first_row - box.top)
    for row, (kind, _, _) in enumerate(pivot.lines("rowItems", names), start=first_row):
        total = kind == "grand"
        for column in range(box.left, box.right + 1):
            level = column - box.left
            found[row, column] = (
                Spot("figure", None, total)
                if level >= names
                else Spot("label", None if total else pivot.rows[level], total)
            )
    return found


def _head(pivot: Definition, row: int, column: int, height: int) -> Spot:
    """A cell above the body; the buttons of row fields stand lowest, those of column fields in the first row."""
    names = len(pivot.rows)
    if column < names:
        return Spot("button", pivot.rows[column]) if row == height - 1 else Spot("origin")
    across = column - names
    if height > 1 and row == 0:
        return Spot("button", pivot.columns[across]) if across < len(pivot.columns) else Spot("topRight")
    # A single value without column fields has no label of its own: its name stands in the corner's row.
    has_label = height > 1 or len(pivot.values) > 1
    fields = pivot.columns if height == 1 else [None, *pivot.columns]
    return Spot("label", fields[row]) if has_label else Spot("topRight")


def _refreshed(pivot: Definition, styles: Element, spot: Spot) -> Look:
    looks = list(styles.find(f"{MAIN}dxfs"))
    found: Look = {}
    for entry in pivot.root.find(f"{MAIN}formats"):
        if _covers(entry.find(f"{MAIN}pivotArea"), spot):
            found |= dict(_properties(looks[int(entry.get("dxfId"))]))
    return {name: value for name, value in found.items() if value not in ("0", "none")}


def _covers(area: Element, spot: Spot) -> bool:
    kind = area.get("type", "normal")
    if kind == "all":
        return True
    if kind == "button":
        return spot == Spot("button", int(area.get("field")))
    if kind != "normal":
        return spot.kind == kind
    if area.get("grandRow") == "1" and not spot.is_total:
        return False
    if area.get("dataOnly") != "0":
        return spot.kind == "figure"
    fields = {int(reference.get("field")) for reference in area.iter(f"{MAIN}reference")}
    named = {VALUES if field == NAMES_OF_VALUES else field for field in fields}
    return spot.kind == "label" and (spot.is_total if not named else spot.field in named)


def _cell_look(styles: Element, number: int) -> Look:
    xf = styles.find(f"{MAIN}cellXfs")[number]
    parts = [styles.find(f"{MAIN}{name}s")[int(xf.get(f"{name}Id"))] for name in ("font", "fill", "border")]
    found = dict(_properties([*parts, *xf.findall(f"{MAIN}alignment")]))
    return {name: value for name, value in found.items() if value not in ("0", "none")}


def _properties(parts: Iterator[Element] | list[Element] | Element) -> Iterator[tuple[str, str]]:
    for part in parts:
        name = part.tag.removeprefix(MAIN)
        if name == "font":
            yield from _font(part)
        elif name == "fill":
            colours = [c for tag in ("bgColor", "fgColor") for c in part.iter(f"{MAIN}{tag}") if c.get("rgb")]
            yield from (("fill", c.get("rgb")[-6:]) for c in colours)
        elif name == "alignment":
            yield from part.items()
        elif name == "border":
            for side in ("left", "right", "top", "bottom"):
                (line,) = part.findall(f"{MAIN}{side}")
                yield side, line.get("style", "none")
                yield from ((f"{side} colour", c.get("rgb")[-6:]) for c in line if c.get("rgb"))


def _font(font: Element) -> Iterator[tuple[str, str]]:
    for tag in ("b", "i", "sz", "name"):
        for one in font.findall(f"{MAIN}{tag}"):
            yield tag, one.get("val", "1")
    yield from (("colour", c.get("rgb")[-6:]) for c in font.findall(f"{MAIN}color") if c.get("rgb"))


def _changed_numbers(pivot: Definition, styles: Element) -> list[str]:
    """Figures whose number format is not that of their value, which a refresh brings."""
    formats = styles.find(f"{MAIN}cellXfs")
    first = pivot.box.top + int(pivot.location.get("firstDataRow"))
    left = pivot.box.left + pivot.label_columns
    found = []
    for column, (_, _, value) in enumerate(pivot.lines("colItems", len(pivot.columns)), start=left):
        wanted = pivot.values[value].get("numFmtId", "0")
        for row in range(first, pivot.box.bottom + 1):
            if formats[pivot.sheet.styles[row, column]].get("numFmtId") != wanted:
                found.append(f"row {row}, column {column}: another number format")
    return found
