"""The mail journal as a data frame and as states of units, for the consolidated workbook and the JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from workbook_tools.followup.journal import HANDED_OVER, Bounce, Fetched, Journal, JournalEntry
from workbook_tools.followup.sorting import MailKind
from workbook_tools.frames import MAIL_COLUMNS, Correspondence, Mailed
from workbook_tools.model import LetterKind

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from workbook_tools.frames import Collection
    from workbook_tools.model import Roster

_ANSWERS = (MailKind.RETURN, MailKind.WORDS)


def read_mailed(path: Path, collection: Collection) -> Mailed:
    """Read a journal's records of the units of a collection; CannotRead if it cannot be used."""
    roster, zone = collection.roster, ZoneInfo(collection.template.campaign.timezone)
    returned, status = last_rounds(collection.files), collection.status
    awaited = {
        str(unit): returned.get(str(unit), 1)
        for unit, errors in zip(status["unit"], status["errors"], strict=True)
        if errors
    }
    with Journal(path) as journal:
        entries = [entry for entry in journal.entries() if entry.unit in roster]
        bounces, fetched = journal.bounces(), journal.fetched()
    lost, replies = _lost_addresses(bounces), _reply_times(fetched)
    rows = [_row(entry, lost.get(entry.key, []), replies.get(entry.unit, []), zone) for entry in entries]
    frame = pd.DataFrame(rows, columns=MAIL_COLUMNS)
    for column in ("at", "replied"):
        frame[column] = pd.to_datetime(frame[column])
    by_unit: dict[str, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        by_unit[entry.unit].append(entry)
    unreached = _unreached(roster, bounces, replies)
    states = {unit: _state(own, unit in unreached, awaited.get(unit)) for unit, own in by_unit.items()}
    return Mailed(frame, {unit: state for unit, state in states.items() if state is not None})


def last_rounds(files: pd.DataFrame) -> dict[str, int]:
    """Return unit → the highest round that it has returned, given the files frame of a collection."""
    found: dict[str, int] = {}
    for unit, round_ in zip(files["unit"], files["round"], strict=True):
        found[str(unit)] = max(found.get(str(unit), 1), int(round_))
    return found


def _lost_addresses(bounces: list[Bounce]) -> dict[str, list[str]]:
    """Return letter → the addresses that it did not reach, and why."""
    found: dict[str, list[str]] = defaultdict(list)
    for bounce in bounces:
        found[bounce.key].append(f"{bounce.address}: {bounce.reason}")
    return found


def _reply_times(fetched: list[Fetched]) -> dict[str, list[datetime]]:
    """Return unit → when it answered, the earliest first."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for one in fetched:
        if one.what in _ANSWERS:
            found[one.unit].append(one.at)
    return {unit: sorted(times) for unit, times in found.items()}


def _row(entry: JournalEntry, lost: list[str], replies: list[datetime], zone: ZoneInfo) -> tuple[object, ...]:
    first = next((moment for moment in replies if moment >= entry.at), None)
    replied = _local(first, zone) if first is not None else None
    return (
        entry.unit,
        str(entry.kind),
        entry.number,
        entry.addresses,
        entry.subject,
        _local(entry.at, zone),
        str(entry.state),
        entry.answer,
        "; ".join(lost),
        replied,
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    # Excel's dates have no time zone, and neither have the frame's.
    return moment.astimezone(zone).replace(tzinfo=None)


def _unreached(roster: Roster, bounces: list[Bounce], replies: dict[str, list[datetime]]) -> set[str]:
    """Return the units with an address that bounced and no answer since."""
    found = set()
    for bounce in bounces:
        known = bounce.unit in roster and bounce.address in roster[bounce.unit].addresses
        times = replies.get(bounce.unit, [])
        answered = bool(times) and times[-1] > bounce.at
        if known and not answered:
            found.add(bounce.unit)
    return found


def _state(entries: list[JournalEntry], lost: bool, returned: int | None) -> Correspondence | None:
    # What the officer has to act on first comes first: nothing reaches a unit whose address is dead.
    left = [entry for entry in entries if entry.state in HANDED_OVER]
    if lost:
        return Correspondence("undeliverable")
    rounds = [entry.number for entry in left if entry.kind is LetterKind.CORRECTION]
    if returned is not None and rounds and max(rounds) > returned:
        return Correspondence("awaiting-correction", max(rounds))
    reminders = [entry.number for entry in left if entry.kind is LetterKind.REMINDER]
    if reminders:
        return Correspondence("reminded", max(reminders))
    if left:
        return Correspondence("sent")
    return None
