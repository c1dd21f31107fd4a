"""Problems of lists of any length: in the template and in returns."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

LIST_TEMPLATE_PROBLEMS: dict[str, ProblemKind] = {
    "list-unknown": ProblemKind(
        _E,
        _("“{value}” is a column of the list “{list}”, which has no row of its own."),
        _(
            "Add a row with the code {list} and the kind danh sách to “Chỉ tiêu”, or correct the code. "
            "{suggestion}"
        ),
        title=_("Column without a list"),
        hides_code=True,
    ),
    "list-without-columns": ProblemKind(
        _E,
        _("The list “{value}” has no column to be filled in."),
        _("Give each column a row in “Chỉ tiêu” with a code such as {value}.ten."),
        title=_("List without columns"),
    ),
    "list-column-kind": ProblemKind(
        _E,
        _("A column of a list cannot be of kind {value}."),
        _("Choose another kind: a number, a text, a date, a choice, or công thức."),
        title=_("Kind not for columns of a list"),
    ),
    "list-column-types": ProblemKind(
        _E,
        _("A column has unit types of its own; the list “{value}” is asked as a whole."),
        _("Write the unit types in the row of the list and tất cả, or nothing, in those of its columns."),
        title=_("Unit types beside a column of a list"),
    ),
    "list-room-invalid": ProblemKind(
        _E,
        _("The minimum and maximum number of rows of a list contradict each other or the limit."),
        _(
            "“Lớn nhất” is the number of rows that the form has room for, from 1 to {limit}; “Nhỏ nhất” is "
            "at most that, or empty."
        ),
        title=_("Number of rows of a list"),
    ),
    "list-scattered": ProblemKind(
        _E,
        _("{marker} is not in the row of its list, which starts in {first}."),
        _("Put the markers of all columns of a list into one row; the program makes room for the others."),
        title=_("List in several rows"),
    ),
    "list-row-shared": ProblemKind(
        _E,
        _("The row of the list “{value}” has another input: {other}."),
        _("Move it to another row: the row of a list is repeated on the form."),
        title=_("Row of a list shared"),
    ),
    "list-row-merged": ProblemKind(
        _E,
        _("A merged block extends from the row of the list “{value}” into another row."),
        _("Unmerge it (Home, Merge & Center): the row of a list is repeated on the form."),
        title=_("Row of a list merged with another"),
    ),
    "rule-of-two-lists": ProblemKind(
        _E,
        _("A rule names columns of several lists row by row: {value}."),
        _("Use columns of one list only, and of other lists only counts and sums such as SUM(ds.so_tien)."),
        title=_("Rule over rows of two lists"),
    ),
}

LIST_RETURN_PROBLEMS: dict[str, ProblemKind] = {
    "list-empty": ProblemKind(
        _E,
        _("The list “{value}” has no row, although it is required."),
        _("Ask the unit to fill it in, or settle it in the sheet “Xử lý” if there is nothing to report."),
        acceptable=True,
        title=_("Required list empty"),
    ),
    "list-unfilled": ProblemKind(
        _W,
        _("The list “{value}” has no row."),
        _("Ask the unit whether there is something to report."),
        title=_("List empty"),
    ),
    "list-short": ProblemKind(
        _E,
        _("The list “{value}” has {count} rows; at least {limit} are expected."),
        _("Ask the unit for the others."),
        acceptable=True,
        title=_("List too short"),
    ),
    "list-cell-missing": ProblemKind(
        _E,
        _("Row {row} of the list “{list}” has no “{value}”."),
        _("Ask the unit to complete the row, or to clear it if it is not an entry."),
        acceptable=True,
        title=_("Row of a list incomplete"),
        many="list-cells-missing",
    ),
    "list-cells-missing": ProblemKind(
        _E,
        _("{count} cells are missing in rows of lists."),
        _("Ask the unit to complete the rows; each cell is listed below."),
        title=_("Rows of lists incomplete"),
    ),
    "list-overflow": ProblemKind(
        _W,
        _(
            "{count} rows of the list “{value}” are below the {limit} rows that it has room for; "
            "they were read as well."
        ),
        _("Compare the last rows with the form: {read} is the last that was read."),
        title=_("List with more rows than it has room for"),
    ),
    # A long paste runs over the lines below; what it covers belongs to the list.
    "list-covers-line": ProblemKind(
        _E,
        _("The list above was pasted over the line “{value}”: its content belongs to the list."),
        _("Ask the unit for the line's answer, on a form whose list has room for all rows."),
        title=_("Line covered by a list"),
    ),
    "list-total-row": ProblemKind(
        _W,
        _("Row {row} of the list “{list}” is the total of other rows; it was not counted: {value}."),
        _("No action is needed if so; otherwise ask the unit to name the entry."),
        title=_("Total in a list"),
    ),
    "list-total-doubtful": ProblemKind(
        _E,
        _(
            "Row {row} of the list “{list}” is named as a total, but its figures are not the sums of "
            "other rows; they were not counted: {value}."
        ),
        _("Ask the unit whether an entry is missing, or what the row is."),
        title=_("Doubtful total in a list"),
    ),
    "list-part-row": ProblemKind(
        _W,
        _("Row {row} of the list “{list}” is a part of the row above; it was not counted: {value}."),
        _("No action is needed if so; otherwise ask the unit to name the entry."),
        title=_("Part of a row in a list"),
    ),
    "list-part-doubtful": ProblemKind(
        _E,
        _(
            "Row {row} of the list “{list}” begins like a part of the row above, whose figures are not the "
            "sums of such rows; its figures were not counted: {value}."
        ),
        _("Ask the unit whether they are contained in the row above."),
        title=_("Perhaps a part of a row in a list"),
    ),
    "list-row-repeated": ProblemKind(
        _W,
        _("Rows of the list “{list}” that say the same as another one: {rows}. All of them were counted."),
        _("Ask the unit; a row that was entered twice has to be deleted."),
        title=_("Rows of a list repeated"),
    ),
    "list-row-bare": ProblemKind(
        _W,
        _(
            "Rows of the list “{list}” with nothing but a name, unlike the others: {rows}. Each counts as an "
            "entry."
        ),
        _("Ask the unit whether they are headings, which have to be deleted, or figures are missing."),
        title=_("Rows of a list without figures"),
    ),
    # Found by the names of the lowest cells: ending up in different rows, they show a deletion in one column.
    "list-cells-shifted": ProblemKind(
        _E,
        _(
            "Cells of the list “{value}” were inserted or deleted within one column: its rows may hold "
            "values of different entries. None of them was counted."
        ),
        _("Ask the unit to check the list, move the cells back and return the form."),
        title=_("Columns of a list shifted"),
    ),
    "list-headings-exchanged": ProblemKind(
        _E,
        _(
            "The headings of the list “{value}” are in another order than on the form, so what it holds may "
            "be in the wrong columns. None of its rows was counted."
        ),
        _("Ask the unit to enter the list again with the columns in the form's order."),
        title=_("Headings of a list in another order"),
    ),
    "list-copies-differ": ProblemKind(
        _E,
        _("The list “{value}” is on several sheets with different rows; the one on “{read}” was counted."),
        _("Ask the unit which sheet is right, and to delete the other."),
        title=_("Copies of a list differ"),
    ),
}
