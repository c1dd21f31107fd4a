"""Problems of the office's other files: roster, decisions, Word template."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W = Severity.ERROR, Severity.WARNING

ROSTER_PROBLEMS: dict[str, ProblemKind] = {
    "fact-unknown": ProblemKind(
        _E,
        _("The template uses {value} ({first}), but no column of the roster has that heading."),
        _("Write the same name in both, or add the column. {suggestion}"),
        title=_("Fact without a column"),
    ),
    "roster-empty": ProblemKind(
        _E,
        _("The roster has no units."),
        _("Enter one unit per row, below the headings."),
        title=_("No units"),
    ),
    "type-not-asked": ProblemKind(
        _W,
        _(
            "Units of the type “{value}” ({count}) are asked nothing: their forms are empty, and they are "
            "reminded."
        ),
        _(
            "Enter the type in the column “Ai điền” of the lines that it answers; if it does not report, "
            "enter the decision “dừng đôn đốc” for its units, or leave them out."
        ),
        title=_("Units that are asked nothing"),
    ),
    "unit-code-duplicate": ProblemKind(
        _E,
        _("The unit code “{value}” is already used in {first}."),
        _("Give each unit a code of its own."),
        title=_("Unit code used twice"),
    ),
    "unit-code-invalid": ProblemKind(
        _E,
        _("The unit code “{value}” is not valid."),
        _("Use letters a–z, digits, - and _ only, at most 40 characters."),
        title=_("Unit code not valid"),
        hides_code=True,
    ),
    "parent-unknown": ProblemKind(
        _E,
        _("The unit above this one, “{value}”, is not in the roster."),
        _(
            "Write the code of a unit of this roster, or leave the cell empty for a unit directly under the "
            "office. {suggestion}"
        ),
        title=_("Unknown unit above"),
        looks_in=("Đơn vị",),
    ),
    "parent-cycle": ProblemKind(
        _E,
        _("This unit is above itself: {value}."),
        _("Correct “Trực thuộc” in one of these rows."),
        title=_("Unit above itself"),
    ),
    "parent-level": ProblemKind(
        _W,
        _("“{unit}” is not of a lower level than the unit above it."),
        _("Look at “Trực thuộc” and at the levels in the template's sheet “Loại đơn vị”."),
        title=_("Levels do not fit"),
    ),
    # A warning, since nobody can tell whether it was abolished or has been dealt with.
    "unit-struck": ProblemKind(
        _W,
        _("The row of “{value}” is struck out, wholly or in part; the unit is in the list all the same."),
        _("Delete the row if the unit no longer reports; if it does, remove the strikethrough."),
        title=_("Unit struck out"),
    ),
    "unit-example": ProblemKind(
        _W,
        _("The example unit that the list began with is still in it."),
        _("Replace its row with the units that report, one per row."),
        title=_("Example unit"),
    ),
    "email-invalid": ProblemKind(
        _E,
        _("“{value}” is not an e-mail address."),
        _(
            "Write an address such as vanthu@example.vn, several with semicolons between them, or leave the "
            "cell empty."
        ),
        title=_("Not an e-mail address"),
    ),
    "unit-name-similar": ProblemKind(
        _W,
        _("The name “{value}” differs from “{other}” in {first} only in diacritics, capitals or spaces."),
        _("If it is the same unit, remove one row; if not, make the names differ."),
        title=_("Almost the same name"),
    ),
    "fact-invalid": ProblemKind(
        _E,
        _("The heading “{value}” is not valid as the name of a fact."),
        _(
            "Begin it with dv_ and use lower-case letters, digits and _ only, or choose another "
            "heading: {accepted}."
        ),
        title=_("Name of a fact not valid"),
    ),
    "fact-not-number": ProblemKind(
        _E,
        _("“{value}” in “{column}” is not a plain number, but the template calculates with it."),
        _("Type the number alone, such as 1090."),
        title=_("Fact of a unit not a number"),
    ),
    # As on the form itself, where Excel takes the empty cell for 0.
    "fact-missing": ProblemKind(
        _W,
        _("“{value}” is empty, but a rule of the template uses it."),
        _("Fill it in; until then it counts as 0 in the rules."),
        title=_("Fact of a unit missing"),
    ),
}

DECISION_PROBLEMS: dict[str, ProblemKind] = {
    "decision-unit-unknown": ProblemKind(
        _E,
        _("“{value}” is not a unit of the roster."),
        _("Enter the unit's code as in the roster. {suggestion}"),
        title=_("Unknown unit"),
    ),
    "decision-indicator-unknown": ProblemKind(
        _E,
        _("“{value}” is not a line that this unit is asked."),
        _("Enter the line's code as in the template's sheet “Chỉ tiêu”. {suggestion}"),
        title=_("Line not asked of the unit"),
    ),
    "decision-row-missing": ProblemKind(
        _E,
        _("“{value}” is a column of a list; of which row is not said."),
        _("Enter the column and the number of the row, such as {value} 1, and the file in “Tệp”."),
        title=_("Row of a list not named"),
    ),
    "decision-file-unknown": ProblemKind(
        _W,
        _("There is no file “{value}” among those that came back."),
        _("Enter its name as in the sheet “Nhật ký”, or remove the decision if the file was deleted."),
        title=_("Unknown file"),
    ),
    "decision-value-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a clear value for this line."),
        _("Enter the figure or text alone, as the unit should have entered it."),
        title=_("Value not clear"),
    ),
    # Neither counts: the order of rows is no sign of what the officer means.
    "decision-conflict": ProblemKind(
        _E,
        _("This row contradicts the decision in {first}; neither was applied."),
        _("Keep the right one and remove the other."),
        title=_("Rows that contradict each other"),
    ),
    # Some people strike out what no longer applies, others what they have dealt with.
    "decision-struck": ProblemKind(
        _E,
        _("The row is struck out, wholly or in part; it was not applied."),
        _("Delete the row if it no longer applies; if it does, remove the strikethrough."),
        title=_("Row struck out"),
    ),
    "decisions-unread": ProblemKind(
        _E,
        _("None of the {count} rows of decisions was applied, because the table cannot be read."),
        _("Correct the headings as the other messages about the table say; a new workbook has them all."),
        title=_("Decisions not applied"),
    ),
    # A decision is never ignored silently: each row is either applied or a problem.
    "decision-needless": ProblemKind(
        _W,
        _("The decision no longer applies to anything: {reason}."),
        _("Remove the row, or correct what it refers to."),
        title=_("Nothing to apply it to"),
    ),
}

WORD_TEMPLATE_PROBLEMS: dict[str, ProblemKind] = {
    # An error, not a blank: a gap in a printed report is easily overlooked.
    "word-template-mark": ProblemKind(
        _E,
        _("“{value}” in the Word template cannot be used: {reason}. Its paragraph: “{paragraph}”."),
        _(
            "Correct the mark in Word, or delete it; the template supplied with the program shows how each "
            "is written. {suggestion}"
        ),
        title=_("Mark in the Word template not usable"),
    ),
    "word-template-unreadable": ProblemKind(
        _E,
        _("The Word template is not a Word document (.docx), or it is damaged."),
        _("Open it in Word, save it as a Word Document (.docx), or take an earlier copy."),
        title=_("Word template not readable"),
    ),
}
