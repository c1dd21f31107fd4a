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
from workbook_tools.locale import show_number, translate
from workbook_tools.model import Decision, DecisionKind
from workbook_tools.page.messages import describe_problems
from workbook_tools.page.views.current_desk import current_desk, current_language
from workbook_tools.page.views.files import find_openable
from workbook_tools.page.views.matters import (
    NAMES,
    choices_for,
    count_codes,
    find_open,
    group_by_unit,
    with_matters,
)
from workbook_tools.page.views.paging import cut
from workbook_tools.page.views.unit_states import STATES
from workbook_tools.spec import vocabulary as words
from workbook_tools.text.clean import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    args = request.args
    unit, kind, name = args.get("unit", ""), args.get("kind", ""), args.get("q", "").strip()
    kinds = count_codes(found)
    chosen = [p for p in found if unit in ("", p.place.unit) and kind in ("", p.code)]
    if name:
        names = collection.roster.names
        chosen = [p for p in chosen if fold(name) in fold(f"{names.get(p.place.unit, '')} {p.place.unit}")]
    groups = group_by_unit(chosen, collection)
    outcome = dict(zip(collection.status["unit"], collection.status["outcome"], strict=True)).get(unit, "")
    section = cut(groups, UNITS)
    section = replace(section, rows=with_matters(section.rows, collection))
    return render_template(
        "settle.html",
        collection=collection,
        section=section,
        kinds=[(code, next(p for p in found if p.code == code), count) for code, count in kinds],
        chosen_kind=kind,
        name=name,
        decided_unit=args.get("decided", ""),
        following=args.get("following", ""),
        names={kind: translate(words, current_language()) for kind, words in NAMES.items()},
        unit=collection.roster.units.get(unit),
        unit_state=translate(STATES[outcome], current_language()) if outcome else "",
        of_a_unit=choices_for(outcome),
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
    back = redirect(_way_back(request.form))
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
    done = _("Written: {decision}.")
    if replaced:
        done = _("Written in place of the earlier decision about the same: {decision}.")
    desk.notices.say(done, undo=desk.undo_key, decision=_describe(decision, collection))
    desk.start_reading()
    response = make_response(back)
    response.set_cookie("who", decision.who, samesite="Strict", httponly=True)
    return response


@views.post("/settle/undo")
def undo() -> Response:
    """Take the last decision back, as long as nothing else was written into decisions.xlsx."""
    desk = current_desk()
    if desk.undo_decision(request.form.get("key", "")):
        desk.notices.say(_("The decision was taken back."))
        desk.start_reading()
    else:
        desk.notices.say(_("decisions.xlsx has changed since: change or delete the line there."), "warning")
    return redirect(request.referrer or url_for("settle.show"))


def _way_back(form: Mapping[str, str]) -> str:
    """The place on the page from which a decision was sent."""
    unit, alone = form.get("unit", ""), form.get("alone", "")
    if alone:
        return url_for("settle.show", unit=alone)
    texts = {
        "kind": form.get("filter"),
        "q": form.get("q"),
        "decided": unit,
        "following": form.get("following"),
    }
    kept: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return url_for("settle.show", page=form.get("page", "1"), **kept, _anchor=f"u-{unit}")


def _describe(decision: Decision, collection: Collection) -> str:
    """What was decided about what, in one line."""
    label = collection.template.label(decision.indicator)
    about = [collection.roster.names.get(decision.unit, ""), label, decision.file]
    if decision.kind is DecisionKind.SET:
        value, line = str(decision.value), collection.template.line(decision.indicator)
        # As people write figures, so that a zero too many is seen.
        if line is not None and line.whole and value.isascii() and value.isdigit():
            value = show_number(int(value), current_language())
        return f"{', '.join(filter(None, about))} = {value}"
    what = translate(NAMES[decision.kind], current_language())
    if isinstance(decision.value, date):
        what += f" {decision.value:%d/%m/%Y}"
    return f"{', '.join(filter(None, about))} – {what}"


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
