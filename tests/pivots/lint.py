"""The linter of native pivots: all that Excel is known to trip over, found without Excel.

A schema says little here, and other programs forgive what Excel repairs; so every point is checked by hand.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from pivots.cache_lint import Cache, lint_cache
from pivots.definition_lint import Definition, lint_definition
from pivots.parts import MAIN, REL, WORKBOOK, X14, Box, Parts, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

BOOK_URI = "{BBE1A952-AA13-448e-AADC-164F8A28A991}"
SHEET_URI = "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"
SLICER = "{http://schemas.microsoft.com/office/drawing/2010/slicer}slicer"
SLICER_URI = "http://schemas.microsoft.com/office/drawing/2010/slicer"
MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
KINDS = {
    r"xl/pivotCache/pivotCacheDefinition\d+\.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml",
    r"xl/pivotCache/pivotCacheRecords\d+\.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheRecords+xml",
    r"xl/pivotTables/pivotTable\d+\.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
    r"xl/slicerCaches/slicerCache\d+\.xml": "application/vnd.ms-excel.slicerCache+xml",
    r"xl/slicers/slicer\d+\.xml": "application/vnd.ms-excel.slicer+xml",
}
BOOK_ORDER = [
    "fileVersion",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "definedNames",
    "calcPr",
    "pivotCaches",
    "extLst",
]
CHART_ORDER = [
    "date1904",
    "lang",
    "roundedCorners",
    "AlternateContent",
    "style",
    "clrMapOvr",
    "pivotSource",
    "protection",
    "chart",
]


def lint(path: Path) -> list[str]:
    """What is wrong with the pivots, slicers and PivotCharts of a workbook."""
    return lint_parts(Parts(path))


def lint_parts(parts: Parts) -> list[str]:
    """The same of a package that has been read."""
    found = [*_lint_package(parts), *_lint_counts(parts)]
    if found:
        return found
    caches = {name: Cache(parts, name) for name in parts.named(r"xl/pivotCache/pivotCacheDefinition\d+\.xml")}
    found += [text for cache in caches.values() for text in lint_cache(cache)]
    pivots = []
    for name in parts.named(r"xl/pivotTables/pivotTable\d+\.xml"):
        sheet, related = parts.sheet_of(name, "pivotTable"), parts.related(name, "pivotCacheDefinition")
        if sheet is None or len(related) != 1 or related[0] not in caches:
            found.append(f"{name}: it has no sheet or no cache")
        else:
            pivots.append(Definition(parts, name, caches[related[0]], sheet))
    found += _lint_ids(parts, pivots)
    if not found:
        found += [text for pivot in pivots for text in lint_definition(pivot)]
        found += [*_lint_places(parts, pivots), *_lint_slicers(parts, pivots), *_lint_charts(parts, pivots)]
    return found


def _lint_package(parts: Parts) -> Iterator[str]:
    for pattern, kind in KINDS.items():
        for name in parts.named(pattern):
            if parts.content_types.get(name) != kind:
                yield f"{name}: its content type is wrong"
    for rels in parts.named(r".*_rels/.*\.rels"):
        folder, _, base = rels.rpartition("_rels/")
        for _, target in parts.relations(f"{folder}{base.removesuffix('.rels')}").values():
            if target not in parts.files:
                yield f"{rels}: it leads to {target}, which is not there"
    for name in parts.files:
        if name.endswith(".xml") and len([c for c in parts.root(name) if c.tag == f"{MAIN}extLst"]) > 1:
            yield f"{name}: two lists of extensions"
    for name, order in [(WORKBOOK, BOOK_ORDER)]:
        children = [child.tag.removeprefix(MAIN) for child in parts.root(name)]
        if children != sorted(children, key=order.index):
            yield f"{name}: its parts are out of order"


def _lint_counts(parts: Parts) -> Iterator[str]:
    """Each count is the number of children."""
    for pattern in KINDS:
        for name in parts.named(pattern):
            for element in parts.root(name).iter():
                count = element.get("count")
                if count is not None and int(count) != len(element):
                    yield f"{name}: the count of {element.tag.rpartition('}')[2]} is wrong"
                if element.tag == f"{MAIN}sharedItems" and count is None and len(element):
                    yield f"{name}: items are not counted"


def _lint_ids(parts: Parts, pivots: list[Definition]) -> Iterator[str]:
    relations = parts.relations(WORKBOOK)
    listed = {
        p.get("cacheId"): relations.get(p.get(f"{REL}id"), ("", ""))[1]
        for p in parts.root(WORKBOOK).iter(f"{MAIN}pivotCache")
    }
    if sorted(listed.values()) != parts.named(r"xl/pivotCache/pivotCacheDefinition\d+\.xml"):
        yield "the workbook does not list every cache once"
    names = [pivot.name.casefold() for pivot in pivots]
    if len(set(names)) < len(names):
        yield "two pivots have one name"
    for pivot in pivots:
        if listed.get(pivot.root.get("cacheId")) != pivot.cache.part:
            yield f"{pivot.part}: its cacheId is not that of its cache"


def _lint_places(parts: Parts, pivots: list[Definition]) -> Iterator[str]:
    for sheet in parts.sheets:
        boxes = [(pivot.part, pivot.whole) for pivot in pivots if pivot.sheet is sheet]
        boxes += [(part, Box.of(parts.root(part).get("ref"))) for part in parts.related(sheet.part, "table")]
        for (one, box), (other, its) in combinations(boxes, 2):
            if box.meets(its):
                yield f"{one} overlaps {other}"


def _extension(root: Element, uri: str, path: str) -> list[str]:
    return [
        found.get(f"{REL}id")
        for ext in root.iter(f"{MAIN}ext")
        if ext.get("uri") == uri
        for found in ext.findall(path)
    ]


def _lint_slicers(parts: Parts, pivots: list[Definition]) -> Iterator[str]:
    caches = parts.named(r"xl/slicerCaches/slicerCache\d+\.xml")
    relations = parts.relations(WORKBOOK)
    listed = _extension(parts.root(WORKBOOK), BOOK_URI, f"{X14}slicerCaches/{X14}slicerCache")
    if sorted(relations.get(number, ("", ""))[1] for number in listed) != caches:
        yield "the workbook does not list every slicer cache once"
    names = {}
    for part in caches:
        yield from (f"{part}: {text}" for text in _lint_slicer_cache(parts, part, pivots))
        names[parts.root(part).get("name")] = part
    if len(names) < len(caches):
        yield "two slicer caches have one name"
    yield from _lint_slicer_views(parts, set(names))


def _lint_slicer_cache(parts: Parts, part: str, pivots: list[Definition]) -> Iterator[str]:
    root = parts.root(part)
    defined = {name.get("name"): name.text for name in parts.root(WORKBOOK).iter(f"{MAIN}definedName")}
    if (
        not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", root.get("name"))
        or defined.get(root.get("name")) != "#N/A"
    ):
        yield "its defined name is missing"
    linked = []
    for element in root.iter(f"{X14}pivotTable"):
        found = [
            p for p in pivots if p.name == element.get("name") and str(p.sheet.number) == element.get("tabId")
        ]
        if not found:
            yield "it is linked to a pivot that is not there"
        linked += found
    tabular = next(root.iter(f"{X14}tabular"))
    if (
        not linked
        or len({pivot.cache.part for pivot in linked}) != 1
        or tabular.get("pivotCacheId") != linked[0].cache.identity
    ):
        yield "its cache is not that of its pivots"
        return
    cache = linked[0].cache
    if unescape(root.get("sourceName")) not in cache.names:
        yield "its field is not there"
        return
    field = cache.names.index(unescape(root.get("sourceName")))
    items = list(root.iter(f"{X14}i"))
    if sorted(int(item.get("x")) for item in items) != list(range(len(cache.items[field]))) or not items:
        yield "its items are not those of the cache, each once"
    off = {int(item.get("x")) for item in items if item.get("s") != "1"}
    for pivot in linked:
        if pivot.fields[field].find(f"{MAIN}items") is None:
            yield f"{pivot.name} has no items of its field"
        elif pivot.hidden(field) != off:
            yield f"{pivot.name} shows other items than are pressed"
    empty = {int(item.get("x")) for item in items if item.get("nd") == "1"}
    if empty != set(range(len(cache.items[field]))).difference(*(p.filled(field) for p in linked)):
        yield "it marks other items as empty than are"


def _lint_slicer_views(parts: Parts, caches: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts.named(r"xl/slicers/slicer\d+\.xml"):
        sheet = parts.sheet_of(part, "slicer")
        views = list(parts.root(part).iter(f"{X14}slicer"))
        listed = (
            []
            if sheet is None
            else _extension(parts.root(sheet.part), SHEET_URI, f"{X14}slicerList/{X14}slicer")
        )
        if sheet is None or [parts.relations(sheet.part).get(n, ("", ""))[1] for n in listed] != [part]:
            yield f"{part}: its sheet does not list it"
            continue
        for drawing in parts.related(sheet.part, "drawing"):
            yield from _lint_slicer_frames(drawing, parts.root(drawing))
        drawn = [name for d in parts.related(sheet.part, "drawing") for name in _drawn_slicers(parts.root(d))]
        if sorted(drawn) != sorted(unescape(view.get("name")) for view in views):
            yield f"{part}: its slicers are not those in the drawing"
        for view in views:
            if view.get("cache") not in caches or not view.get("rowHeight"):
                yield f"{part}: a slicer without its cache or the height of its rows"
            if view.get("name").casefold() in seen:
                yield f"{part}: two slicers have one name"
            seen.add(view.get("name").casefold())


def _drawn_slicers(drawing: Element) -> Iterator[str]:
    """Names of slicers that are drawn as Excel does, with a shape for programs that have none."""
    for alternate in drawing.iter(f"{MARKUP}AlternateContent"):
        choice, fallback = alternate.find(f"{MARKUP}Choice"), alternate.find(f"{MARKUP}Fallback")
        data = next(choice.iter(f"{DRAWING}graphicData"), None)
        if (
            choice.get("Requires") != "a14"
            or fallback is None
            or not len(fallback)
            or data is None
            or data.get("uri") != SLICER_URI
        ):
            continue
        yield from (slicer.get("name") for slicer in data.iter(SLICER))


def _lint_slicer_frames(part: str, drawing: Element) -> Iterator[str]:
    for anchor in drawing:
        if next(anchor.iter(SLICER), None) is not None and anchor.get("editAs") != "oneCell":
            yield f"{part}: a slicer grows with its columns"


def _lint_charts(parts: Parts, pivots: list[Definition]) -> Iterator[str]:
    for part in parts.named(r"xl/charts/chart\d+\.xml"):
        root = parts.root(part)
        source = root.find(f"{CHART}pivotSource")
        if source is None:
            continue
        children = [child.tag.rpartition("}")[2] for child in root]
        known = [child for child in children if child in CHART_ORDER]
        if known != sorted(known, key=CHART_ORDER.index):
            yield f"{part}: pivotSource is out of order"
        target = re.fullmatch(r"\[[^\]]*\](.*)!([^!]+)", source.findtext(f"{CHART}name"))
        if target is None or not any((p.sheet.name, p.name) == target.groups() for p in pivots):
            yield f"{part}: its pivot is not there"
        number = source.find(f"{CHART}fmtId")
        if number is None:
            yield f"{part}: fmtId is missing"
            continue
        if target is not None:
            yield from _lint_chart_formats(part, root, number.get("val"), target[2], pivots)


def _lint_chart_formats(
    part: str, root: Element, number: str, name: str, pivots: list[Definition]
) -> Iterator[str]:
    """Each series has its look both in the chart and in the pivot, or it gets another colour when the pivot is filtered."""
    kept = {f.find(f"{CHART}idx").get("val") for f in root.iter(f"{CHART}pivotFmt")}
    named = {
        entry.get("format")
        for pivot in pivots
        if pivot.name == name
        for entry in pivot.root.iter(f"{MAIN}chartFormat")
        if entry.get("chart") == number
    }
    if not kept or not named or not named <= kept:
        yield f"{part}: its series lose their look when the pivot changes"
