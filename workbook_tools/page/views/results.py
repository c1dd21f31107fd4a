"""Results: the consolidated workbook and the report, with the key figures."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for

from workbook_tools.frames import Collection, rows
from workbook_tools.page.views.current_desk import current_desk
from workbook_tools.page.views.unit_states import STATES
from workbook_tools.problems import count_problems
from workbook_tools.tally.status import REPORTED

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response

views = Blueprint("results", __name__)
DAYS = 31
"""Maximum number of days in the chart."""


@views.get("/results")
def show() -> str:
    """Show the figures of the returns read so far."""
    desk = current_desk()
    desk.read_if_worthwhile()
    figures = _figures(desk.collection) if desk.collection else {"total": 0}
    workbook = desk.folder.consolidated
    return render_template(
        "results.html",
        written=_written_at(workbook),
        outdated=desk.collection is not None and _is_outdated(workbook, desk.collection),
        stale=desk.stale,
        watched="returns",
        seen=desk.seen,
        **figures,
    )


def _written_at(workbook: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(workbook.stat().st_mtime).astimezone()
    except FileNotFoundError:
        return None


def _is_outdated(workbook: Path, collection: Collection) -> bool:
    """Whether the workbook was made of other figures; not if it cannot tell, as while it is being written."""
    from workbook_tools.consolidated import read_data_code

    return read_data_code(workbook) not in ("", collection.code)


@views.post("/results/make")
def make() -> Response:
    """Write workbook and report in the background."""
    current_desk().start_writing()
    return redirect(url_for("results.show"))


def _figures(collection: Collection) -> dict[str, Any]:
    status = collection.status
    came = status["outcome"].isin(REPORTED)
    totals = [
        (collection.template.indicators[str(row.Index)], row.total, int(row.units))
        for row in rows(collection.totals.dropna(subset=["total"]))
    ]
    errors, warnings, _notices = count_problems(collection.problems)
    return {
        "total": len(status),
        "came": int(came.sum()),
        "late": int((status["days_late"].fillna(0) > 0).sum()),
        "errors": errors,
        "warnings": warnings,
        "areas": _shares(collection),
        "days": _by_day(collection),
        "groups": [(group, list(lines)) for group, lines in groupby(totals, lambda line: line[0].group)],
    }


def _shares(collection: Collection) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Each area with the number of its units, also by state; the lowest shares of reports first."""
    found = []
    for area, outcomes in collection.status.groupby("area", sort=False)["outcome"]:
        counts = Counter(outcomes)
        parts = [(state, counts[state]) for state in STATES if counts[state]]
        found.append((str(area), len(outcomes), parts))
    return sorted(found, key=lambda a: sum(n for state, n in a[2] if state in REPORTED) / a[1])


def _by_day(collection: Collection) -> list[tuple[date, int]]:
    """Number of reports received per day, without empty days."""
    counts = Counter(day for day in collection.status["received"] if isinstance(day, date))
    return sorted(counts.items())[-DAYS:]
