"""Problems of returned forms whose lines, printed texts or rows were changed."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

CHANGED_FORM_PROBLEMS: dict[str, ProblemKind] = {
    # Forms of an earlier template stay valid, except for lines that ask something else now.
    "meaning-changed": ProblemKind(
        _W,
        _("“{value}” answers “{first}”, as the unit's form has it; the template now asks “{expected}”."),
        _(
            "It is not counted. If it is right all the same, set it in the decisions; otherwise send the "
            "unit the present form."
        ),
        title=_("Line with another meaning on the unit's form"),
    ),
    "input-missing": ProblemKind(
        _E,
        _("The line of “{value}” is missing from the form."),
        _("Ask the unit to send it again without deleting lines."),
        title=_("Line deleted"),
    ),
    "input-moved-apart": ProblemKind(
        _E,
        _("The line of “{value}” is no longer beside its label, so its figure was not read."),
        _("Ask the unit to enter this figure again in the form it was sent."),
        title=_("Line moved away from its label"),
    ),
    "input-duplicated": ProblemKind(
        _E,
        _("The line of “{value}” occurs more than once on the form, so its figure was not read."),
        _("Ask the unit to send it again without copying lines."),
        title=_("Line copied"),
    ),
    # Lines on which the copies agree count once, so there is nothing to correct.
    "form-sheet-copied": ProblemKind(
        _N,
        _("The workbook contains the form more than once; also in the sheet: {value}."),
        _("No action is needed: lines that agree were counted once, and those that differ are listed."),
        title=_("Form sheet copied"),
    ),
    # Nobody can tell which of the two sheets the unit meant.
    "copies-differ": ProblemKind(
        _E,
        _(
            "This cell has “{value}”, the copy of the form in the sheet “{other}” has “{read}”; "
            "neither was counted."
        ),
        _("Ask the unit which of the two is right, and to delete the copy."),
        title=_("Copies of the form differ"),
    ),
    "lines-lost": ProblemKind(
        _E,
        _("It is the form of “{value}”, but none of its lines can be found any more."),
        _(
            "Ask the unit to enter its figures in the form it was sent, without copying them to another "
            "workbook."
        ),
        title=_("No line can be found"),
    ),
    "label-changed": ProblemKind(
        _N,
        _("The printed text “{expected}” was changed to “{value}”."),
        _("Check whether the unit answered what was asked."),
        title=_("Label changed"),
        many="texts-changed",
    ),
    "scale-changed": ProblemKind(
        _W,
        _("The printed text “{expected}” was changed to “{value}”: figures may be in another measure."),
        _("Ask the unit in which measure its figures are; they were counted in that of the form."),
        title=_("Measure changed on the form"),
    ),
    "text-changed": ProblemKind(
        _N,
        _("The printed text “{expected}” is no longer on the form; “{value}” is in its place."),
        _("Check whether the unit answered what was asked."),
        title=_("Printed text changed"),
        many="texts-changed",
    ),
    "texts-changed": ProblemKind(
        _N,
        _("{count} printed texts of the form were changed or removed; the first of them are listed."),
        _("Check whether the unit answered what was asked."),
        title=_("Printed texts changed"),
    ),
    # A bounced mail brings it back; the unit still counts as missing.
    "form-as-sent": ProblemKind(
        _N,
        _("The file is the form as it was sent out: nobody has filled it in or saved it."),
        _("If it came back by mail, check whether the unit's address is right."),
        title=_("Form as it was sent out"),
    ),
    "answers-left-behind": ProblemKind(
        _W,
        _("{count} lines are answered here and blank in {other}, which counts instead: {value}."),
        _("Ask the unit for one file with all answers, or enter the missing ones as decisions."),
        title=_("Answers in the other return only"),
    ),
    # If most lines are away from their labels, the others cannot be trusted either.
    "lines-do-not-fit": ProblemKind(
        _E,
        _(
            "{count} of the form's {limit} rows are no longer beside their labels: rows or columns were "
            "moved. None of its figures was read."
        ),
        _("Ask the unit to enter its figures again in the form it was sent."),
        title=_("Lines do not fit the form"),
    ),
    "lines-moved-apart": ProblemKind(
        _E,
        _("{count} lines are no longer beside their labels, so their figures were not read: {value}."),
        _("Ask the unit to enter these figures again in the form it was sent."),
        title=_("Lines moved away from their labels"),
    ),
    "headings-exchanged": ProblemKind(
        _E,
        _(
            "Headings are in another order than on the form, so figures may be in the wrong columns; "
            "{count} lines were not read: {value}."
        ),
        _("Ask the unit to enter these figures again with the columns in the form's order."),
        title=_("Headings in another order"),
    ),
    # Found by the form's defined names, which move with cells while the marks stay in their rows.
    "cells-shifted": ProblemKind(
        _E,
        _(
            "Cells were inserted, deleted or dragged in a column, so that figures may be beside the wrong "
            "lines; {count} were not read: {value}."
        ),
        _("Ask the unit for these figures, or look at the file and enter them yourself."),
        title=_("Cells inserted or deleted"),
    ),
    # Excel keeps the first cell of a merged area only, which may be meant for all of its lines.
    "cells-merged": ProblemKind(
        _E,
        _(
            "Input cells were merged with others, so that a figure is hidden or may belong to "
            "several lines; {count} were not read: {value}."
        ),
        _("Ask the unit for these figures, or look at the file and enter them yourself."),
        title=_("Input cells merged"),
    ),
    # A warning, because all lines of the form were found on other sheets.
    "sheet-unread": ProblemKind(
        _W,
        _("A sheet that is not part of the form is damaged and was not read: {value}. The form was read."),
        _("Open the file and check whether the sheet contains anything that matters."),
        title=_("Damaged sheet beside the form"),
    ),
    "mirror-typed-over": ProblemKind(
        _W,
        _(
            "“{value}” was typed over a cell that repeats another line, which has “{expected}”; the latter "
            "counts."
        ),
        _("Ask the unit which of the two figures is right."),
        title=_("Repeated figure typed over"),
    ),
    "fact-typed-over": ProblemKind(
        _W,
        _(
            "The form shows “{value}” where the list of units or the workbook of last period has "
            "“{expected}”, which counts."
        ),
        _(
            "Ask the unit which is right, and correct the list or last period's workbook if need be; no "
            "action is needed if it was changed after the form had been made."
        ),
        title=_("Printed figure typed over"),
    ),
    "result-typed-over": ProblemKind(
        _W,
        _(
            "“{value}” was typed over a formula of the form, which gives {expected} for the figures that "
            "were read; what was typed was not counted."
        ),
        _("Ask the unit which is right; perhaps it filled in only the sum."),
        title=_("Formula typed over"),
    ),
    "macros-inside": ProblemKind(
        _W,
        _("The file contains macros, which no form that was sent out has; they were not run."),
        _("Do not enable them when you open the file; ask the unit where they come from."),
        title=_("Macros in the file"),
    ),
    "name-changed": ProblemKind(
        _W,
        _("The form has “{value}” where the name “{expected}” was printed."),
        _("Ask whose report it is; it counts for “{expected}”."),
        title=_("Name on the form changed"),
    ),
    # An error, unlike any other changed name: the figures would count for the wrong unit.
    "name-of-other-unit": ProblemKind(
        _E,
        _("The form is that of “{expected}”, but the name “{value}” was typed over it. It was not counted."),
        _("Ask whose figures they are, and send that unit its own form."),
        title=_("Name of another unit"),
    ),
    # An error for the same reason: in the list of units, codes were exchanged or given to other units.
    "code-of-other-unit": ProblemKind(
        _E,
        _(
            "The form was made for “{value}”, but in the list of units its code {own} is now that of "
            "“{expected}”. It was not counted."
        ),
        _(
            "Give the units the codes again that they had when the forms were made, and collect anew; or "
            "make new forms and have them filled in."
        ),
        title=_("Code of another unit now"),
    ),
    # A name may have been corrected, but a code may also be that of a unit into which others were merged.
    "unit-renamed": ProblemKind(
        _W,
        _("The form was made for “{value}”; the list of units now calls its code “{expected}”."),
        _(
            "If it is the same unit, no action is needed. If it is another, such as one into which several "
            "were merged, give it a code of its own and keep those of the others."
        ),
        title=_("Name of the unit changed since"),
    ),
    # A warning, because the form itself says whose it is. But clerks start from a neighbour's file.
    "file-named-otherwise": ProblemKind(
        _W,
        _("The file is named after “{value}”, but the form is that of “{expected}”, for which it counts."),
        _("Ask whose figures they are; if they are those of “{value}”, send it its own form."),
        title=_("File named after another unit"),
    ),
    # It may be a figure that was meant for the cell beside it, which then counts as missing.
    "entry-outside": ProblemKind(
        _W,
        _("“{value}” was entered where the form asks nothing; it was not counted."),
        _("Look at the file: perhaps a line was added, or a figure is beside its cell."),
        title=_("Entry where nothing is asked"),
    ),
    "entries-outside": ProblemKind(
        _W,
        _("Something was entered in {count} rows where the form asks nothing; the first of them are listed."),
        _("Look at the file: perhaps lines were added, or figures are beside their cells."),
        title=_("Entries where nothing is asked"),
    ),
    # Notices: what the unit could not say in the cells, more often a remark than a figure.
    "comment-unread": ProblemKind(
        _N,
        _("The unit commented on this cell: “{value}”. Comments are not read."),
        _("If it is a figure or a remark that matters, ask the unit to type it into the cell meant for it."),
        title=_("Comment on a cell"),
    ),
    "shape-unread": ProblemKind(
        _N,
        _("The unit wrote on the sheet in a text box or shape: “{value}”. Shapes are not read."),
        _("If it is a figure or a remark that matters, ask the unit to type it into the cell meant for it."),
        title=_("Text in a shape"),
    ),
    "page-unread": ProblemKind(
        _N,
        _("The header or footer of the pages says: “{value}”. Headers and footers are not read."),
        _("If it is a figure or a remark that matters, ask the unit to type it into the cell meant for it."),
        title=_("Text in a header or footer"),
    ),
    "pictures-added": ProblemKind(
        _N,
        _("There are {count} pictures on the sheets that the form did not have; pictures are not read."),
        _("Open the file and look at them: a picture may show figures, or only a stamp."),
        title=_("Pictures added to the form"),
    ),
    "documents-embedded": ProblemKind(
        _N,
        _("{count} documents of another program, such as Word, are embedded in the sheets; none is read."),
        _("Open the file and look at them; ask the unit to type figures of the report into the form."),
        title=_("Documents embedded in the form"),
    ),
    "asides-unread": ProblemKind(
        _N,
        _("There are {count} comments and texts in shapes; the first of them are listed."),
        _("Open the file and read the others."),
        title=_("Comments and texts in shapes"),
    ),
    "mail-says": ProblemKind(
        _N,
        _("The mail that brought the form says: “{value}”. What a mail says in words is not read."),
        _("If it corrects a figure, ask the unit for a corrected form, or enter the figure as a decision."),
        title=_("Correction in the words of a mail"),
    ),
    "sheet-added": ProblemKind(
        _N,
        _("The unit added the sheet “{sheet}”, which is not read. It begins: {value}."),
        _("Open the file; ask the unit to type figures of the report into the form."),
        title=_("Sheet added to the form"),
    ),
    # The unit has seen and signed what the cell displays, which is not what it holds.
    "shown-otherwise": ProblemKind(
        _E,
        _("The cell shows “{read}” but contains “{value}”: {reason}. It was not counted."),
        _("Ask the unit what it means, and to type it again without a special number format."),
        title=_("Cell shows something else"),
    ),
    "picture-answer": ProblemKind(
        _W,
        _("The cell has a picture in place of an answer; it was not read."),
        _("Open the file and look at the picture; ask the unit to type the answer."),
        title=_("Picture in place of an answer"),
    ),
}
