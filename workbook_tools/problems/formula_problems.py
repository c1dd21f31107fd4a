"""Problems of formulas that the officer writes: rules and calculated lines."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

FORMULA_PROBLEMS: dict[str, ProblemKind] = {
    "rule-syntax": ProblemKind(
        _E,
        _("The formula {value} cannot be read: {reason}."),
        _(
            "Write it as in Excel's English notation, arguments separated by commas, such as "
            "=(ct_4_2>0)=(ct_4_1>0)."
        ),
        title=_("Formula not understood"),
    ),
    "rule-name-unknown": ProblemKind(
        _E,
        _("The formula names “{value}”, which is neither an indicator nor a fact of a unit."),
        _(
            "Name an indicator of the sheet “Chỉ tiêu” or a fact dv_… of the roster; in place of a name of "
            "Excel's Name Manager, write the code of what is asked in its cell. {suggestion}"
        ),
        title=_("Formula names an unknown code"),
        looks_in=("Chỉ tiêu",),
    ),
    "rule-function-unknown": ProblemKind(
        _E,
        _("The formula uses {value}, which is not available in rules."),
        _("Use one of: {accepted}."),
        title=_("Function not available"),
    ),
    # Excel's limit is on each text inside a formula; a cell's own text may be longer.
    "rule-message-long": ProblemKind(
        _E,
        _("The message has {length} characters; Excel accepts at most 255 in a formula."),
        _("Shorten the message."),
        title=_("Message too long"),
    ),
    # On the form codes become addresses and texts are guarded, so the formula is longer than in the template.
    "rule-too-long": ProblemKind(
        _E,
        _("On the form the formula of {value} grows to {length} characters; Excel accepts at most 8192."),
        _("Split the rule in two, or use fewer lines in it."),
        title=_("Check too long for Excel"),
    ),
    "rule-too-deep": ProblemKind(
        _E,
        _("On the form the formula of {value} is nested {length} levels deep; Excel accepts at most 64."),
        _("Split the rule in two, or nest fewer brackets and functions."),
        title=_("Check nested too deep for Excel"),
    ),
    # One notice for all of them: forms may have hundreds.
    "formula-in-form": ProblemKind(
        _N,
        _("Calculated cells that are only printed: {count} ({cells})."),
        _(
            "They are locked and live on the form, and recalculated for the office's report. To have one in "
            "the data too, give it a row of kind công thức in “Chỉ tiêu”: type = in “Lựa chọn” and click "
            "the cell."
        ),
        title=_("Formulas of the form's own"),
    ),
    "formula-wrong": ProblemKind(
        _E,
        _("A formula of the form cannot work once the form is sent out ({cells}): {reason}."),
        _("Correct the formula so that it names only cells of the form sheets."),
        title=_("Formula that cannot work"),
    ),
    # Only a warning: Excel calculates it on the form, and nothing is lost of what units send.
    "formula-not-calculated-here": ProblemKind(
        _W,
        _("The program cannot calculate {cells} itself ({value}): {reason}."),
        _(
            "The formula still works on the form; the office's own report shows “…” there. What the "
            "program can calculate: + - * / ^ & %, comparisons, and {accepted}."
        ),
        title=_("Formula not calculated by the program"),
    ),
    "formula-unreadable": ProblemKind(
        _E,
        _("The line's formula {value} cannot be calculated: {reason}."),
        _("Use + - * / ^ & %, comparisons, and {accepted}."),
        title=_("Formula of a line cannot be calculated"),
    ),
    "formula-not-there": ProblemKind(
        _E,
        _("“{value}” is not a cell with a formula on a form sheet."),
        _(
            "In “Lựa chọn” type = and click the form's cell with the formula; or write a formula over codes, "
            "such as =ct_1+ct_2, and put the line's marker into its cell."
        ),
        title=_("No formula in that cell"),
    ),
    "formula-not-sum": ProblemKind(
        _E,
        _(
            "“{value}” is no sum, product or count of figures that are added up, so the units' results "
            "cannot be added up either."
        ),
        _(
            "Set “Cách cộng” to không cộng; the office's figure is then calculated from the sums "
            "of its inputs."
        ),
        title=_("Formula that is not a sum"),
    ),
}
