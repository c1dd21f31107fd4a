"""What is wrong with a pivot's definition: marks, items, lines, location, and the cells that are to show it."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING

import pytest
from pivots.cache_lint import Cache, folded
from pivots.cache_lint import shown as as_cell
from pivots.parts import MAIN, Box, Parts, Sheet, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

ORDER = [
    "location",
    "pivotFields",
    "rowFields",
    "rowItems",
    "colFields",
    "colItems",
    "pageFields",
    "dataFields",
    "formats",
    "conditionalFormats",
    "chartFormats",
    "pivotHierarchies",
    "pivotTableStyleInfo",
    "filters",
    "rowHierarchiesUsage",
    "colHierarchiesUsage",
    "extLst",
]
FUNCTIONS = {"sum": sum, "count": len, "average": fmean, "min": min, "max": max}
VALUES = -2
NAMES_OF_VALUES = 4294967294
REPEATED = "{2946ED86-A175-432a-8AC1-64E0C546D7DE}"
EXTENSION = "{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}"


class Definition:
    """A pivot as read."""

    def __init__(self, parts: Parts, part: str, cache: Cache, sheet: Sheet) -> None:
        self.parts, self.part, self.cache, self.sheet = parts, part, cache, sheet
        self.root = parts.root(part)
        self.name = self.root.get("name")
        self.fields = self._list("pivotFields")
        self.rows = [int(field.get("x")) for field in self._list("rowFields")]
        self.columns = [int(field.get("x")) for field in self._list("colFields")]
        self.filters = self._list("pageFields")
        self.values = self._list("dataFields")
        self.location = self.root.find(f"{MAIN}location")
        self._places: dict[int, dict[int, int]] = {}

    def _list(self, name: str) -> list[Element]:
        found = self.root.find(f"{MAIN}{name}")
        return [] if found is None else list(found)

    @property
    def is_compact(self) -> bool:
        return self.root.get("compact") != "0"

    @property
    def is_outline(self) -> bool:
        """Whether a row heads each group."""
        return self.root.get("outline") == "1"

    @property
    def label_columns(self) -> int:
        return 1 if self.is_compact else len(self.rows)

    @property
    def is_repeated(self) -> bool:
        """Whether labels are said again in every row."""
        uris = {ext.get("uri") for field in self.rows for ext in self.fields[field].iter(f"{MAIN}ext")}
        return REPEATED in uris

    def subtotals(self, field: int) -> str | None:
        """Where a field's subtotals stand."""
        if self.fields[field].get("defaultSubtotal") == "0":
            return None
        on_top = self.is_outline and field in self.rows and self.fields[field].get("subtotalTop") != "0"
        return "above" if on_top else "below"

    @cached_property
    def box(self) -> Box:
        return Box.of(self.location.get("ref"))

    @cached_property
    def whole(self) -> Box:
        """With the filters above."""
        return Box(
            self.box.top - (len(self.filters) + 1 if self.filters else 0),
            self.box.left,
            self.box.bottom,
            self.box.right,
        )

    def items(self, field: int) -> list[int]:
        """Positions of the shared items in the order shown."""
        return [
            int(item.get("x")) for item in self.fields[field].iter(f"{MAIN}item") if item.get("t") is None
        ]

    def place(self, field: int, item: int) -> int:
        """Where a shared item comes in the order shown."""
        if field not in self._places:
            items = self.items(field)
            self._places[field] = {shared: n for n, shared in reversed([*enumerate(items)])}
        return self._places[field][item]

    def hidden(self, field: int) -> set[int]:
        return {int(item.get("x")) for item in self.fields[field].iter(f"{MAIN}item") if item.get("h") == "1"}

    def caption(self, field: int, place: int) -> object:
        item = [i for i in self.fields[field].iter(f"{MAIN}item") if i.get("t") is None][place]
        return unescape(item.get("n")) if item.get("n") else self.cache.items[field][int(item.get("x"))]

    def filled(self, field: int) -> set[int]:
        """Items of a field that stand in records which the filters of the other fields let pass."""
        return {self.cache.codes[record][field] for record in _kept(self, field)}

    def lines(self, name: str, width: int) -> list[tuple[str, tuple[int, ...], int]]:
        """Kind, places of items and number of the value, with what is repeated filled in."""
        found: list[tuple[str, tuple[int, ...], int]] = []
        before: tuple[int, ...] = ()
        for i in self._list(name):
            places = tuple(int(x.get("v", 0)) for x in i.iter(f"{MAIN}x"))
            if i.get("t") == "grand":
                found.append(("grand", places, int(i.get("i", 0))))
                continue
            if i.get("t"):
                before = before[: int(i.get("r", 0))] + places
                found.append((i.get("t"), before, int(i.get("i", 0))))
                continue
            before = (before[: int(i.get("r", 0))] + places)[:width]
            found.append(("", before, int(i.get("i", 0))))
        return found


