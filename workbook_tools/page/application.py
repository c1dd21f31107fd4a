"""The web application: registers views, access control, languages and error pages."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import InternalServerError

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.locale import (
    LANGUAGES,
    default_language,
    show_figure,
    show_number,
    translate,
    translate_count,
)
from workbook_tools.locale import mark as _
from workbook_tools.page import views
from workbook_tools.page.guard import protect
from workbook_tools.page.messages import Message, describe
from workbook_tools.page.views.files import is_there
from workbook_tools.page.views.unit_states import STATES

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.page.desk import Desk
    from workbook_tools.page.jobs import Job
    from workbook_tools.page.lifetime import Lifetime

UPLOAD_LIMIT = 1 << 30
"""Largest request in bytes; the limits of reading apply to each file."""
STEPS = (
    ("form.show", _("Form")),
    ("forms_out.show", _("Send out")),
    ("returns.show", _("Returns")),
    ("settle.show", _("To be settled")),
    ("results.show", _("Results")),
    ("chase.show", _("Chase")),
)
TOO_MUCH = _(
    "These files are too large to upload at once. Drop fewer files, or copy them into the folder yourself."
)
NO_PAGE = _("There is no such page.")
STOPPED = _("Stopped. Nothing was left half-written.")


def create_app(desk: Desk, token: str, lifetime: Lifetime) -> Flask:
    """Build the application; ``token`` is the secret in the address that the browser opens."""
    app = Flask(__name__)
    # A misspelt name in a template must fail in a test, not show nothing.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = UPLOAD_LIMIT
    app.extensions["desk"], app.extensions["lifetime"] = desk, lifetime
    # First, because Flask calls these in order: a request that is refused must not keep the program alive.
    protect(app, token)
    app.before_request(_choose_language)
    app.before_request(lambda: _note_work(desk))
    app.before_request(lifetime.hear)
    app.context_processor(lambda: _shared(desk))
    app.register_error_handler(WorkbookToolsError, _explain)
    app.register_error_handler(413, lambda _error: _show_error(TOO_MUCH, 413))
    app.register_error_handler(403, lambda _error: (render_template("closed.html"), 403))
    for status in (404, 405):
        app.register_error_handler(status, lambda _error, status=status: _show_error(NO_PAGE, status))
    app.register_error_handler(InternalServerError, _confess)
    for blueprint in views.BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/language/<language>", "language", _set_language, methods=["POST"])
    app.add_url_rule("/quit", "quit", lambda: _quit(desk, lifetime), methods=["POST"])
    app.add_url_rule("/quit", "confirm_quit", lambda: _confirm_quit(desk))
    app.add_url_rule("/alive", "alive", lambda: ("", 204))
    return app


def _choose_language() -> None:
    asked = request.cookies.get("language", "")
    g.language = asked if asked in LANGUAGES else default_language(os.environ)


def _note_work(desk: Desk) -> None:
    """Note whether a job is running before the page is made: one that ends meanwhile is not all on it."""
    g.working = desk.jobs.running


def _shared(desk: Desk) -> dict[str, Any]:
    # A stranger's request is refused before a language is chosen, and learns nothing about the campaign.
    if "language" not in g:
        return {}
    language = cast("str", g.language)
    name, steps = (desk.campaign.root.name, STEPS) if desk.campaign else ("", ())
    return {
        "_": lambda text, **given: translate(text, language).format(**given),
        "ngettext": lambda one, many, count: translate_count(one, many, count, language).format(
            count=show_number(count, language)
        ),
        "number": lambda value: show_number(value, language),
        "shown": lambda value, number_format="": _show(value, number_format, language),
        "states": {code: translate(words, language) for code, words in STATES.items()},
        "is_there": lambda name: desk.campaign is not None and is_there(desk.campaign, name),
        "language": language,
        "campaign_name": name,
        "steps": steps,
        "take_notices": lambda: desk.notices.take(language),
        "watched": "",
        "job": desk.jobs.last,
        "working": g.get("working", False),
        "job_messages": _describe_ends(desk.jobs.unsuccessful, language),
    }


def _describe_ends(jobs: list[Job], language: str) -> list[Message]:
    stopped = Message(translate(STOPPED, language), severity="notice")
    ends = [describe(job.error, language) if job.error else [stopped] for job in jobs]
    # Two jobs may have failed because of the same.
    return [*dict.fromkeys(message for messages in ends for message in messages)]


def _show(value: str | float | date | None, number_format: str, language: str) -> str:
    """Return a value as a person writes it: 1.250 or 31/12/2026."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float | int):
        return show_figure(value, number_format, language)
    return value or ""


def _explain(error: WorkbookToolsError) -> Response | tuple[str, int]:
    """Show an error; after a POST, on the page that sent it, which can be reloaded."""
    came_from = urlsplit(request.referrer or "")
    # An error page of its own would lose what was typed in the form.
    if request.method == "POST" and came_from.path and "HX-Request" not in request.headers:
        cast("Desk", current_app.extensions["desk"]).notices.explain(error)
        # Exactly one slash: a path of //host would lead to another server.
        path = f"/{came_from.path.lstrip('/')}"
        if came_from.query:
            path += f"?{came_from.query}"
        return redirect(path)
    again = url_for("start.show")
    if request.method == "GET":
        again = request.full_path.rstrip("?")
    return render_template("error.html", messages=describe(error, g.language), again=again), 409


def _show_error(text: str, status: int) -> tuple[str, int]:
    return render_template("error.html", messages=[Message(translate(text, g.language))], again=""), status


def _confess(error: InternalServerError) -> tuple[str, int]:
    """Say that the fault is the program's; Flask has logged it."""
    original = error.original_exception
    fault = original if isinstance(original, Exception) else error
    messages = describe(fault, g.language)
    return render_template("error.html", messages=messages, again=""), 500


def _set_language(language: str) -> Response:
    response = redirect(request.referrer or url_for("start.show"))
    if language in LANGUAGES:
        response.set_cookie("language", language, samesite="Strict", max_age=10 * 365 * 86_400)
    return response


def _quit(desk: Desk, lifetime: Lifetime) -> Response | str:
    if job := desk.jobs.asked_for:
        if request.form.get("sure") != "yes":
            # A page with an address of its own is reloaded when the work has ended.
            return redirect(url_for("confirm_quit"))
        job.stop()
    page = render_template("goodbye.html")
    lifetime.finish()
    return page


def _confirm_quit(desk: Desk) -> Response | str:
    return render_template("quit.html") if desk.jobs.asked_for else redirect(url_for("start.show"))
