"""Problems of returns."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

RETURN_PROBLEMS: dict[str, ProblemKind] = {
    "file-excluded": ProblemKind(
        _N,
        _("The officer left this file out: {value}."),
        _("Nothing need be done; the decision is listed in the sheet “Xử lý”."),
        title=_("File left out by the officer"),
    ),
    "value-decided": ProblemKind(
        _N,
        _("The officer set this value to {value}; the return says “{read}”. {other}"),
        _("Nothing need be done; the decision is listed in the sheet “Xử lý”."),
        title=_("Value set by the officer"),
    ),
    "not-a-form": ProblemKind(
        _E,
        _("The workbook is none of the forms sent out: {reason}."),
        _("Ask the unit to fill in the form it was sent and to return that file."),
        title=_("Not one of the forms"),
        says_no_unit=True,
    ),
    "format-unsupported": ProblemKind(
        _E,
        _("The file is {format}, not an Excel form."),
        _("Ask the unit for the Excel file that it filled in; figures are taken from nothing else."),
        title=_("Not an Excel file"),
        says_no_unit=True,
        like_cut_off=True,
    ),
    "format-not-read": ProblemKind(
        _E,
        _("The file is {format}, which cannot be read."),
        _(
            "Ask the unit to open its form, save it as an Excel Workbook (.xlsx) and send that file; nothing "
            "need be filled in again."
        ),
        title=_("File not in a format that is read"),
        says_no_unit=True,
        like_cut_off=True,
    ),
    "archive-unsupported": ProblemKind(
        _E,
        _("The file is {format}, which cannot be opened here."),
        _(
            "Unpack it, for example with 7-Zip, and put the files into the folder; or ask the unit for the "
            ".xlsx itself, or a .zip."
        ),
        title=_("Archive of another kind"),
        says_no_unit=True,
    ),
    "download-unfinished": ProblemKind(
        _E,
        _("The file is a download that did not finish."),
        _(
            "Wait until the browser is done, or download the attachment again into the folder; nothing need "
            "be asked of the unit."
        ),
        title=_("Download not finished"),
        says_no_unit=True,
    ),
    "link-only": ProblemKind(
        _E,
        _("The file is only a link to a document that is elsewhere; no figure is in it."),
        _(
            "Ask the unit to open the document, save it as an Excel Workbook (.xlsx; in Google Sheets: File, "
            "Download) and send that file."
        ),
        title=_("Only a link"),
        says_no_unit=True,
    ),
    "return-unreadable": ProblemKind(
        _E,
        _("The file could not be opened on this computer: {reason}."),
        _(
            "Look whether you can open it yourself, and copy it into the folder again; "
            "the unit need not be asked."
        ),
        title=_("File cannot be read"),
        says_no_unit=True,
    ),
    "return-damaged": ProblemKind(
        _E,
        _("The file is damaged: {reason}."),
        _(
            "Ask the unit to open its own copy in Excel, save it as an Excel "
            "Workbook (.xlsx) and send it again."
        ),
        title=_("File damaged"),
        says_no_unit=True,
        like_cut_off=True,
    ),
    "return-too-large": ProblemKind(
        _E,
        _("The file is too large to be read safely: it has more than {limit} {what}."),
        _("Ask the unit to fill in the form it was sent, without pictures, pasted data or other sheets."),
        title=_("File too large"),
        says_no_unit=True,
    ),
    "return-hostile": ProblemKind(
        _E,
        _("The file is built in a way that no spreadsheet program uses: {reason}. It was not read."),
        _("Do not open it; ask the unit which program it was made with, and for the form it was sent."),
        title=_("File of unusual structure"),
        says_no_unit=True,
    ),
    "return-encrypted": ProblemKind(
        _E,
        _("The file opens with a password only."),
        _("Ask the unit to send it again without a password to open it."),
        title=_("File with a password"),
        says_no_unit=True,
    ),
    "archive-encrypted": ProblemKind(
        _E,
        _("The archive opens with a password only."),
        _("Ask the unit to send the form itself, or the archive without a password."),
        title=_("Archive with a password"),
        says_no_unit=True,
    ),
    "archive-empty": ProblemKind(
        _E,
        _("The archive holds no file."),
        _("Ask the unit to send the form again."),
        title=_("Empty archive"),
        says_no_unit=True,
    ),
    "packed-oddly": ProblemKind(
        _E,
        _("It is packed by a method ({value}) that cannot be opened here."),
        _(
            "Unpack the archive and put the files into the folder, or save the "
            "workbook in Excel as .xlsx; or ask for it so."
        ),
        title=_("Packed by an unusual method"),
        says_no_unit=True,
    ),
    "mail-empty": ProblemKind(
        _E,
        _("The mail has no attachment."),
        _("Read the mail; ask the sender for the form, attached as an Excel file."),
        title=_("Mail without attachment"),
        says_no_unit=True,
    ),
    "attachment-absent": ProblemKind(
        _E,
        _("The attachment is not in the saved mail: it is a mail or link of its own."),
        _("Open the mail, save the attachment and put it into the folder."),
        title=_("Attachment not saved with the mail"),
        says_no_unit=True,
    ),
    "mail-sealed": ProblemKind(
        _E,
        _("The mail or file is encrypted for its addressee."),
        _("Open it in the mail program of the addressee, save the attachment and put it into the folder."),
        title=_("Encrypted mail"),
        says_no_unit=True,
    ),
    "signature-alone": ProblemKind(
        _E,
        _("It is a digital signature alone; what was signed is not in it."),
        _("Ask the sender for the form itself, the Excel file."),
        title=_("Signature alone"),
        says_no_unit=True,
    ),
    "nested-too-deep": ProblemKind(
        _E,
        _("Archives or mails are packed in one another too deep to be opened safely."),
        _("Unpack it by hand and put the forms into the folder, or ask for them one by one."),
        title=_("Packed too deep"),
        says_no_unit=True,
    ),
    "reading-failed": ProblemKind(
        _E,
        _("The file was given up: {reason}."),
        _(
            "Open it in Excel, save it as an Excel Workbook (.xlsx) and try again; if that fails, ask the "
            "unit to send its form again."
        ),
        title=_("Reading given up"),
        says_no_unit=True,
    ),
    "companion-file": ProblemKind(
        _N,
        _("It came with a report and is none itself; the report is {other}."),
        _("Nothing need be done; look into it if you wish."),
        title=_("File beside the form"),
    ),
    "unit-by-name": ProblemKind(
        _N,
        _("The name of the file suggests that it is from “{value}”; the file itself does not say."),
        _("Nothing was counted; do what the error of the same file says."),
        title=_("Unit guessed by the file's name"),
    ),
    "unit-by-sender": ProblemKind(
        _N,
        _("The address it was sent from suggests that it is from “{value}”; the file itself does not say."),
        _("Nothing was counted; do what the error of the same file says."),
        title=_("Unit guessed by the sender"),
    ),
    "file-empty": ProblemKind(
        _E,
        _("The file is empty (0 bytes)."),
        _("Ask the unit to send it again."),
        title=_("Empty file"),
        says_no_unit=True,
        like_cut_off=True,
    ),
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
    "signature-wrong": ProblemKind(
        _E,
        _(
            "The form's signature does not fit its unit “{value}”: it was relabelled "
            "or does not come from this office."
        ),
        _("Send the unit its own form again and ask it to fill in that one."),
        title=_("Form not issued by this office"),
    ),
    "identity-conflict": ProblemKind(
        _E,
        _("The file says in one place that it is of {first} and in another that it is of {second}."),
        _("Ask which unit it is from; send that unit its own form again."),
        title=_("Form of two units"),
    ),
    "identity-weak": ProblemKind(
        _E,
        _("Of what tells whose form it is, only one thing is left: {what}; two have to agree."),
        _("Ask the unit to fill in the form it was sent without copying it to another workbook."),
        title=_("Form cannot be recognised"),
        says_no_unit=True,
    ),
    "identity-by-name": ProblemKind(
        _W,
        _(
            "Of what tells whose form it is, only one thing is left: {what}; it was taken because the file's "
            "name or sender bears it out."
        ),
        _("Look whether the figures are those of this unit."),
        title=_("Form recognised by its name or sender"),
    ),
    "sender-differs": ProblemKind(
        _N,
        _("The mail came from {value}; the unit's address in the roster is {expected}."),
        _("If the unit has another address now, write it into the roster."),
        title=_("Sent from another address"),
    ),
    "saved-in-doubt": ProblemKind(
        _W,
        _(
            "The file says that it was saved on {value}, more than a year from the deadline; perhaps a clock "
            "is wrong. The date was not used."
        ),
        _("Ask the unit when it sent the form, if that matters."),
        title=_("Date of saving in doubt"),
    ),
    "key-absent": ProblemKind(
        _W,
        _("There is no signature key, so it was not checked that the forms come from this office."),
        _("Keep the file “{value}” that was made with the forms beside the roster."),
        title=_("No key"),
    ),
    "key-lost": ProblemKind(
        _E,
        _(
            "There is no signature key “{value}”, but “{first}” is a form that was made with one. With a new "
            "key, whatever comes back of the forms sent out would be turned away."
        ),
        _(
            "Put “{value}” back from a copy. If no form was sent out yet, or all are to be sent anew, run "
            "generate with --new-key."
        ),
        title=_("Key lost"),
    ),
    "key-other": ProblemKind(
        _E,
        _(
            "“{first}” was made with another signature key than “{value}”. Whatever comes back of the forms "
            "sent out would be turned away."
        ),
        _(
            "Put the key that was made with the forms back from a copy. If all forms are to be sent anew, "
            "run generate with --new-key."
        ),
        title=_("Another key"),
    ),
    "form-version-old": ProblemKind(
        _N,
        _("The form is of an earlier version, {value}."),
        _("It was read by its own layout; what this version does not ask is missing."),
        title=_("Form of an earlier version"),
    ),
    "input-missing": ProblemKind(
        _E,
        _("The line of “{value}” is gone from the form."),
        _("Ask the unit to send it again without deleting lines."),
        title=_("Line deleted"),
    ),
    "input-moved-apart": ProblemKind(
        _E,
        _("The line of “{value}” no longer stands beside its label, so its figure was not read."),
        _("Ask the unit to enter this figure again in the form it was sent."),
        title=_("Line moved away from its label"),
    ),
    "input-duplicated": ProblemKind(
        _E,
        _("The line of “{value}” stands more than once on the form, so its figure was not read."),
        _("Ask the unit to send it again without copying lines."),
        title=_("Line copied"),
    ),
    "form-sheet-copied": ProblemKind(
        _N,
        _("The workbook holds the form more than once; also in the sheet: {value}."),
        _("Nothing need be done: lines that agree were counted once, and those that differ are listed."),
        title=_("Form sheet copied"),
    ),
    "copies-differ": ProblemKind(
        _E,
        _(
            "“{value}” stands here, “{read}” in the copy of the form in the sheet "
            "“{other}”; neither was counted."
        ),
        _("Ask the unit which of the two is right, and to delete the copy."),
        title=_("Copies of the form differ"),
    ),
    "lines-lost": ProblemKind(
        _E,
        _("It is the form of “{value}”, but none of its lines can be found any more."),
        _(
            "Ask the unit to enter its figures in the form it was sent, without "
            "copying them to another workbook."
        ),
        title=_("No line can be found"),
    ),
    "label-changed": ProblemKind(
        _N,
        _("The printed text “{expected}” was changed to “{value}”."),
        _("Look whether the unit answered what was asked."),
        title=_("Label changed"),
        many="texts-changed",
    ),
    "text-changed": ProblemKind(
        _N,
        _("The printed text “{expected}” is no longer on the form; “{value}” stands in its place."),
        _("Look whether the unit answered what was asked."),
        title=_("Printed text changed"),
        many="texts-changed",
    ),
    "texts-changed": ProblemKind(
        _N,
        _("{count} printed texts of the form were changed or removed; the first of them are listed."),
        _("Look whether the unit answered what was asked."),
        title=_("Printed texts changed"),
    ),
    "answer-missing": ProblemKind(
        _E,
        _("No answer, although one is required."),
        _("Ask the unit; 0 means none, KCSL means there are no figures."),
        title=_("Required answer missing"),
    ),
    "answer-wanted": ProblemKind(
        _W,
        _("No answer."),
        _("Ask the unit if it is needed; 0 means none, KCSL means there are no figures."),
        title=_("Answer missing"),
    ),
    "answer-unexpected": ProblemKind(
        _W,
        _("“{value}” stands in a line that does not apply to this unit; it was not counted."),
        _("Ask the unit what it meant."),
        title=_("Answer not asked for"),
    ),
    "value-repaired": ProblemKind(
        _N,
        _("“{value}” was read as {read}."),
        _("Look whether that is what the unit meant."),
        title=_("Value understood from how it was typed"),
    ),
    "number-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a plain number here: {reason}. It was not counted."),
        _("Ask the unit for the figure; only digits belong in this cell."),
        title=_("Figure in doubt"),
    ),
    "number-not-whole": ProblemKind(
        _E,
        _("“{value}” is not a whole number. It was not counted."),
        _("Ask the unit for the figure: perhaps a dot or comma was taken for a decimal sign."),
        title=_("Not a whole number"),
    ),
    "number-out-of-range": ProblemKind(
        _E,
        _("{value} is not between {minimum} and {maximum}."),
        _("Ask the unit to look at this figure."),
        title=_("Figure out of bounds"),
    ),
    "number-too-small": ProblemKind(
        _E,
        _("{value} is below the least value, {minimum}."),
        _("Ask the unit to look at this figure."),
        title=_("Figure too small"),
    ),
    "number-too-large": ProblemKind(
        _E,
        _("{value} is above the greatest value, {maximum}."),
        _("Ask the unit to look at this figure."),
        title=_("Figure too large"),
    ),
    "cell-error": ProblemKind(
        _E,
        _("The cell shows the error {value}."),
        _("Ask the unit to type the figure itself."),
        title=_("Cell in error"),
    ),
    "formula-not-calculated": ProblemKind(
        _E,
        _("The cell holds a formula without a result."),
        _("Ask the unit to type the figure itself, or to save the file again in Excel."),
        title=_("Formula without a result"),
    ),
    "formula-answer": ProblemKind(
        _N,
        _("The answer is the result of a formula, {value}."),
        _("Nothing need be done; the result was taken."),
        title=_("Answer by a formula"),
    ),
    "date-in-doubt": ProblemKind(
        _E,
        _("“{value}” is not a date."),
        _("Ask the unit for the date, typed as day/month/year."),
        title=_("Date in doubt"),
    ),
    "date-too-early": ProblemKind(
        _E,
        _("{value} is before the earliest date, {minimum}."),
        _("Ask the unit to look at this date."),
        title=_("Date too early"),
    ),
    "date-too-late": ProblemKind(
        _E,
        _("{value} is after the latest date, {maximum}."),
        _("Ask the unit to look at this date."),
        title=_("Date too late"),
    ),
    "choice-unknown": ProblemKind(
        _E,
        _("“{value}” is not one of the choices."),
        _("Choose one of: {accepted}. {suggestion}"),
        title=_("Not one of the choices"),
    ),
    "text-too-long": ProblemKind(
        _W,
        _("The text has {length} characters; Excel holds 32,767 in a cell."),
        _("The file has the whole text; only its beginning is shown."),
        title=_("Text too long for a cell"),
    ),
    "rule-broken": ProblemKind(
        _E,
        _("{message}"),
        _("Ask the unit to look at these figures: {values}."),
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
        _("The form shows {value}; calculated from what was read it is {read}, which counts."),
        _(
            "Look at the figures of which it is calculated: one was typed as text, or the form's formula was "
            "changed or not calculated anew."
        ),
        title=_("Result differs from the form"),
    ),
    "previous-absent": ProblemKind(
        _N,
        _("The template names figures of last period ({count}), and there is no workbook of last period."),
        _(
            "Put last period's consolidated workbook there as previous.xlsx; "
            "without it those cells stay empty."
        ),
        title=_("No workbook of last period"),
    ),
    "previous-missing": ProblemKind(
        _W,
        _("Last period's workbook has no figure of this unit for “{value}”."),
        _("Look whether the unit reported last period; what is summed up begins with this period."),
        title=_("No figure of last period"),
    ),
    "inclusion-unanswered": ProblemKind(
        _W,
        _(
            "It is not said whether the figures include the units below; they were taken to include them, so "
            "that nothing counts twice."
        ),
        _("Ask the unit; until then the figures of the units below are not added to it."),
        title=_("Not said what the figures include"),
    ),
    "below-children": ProblemKind(
        _W,
        _("{value} is below the sum of the units below it, {sum}, although it is said to include them."),
        _("Ask which of the figures is right; none was changed."),
        title=_("Below the sum of the units below"),
    ),
    "inclusion-doubtful": ProblemKind(
        _W,
        _(
            "The unit says that its figures include those of the units below it, but {count} of them are "
            "below the sum of those."
        ),
        _("Ask the unit whether they are included; if not, the answer to this line should be no."),
        title=_("Perhaps the units below are not included"),
    ),
    "legacy-font": ProblemKind(
        _N,
        _("{count} texts were typed for an old font (TCVN3, VNI) and have been converted."),
        _("Look whether they read well; nothing else need be done."),
        title=_("Texts in an old font"),
    ),
    "text-decoded": ProblemKind(
        _N,
        _("“{value}” was typed for an old font and read as “{read}”."),
        _("Look whether it reads well; nothing else need be done."),
        title=_("Text in an old font"),
        many="legacy-font",
    ),
    "same-as-other": ProblemKind(
        _W,
        _("All figures are the same as those of {other}."),
        _("Ask whether the unit filled in its neighbour's file."),
        title=_("Same figures as another unit"),
    ),
    "outlier": ProblemKind(
        _W,
        _("{value} is far from what like units report (median {median})."),
        _("Ask the unit to look at this figure."),
        title=_("Far from like units"),
    ),
    "jump": ProblemKind(
        _W,
        _("{value} now, {last} last time: an unusual rise or fall, to {times} times as much."),
        _("Ask the unit whether both figures are right."),
        title=_("Unusual change"),
    ),
    "jump-from-none": ProblemKind(
        _W,
        _("{value} now, 0 last time: an unusual rise."),
        _("Ask the unit whether both figures are right."),
        title=_("Unusual rise from nothing"),
    ),
    "duplicate-return": ProblemKind(
        _N,
        _("The same answers were returned in {other}, too."),
        _("Nothing need be done: they count once."),
        title=_("Returned twice"),
    ),
    "superseded-return": ProblemKind(
        _N,
        _("A newer return of the same unit counts: {other}."),
        _("Look whether the newer one is the one meant."),
        title=_("Replaced by a newer return"),
    ),
    "return-not-chosen": ProblemKind(
        _N,
        _("The officer chose another return of the same unit: {other}."),
        _("Nothing need be done; the decision is listed in the sheet “Xử lý”."),
        title=_("Another return was chosen"),
    ),
    "correction-unchanged": ProblemKind(
        _W,
        _("The form that was sent back to be mended came back without any change; {other} said the same."),
        _(
            "Ask the unit to mend the lines marked in it, or to write into the "
            "notes why the figures are right."
        ),
        title=_("Sent back without a change"),
    ),
    "differs-from-other": ProblemKind(
        _N,
        _("“{value}” stands here, “{read}” in {other}."),
        _("Ask the unit which is right if the newer one is not the one meant."),
        title=_("Differs from the other return"),
    ),
    "return-tie": ProblemKind(
        _E,
        _("{other} is a different return of the same unit, and neither is newer; none was counted."),
        _("Ask the unit which one is right and remove the other from the folder."),
        title=_("Two returns, neither newer"),
    ),
    "late": ProblemKind(
        _W,
        _("Received on {value}, after the deadline."),
        _("Nothing need be done if the delay was agreed."),
        title=_("Late"),
    ),
}