def lint_definition(pivot: Definition) -> Iterator[str]:
    """Findings, each a sentence that begins with the part's name."""
    found = [*_lint_marks(pivot), *_lint_items(pivot), *_lint_values(pivot), *_lint_lines(pivot)]
    found += [*_lint_values_row(pivot), *_lint_formats(pivot), *_lint_style(pivot)]
    if not found:
        found += _lint_location(pivot)
    if not found:
        found += [*_lint_shown_lines(pivot), *_lint_cells(pivot), *_lint_buttons(pivot)]
    return (f"{pivot.part}: {text}" for text in found)


def _lint_marks(pivot: Definition) -> Iterator[str]:
    children = [child.tag.removeprefix(MAIN) for child in pivot.root]
    if sorted(children, key=ORDER.index) != children:
        yield "its parts are out of order"
    if len(pivot.fields) != len(pivot.cache.fields):
        yield "it does not have the fields of its cache"
        return
    places = {
        **dict.fromkeys(pivot.rows, "axisRow"),
        **dict.fromkeys(pivot.columns, "axisCol"),
        **{int(field.get("fld")): "axisPage" for field in pivot.filters},
    }
    data = {int(value.get("fld")) for value in pivot.values}
    for place, field in enumerate(pivot.fields):
        if field.get("axis") != places.get(place):
            yield f"field {place} stands elsewhere than its mark says"
        if (field.get("dataField") == "1") != (place in data):
            yield f"field {place} is marked as a value, or not, against the list of values"
    if (VALUES in pivot.columns) != (len(pivot.values) > 1):
        yield "the field of values is there exactly where there are several"
    for place in pivot.rows:
        field = pivot.fields[place]
        said = (field.get("compact") != "0", field.get("outline") != "0")
        if said != (pivot.is_compact, pivot.is_outline):
            yield f"field {place} is laid out otherwise than the pivot"
    across = [field for field in pivot.columns if field != VALUES]
    if any(pivot.subtotals(field) for field in [*pivot.rows[-1:], *across[-1:]]):
        yield "the innermost field has subtotals"


def _lint_items(pivot: Definition) -> Iterator[str]:
    for place, field in enumerate(pivot.fields):
        items = field.find(f"{MAIN}items")
        if items is None:
            if field.get("axis"):
                yield f"field {place} stands on an axis without items"
            continue
        if sorted(pivot.items(place)) != list(range(len(pivot.cache.items[place]))):
            yield f"the items of field {place} are not those of the cache, each once"
        defaults = [item for item in items if item.get("t") == "default"]
        if bool(defaults) != (field.get("defaultSubtotal") != "0"):
            yield f"field {place} has a subtotal against its mark"
    for field in pivot.filters:
        if field.get("hier") != "-1":
            yield "a filter without hier"
        if field.get("item") is not None and not 0 <= int(field.get("item")) < len(
            pivot.items(int(field.get("fld")))
        ):
            yield "a filter chooses an item that is not there"


def _lint_values(pivot: Definition) -> Iterator[str]:
    taken = {folded(name) for name in pivot.cache.names}
    formats = {int(f.get("numFmtId")) for f in pivot.parts.root("xl/styles.xml").iter(f"{MAIN}numFmt")}
    for value in pivot.values:
        if folded(unescape(value.get("name"))) in taken:
            yield "a value is called as a column or another value"
        taken.add(folded(unescape(value.get("name"))))
        number = int(value.get("numFmtId", 0))
        if number >= 164 and number not in formats:
            yield "a value has a number format that is not there"


