"""Problems of choosing between several returns of one unit, and of late ones."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

SELECTION_PROBLEMS: dict[str, ProblemKind] = {
    # A blank form never replaces a filled-in one and is no report.
    "return-blank": ProblemKind(
        _E,
        _("The form has no answers, so it does not count as a report."),
        _("Ask the unit to fill in the form and to send it again."),
        title=_("Blank form"),
    ),
    "blank-beside-filled": ProblemKind(
        _W,
        _("The form has no answers; the one that was filled in counts: {other}."),
        _("No action is needed if the unit sent the blank form by mistake; otherwise ask what it meant."),
        title=_("Blank form beside the report"),
    ),
    # A warning, because nobody knows what is in it.
    "unread-beside-read": ProblemKind(
        _W,
        _("The file could not be opened; another one of the same unit was read and counts: {other}."),
        _(
            "No action is needed if it is the same report; if it is a later correction, ask the unit to send "
            "it again so that it can be opened."
        ),
        title=_("Unreadable file beside the report"),
    ),
    # Equal answers count once, so there is nothing to ask.
    "duplicate-return": ProblemKind(
        _N,
        _("The same answers were also returned in {other}."),
        _("No action is needed: they count once."),
        title=_("Returned twice"),
    ),
    # A notice, because sending a corrected file is the normal way to correct a report.
    "superseded-return": ProblemKind(
        _N,
        _("A newer return of the same unit counts: {other}."),
        _("Check whether the newer one is the right one."),
        title=_("Replaced by a newer return"),
    ),
    "return-not-chosen": ProblemKind(
        _N,
        _("The officer chose another return of the same unit: {other}."),
        _("No action is needed; the decision is listed in the sheet “Xử lý”."),
        title=_("Another return was chosen"),
    ),
    "correction-unchanged": ProblemKind(
        _W,
        _("The correction form came back unchanged; {other} has the same answers."),
        _(
            "Ask the unit to correct the lines marked in it, or to explain in the notes why the figures are "
            "right."
        ),
        title=_("Sent back without a change"),
    ),
    "differs-from-other": ProblemKind(
        _N,
        _("This file has “{value}”, {other} has “{read}”."),
        _("Ask the unit which one is right if the newer one is not."),
        title=_("Differs from the other return"),
    ),
    # Neither counts: choosing one by file name would invent an order.
    "return-tie": ProblemKind(
        _E,
        _("{other} is a different return of the same unit, and neither is newer; none was counted."),
        _("Ask the unit which one is right and remove the other from the folder."),
        title=_("Two returns, neither newer"),
    ),
    "late": ProblemKind(
        _W,
        _("Received on {value}{basis}, after the deadline."),
        _("No action is needed if the delay was agreed."),
        title=_("Late"),
    ),
}
