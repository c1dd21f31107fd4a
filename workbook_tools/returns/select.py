"""Choose one return per unit: the newest counts, duplicates are folded, ties are left to the officer."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.excel import FIRST_SERIAL, LAST_SERIAL, Cell, from_serial, keep_digits
from workbook_tools.locale import show_number
from workbook_tools.model import Outcome, RawAnswer
from workbook_tools.problems import BLANK, Place, Severity, problem
from workbook_tools.returns.list_reading.row_numbers import number_rows
from workbook_tools.text.clean import clean_text, truncate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from workbook_tools.returns.result import FileReading

_LONGEST_SHOWN = 40
_NUMBER = re.compile("0|[1-9][0-9]{0,14}")
_CLOSED = frozenset({"return-encrypted", "return-damaged", "download-unfinished", "file-empty"})
"""Refusals of what may be a unit's own form in a state in which nobody can read it."""


def select_returns(
    readings: Sequence[FileReading],
    chosen: Mapping[str, str] = MappingProxyType({}),
    labels: Mapping[str, str] = MappingProxyType({}),
) -> list[FileReading]:
    """Accept at most one file of each unit, independent of the order of the files.

    ``chosen`` is the path that the officer chose, by unit; ``labels`` are the labels of the indicators.

    Newer means saved later, by the date inside the file, and then mailed later: the file system's dates
    change with every copy. A file without the date is newer or older only by the mails' dates. A form
    without answers is no report and never replaces one.
    """
    by_unit: dict[str, list[FileReading]] = defaultdict(list)
    # By name, so that nothing depends on the order in which workers finish.
    for reading in sorted(readings, key=lambda r: r.path):
        if reading.outcome is Outcome.ACCEPTED:
            by_unit[reading.unit].append(reading)
    decided = {
        r.path: r
        for candidates in by_unit.values()
        for r in _decide(candidates, chosen.get(candidates[0].unit), labels)
    }
    selected = [decided.get(reading.path, reading) for reading in readings]
    counted = {reading.unit: reading for reading in selected if reading.outcome is Outcome.ACCEPTED}
    return [_set_aside(r, counted[r.unit]) if r.unit in counted else r for r in selected]


def _decide(
    candidates: Sequence[FileReading], wanted: str | None, labels: Mapping[str, str]
) -> list[FileReading]:
    # The officer may choose a blank form: the unit has nothing.
    filled = [r for r in candidates if r.path == wanted or not _is_blank(r)]
    blank = [_turn_away(r, filled) for r in candidates if r not in filled]
    if not filled:
        return blank
    latest = _find_latest(filled) if wanted is None else [r for r in filled if r.path == wanted]
    # Two that are equally new and differ: choosing one would invent the unit's answer.
    if not all(_same(latest[0], other) for other in latest[1:]):
        tied = [_tied(r, [other for other in latest if other is not r]) for r in latest]
        return [*blank, *tied, *(_superseded(r, latest[0], labels) for r in filled if r not in latest)]
    counted = latest[0]
    code = "superseded-return" if wanted is None else "return-not-chosen"
    rest = [_superseded(r, counted, labels, code) for r in filled if r is not counted]
    return [*blank, _note_unchanged(counted, filled), *rest]


def _set_aside(reading: FileReading, counted: FileReading) -> FileReading:
    """Set aside a file that could not be opened, unless it was mailed later than the one that counts came.

    Only a warning: it may be a correction, which nobody has read.
    """
    closed = [p for p in reading.problems if p.code in _CLOSED]
    later = reading.mailed and counted.received and reading.mailed > counted.received
    if reading.outcome is not Outcome.REJECTED or not closed or later:
        return reading
    code = "unread-beside-read"
    known = [replace(p, severity=Severity.NOTICE, under=code) if p in closed else p for p in reading.problems]
    aside = replace(reading, problems=tuple(known))
    return aside.with_problem(Outcome.SUPERSEDED, problem(code, other=counted.path))


def _is_blank(reading: FileReading) -> bool:
    """Whether nothing was filled in; answers that could not be read left an error."""
    entered = any(a.raw.strip() or a.note.strip() for a in reading.answers)
    listed = any(a.raw.strip() for a in reading.list_cells)
    return not entered and not listed and all(p.severity is not Severity.ERROR for p in reading.problems)


def _turn_away(blank: FileReading, filled: Sequence[FileReading]) -> FileReading:
    """Set aside a form without answers; one never saved since it was made merely came back, as in a bounced
    mail.
    """
    # A date in doubt was still a save, so somebody had the form open.
    if blank.saved is None and all(p.code != "saved-in-doubt" for p in blank.problems):
        return blank.with_problem(Outcome.IGNORED, problem("form-as-sent"))
    if filled:
        other = max(filled, key=lambda r: (_age(r), r.path)).path
        return blank.with_problem(Outcome.SUPERSEDED, problem("blank-beside-filled", other=other))
    return blank.with_problem(Outcome.REJECTED, problem("return-blank"))


def _find_latest(filled: Sequence[FileReading]) -> list[FileReading]:
    """The files that no other is known to be newer than, by descending age; all if each has a newer one."""
    latest = [r for r in filled if not any(_is_newer(other, r) for other in filled)]
    return sorted(latest or filled, key=_age, reverse=True)


