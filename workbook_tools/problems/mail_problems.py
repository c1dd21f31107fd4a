"""Problems that keep a letter from being sent."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E = Severity.ERROR

MAIL_PROBLEMS: dict[str, ProblemKind] = {
    "address-missing": ProblemKind(
        _E,
        _("The unit has no e-mail address, so nothing can be sent to it."),
        _(
            "Write its address in the column “E-mail” of the roster, or hand it the "
            "file and text in another way."
        ),
        title=_("No address"),
    ),
    "address-shared": ProblemKind(
        _E,
        _("The address {value} is also that of {other}."),
        _(
            "Give each unit an address of its own in the roster: an answer from this address "
            "could be from either."
        ),
        title=_("Address used twice"),
    ),
    "form-missing": ProblemKind(
        _E,
        _("The form “{value}” is missing."),
        _("Make it: step “Send out” of the page, or `workbook-tools generate`."),
        title=_("Form missing"),
    ),
    "form-unusable": ProblemKind(
        _E,
        _("“{value}” cannot be recognised as a form of this office."),
        _("Make it again: step “Send out” of the page, or `workbook-tools generate --force`."),
        title=_("Form not recognised"),
    ),
    "form-of-other": ProblemKind(
        _E,
        _("“{value}” is the form of {other}."),
        _(
            "Make the forms again (step “Send out” of the page, or `workbook-tools generate --force`); "
            "do not rename forms by hand."
        ),
        title=_("Form of another unit"),
    ),
    "form-not-blank": ProblemKind(
        _E,
        _("Somebody has filled in “{value}”."),
        _(
            "Move it to the folder of returns if it is a report, then make it again: "
            "step “Send out” of the page, or `workbook-tools generate`."
        ),
        title=_("Form already filled in"),
    ),
    "form-outdated": ProblemKind(
        _E,
        _("“{value}” was made before the template was changed."),
        _("Make the forms again: step “Send out” of the page, or `workbook-tools generate`."),
        title=_("Form out of date"),
    ),
    "message-too-large": ProblemKind(
        _E,
        _("The mail would have {size} bytes; many mail systems accept at most {limit}."),
        _("Make the form smaller, for instance by leaving pictures out of the template."),
        title=_("Mail too large"),
    ),
}
