"""Problems of the office's own workbooks: template, roster, decisions."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

TEMPLATE_PROBLEMS: dict[str, ProblemKind] = {
    "sheet-missing": ProblemKind(
        _E,
        _("The workbook has no sheet “{sheet}”."),
        _(
            "Add a sheet with exactly this name; `workbook-tools init` lays out a "
            "template that has it. {suggestion}"
        ),
        title=_("Sheet missing"),
        hides_sheet=True,
    ),
    "column-missing": ProblemKind(
        _E,
        _("The head of the table has no column “{column}”."),
        _("Write “{column}” in the first row of the sheet. {suggestion}"),
        title=_("Column missing"),
        hides_sheet=True,
    ),
    "column-misspelt": ProblemKind(
        _E,
        _("The head “{value}” is no column of this table, and “{column}” is not there."),
        _(
            "If “{column}” is meant, write it so; if it is a column of your own, give "
            "it a head that is less like it."
        ),
        title=_("Head of a column misspelt"),
    ),
    "result-missing": ProblemKind(
        _E,
        _("The formula in “{column}” has no result that can be used ({value})."),
        _(
            "Open the workbook in Excel, see to it that the cell shows what is meant, and save it; or type "
            "the value in place of the formula."
        ),
        title=_("Result of a formula not there"),
    ),
    "lines-missing": ProblemKind(
        _E,
        _("The template asks nothing: its sheet “Chỉ tiêu” has no row below the head."),
        _(
            "Write a row for each cell that is to be filled in, and its marker, such "
            "as {{{{ct_1}}}}, into the cell."
        ),
        title=_("No line to fill in"),
    ),
    "form-sheet-missing": ProblemKind(
        _E,
        _("No sheet of the template holds a marker such as {{{{ct_1}}}}."),
        _("Draw the form on a sheet of its own and write a marker in every cell to be filled in."),
        title=_("No form sheet"),
    ),
    "form-too-large": ProblemKind(
        _E,
        _("Something stands far off the form, beyond row {rows} or column {columns} of the sheet."),
        _(
            "Delete what stands there, and split blocks merged over whole columns "
            "or rows; then save the workbook."
        ),
        title=_("Something far off the form"),
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
        _("“{value}” is nothing that the total of this line can be set against."),
        _(
            "Write a number and a fact of the roster, such as 1000 dv_so_hoc_sinh, beside a line that is "
            "added up; or leave the cell empty."
        ),
        title=_("Rate not usable"),
    ),
    "range-reversed": ProblemKind(
        _E,
        _("The least value {minimum} is above the greatest, {maximum}."),
        _("Exchange the two values."),
        title=_("Bounds the wrong way round"),
    ),
    "code-invalid": ProblemKind(
        _E,
        _("The code “{value}” is not usable."),
        _(
            "Use small letters a–z, digits and _ only, beginning with a letter, at "
            "most 60 characters, such as ct_4_2."
        ),
        title=_("Code not usable"),
        hides_code=True,
    ),
    "code-like-cell": ProblemKind(
        _E,
        _("Excel would take the code “{value}” for a cell address."),
        _("Write it with an underscore, such as ct_1 for ct1."),
        title=_("Code like a cell address"),
        hides_code=True,
    ),
    "code-duplicate": ProblemKind(
        _E,
        _("The code “{value}” already stands in {first}."),
        _("Give each row a code of its own."),
        title=_("Code used twice"),
    ),
    "code-reserved": ProblemKind(
        _E,
        _("The code “{value}” is the name of a marker of the program."),
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
        _("The option “{value}” stands twice."),
        _("Remove one of the two; capitals make no difference in Excel."),
        title=_("Option used twice"),
    ),
    "mirror-unknown": ProblemKind(
        _E,
        _("“{value}”, which this line repeats, is not an indicator that is asked."),
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
        _("“{value}”, by which this line's mean is weighted, is no line of numbers."),
        _("Write the code of a line of numbers behind trung bình theo. {suggestion}"),
        title=_("Unknown weight"),
    ),
    "marker-unknown": ProblemKind(
        _E,
        _("The marker {marker} means nothing here."),
        _("Write an indicator's code, or a marker listed in the sheet “Hướng dẫn”. {suggestion}"),
        title=_("Unknown marker"),
        looks_in=("Chỉ tiêu", "Loại đơn vị", "Đợt báo cáo"),
    ),
    "marker-braces": ProblemKind(
        _E,
        _("{value} is no marker: a marker stands between two braces on either side."),
        _("Write {marker}."),
        title=_("Marker with too few braces"),
    ),
    "marker-calculated": ProblemKind(
        _E,
        _("The marker {marker} is what a formula comes to."),
        _("Type the marker into the cell in place of the formula."),
        title=_("Marker made by a formula"),
    ),
    "mail-setting-invalid": ProblemKind(
        _E,
        _("“{value}” cannot be used here."),
        _("What belongs here: {what}. Leave the cell empty if nothing is to be said."),
        title=_("Mail setting not usable"),
    ),
    "marker-duplicate": ProblemKind(
        _E,
        _("The marker {marker} already stands in {first}."),
        _("An answer is asked for once: remove one of the two."),
        title=_("Marker used twice"),
    ),
    "marker-not-alone": ProblemKind(
        _E,
        _("The marker {marker} shares its cell with other text."),
        _("A cell to be filled in holds its marker and nothing else: move the text to another cell."),
        title=_("Marker beside other text"),
    ),
    "marker-missing": ProblemKind(
        _E,
        _("The indicator “{value}” has no cell on the form."),
        _("Write {marker} in the cell where it is to be filled in, or remove the row."),
        title=_("Line without a cell"),
    ),
    "panel-marker-missing": ProblemKind(
        _E,
        _("The form sheet “{sheet}” has no cell {marker}."),
        _(
            "Write {marker} in a cell at the top of the form: the form's identity "
            "and progress are shown there."
        ),
        title=_("Code or progress missing from the form"),
    ),
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
        _("The formula names “{value}”, which is no indicator and no fact of a unit."),
        _("Name an indicator of the sheet “Chỉ tiêu” or a fact dv_… of the roster. {suggestion}"),
        title=_("Formula names an unknown code"),
        looks_in=("Chỉ tiêu",),
    ),
    "rule-function-unknown": ProblemKind(
        _E,
        _("The formula uses {value}, which is not available in rules."),
        _("Use one of: {accepted}."),
        title=_("Function not available"),
    ),
    "rule-message-long": ProblemKind(
        _E,
        _("The message has {length} characters; Excel takes at most 255 in a formula."),
        _("Shorten the message."),
        title=_("Message too long"),
    ),
    "rule-too-long": ProblemKind(
        _E,
        _("On the form the formula of {value} grows to {length} characters; Excel takes at most 8192."),
        _("Split the rule in two, or let it name fewer lines."),
        title=_("Check too long for Excel"),
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
            "Name the choice by which a unit says that its figures include the units "
            "below it, or leave the cell empty."
        ),
        title=_("No such choice"),
        looks_in=("Chỉ tiêu",),
    ),
    "campaign-code-kept": ProblemKind(
        _W,
        _("Forms of “{first}” were made with the code “{value}” already; title or deadline is another now."),
        _(
            "If this is a new period, give it a code of its own (ma_dot): returns of the last one would be "
            "counted in it. If only the title or deadline was corrected, nothing need be done."
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
    "part-lost": ProblemKind(
        _W,
        _("The workbook holds {part}, which cannot be carried over to the forms."),
        _("Remove it, or put a picture or plain cells in its place."),
        title=_("Part of the template lost"),
    ),
    "formula-in-form": ProblemKind(
        _N,
        _("Calculated cells that are only printed: {count} ({cells})."),
        _(
            "They are locked and live on the form, and calculated anew for the office's report. To have one "
            "in the data too, give it a row of kind công thức in “Chỉ tiêu”: type = in "
            "“Lựa chọn” and click the cell."
        ),
        title=_("Formulas of the form's own"),
    ),
    "formula-wrong": ProblemKind(
        _E,
        _("A formula of the form cannot work once the form is sent out ({cells}): {reason}."),
        _("Mend the formula so that it names only cells of the form sheets."),
        title=_("Formula that cannot work"),
    ),
    "formula-not-calculated-here": ProblemKind(
        _W,
        _("The program cannot calculate {cells} itself: {reason}."),
        _(
            "On the form the formula works all the same; the office's own report shows “…” there. What the "
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
        _("“{value}” is no cell of a form sheet with a formula in it."),
        _(
            "In “Lựa chọn” type = and click the form's cell with the formula; or write a formula over codes, "
            "such as =ct_1+ct_2, and put the line's marker into its cell."
        ),
        title=_("No formula in that cell"),
    ),
    "formula-not-sum": ProblemKind(
        _E,
        _("“{value}” is not a sum, so that units' results cannot be added up."),
        _("Set “Cách cộng” to không cộng; the office's figure is calculated from the sums in any case."),
        title=_("Formula that is no sum"),
    ),
}

ROSTER_PROBLEMS: dict[str, ProblemKind] = {
    "fact-unknown": ProblemKind(
        _E,
        _("The template names {value} ({first}), and no column of the roster has that head."),
        _("Write the same name in both, or add the column. {suggestion}"),
        title=_("Fact that no column holds"),
    ),
    "roster-empty": ProblemKind(
        _E,
        _("The roster names no unit."),
        _("Write one unit in each row, below the head."),
        title=_("No units"),
    ),
    "unit-code-duplicate": ProblemKind(
        _E,
        _("The unit code “{value}” already stands in {first}."),
        _("Give each unit a code of its own."),
        title=_("Unit code used twice"),
    ),
    "unit-code-invalid": ProblemKind(
        _E,
        _("The unit code “{value}” is not usable."),
        _("Use letters a–z, digits, - and _ only, at most 40 characters."),
        title=_("Unit code not usable"),
        hides_code=True,
    ),
    "parent-unknown": ProblemKind(
        _E,
        _("There is no unit with the code “{value}” to be above this one."),
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
        _("Mend “Trực thuộc” in one of these rows."),
        title=_("Unit above itself"),
    ),
    "parent-level": ProblemKind(
        _W,
        _("“{unit}” is not of a lower level than the unit above it."),
        _("Look at “Trực thuộc” and at the levels in the template's sheet “Loại đơn vị”."),
        title=_("Levels do not fit"),
    ),
    "email-invalid": ProblemKind(
        _E,
        _("“{value}” is not an e-mail address."),
        _(
            "Write an address such as vanthu@example.vn, several with semicolons "
            "between them, or leave the cell empty."
        ),
        title=_("Not an e-mail address"),
    ),
    "unit-name-similar": ProblemKind(
        _W,
        _("The name “{value}” differs from “{other}” in {first} only by diacritics, capitals or spaces."),
        _("If it is the same unit, remove one row; if not, make the names tell them apart."),
        title=_("Nearly the same name"),
    ),
    "fact-invalid": ProblemKind(
        _E,
        _("The head “{value}” is not usable as the name of a fact."),
        _("Begin it with dv_ and use small letters, digits and _ only, or choose another head: {accepted}."),
        title=_("Name of a fact not usable"),
    ),
    "fact-not-number": ProblemKind(
        _E,
        _("“{value}” in “{column}” is no plain number, but the template calculates with it."),
        _("Type the number alone, such as 1090."),
        title=_("Fact of a unit not a number"),
    ),
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
        _("“{value}” is no unit of the roster."),
        _("Write the unit's code as it stands in the roster. {suggestion}"),
        title=_("Unknown unit"),
    ),
    "decision-indicator-unknown": ProblemKind(
        _E,
        _("“{value}” is no line that this unit is asked for."),
        _("Write the line's code as it stands in the template's sheet “Chỉ tiêu”. {suggestion}"),
        title=_("Line not asked of the unit"),
    ),
    "decision-file-unknown": ProblemKind(
        _W,
        _("No file “{value}” is among those that came back."),
        _("Write its name as in the sheet “Nhật ký”, or remove the decision if the file was taken away."),
        title=_("Unknown file"),
    ),
    "decision-value-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a plain value of this line."),
        _("Write the figure or text itself, as the unit should have written it."),
        title=_("Value not plain"),
    ),
    "decision-conflict": ProblemKind(
        _E,
        _("This contradicts the decision in {first}; neither was applied."),
        _("Keep the one that is meant and remove the other."),
        title=_("Rows that contradict each other"),
    ),
    "decision-needless": ProblemKind(
        _W,
        _("The decision no longer fits anything: {reason}."),
        _("Remove the row, or correct what it names."),
        title=_("Nothing to apply it to"),
    ),
}

WORD_TEMPLATE_PROBLEMS: dict[str, ProblemKind] = {
    "word-template-mark": ProblemKind(
        _E,
        _("“{value}” in the Word template cannot be used: {reason}. Its paragraph: “{paragraph}”."),
        _(
            "Correct the mark in Word, or delete it; the template that came with the program shows how each "
            "is written. {suggestion}"
        ),
        title=_("Mark in the Word template not usable"),
    ),
    "word-template-unreadable": ProblemKind(
        _E,
        _("The Word template is no Word document (.docx), or it is damaged."),
        _("Open it in Word, save it as a Word Document (.docx), or take an earlier copy."),
        title=_("Word template not readable"),
    ),
}
