"""The form: what is wrong with template and roster, and how the form of each unit type looks."""

from __future__ import annotations

from flask import Blueprint, render_template

from workbook_tools.errors import WorkbookToolsError
from workbook_tools.page.messages import Message, describe, describe_problems
from workbook_tools.page.preview import preview_form
from workbook_tools.page.views.current_desk import current_desk, current_language

views = Blueprint("form", __name__)


@views.get("/form")
def show() -> str:
    """Both workbooks checked, each time the page is shown."""
    from workbook_tools.spec.roster import read_roster
    from workbook_tools.spec.template import read_template

    folder, language = current_desk().folder, current_language()
    template, roster = None, None
    template_messages: list[Message] = []
    roster_messages: list[Message] = []
    try:
        template, problems = read_template(folder.template)
        template_messages = describe_problems(problems, language)
        roster, problems = read_roster(folder.units, template)
        roster_messages = describe_problems(problems, language)
    except WorkbookToolsError as error:
        template_messages += describe(error, language)
    return render_template(
        "form.html",
        template=template,
        roster=roster,
        template_messages=template_messages,
        roster_messages=roster_messages,
    )


@views.get("/form/preview/<unit_type>")
def preview(unit_type: str) -> str:
    """The form of one unit type, as it is printed."""
    from workbook_tools.spec.roster import load_roster
    from workbook_tools.spec.template import load_template

    folder = current_desk().folder
    template, _ = load_template(folder.template)
    roster, _ = load_roster(folder.units, template)
    unit = next((unit for unit in roster if unit.type == unit_type), None)
    sheets = preview_form(template, roster, unit) if unit is not None else []
    return render_template("preview.html", unit=unit, sheets=sheets)
