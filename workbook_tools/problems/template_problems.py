"""Problems of the template workbook, besides its formulas."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import Action, ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

TEMPLATE_PROBLEMS: dict[str, ProblemKind] = {
    "sheet-missing": ProblemKind(
        _E,
        _("The workbook has no sheet “{sheet}”."),
        _("Add a sheet with exactly this name; a new, empty campaign has a template with it. {suggestion}"),
        title=_("Sheet missing"),
        action=Action.LAY_OUT,
        hides_sheet=True,
    ),
    "column-missing": ProblemKind(
        _E,
        _("The table has no column with the heading “{column}”."),
        _("Write “{column}” in the first row of the sheet. {suggestion}"),
        title=_("Column missing"),
        hides_sheet=True,
    ),
    # Columns of the officer's own are allowed, so only heads that are nearly one of ours are suspected.
    "column-misspelt": ProblemKind(
        _E,
        _("The heading “{value}” is not one of this table's columns, and “{column}” is missing."),
        _(
            "If “{column}” is meant, correct the spelling; if it is a column of your own, give it a heading "
            "that is less similar."
        ),
        title=_("Column heading misspelt"),
    ),
    # openpyxl does not calculate, so a cell last saved by a program without results has none.
    "result-missing": ProblemKind(
        _E,
        _("The formula in “{column}” has no result that can be used: {reason}."),
        _(
            "Open the workbook in Excel, make sure that the cell shows the right value, and save it; or type "
            "the value in place of the formula."
        ),
        title=_("Result of a formula missing"),
    ),
    "lines-missing": ProblemKind(
        _E,
        _("The template asks for nothing: its sheet “Chỉ tiêu” has no row below the headings."),
        _(
            "Write a row for each cell that is to be filled in, and its marker, such as {{{{ct_1}}}}, into "
            "the cell."
        ),
        title=_("No line to fill in"),
        hides_sheet=True,
    ),
    "form-sheet-missing": ProblemKind(
        _E,
        _("No sheet of the template contains a marker such as {{{{ct_1}}}}."),
        _("Draw the form on a sheet of its own and write a marker in every cell to be filled in."),
        title=_("No form sheet"),
    ),
    "form-too-large": ProblemKind(
        _E,
        _("Something is far away from the form, beyond row {rows} or column {columns} of the sheet."),
        _(
            "Delete what is there, and unmerge blocks that cover whole columns or rows; then save the "
            "workbook."
        ),
        title=_("Something far away from the form"),
    ),
    "value-missing": ProblemKind(
        _E,
        _("“{column}” is empty."),
        _("Fill in this cell; the sheet “Hướng dẫn” says what belongs there."),
        title=_("Cell left empty"),
    ),
    "value-unknown": ProblemKind(
        _E,
        _("“{value}” is not a value of “{column}”."),
        _("Choose one of: {accepted}. {suggestion}"),
        title=_("Not in the list"),
    ),
    "value-not-number": ProblemKind(
        _E,
        _("“{value}” in “{column}” is not a number."),
        _("Type a number without letters, or leave the cell empty."),
        title=_("Not a number"),
    ),
    "value-not-date": ProblemKind(
        _E,
        _("“{value}” in “{column}” is not a date."),
        _("Type a date such as 13/10/2023 in a cell with a date format."),
        title=_("Not a date"),
    ),
    "rate-invalid": ProblemKind(
        _E,
        _("“{value}” cannot be used as the base of this line's rate."),
        _(
            "Write a number and a fact of the roster, such as 1000 dv_so_hoc_sinh, beside a line that is "
            "added up; or leave the cell empty."
        ),
        title=_("Rate not usable"),
    ),
    "range-reversed": ProblemKind(
        _E,
        _("The minimum {minimum} is above the maximum {maximum}."),
        _("Swap the two values."),
        title=_("Bounds in the wrong order"),
    ),
    "bound-in-doubt": ProblemKind(
        _W,
        _("“{value}” in “{column}” is taken for {value} %; it could also mean {other} %."),
        _("Type the per cent sign, too: {other}%, or {value}%."),
        title=_("Bound without the per cent sign"),
    ),
    "code-invalid": ProblemKind(
        _E,
        _("The code “{value}” is not valid."),
        _(
            "Use lower-case letters a–z, digits and _ only, beginning with a letter, at most 60 "
            "characters, such as ct_4_2."
        ),
        title=_("Code not valid"),
        hides_code=True,
    ),
    # In a rule, such a code would be read as the address of a cell.
    "code-like-cell": ProblemKind(
        _E,
        _("Excel would take the code “{value}” for a cell address."),
        _("Write it with an underscore, such as ct_1 for ct1."),
        title=_("Code that looks like a cell address"),
        hides_code=True,
    ),
    "code-duplicate": ProblemKind(
        _E,
        _("The code “{value}” is already used in {first}."),
        _("Give each row a code of its own."),
        title=_("Code used twice"),
    ),
    "code-reserved": ProblemKind(
        _E,
        _("The code “{value}” is a word of Excel or a marker of the program."),
        _("Choose another code; codes usually begin with ct_."),
        title=_("Code taken by the program"),
    ),
    "type-unknown": ProblemKind(
        _E,
        _("There is no unit type “{value}” in the sheet “Loại đơn vị”."),
        _("Use one of: {accepted}. {suggestion}"),
        title=_("Unknown unit type"),
        looks_in=("Loại đơn vị",),
    ),
    "options-missing": ProblemKind(
        _E,
        _("A choice needs at least two options."),
        _("Write the options in “Lựa chọn”, separated by semicolons, such as Có; Không. {suggestion}"),
        title=_("Too few options"),
    ),
    "option-duplicate": ProblemKind(
        _E,
        _("The option “{value}” is listed twice."),
        _("Remove one of the two; Excel ignores the difference between capitals and lower case."),
        title=_("Option used twice"),
    ),
    "mirror-unknown": ProblemKind(
        _E,
        _("“{value}”, which this line repeats, is not an indicator that units answer."),
        _("Write the code of another indicator in “Lựa chọn”. {suggestion}"),
        title=_("Repeated line not found"),
        looks_in=("Chỉ tiêu",),
    ),
    "text-not-additive": ProblemKind(
        _E,
        _("A line of kind “{kind}” cannot be added up."),
        _("Set “Cách cộng” to không cộng."),
        title=_("Line cannot be added up"),
    ),
    "weight-unknown": ProblemKind(
        _E,
        _("“{value}”, by which this line's mean is weighted, is not a numeric line."),
        _("Write the code of a line of numbers behind trung bình theo. {suggestion}"),
        title=_("Unknown weight"),
    ),
    "matrix-place-taken": ProblemKind(
        _W,
        _(
            "The line “{value}” has the same row and column of the same group, so the sheet “Bảng hàng, cột” "
            "adds the two."
        ),
        _("Give one of them another row, column or group; or leave them if their sum is wanted."),
        title=_("Place in a matrix taken"),
    ),
    "setting-invalid": ProblemKind(
        _E,
        _("“{value}” cannot be used here."),
        _("What belongs here: {what}. Otherwise leave the cell empty."),
        title=_("Setting not usable"),
    ),
    "hint-long": ProblemKind(
        _E,
        _("The hint has {length} characters; Excel shows at most 255 beside a cell."),
        _("Shorten the hint."),
        title=_("Hint too long"),
    ),
    "inclusion-invalid": ProblemKind(
        _E,
        _("“{value}” is not a choice of the sheet “Chỉ tiêu”."),
        _(
            "Name the choice by which a unit says that its figures include the units below it, or leave the "
            "cell empty."
        ),
        title=_("No such choice"),
        looks_in=("Chỉ tiêu",),
    ),
    "inclusion-reversed": ProblemKind(
        _W,
        _(
            "The first option of “{value}” is “{option}”, and the first is taken to mean that figures "
            "include the units below."
        ),
        _("Put the option that means yes first in “Lựa chọn”."),
        title=_("Options the other way round"),
    ),
    # Forms carry the campaign's code; of the same code, last period's returns would be valid in this one.
    "campaign-code-kept": ProblemKind(
        _W,
        _(
            "Forms of “{first}” were made with the code “{value}” already; the title or deadline is "
            "different now."
        ),
        _(
            "If this is a new period, give it a code of its own (ma_dot): returns of the last one would be "
            "counted in it. If only the title or deadline was corrected, no action is needed."
        ),
        title=_("New campaign with the old code"),
    ),
    "key-missing": ProblemKind(
        _E,
        _("The sheet “Đợt báo cáo” has no row “{value}”."),
        _("Add a row with this code and a value."),
        title=_("Row of the campaign missing"),
        looks_in=("Đợt báo cáo",),
    ),
    "validation-replaced": ProblemKind(
        _N,
        _(
            "Cells to fill in have a drop-down or another rule of Data Validation ({cells}); on the forms, "
            "what the sheet “Chỉ tiêu” says takes its place."
        ),
        _("State the options, the minimum and the maximum in the sheet “Chỉ tiêu”."),
        title=_("Rule for typing replaced"),
    ),
    "part-lost": ProblemKind(
        _W,
        _("The workbook contains {part}, which cannot be carried over to the forms."),
        _("Remove it, or put a picture or plain cells in its place."),
        title=_("Part of the template lost"),
    ),
}
