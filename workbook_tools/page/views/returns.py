"""Returns: drop files, see who has sent what, and who is missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from workbook_tools.followup.sorting import WORDS_OF_MAILS
from workbook_tools.frames import rows
from workbook_tools.locale import mark as _
from workbook_tools.page.uploads import take_files
from workbook_tools.page.views.current_desk import current_desk, entered_login
from workbook_tools.page.views.paging import cut
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

views = Blueprint("returns", __name__)


@views.get("/returns")
def show() -> str:
    """The folder of returns; it is read at once where something in it is new."""
    desk = current_desk()
    desk.read_if_worthwhile()
    settings, fetched = desk.mail_settings(), desk.mailing.fetched
    of_kinds = [(words, fetched.of(what)) for what, words in WORDS_OF_MAILS.items()] if fetched else []
    kinds = [(words, mails) for words, mails in of_kinds if mails]
    return render_template(
        "returns.html",
        folder=desk.folder.returned.name,
        seen=desk.seen,
        sample=desk.awaits_sample,
        incoming=settings.incoming,
        account=settings.account,
        login=desk.mailing.login_form(settings.incoming, settings),
        fetched=kinds if fetched else None,
        **_list(),
    )


@views.get("/returns/list")
def live_list() -> str | tuple[str, int]:
    """The part of the page that is asked for every few seconds; nothing (204) where it would be the same."""
    desk = current_desk()
    desk.read_if_worthwhile()
    if request.args.get("seen") == desk.seen:
        return "", 204
    return render_template("returns_list.html", seen=desk.seen, **_list())


@views.post("/returns/drop")
def drop() -> Response:
    """Copy files into the folder."""
    desk = current_desk()
    taken = take_files(request.files.getlist("files"), desk.folder.returned)
    desk.start_reading()
    desk.notices.say(_("{count} files were copied."), count=len(taken.copied))
    for name in taken.too_large:
        desk.notices.say(_("“{name}” was left out: it is larger than any return may be."), "error", name=name)
    return redirect(url_for("returns.show"))


@views.post("/returns/sample")
def answer_sample() -> Response:
    """Let the units of the sample campaign answer, as long as there is nothing in its folder of returns."""
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
    """The units asked for by state and name, a page of them; ``seen`` tells one reading from another."""
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
        "loose": [file for file in rows(collection.files) if file.outcome == "rejected" and not file.unit],
        "roster": collection.roster,
    }
