"""Decide which units get a reminder now, its number, and which units to call instead."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.followup.journal import HANDED_OVER, JournalEntry, MailState
from workbook_tools.followup.mail_frame import last_rounds
from workbook_tools.model import DecisionKind, LetterKind, Outcome
from workbook_tools.spec.mail.mail_settings import read_mail_settings
from workbook_tools.tally.status import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from workbook_tools.frames import Collection

MOST_REMINDERS = 3
"""After this many reminders, the unit should be called."""
_ASKING = (LetterKind.FORM, LetterKind.REMINDER, LetterKind.CORRECTION)


class Due(Struct, frozen=True):
    """A unit that owes a report (``round`` 1) or a corrected form (2, 3 …).

    ``file`` is what it sent, if that cannot be read; ``number`` is the number of the next reminder; ``waits``
    is the last letter within the campaign's interval, if any.
    """

    unit: str
    round: int
    file: str
    number: int
    waits: JournalEntry | None = None

    @property
    def by_telephone(self) -> bool:
        """Whether to call, because enough letters were not answered."""
        return self.number > MOST_REMINDERS


def find_due(
    collection: Collection, entries: Sequence[JournalEntry], now: datetime, *, drafts: bool = True
) -> list[Due]:
    """Return all units that owe something, in the roster's order, except those that get no reminders.

    ``drafts``: whether drafted reminders count as sent; they do not for a caller that is about to send them.
    """
    silent = {
        settled.decision.unit
        for settled in collection.decisions
        if settled.applied and settled.decision.kind is DecisionKind.SILENCE
    }
    by_unit: dict[str, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        waits = entry.kind in (LetterKind.FORM, LetterKind.REMINDER) and not drafts
        if entry.state in HANDED_OVER or (entry.state is MailState.DRAFTED and not waits):
            by_unit[entry.unit].append(entry)
    interval = timedelta(days=read_mail_settings(collection.template.campaign.values).reminder_days)
    owed = _owed(collection, by_unit)
    found = []
    for unit in collection.roster:
        if unit.code not in owed or unit.code in silent:
            continue
        round_, file = owed[unit.code]
        asked = [entry for entry in by_unit[unit.code] if entry.kind in _ASKING]
        recent = [entry for entry in asked if now - entry.at < interval]
        numbers = [entry.number for entry in asked if entry.kind is LetterKind.REMINDER]
        number = max(numbers, default=0) + 1
        last = recent[-1] if recent else None
        found.append(Due(unit.code, round_, file, number, last))
    return found


def _owed(
    collection: Collection, by_unit: Mapping[str, Iterable[JournalEntry]]
) -> dict[str, tuple[int, str]]:
    """Return unit → the round that is due, and the file that could not be read."""
    status, files = collection.status, collection.files
    rejected = files[(files["outcome"] == str(Outcome.REJECTED)) & (files["unit"] != "")]
    unreadable = dict(zip(rejected["unit"], rejected["path"], strict=True))
    returned = last_rounds(files)
    owed: dict[str, tuple[int, str]] = {}
    for unit, outcome, errors in zip(status["unit"], status["outcome"], status["errors"], strict=True):
        # A file that could not be used is not a report, but the letter mentions it.
        if outcome in (MISSING, str(Outcome.REJECTED)):
            owed[unit] = (1, unreadable.get(unit, ""))
            continue
        rounds = [e.number for e in by_unit.get(unit, ()) if e.kind is LetterKind.CORRECTION]
        # Only if there are still errors: the officer may have settled them meanwhile.
        if errors and rounds and max(rounds) > returned.get(unit, 1):
            owed[unit] = (max(rounds), "")
    return owed
