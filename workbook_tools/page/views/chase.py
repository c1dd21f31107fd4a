"""Chase: reminders, corrections and letters."""

from __future__ import annotations

from flask import Blueprint, render_template

from workbook_tools.collection import rows
from workbook_tools.page.views.desk import current_desk

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
    return render_template("chase.html", missing=missing, collection=collection)
