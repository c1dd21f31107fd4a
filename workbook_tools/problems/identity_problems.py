"""Problems of knowing whose form a file is, and whether this office issued it."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import Action, ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

IDENTITY_PROBLEMS: dict[str, ProblemKind] = {
    "other-campaign": ProblemKind(
        _E,
        _("The form is of another campaign, “{value}”, not of this one, “{expected}”."),
        _("Ask the unit to fill in this campaign's form."),
        title=_("Form of another campaign"),
    ),
    "unit-unknown": ProblemKind(
        _E,
        _("The form's unit “{value}” is not in the roster."),
        _("Add the unit to the roster, or remove the file."),
        title=_("Unit not in the roster"),
    ),
    # The signature covers unit and campaign, so it reveals a form that was relabelled for another unit.
    "signature-wrong": ProblemKind(
        _E,
        _(
            "The form's signature does not match its unit “{value}”: it was relabelled or does not come "
            "from this office."
        ),
        _("Send the unit its own form again and ask it to fill in that one."),
        title=_("Form not issued by this office"),
    ),
    "identity-conflict": ProblemKind(
        _E,
        _("The file names {first} as its unit in one place and {second} in another."),
        _("Ask which unit it is from; send that unit its own form again."),
        title=_("Form of two units"),
    ),
    # Two of the four signed marks have to agree, since any single one may have been copied by hand.
    "identity-weak": ProblemKind(
        _E,
        _("Only one mark of the form's identity is left: {what}; two have to agree."),
        _("Ask the unit to fill in the form it was sent without copying it to another workbook."),
        title=_("Form cannot be recognised"),
        says_no_unit=True,
    ),
    # Name and sender may confirm the only mark that is left, but never replace it.
    "identity-by-name": ProblemKind(
        _W,
        _(
            "Only one mark of the form's identity is left: {what}; it was taken because the file's "
            "name or sender confirms it."
        ),
        _("Check whether the figures are those of this unit."),
        title=_("Form recognised by its name or sender"),
    ),
    # A notice, because the form itself says whose it is.
    "sender-differs": ProblemKind(
        _N,
        _("The mail came from {value}; the unit's address in the roster is {expected}."),
        _("If the unit has another address now, write it into the roster."),
        title=_("Sent from another address"),
    ),
    # One computer with a wrong clock would shift the date of the whole report.
    "saved-in-doubt": ProblemKind(
        _W,
        _(
            "The file says that it was saved on {value}, more than a year from the deadline; perhaps the "
            "computer's clock was wrong. The date was not used."
        ),
        _("Ask the unit when it sent the form, if it matters."),
        title=_("Date of saving in doubt"),
    ),
    "mailed-in-doubt": ProblemKind(
        _W,
        _(
            "The mail says that it was sent on {value}, more than a year from the deadline; perhaps the "
            "computer's clock was wrong. The date was not used."
        ),
        _("Ask the unit when it sent the form, if it matters."),
        title=_("Date of the mail in doubt"),
    ),
    "key-absent": ProblemKind(
        _W,
        _(
            "There is no signature key, so the program could not check whether the forms come from "
            "this office."
        ),
        _("Put the file “{value}” that was made with the forms beside the roster."),
        title=_("No key"),
    ),
    # An error before anything is made: a new key would make the forms already sent out invalid.
    "key-lost": ProblemKind(
        _E,
        _(
            "There is no signature key “{value}”, but “{first}” is a form that was signed with one. With a "
            "new key, all forms already sent out would be rejected when they come back."
        ),
        _(
            "Restore “{value}” from a backup. If no form was sent out yet, or all are to be sent again, make "
            "the forms with a new key."
        ),
        title=_("Key lost"),
        action=Action.NEW_KEY,
    ),
    "key-other": ProblemKind(
        _E,
        _(
            "“{first}” was signed with a key other than “{value}”. All forms already sent out would be "
            "rejected when they come back."
        ),
        _(
            "Restore the key that was made with the forms from a backup. If all forms are to be sent again, "
            "make them with a new key."
        ),
        title=_("Another key"),
        action=Action.NEW_KEY,
    ),
    # Units may still fill in a form of yesterday; its lines are found by their marks.
    "form-version-old": ProblemKind(
        _N,
        _("The form was made before the template was changed (version {value})."),
        _(
            "No action is needed: it was read as the form it is, and lines that it does not ask for are not "
            "missing."
        ),
        title=_("Form of an earlier version"),
    ),
}
