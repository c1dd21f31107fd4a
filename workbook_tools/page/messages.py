"""Errors and problems as messages in the user's language."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook_tools.errors import CannotConnect, CannotRead, CannotWrite, SpecificationError
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.problems import Action
from workbook_tools.storage.campaign_folder import CampaignFolder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook_tools.model import Roster
    from workbook_tools.problems import Problem


class Message(Struct, frozen=True):
    """A fact with its remedy and place; ``severity`` is that of a problem, or "error"."""

    text: str
    remedy: str = ""
    place: str = ""
    severity: str = "error"
    way: tuple[str, str] | None = None
    """The view that leads to what the remedy says, and the buttons on the way."""
    opens: str = ""
    """The campaign's own file that it is about, by the name under which the page opens it."""
    undo: str = ""
    """The key of the decision that a button takes back."""


WAYS = {
    Action.MAKE_FORMS: ("forms_out.show", (_("Send out"), _("Make the forms"))),
    Action.REPLACE_FORMS: (
        "forms_out.show",
        (_("Send out"), _("Make the forms"), _("Make all forms again")),
    ),
    Action.NEW_KEY: ("forms_out.show", (_("Send out"), _("Make all forms with a new key"))),
    Action.LAY_OUT: ("start.choose", (_("Another campaign"), _("Empty, with one example line"))),
}
"""The view that leads to what a remedy says, and what is to be pressed on the way."""
_INSTALL_AGAIN = _(
    "Unzip or install the program again, completely. If that does not help, an antivirus program may have"
    " removed a file."
)
_OWN = {path.name: word for word, path in CampaignFolder(Path()).own.items() if path.suffix}
"""The campaign's own file → the word under which the page opens it."""


def describe(error: Exception, language: str) -> list[Message]:
    """Return the messages for an exception: what happened, and what to do."""

    def say(text: str, **given: object) -> str:
        return translate(text, language).format(**given)

    if isinstance(error, SpecificationError):
        head = say(error.verdict, path=error.path)
        return [Message(head), *describe_problems(error.problems, language)]
    if isinstance(error, CannotRead):
        reason = translate(error.reason, language)
        fact = say(error.verdict, path=error.path, reason=reason)
        return [Message(fact, translate(error.remedy, language))]
    if isinstance(error, CannotWrite):
        reason = translate(error.reason, language)
        fact = say(error.verdict, path=error.path, reason=reason)
        remedy = error.remedy or _(
            "Close it if it is open in Excel, then try again; the old file is untouched."
        )
        return [Message(fact, translate(remedy, language))]
    if isinstance(error, CannotConnect):
        reason = translate(error.reason, language)
        fact = say(error.verdict, server=error.server, reason=reason)
        answer = say(_("The server says: {answer}"), answer=error.answer) if error.answer else ""
        return [Message(fact, answer)]
    if isinstance(error, ImportError):
        fact = say(_("A part of the program is missing or blocked: {part}."), part=error.name or error)
        return [Message(fact, translate(_INSTALL_AGAIN, language))]
    fact = say(
        _("This is a bug in the program, not your mistake: {error}."),
        error=f"{type(error).__name__}: {error}",
    )
    log = _find_log()
    if not log:
        return [Message(fact, say(_("Please tell the program's authors what you did before it appeared.")))]
    return [Message(fact, say(_("Please send the log file to the program's authors: {path}"), path=log))]


def _find_log() -> str:
    """Return the path of the log file; empty if there is none."""
    files = (h for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler))
    return next((file.baseFilename for file in files), "")


def describe_problems(
    problems: Iterable[Problem], language: str, roster: Roster | None = None
) -> list[Message]:
    """Return each problem with its remedy and place, most severe first; with a roster, also with its unit."""
    order = {"error": 0, "warning": 1, "notice": 2}
    found = sorted(problems, key=lambda p: order[str(p.severity)])
    return [
        Message(
            p.message(language),
            p.remedy(language),
            " · ".join(filter(None, (_unit(p, roster), p.place.file, p.place.sheet, p.place.cell))),
            str(p.severity),
            _way(p.action, language),
            _OWN.get(p.place.file, ""),
        )
        for p in found
    ]


def _unit(found: Problem, roster: Roster | None) -> str:
    if roster is None:
        return ""
    return roster.names.get(found.place.unit, "")


def _way(action: Action | None, language: str) -> tuple[str, str] | None:
    if action is None:
        return None
    view, words = WAYS[action]
    return view, " → ".join(translate(text, language) for text in words)
