"""Problems of the markers on a template's form sheets."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E = Severity.ERROR

MARKER_PROBLEMS: dict[str, ProblemKind] = {
    "marker-unknown": ProblemKind(
        _E,
        _("The marker {marker} means nothing here."),
        _("Write an indicator's code, or a marker listed in the sheet “Hướng dẫn”. {suggestion}"),
        title=_("Unknown marker"),
        looks_in=("Chỉ tiêu", "Loại đơn vị", "Đợt báo cáo"),
    ),
    "marker-braces": ProblemKind(
        _E,
        _("{value} is not a marker: a marker has two braces on either side."),
        _("Write {marker}."),
        title=_("Marker with too few braces"),
    ),
    "marker-calculated": ProblemKind(
        _E,
        _("The marker {marker} is the result of a formula."),
        _("Type the marker into the cell in place of the formula."),
        title=_("Marker made by a formula"),
    ),
    "marker-duplicate": ProblemKind(
        _E,
        _("The marker {marker} is already used in {first}."),
        _("Each answer is asked for only once: remove one of the two."),
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
            "Write {marker} in a cell at the top of the form: the form's identity and progress are shown "
            "there."
        ),
        title=_("Code or progress missing from the form"),
    ),
}
