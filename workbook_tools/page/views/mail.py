"""Letters of one kind: the table first, then drafts or sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from workbook_tools.followup.journal import MailState
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.model import LetterKind
from workbook_tools.page.messages import describe_problems
from workbook_tools.page.views.current_desk import current_desk, current_language, entered_login
from workbook_tools.page.views.paging import cut

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.page.mailing import Ready

views = Blueprint("mail", __name__)
TITLES = {
    LetterKind.FORM: _("Letters with the forms"),
    LetterKind.REMINDER: _("Reminders"),
    LetterKind.CORRECTION: _("Corrections"),
    LetterKind.RECEIPT: _("Receipts"),
}
TASKS = {
    LetterKind.FORM: _("A letter with its form for every unit."),
    LetterKind.REMINDER: _(
        "A letter with its form to each unit that has not reported, or has not made the corrections it was "
        "asked for. Units that had a letter a few days ago are left out; those that mail does not reach are "
        "put on a call list."
    ),
    LetterKind.CORRECTION: _(
        "Each unit whose report has errors gets its own form back with what it sent; the cells to correct "
        "are marked."
    ),
    LetterKind.RECEIPT: _(
        "Tells each unit whose report was accepted without errors what was received, and when."
    ),
}
BUTTONS = {
    LetterKind.FORM: _("Prepare the letters"),
    LetterKind.REMINDER: _("Write the reminders"),
    LetterKind.CORRECTION: _("Make the correction forms"),
    LetterKind.RECEIPT: _("Write the receipts"),
}
WRITTEN = _("written as a file")
UNDECIDED_COUNT = _("Confirm the number of letters to send; it was not confirmed, or has changed.")


@views.get("/mail/<kind>")
def show(kind: str) -> str:
    """Show the letters to send, and those that have been sent."""
    desk, letters = current_desk(), _kind(kind)
    ready = desk.mailing.ready.get(letters)
    step = "forms_out" if letters is LetterKind.FORM else "chase"
    table = _table(letters, ready) if ready else {}
    return render_template(
        "mail.html",
        kind=kind,
        title=TITLES[letters],
        task=TASKS[letters],
        button=BUTTONS[letters],
        step=step,
        ready=ready,
        **table,
    )


@views.get("/mail/<kind>/letters/<unit>")
def show_letter(kind: str, unit: str) -> Response | str:
    """Show the letter to a unit as it will be sent."""
    letters = _kind(kind)
    ready = current_desk().mailing.ready.get(letters)
    letter = next((one for one in ready.prepared.letters if one.unit == unit), None) if ready else None
    if ready is None or letter is None:
        return redirect(url_for("mail.show", kind=kind))
    return render_template(
        "letter.html",
        kind=kind,
        title=TITLES[letters],
        step="forms_out" if letters is LetterKind.FORM else "chase",
        name=ready.prepared.roster[unit].name,
        letter=letter,
        sender=ready.settings.sender,
        state=_letter_states(letters, ready)[letter.key],
    )


@views.post("/mail/<kind>/prepare")
def prepare(kind: str) -> Response:
    """Prepare the letters in the background."""
    current_desk().start_letters(_kind(kind), again=request.form.get("again") == "yes")
    return redirect(url_for("mail.show", kind=kind))


@views.post("/mail/<kind>/drafts")
def draft(kind: str) -> Response:
    """Write the letters as drafts, in the background."""
    desk, letters = current_desk(), _kind(kind)
    if letters in desk.mailing.ready:
        desk.start_drafts(letters)
    return redirect(url_for("mail.show", kind=kind))


@views.post("/mail/<kind>/send")
def send(kind: str) -> Response:
    """Send the confirmed letters, or a test letter to the office; nothing if their number has changed."""
    desk, letters = current_desk(), _kind(kind)
    ready, back = desk.mailing.ready.get(letters), redirect(url_for("mail.show", kind=kind))
    if ready is None or ready.settings.outgoing is None or not ready.settings.sender:
        return back
    test = request.form.get("action") == "test"
    # Counted again by the journal, so that a second click or tab sends nothing twice.
    count = len(desk.mailing.left_over(desk.folder, letters))
    complete = not ready.prepared.refused or request.form.get("without") == "yes"
    if not count or (not test and (request.form.get("confirmed") != str(count) or not complete)):
        desk.notices.say(UNDECIDED_COUNT, "error")
        return back
    desk.start_sending(letters, entered_login(), test=test)
    return back


@views.post("/mail/<kind>/settle")
def settle(kind: str) -> Response:
    """Record what the user found out about letters that may or may not have been sent."""
    from workbook_tools.followup.journal import local_now
    from workbook_tools.usecases.send import settle_by_hand

    desk, letters = current_desk(), _kind(kind)
    for entry in desk.mailing.unsettled(desk.folder, letters):
        arrived = request.form.get(entry.key)
        if arrived in ("yes", "no"):
            settle_by_hand(desk.folder, entry, arrived=arrived == "yes", now=local_now())
    return redirect(url_for("mail.show", kind=kind))


def _kind(text: str) -> LetterKind:
    kind = next((kind for kind in LetterKind if kind == text), None)
    if kind is None:
        return abort(404)
    return kind


def _table(kind: LetterKind, ready: Ready) -> dict[str, Any]:
    desk = current_desk()
    left_over = {letter.key for letter in desk.mailing.left_over(desk.folder, kind)}
    unsettled = desk.mailing.unsettled(desk.folder, kind)
    settings, prepared = ready.settings, ready.prepared
    return {
        "section": cut(prepared.letters),
        "roster": prepared.roster,
        "left_over": left_over,
        "other_versions": desk.mailing.other_versions(desk.folder, kind),
        "letter_states": _letter_states(kind, ready),
        "unsettled": unsettled,
        "refused": describe_problems(prepared.problems, current_language(), prepared.roster),
        "settings": settings,
        "login": desk.mailing.login_form(settings.outgoing, settings),
    }


def _letter_states(kind: LetterKind, ready: Ready) -> dict[str, str]:
    """What has become of each letter, by its key."""
    desk, language = current_desk(), current_language()
    mailing, folder = desk.mailing, desk.folder
    words = {letter.key: _("sent") for letter in ready.prepared.letters}
    words |= {entry.key: _("not known") for entry in mailing.unsettled(folder, kind)}
    words |= {letter.key: _("sent in another version") for letter in mailing.other_versions(folder, kind)}
    words |= {letter.key: _("not sent") for letter in mailing.left_over(folder, kind)}
    written = {entry.key: entry.at for entry in mailing.entries(folder) if entry.state is MailState.DRAFTED}
    states = {}
    for key, word in words.items():
        states[key] = translate(word, language)
        if key in written and word == _("not sent"):
            states[key] = f"{translate(WRITTEN, language)}, {written[key]:%d/%m/%Y}"
    return states
