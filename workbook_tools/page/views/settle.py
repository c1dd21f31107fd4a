"""To be settled: each problem with what was read and where, and a form for the officer's decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from msgspec.structs import replace

from workbook_tools.errors import CannotRead, WorkbookToolsError
from workbook_tools.excel import Cell
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.model import Decision, DecisionKind
from workbook_tools.page.messages import describe_problems
from workbook_tools.page.views.current_desk import current_desk, current_language
from workbook_tools.page.views.files import find_openable
from workbook_tools.page.views.matters import OF_A_UNIT, count_codes, find_open, group_by_unit, with_matters
from workbook_tools.page.views.paging import cut
from workbook_tools.page.views.unit_states import STATES
from workbook_tools.spec import vocabulary as words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from workbook_tools.frames import Collection

views = Blueprint("settle", __name__)
UNITS = 40
"""Number of units on one page."""


@views.get("/settle")
def show() -> str:
    """Show errors and warnings by unit, worst units first; on request, of one unit or one kind only."""
    desk = current_desk()
    desk.read_if_worthwhile()
    collection, watched = desk.collection, {"watched": "returns", "seen": desk.seen}
    if collection is None:
        return render_template("settle.html", collection=None, **watched)
    # What is wrong in the officer's own decisions is no matter to decide: it is shown apart, above the units.
    own = desk.folder.decisions.name
    if own in set(collection.files["path"]):
        # A unit has called its return so: nothing of it may be missing from the units.
        own = ""
    found = [p for p in find_open(collection) if not own or p.place.file != own]
    unit, kind = request.args.get("unit", ""), request.args.get("kind", "")
    kinds = count_codes(found)
    chosen = [p for p in found if unit in ("", p.place.unit) and kind in ("", p.code)]
    groups = group_by_unit(chosen, collection)
    section = cut(groups, UNITS)
    section = replace(section, rows=with_matters(section.rows, collection))
    return render_template(
        "settle.html",
        collection=collection,
        section=section,
        kinds=[(code, next(p for p in found if p.code == code), count) for code, count in kinds],
        chosen_kind=kind,
        unit=collection.roster.units.get(unit),
        unit_state=_state(unit, collection),
        of_a_unit=OF_A_UNIT,
        decided=collection.decisions,
        useless=describe_problems(
            [p for p in collection.problems if own and p.place.file == own],
            current_language(),
            collection.roster,
        ),
        who=request.cookies.get("who", ""),
        files=_files(collection),
        openable=find_openable(collection),
        unwritten=desk.take_unwritten(),
        **watched,
    )


@views.post("/settle/decide")
def decide() -> Response:
    """Write one decision to decisions.xlsx and read the returns again."""
    desk = current_desk()
    collection = desk.collection
    if collection is None:
        raise CannotRead("", _("the returns have not been read yet"))
    decision, wrong = _parse(request.form, collection)
    unit = request.form.get("unit", "")
    page, kind = request.form.get("page", "1"), request.form.get("filter", "")
    # The form about a whole unit is only on the page of that unit.
    if request.form.get("key", "").startswith("unit|"):
        back = redirect(url_for("settle.show", unit=unit))
    else:
        back = redirect(url_for("settle.show", page=page, kind=kind or None, _anchor=f"u-{unit}"))
    if decision is None:
        desk.notices.say(wrong, "error")
        desk.unwritten = request.form.to_dict()
        return back
    try:
        replaced = desk.write_decision(decision, collection)
    except WorkbookToolsError as error:
        desk.notices.explain(error)
        desk.unwritten = request.form.to_dict()
        return back
    done = _("Written into decisions.xlsx.")
    if replaced:
        done = _("Written into decisions.xlsx in place of the earlier decision about the same.")
    desk.notices.say(done)
    desk.start_reading()
    response = make_response(back)
    response.set_cookie("who", decision.who, samesite="Strict", httponly=True)
    return response


def _state(unit: str, collection: Collection) -> str:
    found = collection.status.loc[collection.status["unit"] == unit, "outcome"]
    if len(found):
        return translate(STATES[found.iloc[0]], current_language())
    return ""


def _files(collection: Collection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in collection.files.itertuples():
        if row.unit:
            found.setdefault(str(row.unit), []).append(str(row.path))
    return found


def _parse(form: Any, collection: Collection) -> tuple[Decision | None, str]:
    """Return the decision in a submitted form; if something is missing, None and a message."""
    kind = next((k for k in DecisionKind if k == form.get("kind")), None)
    who, reason = form.get("who", "").strip(), form.get("reason", "").strip()
    unit, indicator, file = (form.get(name, "") for name in ("unit", "indicator", "file"))
    if kind is None:
        return None, _("Choose what to do.")
    if not who or not reason:
        return None, _("Each decision records who made it and why: fill in both.")
    if unit not in collection.roster and kind is not DecisionKind.EXCLUDE:
        return None, _("The unit is not in the list of units.")
    value: str | float | date | None = form.get("value", "").strip() or None
    if kind is DecisionKind.EXTEND:
        try:
            value = date.fromisoformat(str(value))
        except ValueError:
            return None, _("Choose the new last day.")
    elif kind is DecisionKind.SET and value is None:
        return None, _("Enter the confirmed value.")
    elif kind is not DecisionKind.SET:
        value = None
    # The computer may run in another time zone; the campaign's days are those of its office.
    today = datetime.now(ZoneInfo(collection.template.campaign.timezone)).date()
    # What the form holds beyond the need of this kind is left out.
    if kind is DecisionKind.EXCLUDE:
        unit = ""
    if kind not in (DecisionKind.SET, DecisionKind.ACCEPT):
        indicator = ""
    if kind not in (DecisionKind.CHOOSE, DecisionKind.EXCLUDE):
        file = ""
    cell = Cell(words.DECISIONS, 1, 1)
    return Decision(kind, cell, unit, indicator, file, value, reason, who, today), ""