def _is_newer(one: FileReading, other: FileReading) -> bool:
    """Whether a file is certainly newer than another.

    A file without a date is not old: some programs write none, and one of a wrong clock is not used.
    """
    if one.round != other.round:
        return one.round > other.round
    if one.saved is not None and other.saved is not None:
        return _age(one) > _age(other)
    if one.mailed is not None and other.mailed is not None:
        return one.mailed > other.mailed
    # What was mailed before the other was saved had been saved before.
    return one.saved is not None and other.mailed is not None and one.saved > other.mailed


def _age(reading: FileReading) -> tuple[int, datetime, datetime]:
    """Sort key of files with dates: the round comes first, because it is signed and a clock may be wrong."""
    return reading.round, reading.saved or datetime.min, reading.mailed or datetime.min


def _note_unchanged(counted: FileReading, others: Sequence[FileReading]) -> FileReading:
    """Note a correction form that repeats the earlier answers."""
    earlier = [r for r in others if r.round < counted.round and _same(r, counted)]
    if not earlier:
        return counted
    return counted.with_problem(counted.outcome, problem("correction-unchanged", other=earlier[-1].path))


def _content(reading: FileReading) -> dict[str, RawAnswer]:
    """The entries by indicator, those of lists with the number of their row, such as ``ds.ten 3``."""
    listed = {name: a for name, a in number_rows(reading.list_cells) if a.raw.strip()}
    return {a.code: a for a in reading.answers if a.raw.strip() or a.note.strip()} | listed


def _same(one: FileReading, other: FileReading) -> bool:
    return _typed(one) == _typed(other)


def _typed(reading: FileReading) -> dict[str, tuple[object, str]]:
    return {code: _meaning(answer) for code, answer in _content(reading).items()}


def _meaning(answer: RawAnswer) -> tuple[object, str]:
    """An answer and its note in comparable form: file formats write the same number or blank differently."""
    value = answer.value
    if isinstance(value, str):
        value = _one_line(value)
        # 12 typed into a cell of texts is the same answer as 12 in one of numbers; 012 may be a code, and of
        # the digits of an account not all would be kept.
        if _NUMBER.fullmatch(value):
            value = float(value)
    elif isinstance(value, float):
        # Some formats keep times of day to the second.
        value = round(value, 9) if answer.is_date else keep_digits(value)
    return value, _one_line(answer.note)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _superseded(
    reading: FileReading, chosen: FileReading, labels: Mapping[str, str], code: str = "superseded-return"
) -> FileReading:
    if _same(reading, chosen):
        return reading.with_problem(Outcome.SUPERSEDED, problem("duplicate-return", other=chosen.path))
    replaced = reading.with_problem(Outcome.SUPERSEDED, problem(code, other=chosen.path))
    here, there = _content(reading), _content(chosen)
    # What the older form says and the newer one leaves blank may have been lost by mistake.
    only_here = [answer for line, answer in here.items() if line not in there]
    if only_here:
        lines = "; ".join(f"{labels.get(a.code, a.code)} ({a.cell.ref}): {_shown(a)}" for a in only_here)
        left = problem("answers-left-behind", count=len(only_here), value=lines, other=chosen.path)
        replaced = replaced.with_problem(replaced.outcome, left)
    return _with_differences(replaced, chosen, here.keys() & there.keys(), code)


def _shown(answer: RawAnswer) -> str:
    quoted = _quoted(answer)
    text = quoted if isinstance(quoted, str) else show_number(quoted, "vi")
    if text == BLANK:
        text = _one_line(answer.note)
    return truncate(text, _LONGEST_SHOWN)


def _quoted(answer: RawAnswer) -> float | str:
    """An entry as the person who made it sees it: dates and per cents as such, numbers to fifteen digits."""
    value = answer.value
    if answer.is_date and isinstance(value, float) and FIRST_SERIAL <= value <= LAST_SERIAL:
        return f"{from_serial(value):%d/%m/%Y}"
    if answer.shown.strip():
        return _one_line(answer.shown)
    if isinstance(value, float):
        return keep_digits(value)
    return _one_line(answer.raw) or BLANK


def _tied(reading: FileReading, others: Sequence[FileReading]) -> FileReading:
    tied = reading.with_problem(
        Outcome.REJECTED, problem("return-tie", other=", ".join(o.path for o in others))
    )
    other = next(o for o in others if not _same(reading, o))
    lines = _content(reading).keys() | _content(other).keys()
    return _with_differences(tied, other, lines, "return-tie")


def _with_differences(
    reading: FileReading, other: FileReading, lines: Collection[str], cause: str
) -> FileReading:
    """A detail of the cause for each line that differs, at its cell in the file that does not count."""
    here, there = _content(reading), _content(other)
    blank = RawAnswer("", Cell("", 1, 1))
    places = {a.code: a.cell for a in reading.answers} | {
        name: a.cell for name, a in number_rows(reading.list_cells)
    }
    for code, cell in {code: cell for code, cell in places.items() if code in lines}.items():
        one, two = here.get(code, blank), there.get(code, blank)
        if _meaning(one)[0] != _meaning(two)[0]:
            place = Place(sheet=cell.sheet, cell=cell.ref, indicator=code)
            value, read = _quoted(one), _quoted(two)
            # Rounded by their formats, they may look the same.
            if value == read:
                value, read = one.raw or BLANK, two.raw or BLANK
            new = problem("differs-from-other", place, value=value, read=read, other=other.path)
            reading = reading.with_problem(reading.outcome, replace(new, under=cause))
    return reading
