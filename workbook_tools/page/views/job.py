"""The running job, polled by the page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from workbook_tools.page.views.current_desk import current_desk

views = Blueprint("job", __name__)


@views.get("/job")
def show() -> tuple[str, int, dict[str, str]]:
    """Show the progress; when the job has ended, the page reloads unless the user is typing."""
    running = current_desk().jobs.running
    heads = {} if running else {"HX-Trigger-After-Settle": "work-ended"}
    return render_template("job.html"), 200, heads


@views.get("/changed/<what>")
def notice_changes(what: str) -> str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Answer a page that depends on ``returns`` or on the ``form`` and asks every few seconds.

    The answer is the running job, the order to reload if the page is outdated, or nothing (204).
    """
    desk = current_desk()
    if what == "returns":
        desk.read_if_worthwhile()
        if desk.jobs.running:
            return render_template("job.html")
    now = desk.seen if what == "returns" else desk.drawn
    if not now or request.args.get("seen") == now:
        return "", 204
    return "", 204, {"HX-Trigger": "work-ended"}


@views.post("/job/forget")
def forget() -> str:
    """Show the result of the last job no longer."""
    current_desk().jobs.forget()
    return render_template("job.html")


@views.post("/job/stop")
def stop() -> str:
    """Ask the job to stop."""
    job = current_desk().jobs.last
    if job is not None:
        job.stop()
    return render_template("job.html")
