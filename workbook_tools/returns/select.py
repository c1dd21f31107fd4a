"""One return per unit: the newest counts, identical ones are folded, a tie is the officer's to decide."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from workbook_tools.model import Outcome, RawAnswer
from workbook_tools.problems import Place, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbook_tools.returns.result import FileReading

BLANK = "–"


def select_returns(
    readings: Sequence[FileReading], chosen: Mapping[str, str] = MappingProxyType({})
) -> list[FileReading]:
    """The same files, at most one of each unit still accepted; whatever their order, the same one.

    ``chosen`` is the path that the officer wants counted, by unit.

    Newer is what was sent back to be mended one time more, then what was saved later, by the date inside the file, and then what was mailed later: the file system's dates
    change with every copy.
    """
    by_unit: dict[str, list[FileReading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda r: r.path):
        if reading.outcome is Outcome.ACCEPTED:
            by_unit[reading.unit].append(reading)
    decided = {
        r.path: r
        for candidates in by_unit.values()
        if len(candidates) > 1
        for r in _decide(candidates, chosen.get(candidates[0].unit))
    }
    return [decided.get(reading.path, reading) for reading in readings]


def _decide(candidates: Sequence[FileReading], wanted: str | None) -> list[FileReading]:
    newest = max(map(_age, candidates))
    latest = [r for r in candidates if _age(r) == newest and wanted is None] or [
        r for r in candidates if r.path == wanted
    ]
    if not all(_same(latest[0], other) for other in latest[1:]):
        return [
            _tied(r, [o for o in latest if o is not r]) if r in latest else _superseded(r, latest[0])
            for r in candidates
        ]
    chosen = latest[0]
    code = "superseded-return" if wanted is None else "return-not-chosen"
    return [
        _note_unchanged(chosen, candidates) if r is chosen else _superseded(r, chosen, code)
        for r in candidates
    ]


def _age(reading: FileReading) -> tuple[int, datetime, datetime]:
    """The round comes first, for it is signed: the clock of the unit's computer may be wrong."""
    round_ = reading.identity.round if reading.identity else 1
    return round_, reading.saved or datetime.min, reading.mailed or datetime.min


def _note_unchanged(counted: FileReading, others: Sequence[FileReading]) -> FileReading:
    """A form that was sent back to be mended and says what an earlier round said: nothing was mended."""
    earlier = [r for r in others if _age(r)[0] < _age(counted)[0] and _same(r, counted)]
    if not earlier:
        return counted
    return counted.with_problem(counted.outcome, problem("correction-unchanged", other=earlier[-1].path))


def _content(reading: FileReading) -> dict[str, RawAnswer]:
    """What was filled in, by indicator."""
    return {a.code: a for a in reading.answers if a.raw or a.note}


def _same(one: FileReading, other: FileReading) -> bool:
    return _typed(one) == _typed(other)


def _typed(reading: FileReading) -> dict[str, tuple[str, str]]:
    return {code: (answer.raw, answer.note) for code, answer in _content(reading).items()}


def _superseded(reading: FileReading, chosen: FileReading, code: str = "superseded-return") -> FileReading:
    if _same(reading, chosen):
        return reading.with_problem(Outcome.SUPERSEDED, problem("duplicate-return", other=chosen.path))
    replaced = reading.with_problem(Outcome.SUPERSEDED, problem(code, other=chosen.path))
    return _with_differences(replaced, chosen)


def _tied(reading: FileReading, others: Sequence[FileReading]) -> FileReading:
    tied = reading.with_problem(
        Outcome.REJECTED, problem("return-tie", other=", ".join(o.path for o in others))
    )
    return _with_differences(tied, next(o for o in others if not _same(reading, o)))


def _with_differences(reading: FileReading, other: FileReading) -> FileReading:
    """Every line in which the two differ, at its cell in the one that does not count."""
    here, there = _content(reading), _content(other)
    cells = {a.code: a.cell for a in reading.answers}
    for code, cell in cells.items():
        value, counted = (found[code].raw if code in found else "" for found in (here, there))
        if value != counted:
            place = Place(sheet=cell.sheet, cell=cell.ref, indicator=code)
            new = problem(
                "differs-from-other", place, value=value or BLANK, read=counted or BLANK, other=other.path
            )
            reading = reading.with_problem(reading.outcome, new)
    return reading
