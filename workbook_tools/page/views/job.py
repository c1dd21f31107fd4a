"""The work under way: asked for every second while there is some."""

from __future__ import annotations

from flask import Blueprint, render_template

from workbook_tools.page.views.current_desk import current_desk

views = Blueprint("job", __name__)


@views.get("/job")
def show() -> tuple[str, int, dict[str, str]]:
    """How far it is; when it has ended the page is told so, and shown anew unless somebody is typing in it."""
    running = current_desk().jobs.running
    return render_template("job.html"), 200, {} if running else {"HX-Trigger-After-Settle": "work-ended"}


@views.post("/job/stop")
def stop() -> str:
    """Ask the work to stop."""
    job = current_desk().jobs.last
    if job is not None:
        job.stop()
    return render_template("job.html")
