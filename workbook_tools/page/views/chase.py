"""Chase: which units are missing, and the letters to send them."""

from __future__ import annotations

from flask import Blueprint, render_template

from workbook_tools.model import LetterKind, Outcome
from workbook_tools.page.views.current_desk import current_desk
from workbook_tools.page.views.mail import TASKS, TITLES
from workbook_tools.page.views.paging import cut
from workbook_tools.tally.status import MISSING

views = Blueprint("chase", __name__)
_KINDS = (LetterKind.REMINDER, LetterKind.CORRECTION, LetterKind.RECEIPT)


@views.get("/chase")
def show() -> str:
    """Show the missing units, and how to reach them."""
    desk = current_desk()
    desk.read_if_worthwhile()
    collection = desk.collection
    missing = []
    if collection is not None:
        absent = collection.status["outcome"].isin((MISSING, Outcome.REJECTED))
        missing = [collection.roster[unit] for unit in collection.status.loc[absent, "unit"]]
    letters = [(kind, TITLES[kind], TASKS[kind]) for kind in _KINDS]
    return render_template(
        "chase.html",
        section=cut(missing),
        collection=collection,
        letters=letters,
        watched="returns",
        seen=desk.seen,
    )
