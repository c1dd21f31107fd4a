"""Chase: reminders, corrections and letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from workbook_tools.collection import rows
from workbook_tools.page.views.desk import current_desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

views = Blueprint("chase", __name__)


@views.get("/chase")
def show() -> str:
    """Who is missing, and how to reach them."""
    collection = current_desk().collection
    missing = (
        [
            collection.roster[row.unit]
            for row in rows(collection.status)
            if row.outcome in ("missing", "rejected")
        ]
        if collection
        else []
    )
    corrected = current_desk().corrected
    return render_template("chase.html", missing=missing, collection=collection, corrected=corrected)


@views.post("/chase/correct")
def make_corrections() -> Response:
    """Make the forms that go back, in the background."""
    current_desk().start_corrections()
    return redirect(url_for("chase.show"))
