"""Make a campaign: from a drawn form, after the last one, empty, or the sample."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from workbook_tools.errors import CannotRead, CannotWrite, WorkbookToolsError
from workbook_tools.locale import mark as _
from workbook_tools.page.uploads import take_file, upload_path
from workbook_tools.page.views.current_desk import current_desk
from workbook_tools.page.views.start import current_folders, open_campaign
from workbook_tools.storage.campaign_folder import CampaignFolder
from workbook_tools.storage.replace import refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

views = Blueprint("make", __name__)
_DAYS = 10
"""Days from today to the deadline of a new campaign, if the officer enters none."""


class _Lacking(Exception):
    """Something that the officer must fill in; its text is translatable."""


@views.post("/new/<int:number>")
def make_campaign(number: int) -> Response:
    """Make a campaign folder inside a folder that was offered, and open it."""
    parent, desk = current_folders().find(number), current_desk()
    if parent is None:
        return redirect(url_for("start.choose"))
    try:
        folder = _new_folder(parent)
        _KINDS.get(request.form.get("kind", ""), _make_empty)(folder)
    except _Lacking as lacking:
        desk.notices.say(str(lacking), "error")
    except WorkbookToolsError as error:
        desk.notices.explain(error)
    else:
        return open_campaign(folder)
    desk.unwritten = request.form.to_dict()
    return redirect(url_for("start.browse", number=number))


def _new_folder(parent: Path) -> Path:
    name = request.form.get("name", "").strip()
    # A name that a safe path would change has something that Windows forbids, or leads elsewhere.
    if not name or upload_path(name).parts != (name,):
        raise _Lacking(_('A name needs letters or digits, and none of the characters < > : " / \\ | ? *'))
    folder = parent / name
    with refusals(folder):
        if folder.exists() and any(folder.iterdir()):
            raise CannotWrite(
                folder,
                _("a folder of that name already exists and is not empty"),
                _("Choose another name."),
            )
    return folder


def _make_from_drawn(folder: Path) -> None:
    from workbook_tools.usecases.init import lay_out_starter
    from workbook_tools.usecases.propose import propose

    uploads = [upload for upload in request.files.getlist("drawn") if upload.filename]
    if not uploads:
        raise _Lacking(_("Choose the existing form, an Excel or Word file."))
    deadline = _deadline()
    with tempfile.TemporaryDirectory() as scratch:
        taken = take_file(uploads[0].filename or "", uploads[0].stream, Path(scratch))
        if taken is None:
            raise _Lacking(_("The file is too large for a form."))
        try:
            proposal = propose(Path(scratch) / taken, CampaignFolder(folder).template, deadline)
        except CannotRead as error:
            # The officer knows the name of the uploaded file, not that of our copy.
            raise CannotRead(uploads[0].filename, error.reason, error.remedy) from error
    lay_out_starter(folder, deadline)
    current_desk().notices.say(
        _(
            "Proposed indicators: {lines}, rules: {rules}. Open the template in Excel, go through its sheet "
            "“Cần xem”, correct the coloured cells and save it."
        ),
        lines=len(proposal.lines),
        rules=len(proposal.rules),
    )


def _make_next(folder: Path) -> None:
    from workbook_tools.usecases.next_campaign import NextCampaign, continue_campaign

    old = current_folders().find(request.form.get("old", -1, type=int))
    code = request.form.get("code", "").strip()
    if old is None or not code:
        raise _Lacking(_("Choose the last campaign, and give the new one a code."))
    continue_campaign(folder, old, NextCampaign(code, _deadline(), request.form.get("title", "").strip()))
    current_desk().notices.say(
        _(
            "Template, units and signature key are those of “{old}”, whose results are kept for "
            "comparison. Check the period and the bounds of dates in the template."
        ),
        old=old.name,
    )


def _make_empty(folder: Path) -> None:
    from workbook_tools.usecases.init import lay_out_starter

    lay_out_starter(folder, _deadline())
    current_desk().notices.say(
        _(
            "The template and the list of units have one example line each: open them in Excel and replace "
            "it with yours."
        )
    )


def _make_sample(folder: Path) -> None:
    from workbook_tools.demo import lay_out_sample

    lay_out_sample(CampaignFolder(folder))
    current_desk().notices.say(
        _("This is the sample, a district of 72 units. The program can fill in its forms: step “Returns”.")
    )


def _deadline() -> date:
    text = request.form.get("deadline", "")
    try:
        if text:
            return date.fromisoformat(text)
        return date.today() + timedelta(days=_DAYS)
    except ValueError:
        raise _Lacking(_("Choose the deadline.")) from None


_KINDS: dict[str, Callable[[Path], None]] = {
    "drawn": _make_from_drawn,
    "next": _make_next,
    "empty": _make_empty,
    "sample": _make_sample,
}
