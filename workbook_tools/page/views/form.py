"""The form: problems of template and roster, and a preview for each unit type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, render_template, request

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.forms.form_name import form_name
from workbook_tools.page.messages import describe, describe_problems
from workbook_tools.page.preview import build_trial, preview_form
from workbook_tools.page.views.current_desk import current_desk, current_language
from workbook_tools.page.views.files import open_on_desktop
from workbook_tools.storage.replace import write_bytes

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.page.messages import Message

views = Blueprint("form", __name__)


@views.get("/form")
def show() -> str:
    """Check both workbooks each time the page is shown; it reloads when Excel has saved one of them."""
    desk, language = current_desk(), current_language()
    seen = desk.drawn
    template, template_messages = _check_template(language)
    roster, roster_messages = _check_roster(template, language)
    wanted = request.args.get("type", "")
    preview: dict[str, Any] = {"sheets": []}
    if template and roster and wanted:
        preview = _preview(template, roster, wanted)
    return render_template(
        "form.html",
        template=template,
        roster=roster,
        template_messages=template_messages,
        roster_messages=roster_messages,
        wanted=wanted,
        watched="form",
        seen=seen,
        **preview,
    )


@views.post("/form/trial/<code>")
def open_trial(code: str) -> tuple[str, int]:
    """Open a form of a type of unit to try it out; it lies outside of the campaign's folder."""
    from platformdirs import user_cache_path

    template, _messages = _check_template(current_language())
    roster, _messages = _check_roster(template, current_language())
    unit = next((unit for unit in roster or () if unit.type == code), None)
    if template is None or roster is None or unit is None:
        abort(404)
    folder = user_cache_path("workbook_tools", appauthor=False) / "trial"
    path = folder / f"BIEU-THU_{form_name(unit)}"
    write_bytes(path, build_trial(template, roster, unit))
    open_on_desktop(path)
    return "", 204


def _check_template(language: str) -> tuple[ReportTemplate | None, list[Message]]:
    from workbook_tools.spec.template import read_template

    try:
        template, problems = read_template(current_desk().folder.template)
    except WorkbookToolsError as error:
        return None, describe(error, language)
    return template, describe_problems(problems, language)


def _check_roster(template: ReportTemplate | None, language: str) -> tuple[Roster | None, list[Message]]:
    from workbook_tools.spec.roster import read_roster

    try:
        roster, problems = read_roster(current_desk().folder.units, template)
    except WorkbookToolsError as error:
        return None, describe(error, language)
    return roster, describe_problems(problems, language)


def _preview(template: ReportTemplate, roster: Roster, wanted: str) -> dict[str, Any]:
    """Preview the form of the first unit of a type."""
    unit = next((unit for unit in roster if unit.type == wanted), None)
    sheets = preview_form(template, roster, unit) if unit is not None else []
    return {"unit": unit, "sheets": sheets}
