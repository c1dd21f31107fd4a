"""Files that accompany a report: a signed scan beside the form, a picture, a covering letter."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from workbook_tools.model import Outcome
from workbook_tools.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbook_tools.returns.result import FileReading

_NO_FORM = frozenset({"format-not-read", "format-unsupported", "link-only", "not-a-form", "signature-alone"})
"""Refusals for a file's type; damaged, locked or foreign forms remain errors."""

_Bundle: TypeAlias = tuple[object, ...]


def settle_companions(readings: Sequence[FileReading]) -> list[FileReading]:
    """Downgrade refused files that came in the same mail or archive as a form, or from a unit whose form was
    read.

    A companion is assigned to the unit of that form. In an archive with forms of several units, its unit is
    unknown, and it stays as it was.
    """
    forms: dict[_Bundle, list[FileReading]] = defaultdict(list)
    for reading in readings:
        if reading.outcome is Outcome.ACCEPTED:
            for bundle in (*_bundles(reading), ("unit", reading.unit)):
                forms[bundle].append(reading)
    return [_settle(reading, forms) if _is_no_form(reading) else reading for reading in readings]


def _is_no_form(reading: FileReading) -> bool:
    return reading.outcome is Outcome.REJECTED and any(p.code in _NO_FORM for p in reading.problems)


def _settle(reading: FileReading, forms: dict[_Bundle, list[FileReading]]) -> FileReading:
    for bundle in (*_bundles(reading), ("unit", reading.unit)):
        candidates = forms.get(bundle, [])
        units = {form.unit for form in candidates}
        # A mail comes from one sender, even with forms of several units; an archive may be anybody's.
        if len(units) == 1 or (units and bundle[0] == "mail"):
            unit = candidates[0].unit if len(units) == 1 else reading.unit
            plain = replace(reading, unit=unit, problems=())
            return plain.with_problem(Outcome.COMPANION, problem("companion-file", other=candidates[0].path))
    return reading


def _bundles(reading: FileReading) -> Iterator[_Bundle]:
    """The containers of a file: its mail, and the outermost archive or mail."""
    if reading.envelope is not None:
        yield "mail", reading.container, reading.envelope
    elif reading.container:
        yield "archive", reading.container
