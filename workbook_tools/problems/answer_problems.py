"""Problems of single answers: missing, in doubt, repaired, out of bounds."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

ANSWER_PROBLEMS: dict[str, ProblemKind] = {
    # The original is shown beside the decision, so that anybody can check it.
    "value-decided": ProblemKind(
        _N,
        _("The officer set this value to {value}; the return says “{read}”. {other}"),
        _("No action is needed; the decision is listed in the sheet “Xử lý”."),
        title=_("Value set by the officer"),
    ),
    "value-decided-before": ProblemKind(
        _W,
        _("The officer set this value to {value}; the return that came later ({day}) says “{read}”. {other}"),
        _(
            "The officer's value counts. If the unit's new figure is the right one, remove the decision; "
            "otherwise accept this warning."
        ),
        title=_("Value set before the return came"),
    ),
    "answer-missing": ProblemKind(
        _E,
        _("No answer, although one is required."),
        _("Ask the unit; 0 means none, KCSL means there are no figures."),
        acceptable=True,
        title=_("Required answer missing"),
    ),
    "answer-wanted": ProblemKind(
        _W,
        _("No answer."),
        _("Ask the unit if it is needed; 0 means none, KCSL means there are no figures."),
        title=_("Answer missing"),
    ),
    # The remark must not pass for the reason why there is no figure.
    "figure-in-remark": ProblemKind(
        _W,
        _("The cell is blank, and the remark beside it is “{value}”, which was not counted."),
        _("Ask the unit whether the figure is in the wrong cell, or enter it as a decision."),
        title=_("Figure in the remark"),
    ),
    "answer-unexpected": ProblemKind(
        _W,
        _("“{value}” was entered in a line that does not apply to this unit; it was not counted."),
        _("Ask the unit what it meant."),
        title=_("Answer not asked for"),
    ),
    # A notice only, for the value counts: the repair is shown so that a wrong one is noticed.
    "value-repaired": ProblemKind(
        _N,
        _("“{value}” was read as {read}."),
        _("Check whether that is what the unit meant."),
        title=_("Value understood from how it was typed"),
    ),
    # Doubtful figures are never counted: a wrong total is worse than a missing figure.
    "number-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a plain number here: {reason}. It was not counted."),
        _("Ask the unit for the figure; only digits belong in this cell."),
        title=_("Figure in doubt"),
    ),
    # Typed in Excel with English settings, 1.234 is a little over one, not a thousand: never rounded.
    "number-not-whole": ProblemKind(
        _E,
        _("“{value}” is not a whole number. It was not counted."),
        _("Ask the unit for the figure: perhaps a dot or comma was taken for a decimal sign."),
        title=_("Not a whole number"),
    ),
    "number-out-of-range": ProblemKind(
        _E,
        _("{value} is not between {minimum} and {maximum}."),
        _("Ask the unit to check this figure."),
        title=_("Figure out of bounds"),
    ),
    "number-too-small": ProblemKind(
        _E,
        _("{value} is below the minimum, {minimum}."),
        _("Ask the unit to check this figure."),
        title=_("Figure too small"),
    ),
    "number-too-large": ProblemKind(
        _E,
        _("{value} is above the maximum, {maximum}."),
        _("Ask the unit to check this figure."),
        title=_("Figure too large"),
    ),
    "cell-error": ProblemKind(
        _E,
        _("The cell shows the error {value}."),
        _("Ask the unit to type the figure itself."),
        title=_("Cell in error"),
    ),
    "formula-not-calculated": ProblemKind(
        _E,
        _("The cell contains a formula without a result."),
        _("Ask the unit to type the figure itself, or to save the file again in Excel."),
        title=_("Formula without a result"),
    ),
    "formula-answer": ProblemKind(
        _N,
        _("The answer is the result of a formula, {value}."),
        _("No action is needed; the result was taken."),
        title=_("Answer by a formula"),
    ),
    "date-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a date."),
        _("Ask the unit for the date, typed as day/month/year."),
        title=_("Date in doubt"),
    ),
    "date-too-early": ProblemKind(
        _E,
        _("{value} is before the earliest date, {minimum}."),
        _("Ask the unit to check this date."),
        title=_("Date too early"),
    ),
    "date-too-late": ProblemKind(
        _E,
        _("{value} is after the latest date, {maximum}."),
        _("Ask the unit to check this date."),
        title=_("Date too late"),
    ),
    "choice-unknown": ProblemKind(
        _E,
        _("“{value}” is not one of the choices."),
        _("Choose one of: {accepted}. {suggestion}"),
        title=_("Not one of the choices"),
    ),
    "text-too-long": ProblemKind(
        _W,
        _("The text has {length} characters; an Excel cell holds at most 32,767."),
        _("The file has the whole text; only its beginning is shown."),
        title=_("Text too long for a cell"),
    ),
    "legacy-font": ProblemKind(
        _N,
        _("{count} texts were typed for an old font (TCVN3, VNI) and have been converted."),
        _("Check whether they are readable; no other action is needed."),
        title=_("Texts in an old font"),
    ),
    # One unit may type all its texts in an old font; several of these become one "legacy-font".
    "text-decoded": ProblemKind(
        _N,
        _("“{value}” was typed for an old font and read as “{read}”."),
        _("Check whether it is readable; no other action is needed."),
        title=_("Text in an old font"),
        many="legacy-font",
    ),
}
