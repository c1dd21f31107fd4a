"""The desk of the program that answers this request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from workbook_tools.page.mailing import Entered

if TYPE_CHECKING:
    from workbook_tools.page.desk import Desk


def current_desk() -> Desk:
    """Return the program's desk."""
    return cast("Desk", current_app.extensions["desk"])


def current_language() -> str:
    """Return the user's language, ``vi`` or ``en``."""
    return cast("str", g.language)


def entered_login() -> Entered:
    """What was entered into the form that asks how to log in to a mail server."""
    return Entered(request.form.get("password", ""), request.form.get("remember") == "yes")
