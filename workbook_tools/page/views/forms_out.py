"""Sending out: make the forms, then write or send the letters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from workbook_tools.locale import mark as _
from workbook_tools.model import LetterKind
from workbook_tools.page.views.current_desk import current_desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.page.desk import Desk
    from workbook_tools.usecases.generate import FormResult

views = Blueprint("forms_out", __name__)


@views.get("/send")
def show() -> str:
    """Show how many forms are ready, and the result of making them."""
    desk = current_desk()
    forms = desk.generated.forms if desk.generated else ()
    ready = sum(1 for path in desk.folder.forms.glob("*.xlsx"))
    return render_template(
        "forms_out.html",
        ready=ready,
        counts=Counter(form.action for form in forms),
        failed=[form for form in forms if form.action == "failed"],
        kept=_kept(desk),
        lacks_key=desk.lacks_key,
        prepared=LetterKind.FORM in desk.mailing.ready,
    )


def _kept(desk: Desk) -> list[FormResult]:
    made = desk.generated
    if made:
        return [form for form in made.forms if form.action == "kept"]
    return []


@views.post("/send/make")
def make() -> Response:
    """Make the forms in the background; those that somebody filled in only if their number was confirmed."""
    desk = current_desk()
    kept, confirmed = _kept(desk), request.form.get("confirmed", "")
    if confirmed and confirmed != str(len(kept)):
        desk.notices.say(
            _(
                "The number of forms that somebody filled in has changed, so no forms were made. "
                "Look at the list, then confirm again."
            ),
            "error",
        )
    else:
        desk.start_forms(force=bool(confirmed), new_key=request.form.get("key") == "new")
    return redirect(url_for("forms_out.show"))
