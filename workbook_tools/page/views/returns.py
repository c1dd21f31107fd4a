"""Returns: drop files, see who has sent what, and who is missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from workbook_tools.collection import rows
from workbook_tools.page.uploads import take_files
from workbook_tools.page.views.desk import current_desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

views = Blueprint("returns", __name__)


@views.get("/returns")
def show() -> str:
    """The folder of returns; it is read at once where something in it is new."""
    desk = current_desk()
    _read_if_stale()
    return render_template("returns.html", folder=desk.folder.returned, **_list())


@views.get("/returns/list")
def live_list() -> str:
    """The part of the page that is asked for every few seconds."""
    _read_if_stale()
    return render_template("returns_list.html", **_list())


@views.post("/returns/drop")
def drop() -> Response | str:
    """Copy files into the folder."""
    desk = current_desk()
    taken = take_files(request.files.getlist("files"), desk.folder.returned)
    desk.start_reading()
    if taken.too_large:
        return render_template("too_large.html", taken=taken)
    return redirect(url_for("returns.show"))


def _read_if_stale() -> None:
    desk = current_desk()
    if desk.worth_reading:
        desk.start_reading()


def _list() -> dict[str, Any]:
    collection = current_desk().collection
    if collection is None:
        return {"units": [], "counts": {}, "loose": [], "roster": None}
    return {
        "units": list(rows(collection.status)),
        "counts": Counter(collection.status["outcome"]),
        "loose": [file for file in rows(collection.files) if file.outcome == "rejected" and not file.unit],
        "roster": collection.roster,
    }
