"""Write all pivots, slicers and PivotCharts of a workbook into its package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from workbook_tools.pivots.cache import Cache
from workbook_tools.pivots.charts import link_chart
from workbook_tools.pivots.parts.definition import Definition
from workbook_tools.pivots.parts.formats import DifferentialFormats, render_style
from workbook_tools.pivots.parts.package import Package, add_extension
from workbook_tools.pivots.parts.xml import OFFICE, element, extension
from workbook_tools.pivots.pivot import PivotStyle
from workbook_tools.pivots.slicers import PlacedSlicer, put_slicer, render_cache, render_slicers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from workbook_tools.pivots.placed import PlacedPivot
    from workbook_tools.pivots.source import Source

_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"
# Capitals and small letters as in MS-XLSX: with 456a for 456A, ONLYOFFICE silently drops the slicers.
SHEET_EXTENSION = "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"
BOOK_EXTENSION = "{BBE1A952-AA13-448e-AADC-164F8A28A991}"


@dataclass(frozen=True)
class Contents:
    """The native parts of one workbook.

    ``caches`` are those of the pivots, each with its records; ``charts`` maps numbers of chart parts to their
    pivots; ``buttons`` are the cell formats of field buttons.
    """

    pivots: Sequence[PlacedPivot]
    slicers: Sequence[PlacedSlicer]
    caches: Sequence[tuple[Cache, Sequence[Any]]]
    charts: Mapping[int, PlacedPivot]
    buttons: Sequence[int]
    number_formats: Mapping[str, int]
    refreshed: datetime
    author: str


def assemble(package: Package, contents: Contents) -> None:
    """Write everything into the package, whose parts xlsxwriter has just created."""
    caches = [cache for cache, _ in contents.caches]
    sheets = package.sheets()
    for cache, records in contents.caches:
        _add_cache(package, cache, records, contents)
    _list_caches(package, caches)
    formats = DifferentialFormats(_count_dxfs(package.read(_STYLES)))
    charted = {id(placed): number for number, placed in enumerate(contents.charts.values())}
    for number, placed in enumerate(contents.pivots, start=1):
        (cache,) = (c for c in caches if c.source is placed.pivot.source)
        name = f"xl/pivotTables/pivotTable{number}.xml"
        chart = charted.get(id(placed))
        rendered = Definition(placed, cache, contents.number_formats, formats, chart).render()
        package.add(name, f"{_TYPE}.pivotTable+xml", [rendered])
        package.relate(name, _cache_name(cache), f"{OFFICE}/pivotCacheDefinition")
        package.relate(sheets[placed.sheet.get_name()][1], name, f"{OFFICE}/pivotTable")
    # Before the styles are edited: rendering pivots and styles collects the formats they need.
    styles = {s.name: s for p in contents.pivots if isinstance(s := p.look.style, PivotStyle)}
    listed = [render_style(style, formats) for style in styles.values()]
    package.edit(
        _STYLES, lambda text: _add_formats(_mark_buttons(text, contents.buttons), formats.rendered, listed)
    )
    if contents.slicers:
        _add_slicers(package, contents.slicers, caches)
    for number, placed in contents.charts.items():
        name, chart = f"xl/charts/chart{number}.xml", charted[id(placed)]
        package.write(name, [link_chart(package.read(name), placed, chart)])


def build_caches(pivots: Sequence[PlacedPivot], slicers: Sequence[PlacedSlicer]) -> list[Cache]:
    """One cache for each source, listing the fields that its pivots and slicers use."""
    sources: list[Source] = []
    for placed in pivots:
        if not any(source is placed.pivot.source for source in sources):
            sources.append(placed.pivot.source)
    caches = []
    # One cache per source, as Excel does it: a cache per pivot would repeat all records.
    for number, source in enumerate(sources, start=1):
        named = {name for placed in pivots if placed.pivot.source is source for name in placed.pivot.axes}
        named |= {placed.slicer.field for placed in slicers if placed.source is source}
        caches.append(Cache(source, number, frozenset(named)))
    return caches


def _cache_name(cache: Cache) -> str:
    return f"xl/pivotCache/pivotCacheDefinition{cache.number}.xml"


def _add_cache(package: Package, cache: Cache, records: Sequence[Any], contents: Contents) -> None:
    name, definition = f"xl/pivotCache/pivotCacheRecords{cache.number}.xml", _cache_name(cache)
    package.add(name, f"{_TYPE}.pivotCacheRecords+xml", records)
    relation = package.relate(definition, name, f"{OFFICE}/pivotCacheRecords")
    rendered = cache.render_definition(relation, contents.refreshed, contents.author)
    package.add(definition, f"{_TYPE}.pivotCacheDefinition+xml", rendered)


def _list_caches(package: Package, caches: Sequence[Cache]) -> None:
    relations = {
        cache.number: package.relate(_WORKBOOK, _cache_name(cache), f"{OFFICE}/pivotCacheDefinition")
        for cache in caches
    }
    listed = element(
        "pivotCaches", None, [element("pivotCache", {"cacheId": n, "r:id": r}) for n, r in relations.items()]
    )
    # The schema fixes the order of the workbook's children: pivotCaches follows calcPr.
    package.edit(_WORKBOOK, lambda text: _after(text, r"<calcPr\b[^>]*/>", listed))


def _mark_buttons(styles: str, buttons: Sequence[int]) -> str:
    """Mark the cell formats of field buttons; otherwise Excel draws their arrows only after a refresh."""
    head, rest = styles.split("<cellXfs", 1)
    inside, tail = rest.split("</cellXfs>", 1)
    pieces = re.split(r"(?=<xf )", inside)
    for number in buttons:
        pieces[number + 1] = pieces[number + 1].replace("<xf ", '<xf pivotButton="1" ', 1)
    return f"{head}<cellXfs{''.join(pieces)}</cellXfs>{tail}"


def _count_dxfs(styles: str) -> int:
    found = re.search(r'<dxfs count="(\d+)"', styles)
    return int(found[1]) if found else 0


def _add_formats(styles: str, dxfs: Sequence[str], pivot_styles: Sequence[str]) -> str:
    """Add differential formats and pivot styles to the styles."""
    before = _count_dxfs(styles)
    styles = re.sub(r'<dxfs count="\d+"/>', '<dxfs count="0"></dxfs>', styles)
    styles = styles.replace(f'<dxfs count="{before}">', f'<dxfs count="{before + len(dxfs)}">')
    styles = styles.replace("</dxfs>", "".join(dxfs) + "</dxfs>")
    if not pivot_styles:
        return styles
    head = f'<tableStyles count="{len(pivot_styles)}"'
    return re.sub(
        r'<tableStyles count="0"([^>]*)/>',
        lambda found: f"{head}{found[1]}>{''.join(pivot_styles)}</tableStyles>",
        styles,
    )


def _add_slicers(package: Package, slicers: Sequence[PlacedSlicer], caches: Sequence[Cache]) -> None:
    sheets = package.sheets()
    ids = {name: number for name, (number, _) in sheets.items()}
    relations = []
    for placed in slicers:
        (cache,) = (c for c in caches if c.source is placed.source)
        name = f"xl/slicerCaches/slicerCache{placed.number}.xml"
        package.add(
            name, "application/vnd.ms-excel.slicerCache+xml", [render_cache(placed, cache.number, ids)]
        )
        relations.append(package.relate(_WORKBOOK, name, f"{_MICROSOFT}/slicerCache"))
    listed = element("x14:slicerCaches", None, [element("x14:slicerCache", {"r:id": r}) for r in relations])
    added = extension(BOOK_EXTENSION, listed)
    package.edit(_WORKBOOK, lambda text: add_extension(text, added, "workbook"))
    by_sheet = groupby(sorted(slicers, key=lambda p: p.sheet.get_name()), key=lambda p: p.sheet)
    for number, (sheet, group) in enumerate(by_sheet, start=1):
        _add_to_sheet(package, sheets[sheet.get_name()][1], list(group), number)


def _add_to_sheet(package: Package, part: str, slicers: list[PlacedSlicer], number: int) -> None:
    name = f"xl/slicers/slicer{number}.xml"
    package.add(name, "application/vnd.ms-excel.slicer+xml", [render_slicers(slicers)])
    relation = package.relate(part, name, f"{_MICROSOFT}/slicer")
    listed = element("x14:slicerList", None, [element("x14:slicer", {"r:id": relation})])
    added = extension(SHEET_EXTENSION, listed)
    package.edit(part, lambda text: add_extension(text, added, "worksheet"))
    # A sheet with slicers has a drawing: that of their text boxes.
    (drawing,) = package.related(part, f"{OFFICE}/drawing").values()
    for placed in slicers:
        package.edit(drawing, lambda text, placed=placed: put_slicer(text, placed))  # type: ignore[misc]


def _after(text: str, pattern: str, added: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"xlsxwriter has written a part without {pattern}")
    return text[: found.end()] + added + text[found.end() :]