def _lint_lines(pivot: Definition) -> Iterator[str]:
    for name, fields in (("rowItems", pivot.rows), ("colItems", pivot.columns)):
        found = pivot.root.find(f"{MAIN}{name}")
        if found is None:
            yield f"there are no {name}"
            continue
        before = 0
        for i in found:
            places = [int(x.get("v", 0)) for x in i.iter(f"{MAIN}x")]
            repeated = int(i.get("r", 0))
            if repeated + len(places) > max(len(fields), 1) or repeated > before:
                yield f"a line of {name} says more than there are fields"
                continue
            before = repeated + len(places)
            for field, place in zip(fields[repeated:], places, strict=False):
                known = len(pivot.values) if field == VALUES else len(pivot.items(field))
                if not i.get("t") and not 0 <= place < known:
                    yield f"a line of {name} names an item that is not there"
            if int(i.get("i", 0)) >= len(pivot.values):
                yield f"a line of {name} names a value that is not there"


def _lint_values_row(pivot: Definition) -> Iterator[str]:
    """Several values without another field in the columns have one row of heads only if their own row is hidden."""
    hidden = any(
        extension.get("hideValuesRow") == "1"
        for ext in pivot.root.iter(f"{MAIN}ext")
        if ext.get("uri") == EXTENSION
        for extension in ext
    )
    if len(pivot.values) > 1 and pivot.columns == [VALUES] and not hidden:
        yield "a row of values will appear when it is refreshed"


def _lint_formats(pivot: Definition) -> Iterator[str]:
    """Labels and figures keep their look only where a format says so."""
    known = len(list(pivot.parts.root("xl/styles.xml").find(f"{MAIN}dxfs")))
    formats = pivot._list("formats")
    if any(int(entry.get("dxfId")) >= known for entry in formats):
        yield "it has a look that is not there"
    areas = [entry.find(f"{MAIN}pivotArea") for entry in formats]
    fields = {int(r.get("field")) for area in areas for r in area.iter(f"{MAIN}reference")}
    if any(field >= len(pivot.fields) and field != NAMES_OF_VALUES for field in fields):
        yield "a look is that of a field that is not there"
    for area in areas:
        wanted = any(r.get("defaultSubtotal") == "1" for r in area.iter(f"{MAIN}reference"))
        named = [int(r.get("field")) for r in area.iter(f"{MAIN}reference")]
        if wanted and not any(pivot.subtotals(field) for field in named):
            yield "a look is that of subtotals that are not there"
    buttons = {area.get("field") for area in areas if area.get("type") == "button"} - {str(VALUES)}
    if buttons and buttons != {str(n) for n in _on_axes(pivot)}:
        yield "a button loses its look when it is refreshed"


def _on_axes(pivot: Definition) -> list[int]:
    filters = [int(field.get("fld")) for field in pivot.filters]
    return [field for field in (*pivot.rows, *pivot.columns, *filters) if field != VALUES]


def _lint_style(pivot: Definition) -> Iterator[str]:
    name = pivot.root.find(f"{MAIN}pivotTableStyleInfo").get("name")
    styles = {
        style.get("name")
        for style in pivot.parts.root("xl/styles.xml").iter(f"{MAIN}tableStyle")
        if style.get("table") == "0"
    }
    if not re.fullmatch(r"PivotStyle(Light|Medium|Dark)([1-9]|1\d|2[0-8])", name) and name not in styles:
        yield "its style is not there"


