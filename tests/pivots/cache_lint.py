"""What is wrong with a pivot cache: its fields, flags, items and records, and whether it is the table it says it reads."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pivots.parts import MAIN, X14, Box, Parts, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

CACHE_URI = "{725AE2AE-9491-48be-B2B4-4EB974FC3084}"
EPOCH = datetime(1899, 12, 30)
FLAGS = (
    "containsSemiMixedTypes",
    "containsNonDate",
    "containsDate",
    "containsString",
    "containsBlank",
    "containsMixedTypes",
    "containsNumber",
    "containsInteger",
    "longText",
)
DEFAULT_TRUE = {"containsSemiMixedTypes", "containsNonDate", "containsString"}


def folded(item: object) -> object:
    """What Excel may take for the same item: case, composition and width of letters, and what is not seen, do not count."""
    return _folded_text(item) if isinstance(item, str) else item


@cache
def _folded_text(text: str) -> str:
    seen = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Cf"
    )
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", seen.casefold()))


class Cache:
    """A cache as read: ``items`` of each field, and ``records`` as values."""

    def __init__(self, parts: Parts, part: str) -> None:
        self.parts, self.part = parts, part
        self.root = parts.root(part)
        self.fields = list(self.root.iter(f"{MAIN}cacheField"))
        self.names = [unescape(field.get("name", "")) for field in self.fields]
        self.columns = [field for field in self.fields if field.get("databaseField") != "0"]
        self.shared = [
            [value_of(item) for item in field.find(f"{MAIN}sharedItems")] for field in self.columns
        ]
        self.groups = [field.find(f"{MAIN}fieldGroup") for field in self.fields]
        self.items = [self._items(place) for place in range(len(self.fields))]

    def _items(self, place: int) -> list[object]:
        """What pivots show of a field: its groups where it has some."""
        if self.groups[place] is None:
            return self.shared[place]
        return [value_of(item) for item in self.groups[place].find(f"{MAIN}groupItems")]

    @cached_property
    def identity(self) -> str | None:
        """What slicers call the cache."""
        for extension in self.root.iter(f"{MAIN}ext"):
            if extension.get("uri") == CACHE_URI:
                return extension.find(f"{X14}pivotCacheDefinition").get("pivotCacheId")
        return None

    @cached_property
    def record_part(self) -> str | None:
        relation = self.parts.relations(self.part).get(
            self.root.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        )
        return relation[1] if relation else None

    @cached_property
    def raw_records(self) -> list[list[Element]]:
        return (
            [list(record) for record in self.parts.root(self.record_part)]
            if self.record_part in self.parts.files
            else []
        )

    @cached_property
    def codes(self) -> list[list[int | None]]:
        """For each record and field the position of its item, None where the value stands in the record."""
        return [
            [
                self._code(place, values, record[place] if place < len(record) else None)
                for place in range(len(self.fields))
            ]
            for values, record in zip(self.records, self.raw_records, strict=True)
        ]

    def _code(self, place: int, values: list[object], child: Element | None) -> int | None:
        group = self.groups[place]
        if group is not None:
            return group_of(values[int(group.get("base"))], group)
        return int(child.get("v")) if child.tag == f"{MAIN}x" else None

    @cached_property
    def records(self) -> list[list[object]]:
        return [
            [
                self.shared[f][int(child.get("v"))] if child.tag == f"{MAIN}x" else value_of(child)
                for f, child in enumerate(record)
            ]
            for record in self.raw_records
        ]


def group_of(day: datetime, group: Element) -> int:
    """Which of its groups a day belongs to; before them stands the one of all earlier days."""
    limits = group.find(f"{MAIN}rangePr")
    parts = {
        "months": day.month,
        "quarters": 1 + (day.month - 1) // 3,
        "years": 1 + day.year - datetime.fromisoformat(limits.get("startDate")).year,
    }
    return parts[limits.get("groupBy")]


def value_of(item: Element) -> object:
    kind, value = item.tag.removeprefix(MAIN), item.get("v", "")
    if kind == "m":
        return None
    if kind == "b":
        return value == "1"
    if kind == "d":
        return datetime.fromisoformat(value)
    return float(value) if kind == "n" else unescape(value)


def shown(value: object) -> object:
    """As a cell holds it: days as the number of days since 1899-12-30, to the second."""
    return round((value - EPOCH).total_seconds()) if isinstance(value, datetime) else value


def lint_cache(cache: Cache) -> Iterator[str]:
    """Findings, each a sentence that begins with the part's name."""
    found = [*_lint_fields(cache), *_lint_groups(cache), *_lint_records(cache)]
    if not found:
        found += [*_lint_flags(cache), *_lint_source(cache)]
    return (f"{cache.part}: {text}" for text in found)


def _lint_fields(cache: Cache) -> Iterator[str]:
    if cache.identity is None:
        yield "the extension by which slicers find it is missing"
    for attribute in ("createdVersion", "refreshedVersion", "minRefreshableVersion"):
        if int(cache.root.get(attribute, 0)) < 3:
            yield f"{attribute} is below 3"
    if len({folded(name) for name in cache.names}) < len(cache.names) or "" in cache.names:
        yield "names of fields are not unique"
    for name, items in zip(cache.names, cache.shared, strict=False):
        keys = [(type(item), folded(item)) for item in items]
        if len(set(keys)) < len(keys):
            yield f"items of {name} are one to Excel"


