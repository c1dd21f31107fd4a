"""One return per unit: the newest counts, identical ones are folded, a tie is the officer's to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from workbook_tools.intake.files import FileReading
from workbook_tools.model import Outcome, Return
from workbook_tools.problems import problem


def select_returns(readings: Sequence[FileReading]) -> list[FileReading]:
    """The same files, at most one of each unit still accepted; whatever their order, the same one.

    Newer is what was saved later, by the date inside the file: the file system's dates change with every copy.
    """
    by_unit: dict[str, list[FileReading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda r: r.path):
        if reading.outcome is Outcome.ACCEPTED:
            by_unit[reading.unit].append(reading)
    decided = {r.path: r for candidates in by_unit.values() if len(candidates) > 1 for r in _decide(candidates)}
    return [decided.get(reading.path, reading) for reading in readings]


def _decide(candidates: Sequence[FileReading]) -> list[FileReading]:
    newest = max(r.saved or datetime.min for r in candidates)
    latest = [r for r in candidates if (r.saved or datetime.min) == newest]
    contents = {_content(r) for r in latest}
    if len(contents) > 1:
        return [_tied(r, [o for o in latest if o is not r]) if r in latest else _superseded(r, latest[0]) for r in candidates]
    chosen = latest[0]
    return [chosen if r is chosen else _superseded(r, chosen) for r in candidates]


def _content(reading: FileReading) -> tuple[tuple[str, str, str], ...]:
    found: Return | None = reading.found
    return tuple(sorted((a.code, a.raw, a.note) for a in found.answers if a.raw or a.note)) if found else ()


def _superseded(reading: FileReading, chosen: FileReading) -> FileReading:
    code = "duplicate-return" if _content(reading) == _content(chosen) else "superseded-return"
    return reading.with_problem(Outcome.SUPERSEDED, problem(code, other=chosen.path))


def _tied(reading: FileReading, others: Sequence[FileReading]) -> FileReading:
    return reading.with_problem(Outcome.REJECTED, problem("return-tie", other=", ".join(o.path for o in others)))
