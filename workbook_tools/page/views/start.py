"""Choose or make a campaign."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from workbook_tools.errors import CannotWrite
from workbook_tools.locale import mark as _
from workbook_tools.page.folders import Folders
from workbook_tools.page.running import AlreadyOpen, read_recent
from workbook_tools.page.views.current_desk import current_desk

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response

views = Blueprint("start", __name__)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]|^\.+$|[. ]$')
_NAME_LIMIT = 100


@views.get("/")
def show() -> Response | str:
    """The open campaign, or the choice of one."""
    if current_desk().campaign is not None:
        return redirect(url_for("form.show"))
    return _render()


@views.get("/choose")
def choose() -> str:
    """The choice of another campaign, while one is open."""
    return _render()


def _render(number: int | None = None, message: str = "") -> str:
    folders = _folders()
    here = folders.find(number) if number is not None else None
    return render_template(
        "start.html",
        recent=[folders.offer(path) for path in read_recent()],
        places=folders.places(),
        here=folders.offer(here) if here else None,
        above=folders.offer(here.parent) if here and here.parent != here else None,
        inside=folders.inside(here) if here else [],
        message=message,
    )


@views.get("/choose/<int:number>")
def browse(number: int) -> str:
    """What is in a folder that was offered."""
    return _render(number)


@views.post("/open/<int:number>")
def open_campaign(number: int) -> Response | str:
    """Work in a campaign that was offered."""
    folder = _folders().find(number)
    return _render() if folder is None else _open(folder)


@views.post("/new/<int:number>")
def make_campaign(number: int) -> Response | str:
    """Make a campaign folder of the given name inside a folder that was offered."""
    from workbook_tools.usecases.init import initialise

    parent = _folders().find(number)
    name = request.form.get("name", "").strip()
    if parent is None:
        return _render()
    if not name or len(name) > _NAME_LIMIT or _FORBIDDEN.search(name):
        return _render(number, _('A name needs letters or digits, and none of the signs < > : " / \\ | ? *'))
    folder = parent / name
    if folder.exists() and any(folder.iterdir()):
        raise CannotWrite(folder, "there is a folder of that name already, and it is not empty")
    initialise(folder)
    return _open(folder)


def _open(folder: Path) -> Response:
    try:
        current_desk().open(folder)
    except AlreadyOpen as other:
        return redirect(other.url or url_for("start.show"))
    return redirect(url_for("form.show"))


def _folders() -> Folders:
    return cast("Folders", current_app.extensions.setdefault("folders", Folders()))
