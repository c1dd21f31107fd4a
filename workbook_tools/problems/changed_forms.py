"""What can be wrong with a form that came back changed: in what it shows, in what is printed on it, or beside other returns."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import Kind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

CHANGED_FORM_PROBLEMS: dict[str, Kind] = {
    "form-as-sent": Kind(
        _N,
        _("The file is the form as it was sent out: nobody has filled it in or saved it."),
        _("If it came back by mail, look whether the unit's address is right."),
        title=_("Form as it was sent out"),
    ),
    "return-blank": Kind(
        _E,
        _("The form holds no answer at all, so it does not count as a report."),
        _("Ask the unit to fill in the form and to send it again."),
        title=_("Blank form"),
    ),
    "blank-beside-filled": Kind(
        _W,
        _("The form holds no answer at all; the one that was filled in counts: {other}."),
        _("Nothing need be done if the unit sent the blank form by mistake; otherwise ask what it meant."),
        title=_("Blank form beside the report"),
    ),
    "answers-left-behind": Kind(
        _W,
        _("{count} lines are answered here and blank in {other}, which counts instead: {value}."),
        _("Ask the unit for one file with all answers, or enter the missing ones as decisions."),
        title=_("Answers in the other return only"),
    ),
    "shown-otherwise": Kind(
        _E,
        _("The cell shows “{read}” and holds “{value}”: {reason}. It was not counted."),
        _("Ask the unit what it means, and to type it anew without a format of its own."),
        title=_("Cell shows something else"),
    ),
    "picture-answer": Kind(
        _W,
        _("A picture stands in the cell in place of an answer; it was not read."),
        _("Open the file and look at the picture; ask the unit to type the answer."),
        title=_("Picture in place of an answer"),
    ),
}