def _lint_location(pivot: Definition) -> Iterator[str]:
    several = len(pivot.values) > 1
    across = len([field for field in pivot.columns if field != VALUES])
    header = 0 if several and not across else 1
    first_row = 1 + across + (1 if several and across else 0)
    said = [int(pivot.location.get(name, 0)) for name in ("firstHeaderRow", "firstDataRow", "firstDataCol")]
    if said != [header, first_row, pivot.label_columns]:
        yield "the location does not say where heads end and figures begin"
    height = first_row + len(pivot.root.find(f"{MAIN}rowItems"))
    width = pivot.label_columns + len(pivot.root.find(f"{MAIN}colItems"))
    if (pivot.box.bottom - pivot.box.top + 1, pivot.box.right - pivot.box.left + 1) != (height, width):
        yield "the location is not as large as the lines make it"
    if int(pivot.location.get("rowPageCount", 0)) != len(pivot.filters):
        yield "the location does not count the filters"
    if pivot.whole.top < 1:
        yield "there is no room above for the filters"


def _lint_shown_lines(pivot: Definition) -> Iterator[str]:
    """Exactly the combinations that the records have, in the order of the items, and totals where they are asked for."""
    across = [field for field in pivot.columns if field != VALUES]
    rows = pivot.lines("rowItems", len(pivot.rows))
    expected = [(kind, line, 0) for kind, line in _with_groups(pivot, pivot.rows)]
    if pivot.root.get("rowGrandTotals") != "0":
        expected.append(("grand", (0,), 0))
    if rows != expected:
        yield "its rows are not what the records give"
    values = range(len(pivot.values))
    heads = _with_groups(pivot, across) if across else [("", ())]
    wide = [
        (kind, (*line, value) if len(values) > 1 and not kind else line, value)
        for kind, line in heads
        for value in values
    ]
    if pivot.root.get("colGrandTotals") != "0" and across:
        wide += [("grand", (0,), value) for value in values]
    if pivot.lines("colItems", len(pivot.columns)) != wide:
        yield "its columns are not what the records give"


def _with_groups(pivot: Definition, fields: list[int]) -> list[tuple[str, tuple[int, ...]]]:
    """The lines of an axis and those of its groups, each with its kind."""
    lines, found = _combinations(pivot, fields), []
    outer = range(len(fields) - 1)
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ()
        after = lines[number + 1] if number + 1 < len(lines) else ()
        if pivot.is_outline and fields == pivot.rows:
            found += [("", line[: n + 1]) for n in outer if before[: n + 1] != line[: n + 1]]
        found.append(("", line))
        for level in reversed(outer):
            if after[: level + 1] != line[: level + 1] and pivot.subtotals(fields[level]) == "below":
                found.append(("default", line[: level + 1]))
    return found


def _kept(pivot: Definition, free: int | None = None) -> list[int]:
    """Numbers of the records that pass the filters of all fields but one."""
    kept = range(len(pivot.cache.records))
    for field in pivot.filters:
        place = int(field.get("fld"))
        if field.get("item") is not None and place != free:
            chosen = pivot.items(place)[int(field.get("item"))]
            kept = [n for n in kept if pivot.cache.codes[n][place] == chosen]
    for field in [*pivot.rows, *pivot.columns]:
        if field not in (VALUES, free) and (hidden := pivot.hidden(field)):
            kept = [n for n in kept if pivot.cache.codes[n][field] not in hidden]
    return list(kept)


def _line_of(pivot: Definition, record: int, fields: list[int]) -> tuple[int, ...]:
    codes = pivot.cache.codes[record]
    return tuple(pivot.place(field, codes[field]) for field in fields)


def _combinations(pivot: Definition, fields: list[int]) -> list[tuple[int, ...]]:
    lines = sorted({_line_of(pivot, record, fields) for record in _shown(pivot)})
    if fields != pivot.rows:
        return lines
    for level, field in reversed(list(enumerate(fields))):
        kind = pivot.fields[field].get("sortType")
        if kind in ("ascending", "descending"):
            scope = pivot.fields[field].find(f"{MAIN}autoSortScope")
            number = int(next(scope.iter(f"{MAIN}x")).get("v", 0))
            sums = _sums(pivot, _shown(pivot), fields[: level + 1], number)
            sign = -1 if kind == "descending" else 1
            lines.sort(key=lambda line: (line[:level], sign * sums.get(line[: level + 1], -sign * 1e300)))
    return lines


