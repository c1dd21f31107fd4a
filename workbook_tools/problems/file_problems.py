"""Problems of whole files that come back: not a form, damaged, packed, without a form."""

from __future__ import annotations

from workbook_tools.locale import mark as _
from workbook_tools.problems.kinds import ProblemKind, Severity

_E, _N = Severity.ERROR, Severity.NOTICE

FILE_PROBLEMS: dict[str, ProblemKind] = {
    # A notice, because the officer decided it.
    "file-excluded": ProblemKind(
        _N,
        _("The officer left this file out: {value}."),
        _("No action is needed; the decision is listed in the sheet “Xử lý”."),
        title=_("File left out by the officer"),
    ),
    "not-a-form": ProblemKind(
        _E,
        _("The workbook is not one of the forms sent out: {reason}."),
        _("Ask the unit to fill in the form it was sent and to return that file."),
        title=_("Not one of the forms"),
        says_no_unit=True,
    ),
    # ``says_no_unit``: file name and sender suggest whose it is; ``like_cut_off``: it may be half a form.
    "format-unsupported": ProblemKind(
        _E,
        _("The file is {format}, not an Excel form."),
        _("Ask the unit for the Excel file that it filled in; figures are read only from that."),
        title=_("Not an Excel file"),
        says_no_unit=True,
        like_cut_off=True,
    ),
    "format-not-read": ProblemKind(
        _E,
        _("The file is {format}, which cannot be read."),
        _(
            "Ask the unit to open its form, save it as an Excel Workbook (.xlsx) and send that file; "
            "nothing needs to be filled in again."
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
    # Nothing to ask of the unit: its file is whole, only the office's copy is not.
    "download-unfinished": ProblemKind(
        _E,
        _("The file is an incomplete download."),
        _(
            "Wait until the browser has finished, or download the attachment again into the folder; there "
            "is no need to ask the unit."
        ),
        title=_("Download not finished"),
        says_no_unit=True,
    ),
    "link-only": ProblemKind(
        _E,
        _("The file is only a link to a document elsewhere; it contains no figures."),
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
            "Check whether you can open it yourself, then copy it into the folder again; there is no need "
            "to ask the unit."
        ),
        title=_("File cannot be read"),
        says_no_unit=True,
    ),
    # Read in part, a damaged file would silently lose figures, so it is read whole or not at all.
    "return-damaged": ProblemKind(
        _E,
        _("The file is damaged: {reason}."),
        _(
            "Ask the unit to open its own copy in Excel, save it as an Excel Workbook (.xlsx) and send it "
            "again."
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
        _("No spreadsheet program creates such a file: {reason}. It was not read."),
        _("Do not open it; ask the unit which program it was made with, and for the form it was sent."),
        title=_("File of unusual structure"),
        says_no_unit=True,
    ),
    "return-encrypted": ProblemKind(
        _E,
        _("The file is protected by a password."),
        _(
            "Ask the unit to send it again without a password; or write the password in passwords.txt in the "
            "campaign folder, one per line."
        ),
        title=_("File with a password"),
        says_no_unit=True,
    ),
    "archive-encrypted": ProblemKind(
        _E,
        _("The archive is protected by a password."),
        _("Ask the unit to send the form itself, or the archive without a password."),
        title=_("Archive with a password"),
        says_no_unit=True,
    ),
    "archive-empty": ProblemKind(
        _E,
        _("The archive contains no files."),
        _("Ask the unit to send the form again."),
        title=_("Empty archive"),
        says_no_unit=True,
    ),
    "packed-oddly": ProblemKind(
        _E,
        _("It was compressed by a method ({value}) that cannot be opened here."),
        _(
            "Unpack the archive and put the files into the folder, or save the workbook in Excel as .xlsx; "
            "or ask the unit for one of these."
        ),
        title=_("Compressed by an unusual method"),
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
        _("The attachment is not in the saved mail: it is a separate mail or a link."),
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
        _("It contains only a digital signature, not what was signed."),
        _("Ask the sender for the form itself, the Excel file."),
        title=_("Signature alone"),
        says_no_unit=True,
    ),
    "nested-too-deep": ProblemKind(
        _E,
        _("Archives or mails are nested too deeply to be opened safely."),
        _("Unpack it by hand and put the forms into the folder, or ask for them one by one."),
        title=_("Nested too deeply"),
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
    # Beside a form that was read, a scan or letter is no fault of the unit.
    "companion-file": ProblemKind(
        _N,
        _("It came with a report but is not one itself; the report is {other}."),
        _("No action is needed; look into it if you wish."),
        title=_("File beside the form"),
    ),
    # Name and sender are guesses: they never make a file count.
    "unit-by-name": ProblemKind(
        _N,
        _("The name of the file suggests that it is from “{value}”; the file itself does not say."),
        _("Nothing was counted; follow the remedy of the error reported for the same file."),
        title=_("Unit guessed by the file's name"),
    ),
    "unit-by-sender": ProblemKind(
        _N,
        _("The address it was sent from suggests that it is from “{value}”; the file itself does not say."),
        _("Nothing was counted; follow the remedy of the error reported for the same file."),
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
}
