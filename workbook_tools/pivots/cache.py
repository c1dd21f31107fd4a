"""The cache behind the pivots of one source: its fields' items, and every record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from workbook_tools.pivots.date_groups import PARTS, DateGroup
from workbook_tools.pivots.field import day_after, text_length
from workbook_tools.pivots.parts.xml import (
    DECLARATION,
    MAIN,
    OFFICE,
    Attribute,
    counted_element,
    default_true,
    element,
    extension,
    number_text,
    quoted,
    start_tag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook_tools.pivots.field import Field, Item
    from workbook_tools.pivots.source import Source

_LONG = 255
"""Items with more characters have to be announced (``longText``), or Excel repairs the file."""
_DAY = 14
"""Excel's built-in format of days, in the order of the reader's country."""
_RECORDS_A_PIECE = 20_000
# Slicers need a cache of version 3 or later.
_VERSION: dict[str, Attribute] = {"createdVersion": 6, "refreshedVersion": 6, "minRefreshableVersion": 3}
_EPOCH = datetime(1899, 12, 30)
CACHE_EXTENSION = "{725AE2AE-9491-48be-B2B4-4EB974FC3084}"


@dataclass(frozen=True)
class Cache:
    """The cache of a source; ``number`` counts from 1.

    ``listed`` are the fields whose items a pivot or slicer names.
    """

    source: Source
    number: int
    listed: frozenset[str]

    def is_shared(self, field: Field) -> bool:
        """Whether records point to items instead of holding figures; a field never mixes the two."""
        return field.name in self.listed or field.name in self.source.dates or not field.numeric

    def render_definition(self, records: str, refreshed: datetime, author: str) -> Iterator[str]:
        """Render the part ``pivotCacheDefinition``, in pieces; ``records`` is the relationship's id of the
        records.
        """
        # Without refreshOnLoad, which marks the workbook as changed on opening and fails on protected sheets.
        attributes: dict[str, Attribute] = {
            "xmlns": MAIN,
            "xmlns:r": OFFICE,
            "r:id": records,
            "refreshedBy": author,
            "refreshedDate": number_text((refreshed - _EPOCH).total_seconds() / 86_400),
            **_VERSION,
            "recordCount": len(self.source),
        }
        # The table's name alone, as Excel writes it: the pivot then follows when the table grows.
        source = element(
            "cacheSource", {"type": "worksheet"}, [element("worksheetSource", {"name": self.source.table})]
        )
        groups = [self._render_group(group) for group in self._groups() if not group.is_base]
        count = len(self._columns()) + len(groups)
        # Slicers find the cache by this id, not by that of the workbook part.
        identity = element("x14:pivotCacheDefinition", {"pivotCacheId": self.number})
        extensions = element("extLst", None, [extension(CACHE_EXTENSION, identity)])
        yield DECLARATION + start_tag("pivotCacheDefinition", attributes) + source
        yield start_tag("cacheFields", {"count": count})
        for column in self._columns():
            yield from self._render_column(column)
        yield from groups
        yield f"</cacheFields>{extensions}</pivotCacheDefinition>"

    def render_records(self) -> Iterator[str]:
        """Render the part ``pivotCacheRecords``, in pieces."""
        head, columns, tail = self.record_columns()
        yield head
        # Joined in pieces: a workbook of all units has hundreds of thousands of records.
        for start in range(0, len(self.source), _RECORDS_A_PIECE):
            found = [
                np.array(texts, dtype=object)[places[start : start + _RECORDS_A_PIECE]].tolist()
                for texts, places in columns
            ]
            yield "".join([f"<r>{''.join(record)}</r>" for record in zip(*found, strict=True)])
        yield tail

    def record_columns(self) -> tuple[str, list[tuple[list[str], npt.NDArray[np.integer]]], str]:
        """The part's head; for each field its distinct texts and each record's position in them; the tail."""
        root = f'<pivotCacheRecords xmlns="{MAIN}" xmlns:r="{OFFICE}" count="{len(self.source)}">'
        return DECLARATION + root, list(map(self._texts, self._columns())), "</pivotCacheRecords>"

    def _columns(self) -> list[Field]:
        return list(self.source.columns.values())

    def _groups(self) -> list[DateGroup]:
        return [field for field in self.source.fields.values() if isinstance(field, DateGroup)]

    def _render_column(self, column: Field) -> Iterator[str]:
        field = self.source.fields[column.name]
        grouping = self._render_grouping(field) if isinstance(field, DateGroup) else ""
        attributes: dict[str, Attribute] = {"name": column.name, "numFmtId": _format_of(column)}
        yield start_tag("cacheField", attributes)
        yield from self._render_items(column)
        yield f"{grouping}</cacheField>"

    def _render_group(self, group: DateGroup) -> str:
        attributes: dict[str, Attribute] = {"name": group.name, "numFmtId": 0, "databaseField": False}
        return element("cacheField", attributes, [self._render_grouping(group)])

    def _render_grouping(self, group: DateGroup) -> str:
        """The grouping of days; the column itself names its longest group as parent."""
        base = self.source.place(group.base)
        of_base = [
            self.source.place(g.name) for g in self._groups() if g.base == group.base and not g.is_base
        ]
        parent = max(of_base, default=None) if group.is_base else None
        first, end = group.limits
        limits: dict[str, Attribute] = {
            "groupBy": PARTS[group.part],
            "startDate": first.isoformat(),
            "endDate": end.isoformat(),
        }
        items = [element("s", {"v": item}) for item in group.items]
        attributes: dict[str, Attribute] = {"par": parent, "base": base}
        return element(
            "fieldGroup", attributes, [element("rangePr", limits), counted_element("groupItems", items)]
        )

    def _texts(self, field: Field) -> tuple[list[str], npt.NDArray[np.integer]]:
        """A field's distinct texts, and each record's position in them."""
        if self.is_shared(field):
            return [f'<x v="{position}"/>' for position in range(len(field.items))], field.codes
        numbers, places = np.unique(field.numbers, return_inverse=True)
        # Distinct numbers are formatted once each; NaN, the only number unlike itself, is a blank.
        return ["<m/>" if n != n else f'<n v="{n:.16G}"/>' for n in numbers.tolist()], places

    def _render_items(self, field: Field) -> Iterator[str]:
        if not self.is_shared(field):
            yield element("sharedItems", _describe_numbers(field.numbers))
            return
        yield start_tag("sharedItems", {**describe_items(field.items), "count": len(field.items)})
        # One by one: together they may be all that units wrote.
        yield from map(_render_item, field.items)
        yield "</sharedItems>"


def describe_items(items: tuple[Item, ...]) -> dict[str, Attribute]:
    """The attributes that tell Excel the kinds of items; a wrong one makes it repair the file."""
    numbers = np.array([item for item in items if type(item) is float])
    texts = [item for item in items if isinstance(item, str)]
    moments = [item for item in items if isinstance(item, datetime)]
    others = bool(texts) or any(isinstance(item, bool) for item in items)
    blank = True if None in items else None
    if moments:
        described = _describe_moments(moments, others=others, blank=blank)
    elif not others:
        if blank:
            numbers = np.append(numbers, np.nan)
        described = _describe_numbers(numbers)
    elif len(numbers):
        described = {"containsBlank": blank, "containsMixedTypes": True, **_describe_range(numbers)}
    else:
        described = {"containsBlank": blank}
    return {**described, "longText": any(text_length(text) > _LONG for text in texts) or None}


def _describe_moments(moments: list[datetime], *, others: bool, blank: bool | None) -> dict[str, Attribute]:
    # In files that Excel saved, maxDate is the day after the last one.
    last = day_after(max(moments))
    kinds: dict[str, Attribute] = {"containsMixedTypes": True}
    if not others:
        kinds = {
            "containsSemiMixedTypes": default_true(bool(blank)),
            "containsNonDate": False,
            "containsString": False,
        }
    return {
        **kinds,
        "containsDate": True,
        "containsBlank": blank,
        "minDate": min(moments).isoformat(),
        "maxDate": last.isoformat(),
    }


def _describe_numbers(numbers: npt.NDArray[np.float64]) -> dict[str, Attribute]:
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return {"containsNonDate": False, "containsString": False, "containsBlank": True}
    blank: dict[str, Attribute] = {"containsSemiMixedTypes": False}
    if len(known) < len(numbers):
        blank = {"containsBlank": True}
    return {**blank, "containsString": False, **_describe_range(known)}


def _describe_range(numbers: npt.NDArray[np.float64]) -> dict[str, Attribute]:
    return {
        "containsNumber": True,
        "containsInteger": bool(np.all(numbers == np.floor(numbers))) or None,
        "minValue": number_text(float(numbers.min())),
        "maxValue": number_text(float(numbers.max())),
    }


def _format_of(field: Field) -> int:
    """The number format of a field's items: that of days if it has any."""
    if not field.numeric and any(isinstance(item, datetime) for item in field.items):
        return _DAY
    return 0


def _render_item(item: Item) -> str:
    if item is None:
        return "<m/>"
    if isinstance(item, bool):
        return f'<b v="{int(item)}"/>'
    if isinstance(item, datetime):
        return f'<d v="{item.isoformat()}"/>'
    if isinstance(item, str):
        return f'<s v="{quoted(item)}"/>'
    return f'<n v="{number_text(item)}"/>'