def _sums(
    pivot: Definition, records: list[int], fields: list[int], number: int
) -> dict[tuple[int, ...], float]:
    """Items of some fields → a value over their records."""
    value, found = pivot.values[number], {}
    for record in records:
        figure = pivot.cache.records[record][int(value.get("fld"))]
        if figure is not None:
            found.setdefault(_line_of(pivot, record, fields), []).append(figure)
    return {line: FUNCTIONS[value.get("subtotal", "sum")](figures) for line, figures in found.items()}


def _shown(pivot: Definition) -> list[int]:
    """Numbers of the records that pass the filters and are of items among the first."""
    records = _kept(pivot)
    for entry in sorted(pivot._list("filters"), key=lambda entry: pivot.rows.index(int(entry.get("fld")))):
        fields = pivot.rows[: pivot.rows.index(int(entry.get("fld"))) + 1]
        top = next(entry.iter(f"{MAIN}top10"))
        sign = 1 if top.get("top") == "0" else -1
        sums = _sums(pivot, records, fields, int(entry.get("iMeasureFld")))
        kept = set()
        for before in {line[:-1] for line in sums}:
            ranked = sorted(sign * figure for line, figure in sums.items() if line[:-1] == before)
            edge = ranked[: int(float(top.get("val")))][-1]
            kept |= {line for line, figure in sums.items() if line[:-1] == before and sign * figure <= edge}
        records = [record for record in records if _line_of(pivot, record, fields) in kept]
    return records


def _lint_cells(pivot: Definition) -> Iterator[str]:
    """The cells one sees are what a refresh would write."""
    expected = {**_heads(pivot), **_labels(pivot), **_figures(pivot)}
    box = pivot.box
    for row in range(box.top, box.bottom + 1):
        for column in range(box.left, box.right + 1):
            if (row, column) not in expected:
                continue
            shown, should = pivot.sheet.cells.get((row, column)), expected[row, column]
            if isinstance(should, datetime):
                should = as_cell(should) / 86_400
            same = (
                shown == pytest.approx(should)
                if isinstance(should, float) and isinstance(shown, float)
                else shown == should
            )
            if not same:
                yield f"the cell in row {row}, column {column} shows {shown!r}, not {should!r}"
                return
    for offset, field in enumerate(pivot.filters):
        place = int(field.get("fld"))
        row = pivot.whole.top + offset
        if pivot.sheet.cells.get((row, box.left)) != pivot.cache.names[place]:
            yield "a filter's name does not stand above the pivot"
        chosen = pivot.sheet.cells.get((row, box.left + 1))
        if chosen is None or (
            field.get("item") is not None and chosen != pivot.caption(place, int(field.get("item")))
        ):
            yield "a filter's choice does not stand beside its name"


def _heads(pivot: Definition) -> dict[tuple[int, int], object]:
    """Names of row fields, items of column fields, names of values."""
    box, found = pivot.box, {}
    lowest = box.top + int(pivot.location.get("firstDataRow")) - 1
    for offset, field in enumerate(pivot.rows):
        found[lowest, box.left + offset] = pivot.cache.names[field]
    left = box.left + pivot.label_columns
    across = [field for field in pivot.columns if field != VALUES]
    for offset, field in enumerate(across):
        found[box.top, left + offset] = pivot.cache.names[field]
    names = [unescape(value.get("name")) for value in pivot.values]
    if across and len(names) > 1:
        found[box.top, left + len(across)] = unescape(pivot.root.get("dataCaption"))
    if pivot.is_compact:
        found = {(lowest, box.left): unescape(pivot.root.get("rowHeaderCaption"))}
        found |= {(box.top, left): unescape(pivot.root.get("colHeaderCaption"))} if across else {}
    if across and len(names) == 1:
        found[box.top, box.left] = names[0]
    before: tuple[int, ...] = ()
    for offset, (kind, line, value) in enumerate(pivot.lines("colItems", len(pivot.columns))):
        if kind == "default":
            row, item = box.top + len(line), pivot.caption(across[len(line) - 1], line[-1])
            if len(names) > 1:
                found[row, left + offset] = f"{item} {names[value]}"
            before = line
        if kind:
            continue
        for level, field in enumerate(across):
            new = before[: level + 1] != line[: level + 1]
            found[box.top + 1 + level, left + offset] = pivot.caption(field, line[level]) if new else None
        before = line
        if len(names) > 1 or not across:
            found[lowest, left + offset] = names[value]
    return found


