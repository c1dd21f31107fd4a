"""Results: the consolidated workbook and the report, with the key figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for

from workbook_tools.collection import Collection, rows
from workbook_tools.page.views.desk import current_desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

views = Blueprint("results", __name__)
REPORTED = ("accepted", "accepted-with-warnings", "nothing-to-report")


@views.get("/results")
def show() -> str:
    """What the returns come to."""
    desk = current_desk()
    return render_template(
        "results.html",
        written=desk.folder.consolidated.exists(),
        word=desk.folder.consolidated.with_suffix(".docx").exists(),
        stale=desk.stale,
        **(
            _figures(desk.collection)
            if desk.collection
            else {"total": 0, "came": 0, "areas": [], "lines": []}
        ),
    )


@views.post("/results/make")
def make() -> Response:
    """Write workbook and report in the background."""
    current_desk().start_writing()
    return redirect(url_for("results.show"))


def _figures(collection: Collection) -> dict[str, Any]:
    status = collection.status
    came = status["outcome"].isin(REPORTED)
    shares = came.groupby(status["area"], sort=False).agg(["sum", "count"])
    areas = sorted(
        ((str(area), int(row["sum"]), int(row["count"])) for area, row in shares.iterrows()),
        key=lambda area: (area[1] / area[2], area[0]),
    )
    totals = [
        (collection.template.indicators[str(row.Index)], row.total, int(row.units))
        for row in rows(collection.totals)
        if row.total == row.total
    ]
    return {"total": len(status), "came": int(came.sum()), "areas": areas, "lines": totals}
