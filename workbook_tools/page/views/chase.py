"""Chase: which units are missing, and the letters to send them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from workbook_tools.followup.journal import MailState, local_now
from workbook_tools.model import LetterKind, Outcome
from workbook_tools.page.views.current_desk import current_desk
from workbook_tools.page.views.mail import BUTTONS, TASKS, TITLES
from workbook_tools.page.views.paging import cut
from workbook_tools.tally.status import MISSING

if TYPE_CHECKING:
    from workbook_tools.followup.journal import JournalEntry
    from workbook_tools.frames import Collection

views = Blueprint("chase", __name__)
_KINDS = (LetterKind.REMINDER, LetterKind.CORRECTION, LetterKind.RECEIPT)


@views.get("/chase")
def show() -> str:
    """Show the missing units, and how to reach them."""
    desk = current_desk()
    desk.read_if_worthwhile()
    collection = desk.collection
    entries = desk.mailing.entries(desk.folder)
    missing, due = [], None
    if collection is not None:
        absent = collection.status["outcome"].isin((MISSING, Outcome.REJECTED))
        missing = [collection.roster[unit] for unit in collection.status.loc[absent, "unit"]]
        due = _count_due(collection, entries)
    letters = [(kind, TITLES[kind], TASKS[kind], BUTTONS[kind]) for kind in _KINDS]
    return render_template(
        "chase.html",
        section=cut(missing),
        collection=collection,
        letters=letters,
        due=due,
        prepared={kind: kind in desk.mailing.ready for kind in _KINDS},
        reminders={
            entry.unit: entry
            for entry in entries
            if entry.kind is LetterKind.REMINDER and entry.state is not MailState.REFUSED
        },
        watched="returns",
        seen=desk.seen,
    )


def _count_due(collection: Collection, entries: list[JournalEntry]) -> dict[LetterKind, int]:
    """The number of units that would get a letter of each kind now."""
    from workbook_tools.followup.due import find_due
    from workbook_tools.followup.questions import find_questions

    status, roster = collection.status, collection.roster
    reminded = [
        one
        for one in find_due(collection, entries, local_now())
        if one.waits is None and not one.by_telephone and roster[one.unit].addresses
    ]
    received = status["outcome"].isin((Outcome.ACCEPTED, Outcome.WARNED)) & (status["errors"] == 0)
    return {
        LetterKind.REMINDER: len(reminded),
        LetterKind.CORRECTION: len(find_questions(collection, warnings=False)),
        LetterKind.RECEIPT: int(received.sum()),
    }
