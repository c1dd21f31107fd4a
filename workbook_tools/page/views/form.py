"""The form: problems of template and roster, and a preview for each unit type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.page.messages import describe, describe_problems
from workbook_tools.page.preview import preview_form
from workbook_tools.page.views.current_desk import current_desk, current_language

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
