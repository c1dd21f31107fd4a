"""Choose a campaign: a recent one, or one in a folder of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, redirect, render_template, url_for

from workbook_tools.errors import CannotRead
from workbook_tools.locale import mark as _
from workbook_tools.page.desk import PUT_BACK
from workbook_tools.page.folders import Folders, is_campaign, is_folder
from workbook_tools.page.running import AlreadyOpen, find_page, read_recent, start_program
from workbook_tools.page.views.current_desk import current_desk

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response

views = Blueprint("start", __name__)
_GONE = _("the folder is no longer there, or the network drive is not connected")


@views.get("/")
def show() -> Response | str:
    """Show the open campaign, or the choice of one."""
    if current_desk().campaign is not None:
        return redirect(url_for("form.show"))
    return _render(None)


@views.get("/choose")
def choose() -> str:
    """Show the choice of another campaign, while one is open."""
    return _render(None)


@views.get("/choose/<int:number>")
def browse(number: int) -> str:
    """Show the contents of an offered folder."""
    return _render(current_folders().find(number))


def _render(here: Path | None) -> str:
    folders = current_folders()
    if here is not None and not is_folder(here):
        current_desk().notices.explain(CannotRead(here, _GONE, PUT_BACK))
        here = None
    recent = read_recent()
    return render_template(
        "start.html",
        recent=[folders.offer(path) for path in recent],
        places=folders.places(recent),
        here=folders.offer(here) if here else None,
        above=folders.offer(here.parent) if here and here.parent != here else None,
        **_describe_inside(here, folders),
    )


def _describe_inside(here: Path | None, folders: Folders) -> dict[str, Any]:
    """The folders inside, and the campaigns that a new one there may follow: those inside and recent ones."""
    inside = folders.inside(here) if here else []
    known = {offer.number: offer for offer in [*inside, *map(folders.offer, read_recent())] if offer.campaign}
    return {"inside": inside, "followed": [*known.values()], "unwritten": current_desk().take_unwritten()}


@views.post("/open/<int:number>")
def open_offer(number: int) -> Response:
    """Open an offered campaign."""
    folder = current_folders().find(number)
    if folder is None:
        return redirect(url_for("start.choose"))
    return open_campaign(folder)


def open_campaign(folder: Path) -> Response:
    """Open a campaign: in this program if it has none yet, otherwise in another program."""
    desk = current_desk()
    if desk.campaign is not None and desk.campaign.root == folder:
        return redirect(url_for("form.show"))
    if desk.campaign is None:
        try:
            desk.open(folder)
        except AlreadyOpen:
            pass
        else:
            return redirect(url_for("form.show"))
    elif not find_page(folder):
        start_program(folder)
    # To a page that refreshes to the other program's: browsers apply `form-action` to redirects, too.
    return redirect(url_for("start.elsewhere", number=current_folders().offer(folder).number))


@views.get("/elsewhere/<int:number>")
def elsewhere(number: int) -> Response | str:
    """Lead to a campaign that another program has open; reload until that has started."""
    folder, notices = current_folders().find(number), current_desk().notices
    if folder is None or not is_campaign(folder):
        notices.say(_("The campaign is no longer there."), "error")
        return redirect(url_for("start.choose"))
    # With `told` the page does not move on by itself, because the user has to read the notices first.
    return render_template("elsewhere.html", name=folder.name, address=find_page(folder), told=bool(notices))


def current_folders() -> Folders:
    """Return all folders that this program has offered."""
    return cast("Folders", current_app.extensions.setdefault("folders", Folders()))
