"""Problems that show between answers: rules, calculated lines, other units, the last period."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

CHECK_PROBLEMS: dict[str, ProblemKind] = {
    # The whole message comes from the template, in the office's own words.
    "rule-broken": ProblemKind(
        _E,
        _("{message}"),
        _("Ask the unit to check these figures: {values}."),
        acceptable=True,
        title=_("Figures that do not fit together"),
    ),
    "rule-not-computable": ProblemKind(
        _W,
        _("The rule “{rule}” gives the error {value} with these figures."),
        _("Look at the rule in the template's sheet “Quy tắc”."),
        title=_("Rule cannot be computed"),
    ),
    "computed-differs": ProblemKind(
        _W,
        _("The form shows {value}; calculated from the answers that were read, it is {read}, which counts."),
        _(
            "Check the figures it is calculated from: one was typed as text, or the form's formula was "
            "changed or not recalculated."
        ),
        title=_("Result differs from the form"),
    ),
    "result-partial": ProblemKind(
        _W,
        _(
            "“{value}” cannot be calculated for the unit, but figures of it are in the totals from which the "
            "office's is calculated."
        ),
        _("Ask the unit for the missing figure; until then the totals are not of the same units."),
        title=_("Result missing for want of a figure"),
    ),
    "previous-absent": ProblemKind(
        _N,
        _("The template uses figures of last period ({count}), but there is no workbook of last period."),
        _(
            "Copy last period's consolidated workbook there as previous.xlsx; without it those cells stay "
            "empty."
        ),
        title=_("No workbook of last period"),
    ),
    "previous-missing": ProblemKind(
        _W,
        _("Last period's workbook has no figure of this unit for “{value}”."),
        _(
            "Check whether the unit reported last period; its form leaves the figure out, and a running "
            "total of this line begins anew."
        ),
        title=_("No figure of last period"),
    ),
    "previous-unit-gone": ProblemKind(
        _W,
        _(
            "“{value}” ({unit}) had running totals last period and is no longer in the roster, so the "
            "office's running totals do not contain them any more."
        ),
        _(
            "Leave the unit in the roster until running totals begin anew, with the decision “không "
            "phát sinh số liệu”."
        ),
        title=_("Unit of last period gone"),
    ),
    "running-totals-anew": ProblemKind(
        _N,
        _("Running totals begin anew this period: those of last period's workbook are not continued."),
        _(
            "If this is not the first period of a year, write không in the row “{value}” of the sheet “Đợt "
            "báo cáo”, and make the forms again."
        ),
        title=_("Running totals begin anew"),
    ),
    "running-total-kept": ProblemKind(
        _N,
        _("Nothing came from the unit this period, so its running total stays at {value}."),
        _("No action is needed; it goes on from there next period."),
        title=_("Running total kept"),
    ),
    "previous-same": ProblemKind(
        _W,
        _("The workbook of last period is one of this same campaign, “{value}”."),
        _(
            "Copy last period's own consolidated workbook there; with this one, running totals count a "
            "period twice. If both periods have this code, give the new one a code of its own."
        ),
        title=_("Last period is this campaign"),
    ),
    "previous-outdated": ProblemKind(
        _W,
        _("“{value}” was written again after it had been copied here; its latest figures are missing here."),
        _(
            "Copy it here once more, under the same name; forms that are out keep the figures printed on "
            "them, and the difference is reported when they come back."
        ),
        title=_("Workbook of last period outdated"),
    ),
    "previous-measure": ProblemKind(
        _W,
        _(
            "“{value}” is asked in “{expected}” now and was in “{last}” last period; last period's figures "
            "of this line were not used."
        ),
        _(
            "Write the measure as it was, if it is the same; otherwise give the line a code of its own, "
            "or enter what is needed of last period by hand."
        ),
        title=_("Another measure last period"),
    ),
    "previous-label": ProblemKind(
        _W,
        _("“{expected}” is compared with “{last}” of last period, which had the same code."),
        _("No action is needed if they ask the same; otherwise give the line a code of its own."),
        title=_("Another label last period"),
    ),
    "mean-without-weight": ProblemKind(
        _W,
        _("{value} does not enter the mean, because “{weight}” has no figure."),
        _("Ask the unit for that figure."),
        title=_("Figure outside the mean"),
    ),
    "inclusion-unanswered": ProblemKind(
        _W,
        _(
            "The unit does not say whether its figures include the units below; they are assumed to include "
            "them, so that nothing counts twice."
        ),
        _("Ask the unit; until then the figures of the units below are not added to it."),
        title=_("Unclear what the figures include"),
    ),
    # A total that includes others cannot be below their sum; which figure is wrong nobody here can know.
    "below-children": ProblemKind(
        _W,
        _("{value} is below the sum of the units below it, {sum}, although it is declared to include them."),
        _("Ask which of the figures is right; none was changed."),
        title=_("Below the sum of the units below"),
    ),
    "blank-above-children": ProblemKind(
        _W,
        _(
            "Without a figure, although it is declared to include the units below it, which report {sum}; "
            "the totals do not contain that."
        ),
        _("Ask the unit for the figure that includes them."),
        title=_("No figure above units that have some"),
    ),
    "inclusion-doubtful": ProblemKind(
        _W,
        _(
            "The unit says that its figures include those of the units below it, but {count} of its figures "
            "are below their sum."
        ),
        _("Ask the unit whether they are included; if not, the answer to this line should be no."),
        title=_("Perhaps the units below are not included"),
    ),
    "same-as-other": ProblemKind(
        _W,
        _("All figures are the same as those of {other}."),
        _("Ask whether the unit filled in its neighbour's file."),
        title=_("Same figures as another unit"),
    ),
    "outlier": ProblemKind(
        _W,
        _("{value} is far from what similar units report (median {median})."),
        _("Ask the unit to check this figure."),
        title=_("Far from similar units"),
    ),
    "jump": ProblemKind(
        _W,
        _("{value} now, {last} last time: an unusual rise or fall, to {times} times as much."),
        _("Ask the unit whether both figures are right."),
        title=_("Unusual change"),
    ),
    # A kind of its own, because there is no "times as much" as 0.
    "jump-from-none": ProblemKind(
        _W,
        _("{value} now, 0 last time: an unusual rise."),
        _("Ask the unit whether both figures are right."),
        title=_("Unusual rise from nothing"),
    ),
}