def _labels(pivot: Definition) -> dict[tuple[int, int], object]:
    """The labels of rows; those of subtotals are worded by the program and left out."""
    box, found = pivot.box, {}
    before: tuple[int, ...] = ()
    for row, (kind, line, _) in enumerate(
        pivot.lines("rowItems", len(pivot.rows)), start=box.top + int(pivot.location.get("firstDataRow"))
    ):
        if kind == "grand":
            found[row, box.left] = unescape(pivot.root.get("grandTotalCaption"))
            continue
        last = len(line) - 1
        for level, field in enumerate(pivot.rows[: len(line)]):
            new = before[: level + 1] != line[: level + 1] and kind != "default"
            if pivot.is_compact and level < last:
                continue
            if kind == "default" and level == last:
                continue
            column = box.left if pivot.is_compact else box.left + level
            said = new or pivot.is_repeated
            found[row, column] = pivot.caption(field, line[level]) if said else None
        before = line
    return found


def _figures(pivot: Definition) -> dict[tuple[int, int], object]:
    """Every figure, from the records."""
    across = [field for field in pivot.columns if field != VALUES]
    sums: dict[tuple[object, object, int], list[object]] = {}
    for record in _shown(pivot):
        row, column = _line_of(pivot, record, pivot.rows), _line_of(pivot, record, across)
        for number, value in enumerate(pivot.values):
            figure = pivot.cache.records[record][int(value.get("fld"))]
            if figure is None:
                continue
            for down in range(len(row) + 1):
                for right in range(len(column) + 1):
                    sums.setdefault((row[:down], column[:right], number), []).append(figure)
    found: dict[tuple[int, int], object] = {}
    top = pivot.box.top + int(pivot.location.get("firstDataRow"))
    left = pivot.box.left + pivot.label_columns
    columns = pivot.lines("colItems", len(pivot.columns))
    for row, (row_kind, line, _) in enumerate(pivot.lines("rowItems", len(pivot.rows)), start=top):
        is_empty_head = (
            not row_kind
            and len(line) < len(pivot.rows)
            and pivot.subtotals(pivot.rows[len(line) - 1]) != "above"
        )
        for column, (kind, head, value) in enumerate(columns, start=left):
            key = (
                () if row_kind == "grand" else line,
                () if kind == "grand" else head[: len(across)],
                value,
            )
            figures = None if is_empty_head else sums.get(key)
            function = FUNCTIONS[pivot.values[value].get("subtotal", "sum")]
            whole = {
                "percentOfCol": ((), *key[1:]),
                "percentOfRow": (key[0], (), value),
                "percentOfTotal": ((), (), value),
            }.get(pivot.values[value].get("showDataAs"))
            if whole and not is_empty_head:
                found[row, column] = float(function(figures)) / function(sums[whole]) if figures else 0.0
            else:
                found[row, column] = float(function(figures)) if figures else None
    return found


def _lint_buttons(pivot: Definition) -> Iterator[str]:
    formats = list(pivot.parts.root("xl/styles.xml").find(f"{MAIN}cellXfs"))
    buttons = {number for number, xf in enumerate(formats) if xf.get("pivotButton") == "1"}
    lowest = pivot.box.top + int(pivot.location.get("firstDataRow")) - 1
    across = len([field for field in pivot.columns if field != VALUES])
    across = min(across, 1) if pivot.is_compact else across
    places = [(lowest, pivot.box.left + offset) for offset in range(pivot.label_columns)]
    places += [(pivot.box.top, pivot.box.left + pivot.label_columns + offset) for offset in range(across)]
    places += [(pivot.whole.top + offset, pivot.box.left) for offset in range(len(pivot.filters))]
    if not all(pivot.sheet.styles.get(place) in buttons for place in places):
        yield "a field's button does not show"
