"""To be settled: each problem with what was read and where, and the officer's decision in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from workbook_tools.errors import CannotRead
from workbook_tools.excel import Cell
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.model import Decision, DecisionKind
from workbook_tools.page.views.desk import current_desk, current_language
from workbook_tools.problems import Problem, Severity
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.collection import Collection

views = Blueprint("settle", __name__)
PAGE = 40
"""How many units are shown on one page."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One problem of a unit with what the answers table knows about its cell."""

    problem: Problem
    line: str = ""
    raw: str = ""
    value: str = ""
    file: str = ""
    cell: str = ""
    choices: tuple[DecisionKind, ...] = ()


@views.get("/settle")
def show() -> str:
    """Errors and warnings by unit, worst units first."""
    collection = current_desk().collection
    if collection is None:
        return render_template("settle.html", groups=[], decided=[], page=1, pages=1, who="", files={})
    groups = _by_unit(collection)
    pages = max(1, -(-len(groups) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "settle.html",
        groups=groups[(page - 1) * PAGE : page * PAGE],
        decided=collection.decisions,
        page=page,
        pages=pages,
        who=request.cookies.get("who", ""),
        files=_files(collection),
    )


@views.post("/settle/decide")
def decide() -> Response | str:
    """Write one decision into decisions.xlsx, and read the returns again with it."""
    from workbook_tools.outputs.add_decision import add_decision

    desk = current_desk()
    collection = desk.collection
    if collection is None:
        raise CannotRead("", "the returns have not been read yet")
    decision, wrong = _parse(request.form, collection)
    if decision is None:
        return render_template("undecided.html", message=wrong)
    add_decision(desk.folder.decisions, decision)
    desk.start_reading()
    response = make_response(redirect(url_for("settle.show")))
    response.set_cookie("who", decision.who, samesite="Strict", httponly=True)
    return response


def _by_unit(collection: Collection) -> list[tuple[str, list[Matter]]]:
    open_ones = [p for p in collection.problems if p.severity is not Severity.NOTICE and not p.accepted]
    order = {code: place for place, code in enumerate(collection.roster.units)}
    open_ones.sort(key=lambda p: order.get(p.place.unit, len(order)))
    answers = {(row.unit, row.indicator): row for row in collection.answers.itertuples()}
    found = []
    for unit, problems in groupby(open_ones, key=lambda p: p.place.unit):
        name = collection.roster[unit].name if unit in collection.roster else ""
        found.append(
            (name, [_matter(p, answers.get((unit, p.place.indicator)), collection) for p in problems])
        )
    found.sort(key=lambda group: -sum(m.problem.severity is Severity.ERROR for m in group[1]))
    return found


def _matter(problem: Problem, answer: Any, collection: Collection) -> Matter:
    place = problem.place
    indicator = collection.template.indicators.get(place.indicator)
    choices = []
    if place.unit and problem.severity is Severity.WARNING:
        choices.append(DecisionKind.ACCEPT)
    if place.unit and indicator is not None:
        choices.append(DecisionKind.SET)
    if place.unit and not place.indicator:
        choices += [DecisionKind.CHOOSE, DecisionKind.EXTEND, DecisionKind.NOTHING]
    if place.file:
        choices.append(DecisionKind.EXCLUDE)
    return Matter(
        problem,
        line=indicator.label if indicator is not None else "",
        raw=str(answer.raw) if answer is not None else "",
        value="" if answer is None or answer.value is None else str(answer.value),
        file=place.file,
        cell=f"{place.sheet}!{place.cell}" if place.cell else "",
        choices=tuple(choices),
    )


def _files(collection: Collection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in collection.files.itertuples():
        if row.unit:
            found.setdefault(str(row.unit), []).append(str(row.path))
    return found


def _parse(form: Any, collection: Collection) -> tuple[Decision | None, str]:
    """The decision of a form that was sent, or what is missing in it."""

    def missing(text: str) -> tuple[None, str]:
        return None, translate(text, current_language())

    kind = next((k for k in DecisionKind if k == form.get("kind")), None)
    who, reason = form.get("who", "").strip(), form.get("reason", "").strip()
    unit, indicator, file = (form.get(name, "") for name in ("unit", "indicator", "file"))
    if kind is None:
        return missing(_("Choose what to do."))
    if not who or not reason:
        return missing(_("Who decides, and why, is kept with each decision: fill in both."))
    if unit not in collection.roster and kind is not DecisionKind.EXCLUDE:
        return missing(_("The unit is not in the list of units."))
    value: str | float | date | None = form.get("value", "").strip() or None
    if kind is DecisionKind.EXTEND:
        try:
            value = date.fromisoformat(str(value))
        except ValueError:
            return missing(_("Choose the new last day."))
    elif kind is DecisionKind.SET and value is None:
        return missing(_("Enter the confirmed value."))
    elif kind is not DecisionKind.SET:
        value = None
    today = datetime.now(ZoneInfo(collection.template.campaign.timezone)).date()
    needs_file = kind in (DecisionKind.CHOOSE, DecisionKind.EXCLUDE)
    needs_line = kind in (DecisionKind.SET, DecisionKind.ACCEPT)
    return (
        Decision(
            kind,
            Cell(words.DECISIONS, 1, 1),
            "" if kind is DecisionKind.EXCLUDE else unit,
            indicator if needs_line else "",
            file if needs_file else "",
            value,
            reason,
            who,
            today,
        ),
        "",
    )
