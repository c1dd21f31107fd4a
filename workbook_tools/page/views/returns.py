"""Returns: drop files, and see which units have reported."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from workbook_tools.followup.sorting import MAIL_KIND_NAMES
from workbook_tools.frames import rows
from workbook_tools.locale import mark as _
from workbook_tools.model import Outcome
from workbook_tools.page.uploads import take_file
from workbook_tools.page.views.current_desk import current_desk, current_language, entered_login
from workbook_tools.page.views.paging import cut
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.frames import Collection

views = Blueprint("returns", __name__)


@views.get("/returns")
def show() -> str:
    """Show the folder of returns; if it has changed, start reading it."""
    desk = current_desk()
    desk.read_if_worthwhile()
    if desk.dropped:
        desk.notices.say(_("Files copied: {count}."), count=desk.dropped)
        desk.dropped = 0
    settings, fetched = desk.mail_settings(), desk.mailing.fetched
    kinds = None
    if fetched:
        of_kinds = [(words, fetched.of(what)) for what, words in MAIL_KIND_NAMES.items()]
        kinds = [(words, mails) for words, mails in of_kinds if mails]
    return render_template(
        "returns.html",
        folder=desk.folder.returned.name,
        seen=desk.seen,
        sample=desk.awaits_sample,
        incoming=settings.incoming,
        account=settings.account,
        login=desk.mailing.login_form(settings.incoming, settings),
        fetched=kinds,
        **_list(),
    )


@views.get("/returns/list")
def live_list() -> str | tuple[str, int]:
    """Return the part of the page that is polled every few seconds; 204 if it has not changed."""
    desk = current_desk()
    desk.read_if_worthwhile()
    if request.args.get("seen") == desk.seen:
        # htmx then replaces nothing, so selection and scroll position stay.
        return "", 204
    return render_template("returns_list.html", seen=desk.seen, **_list())


@views.post("/returns/drop")
def drop() -> tuple[str, int]:
    """Copy a dropped file, which is the whole body of the request, into the folder of returns.

    Not a part of a form: the parser of forms loses or changes bytes where a file begins or ends at the edge
    of what it reads at once (Werkzeug issues 3119 and 3285).
    """
    desk = current_desk()
    name = request.args.get("name", "")
    if take_file(name, request.stream, desk.folder.returned) is not None:
        desk.dropped += 1
    else:
        desk.notices.say(
            _("“{name}” was not copied: it is larger than any return may be."), "error", name=name
        )
    return "", 204


@views.post("/returns/sample")
def answer_sample() -> Response:
    """Fill in the forms of the sample campaign, but never beside existing returns."""
    desk = current_desk()
    if desk.awaits_sample:
        desk.start_answers()
    return redirect(url_for("returns.show"))


@views.post("/returns/fetch")
def fetch() -> Response:
    """Save the answers in the mailbox to the folder, in the background."""
    desk = current_desk()
    settings = desk.mail_settings()
    if settings.incoming is not None:
        desk.start_fetching(settings, entered_login())
    return redirect(url_for("returns.show"))


def _list() -> dict[str, Any]:
    """One page of the units, filtered by the state and words of the request."""
    desk, args = current_desk(), request.args
    collection = desk.collection
    state, words = args.get("state", ""), args.get("q", "").strip()
    if collection is None:
        return {"section": cut(()), "roster": None, "state": state, "words": words, "arrived": desk.arrived}
    found = [
        unit
        for unit in rows(collection.status)
        if state in ("", unit.outcome) and fold(words) in fold(f"{unit.name} {unit.unit}")
    ]
    return {
        "section": cut(found),
        "state": state,
        "words": words,
        "counts": Counter(collection.status["outcome"]),
        "loose": _loose(collection),
        "roster": collection.roster,
    }


def _loose(collection: Collection) -> dict[str, str]:
    """The files of no known unit, each with what is wrong with it."""
    files = rows(collection.files)
    found = {str(file.path): "" for file in files if file.outcome == Outcome.REJECTED and not file.unit}
    for problem in collection.problems:
        if found.get(problem.place.file) == "":
            found[problem.place.file] = problem.message(current_language())
    return found
