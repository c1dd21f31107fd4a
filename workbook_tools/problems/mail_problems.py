"""Problems that keep a letter from being sent."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import Action, ProblemKind, Severity

_E = Severity.ERROR

MAIL_PROBLEMS: dict[str, ProblemKind] = {
    "address-missing": ProblemKind(
        _E,
        _("The unit has no e-mail address, so nothing can be sent to it."),
        _(
            "Write its address in the column “E-mail” of the roster, or hand it the file and text in "
            "another way."
        ),
        title=_("No address"),
    ),
    "address-shared": ProblemKind(
        _E,
        _("The address {value} is also that of {other}."),
        _(
            "Give each unit an address of its own in the roster: an answer from this address could be from "
            "either."
        ),
        title=_("Address used twice"),
    ),
    "form-missing": ProblemKind(
        _E,
        _("The form “{value}” is missing."),
        _("Make the forms."),
        title=_("Form missing"),
        action=Action.MAKE_FORMS,
    ),
    "form-unusable": ProblemKind(
        _E,
        _("“{value}” cannot be recognised as a form of this office."),
        _("Make the forms again, and have this one replaced."),
        title=_("Form not recognised"),
        action=Action.REPLACE_FORMS,
    ),
    "form-of-other": ProblemKind(
        _E,
        _("“{value}” is the form of {other}."),
        _("Make the forms again, and have this one replaced; do not rename forms by hand."),
        title=_("Form of another unit"),
        action=Action.REPLACE_FORMS,
    ),
    "form-not-blank": ProblemKind(
        _E,
        _("Somebody has filled in “{value}”."),
        _("If it is a report, move it to the folder of returns; then make the forms again."),
        title=_("Form already filled in"),
        action=Action.MAKE_FORMS,
    ),
    "form-outdated": ProblemKind(
        _E,
        _("“{value}” was made before the template was changed."),
        _("Make the forms again."),
        title=_("Form out of date"),
        action=Action.MAKE_FORMS,
    ),
    "message-too-large": ProblemKind(
        _E,
        _("The mail would have {size} bytes; many mail systems accept at most {limit}."),
        _("Make the form smaller, for instance by leaving pictures out of the template."),
        title=_("Mail too large"),
    ),
}