def _lint_groups(cache: Cache) -> Iterator[str]:
    """Groups of days: those of the column itself are the shortest, and name the longest."""
    lengths = ["months", "quarters", "years"]
    grouped = {place: group for place, group in enumerate(cache.groups) if group is not None}
    for place, group in grouped.items():
        base, limits = int(group.get("base")), group.find(f"{MAIN}rangePr")
        of_base = [n for n, other in grouped.items() if other.get("base") == group.get("base")]
        longest = max(of_base, key=lambda n: lengths.index(grouped[n].find(f"{MAIN}rangePr").get("groupBy")))
        if (group.get("par") is not None) != (place == base != longest) or group.get("par") not in (
            None,
            str(longest),
        ):
            yield f"{cache.names[place]}: the longest of its groups is not named, or a wrong one"
        days = cache.shared[base] if base < len(cache.shared) else []
        if not days or not all(isinstance(day, datetime) for day in days):
            yield f"{cache.names[place]}: not a column of days is grouped"
            continue
        first, last = min(days).date(), max(days).date()
        given = [datetime.fromisoformat(limits.get(name)).date() for name in ("startDate", "endDate")]
        # After the last day there is none.
        end = last if last == date.max else last + timedelta(days=1)
        if given != [first, end]:
            yield f"{cache.names[place]}: the groups do not begin and end with the days"
        count = {"months": 12, "quarters": 4, "years": 1 + last.year - first.year}[limits.get("groupBy")]
        if len(cache.items[place]) != count + 2:
            yield f"{cache.names[place]}: there are not as many groups as parts of the days"


def _lint_records(cache: Cache) -> Iterator[str]:
    if not cache.raw_records:
        yield "there are no records"
        return
    count = len(cache.raw_records)
    if cache.root.get("recordCount") != str(count) or cache.parts.root(cache.record_part).get("count") != str(
        count
    ):
        yield "recordCount is not the number of records"
    for record in cache.raw_records:
        if len(record) != len(cache.columns):
            yield "a record does not have a value for each field"
            return
    for place, (name, items) in enumerate(zip(cache.names, cache.shared, strict=False)):
        kinds = {record[place].tag.removeprefix(MAIN) for record in cache.raw_records}
        if items and kinds != {"x"}:
            yield f"records of {name} do not point to its items"
        elif not items and "x" in kinds:
            yield f"records of {name} point to items that are not there"
        elif items and not all(0 <= int(record[place].get("v")) < len(items) for record in cache.raw_records):
            yield f"a record points beyond the items of {name}"


def _lint_flags(cache: Cache) -> Iterator[str]:
    for place, field in enumerate(cache.columns):
        shared = field.find(f"{MAIN}sharedItems")
        values = cache.shared[place] or [record[place] for record in cache.records]
        said = {flag: _is_true(shared.get(flag), flag in DEFAULT_TRUE) for flag in FLAGS}
        should = _flags(values)
        for flag in FLAGS:
            if said[flag] != should[flag]:
                yield f"{cache.names[place]}: {flag} does not say what is there"
        numbers = [value for value in values if isinstance(value, float)]
        for attribute, of in (("minValue", min), ("maxValue", max)):
            given = shared.get(attribute)
            if (given is None) != (not numbers) or (numbers and float(given) != of(numbers)):
                yield f"{cache.names[place]}: {attribute} is wrong"


def _flags(values: list[object]) -> dict[str, bool]:
    """The flags that Excel itself writes."""
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if isinstance(value, float)]
    moments = [value for value in values if isinstance(value, datetime)]
    blank, others = any(value is None for value in values), any(isinstance(value, bool) for value in values)
    return {
        "containsSemiMixedTypes": bool(texts) or others or blank,
        "containsNonDate": bool(texts or numbers or others),
        "containsDate": bool(moments),
        "containsString": bool(texts) or others,
        "containsBlank": blank,
        "containsMixedTypes": bool((texts or others) and (numbers or moments)),
        "containsNumber": bool(numbers),
        "containsInteger": bool(numbers) and all(number == int(number) for number in numbers),
        "longText": any(len(text.encode("utf-16-le")) > 2 * 255 for text in texts),
    }


def _is_true(value: str | None, default: bool) -> bool:
    return default if value is None else value in ("1", "true")


def _lint_source(cache: Cache) -> Iterator[str]:
    """Refreshing must change nothing: the cache is what stands in the table."""
    source = next(cache.root.iter(f"{MAIN}worksheetSource"))
    if set(source.attrib) != {"name"}:
        yield "the source is not the name of a table alone"
    for part in cache.parts.named(r"xl/tables/table\d+\.xml"):
        table = cache.parts.root(part)
        if table.get("name") == source.get("name"):
            break
    else:
        yield "its table is not there"
        return
    if [unescape(column.get("name")) for column in table.iter(f"{MAIN}tableColumn")] != cache.names[
        : len(cache.columns)
    ]:
        yield "its fields are not the columns of the table"
        return
    box, sheet = Box.of(table.get("ref")), cache.parts.sheet_of(part, "table")
    rows = [
        [sheet.cells.get((row, column)) for column in range(box.left, box.right + 1)]
        for row in range(box.top + 1, box.bottom + 1)
    ]
    if not all(
        _same(value, cell)
        for record, row in zip(cache.records, rows, strict=True)
        for value, cell in zip(record, row, strict=True)
    ):
        yield "its records are not the rows of the table"


def _same(value: object, cell: object) -> bool:
    if isinstance(value, datetime):
        return isinstance(cell, float) and round(cell * 86_400) == shown(value)
    return folded(value) == folded(cell)
