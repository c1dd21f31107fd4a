"""Everything that can be wrong with a user's file: one catalogue, translatable, each with a remedy.

A problem is data: a code, a place, parameters. Its text is made last, in the reader's language.
Exceptions are elsewhere (:mod:`workbook_tools.errors`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workbook_tools.locale import mark as _
from workbook_tools.locale import translate


class Severity(StrEnum):
    """How bad a problem is: an error must be mended, a warning looked at, a notice known."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the catalogue: message and remedy are English format strings over the problem's parameters."""

    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is; whatever does not apply is empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    unit: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, somewhere. ``code`` is a key of :data:`CATALOGUE`; ``severity`` may differ from its usual one."""

    code: str
    place: Place = Place()
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    reason: str = ""
    """What the unit itself wrote in the line's note."""
    accepted: str = ""
    """Why, by whom and when the officer accepted it."""

    def message(self, language: str = "vi") -> str:
        """The fact, in words."""
        return _fill(CATALOGUE[self.code].message, self.params, language)

    def remedy(self, language: str = "vi") -> str:
        """What to do about it."""
        return _fill(CATALOGUE[self.code].remedy, self.params, language)

    def at(self, **place: str) -> Problem:
        """The same problem with parts of its place filled in."""
        return replace(self, place=replace(self.place, **place))


def problem(code: str, place: Place = Place(), *, severity: Severity | None = None, **params: object) -> Problem:
    """A problem of the catalogue, with its usual severity unless told otherwise."""
    return Problem(code, place, params, severity or CATALOGUE[code].severity)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them is an error."""
    return any(p.severity is Severity.ERROR for p in problems)


WORDED_PARAMETERS = frozenset({"reason", "what", "part", "format"})
"""Parameters that are texts of the program itself: marked English, translated together with the message."""


def _fill(text: str, params: Mapping[str, object], language: str) -> str:
    worded = {name: translate(str(params[name]), language) for name in WORDED_PARAMETERS & params.keys()}
    shown = {name: show_number(value, language) if isinstance(value, int | float) else value for name, value in params.items()}
    return translate(text, language).format_map(_Parameters({**shown, **worded}))


def show_number(number: float, language: str) -> str:
    """A number as the reader of that language writes it: 1.250 and 2,5 in Vietnamese, 1,250 and 2.5 in English."""
    plain = int(number) if isinstance(number, float) and number.is_integer() else number
    text = f"{plain:,}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


class _Parameters(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

TEMPLATE_PROBLEMS: dict[str, Kind] = {
    "sheet-missing": Kind(
        _E,
        _("The workbook has no sheet “{sheet}”."),
        _("Add a sheet with exactly this name; `workbook-tools init` lays out a template that has it."),
    ),
    "column-missing": Kind(
        _E, _("The head of the table has no column “{column}”."), _("Write “{column}” in the first row of the sheet. {suggestion}")
    ),
    "form-sheet-missing": Kind(
        _E,
        _("No sheet of the template holds a marker such as {{{{ct_1}}}}."),
        _("Draw the form on a sheet of its own and write a marker in every cell to be filled in."),
    ),
    "value-missing": Kind(_E, _("“{column}” is empty."), _("Fill in this cell; the sheet “Hướng dẫn” says what belongs there.")),
    "value-unknown": Kind(_E, _("“{value}” is not a value of “{column}”."), _("Choose one of: {accepted}. {suggestion}")),
    "value-not-number": Kind(
        _E, _("“{value}” in “{column}” is not a number."), _("Type a number without letters, or leave the cell empty.")
    ),
    "value-not-date": Kind(
        _E, _("“{value}” in “{column}” is not a date."), _("Type a date such as 13/10/2023 in a cell with a date format.")
    ),
    "range-reversed": Kind(_E, _("The least value {minimum} is above the greatest, {maximum}."), _("Exchange the two values.")),
    "code-invalid": Kind(
        _E,
        _("The code “{value}” is not usable."),
        _("Use small letters a–z, digits and _ only, beginning with a letter, at most 60 characters, such as ct_4_2."),
    ),
    "code-like-cell": Kind(
        _E, _("Excel would take the code “{value}” for a cell address."), _("Write it with an underscore, such as ct_1 for ct1.")
    ),
    "code-duplicate": Kind(_E, _("The code “{value}” already stands in {first}."), _("Give each row a code of its own.")),
    "code-reserved": Kind(
        _E, _("The code “{value}” is the name of a marker of the program."), _("Choose another code; codes usually begin with ct_.")
    ),
    "type-unknown": Kind(_E, _("There is no unit type “{value}” in the sheet “Loại đơn vị”."), _("Use one of: {accepted}. {suggestion}")),
    "options-missing": Kind(
        _E, _("A choice needs at least two options."), _("Write the options in “Lựa chọn”, separated by semicolons, such as Có; Không.")
    ),
    "option-duplicate": Kind(
        _E, _("The option “{value}” stands twice."), _("Remove one of the two; capitals make no difference in Excel.")
    ),
    "mirror-unknown": Kind(
        _E,
        _("“{value}”, which this line repeats, is not an indicator that is asked."),
        _("Write the code of another indicator in “Lựa chọn”. {suggestion}"),
    ),
    "text-not-additive": Kind(_E, _("A line of kind “{kind}” cannot be added up."), _("Set “Cách cộng” to không cộng.")),
    "marker-unknown": Kind(
        _E,
        _("The marker {marker} means nothing here."),
        _("Write an indicator's code, or a marker listed in the sheet “Hướng dẫn”. {suggestion}"),
    ),
    "marker-duplicate": Kind(
        _E, _("The marker {marker} already stands in {first}."), _("An answer is asked for once: remove one of the two.")
    ),
    "marker-not-alone": Kind(
        _E,
        _("The marker {marker} shares its cell with other text."),
        _("A cell to be filled in holds its marker and nothing else: move the text to another cell."),
    ),
    "marker-missing": Kind(
        _E,
        _("The indicator “{value}” has no cell on the form."),
        _("Write {marker} in the cell where it is to be filled in, or remove the row."),
    ),
    "panel-marker-missing": Kind(
        _E,
        _("The form sheet “{sheet}” has no cell {marker}."),
        _("Write {marker} in a cell at the top of the form: the form's identity and progress are shown there."),
    ),
    "rule-syntax": Kind(
        _E,
        _("The formula {value} cannot be read: {reason}."),
        _("Write it as in Excel's English notation, arguments separated by commas, such as =(ct_4_2>0)=(ct_4_1>0)."),
    ),
    "rule-name-unknown": Kind(
        _E,
        _("The formula names “{value}”, which is no indicator and no fact of a unit."),
        _("Name an indicator of the sheet “Chỉ tiêu” or a fact dv_… of the roster. {suggestion}"),
    ),
    "rule-function-unknown": Kind(_E, _("The formula uses {value}, which is not available in rules."), _("Use one of: {accepted}.")),
    "rule-message-long": Kind(
        _E, _("The message has {length} characters; Excel takes at most 255 in a formula."), _("Shorten the message.")
    ),
    "rule-too-long": Kind(
        _E,
        _("The check beside this line grows to {length} characters; Excel takes at most 8192 in a formula."),
        _("Split the rule, or show it at another line (column “Hiện ở”)."),
    ),
    "hint-long": Kind(_E, _("The hint has {length} characters; Excel shows at most 255 beside a cell."), _("Shorten the hint.")),
    "inclusion-invalid": Kind(
        _E,
        _("“{value}” is not a choice of the sheet “Chỉ tiêu”."),
        _("Name the choice by which a unit says that its figures include the units below it, or leave the cell empty."),
    ),
    "key-missing": Kind(_E, _("The sheet “Đợt báo cáo” has no row “{value}”."), _("Add a row with this code and a value.")),
    "part-lost": Kind(
        _W,
        _("The workbook holds {part}, which cannot be carried over to the forms."),
        _("Remove it, or put a picture or plain cells in its place."),
    ),
    "formula-in-form": Kind(
        _W,
        _("The form holds a formula of its own, {value}."),
        _("It is kept as it is, but not checked; figures that follow from others are safer as rules."),
    ),
}

ROSTER_PROBLEMS: dict[str, Kind] = {
    "roster-empty": Kind(_E, _("The roster names no unit."), _("Write one unit in each row, below the head.")),
    "unit-code-duplicate": Kind(_E, _("The unit code “{value}” already stands in {first}."), _("Give each unit a code of its own.")),
    "unit-code-invalid": Kind(
        _E, _("The unit code “{value}” is not usable."), _("Use letters a–z, digits, - and _ only, at most 40 characters.")
    ),
    "parent-unknown": Kind(
        _E,
        _("There is no unit with the code “{value}” to be above this one."),
        _("Write the code of a unit of this roster, or leave the cell empty for a unit directly under the office. {suggestion}"),
    ),
    "parent-cycle": Kind(_E, _("This unit is above itself: {value}."), _("Mend “Trực thuộc” in one of these rows.")),
    "parent-level": Kind(
        _W,
        _("“{unit}” is not of a lower level than the unit above it."),
        _("Look at “Trực thuộc” and at the levels in the template's sheet “Loại đơn vị”."),
    ),
    "email-invalid": Kind(
        _E, _("“{value}” is not an e-mail address."), _("Write one address such as vanthu@example.vn, or leave the cell empty.")
    ),
    "unit-name-similar": Kind(
        _W,
        _("The name “{value}” differs from “{other}” in {first} only by diacritics, capitals or spaces."),
        _("If it is the same unit, remove one row; if not, make the names tell them apart."),
    ),
    "fact-invalid": Kind(
        _E,
        _("The head “{value}” is not usable as the name of a fact."),
        _("Begin it with dv_ and use small letters, digits and _ only, or choose another head: {accepted}."),
    ),
    "fact-missing": Kind(
        _W, _("“{value}” is empty, but a rule of the template uses it."), _("Fill it in; until then it counts as 0 in the rules.")
    ),
}

DECISION_PROBLEMS: dict[str, Kind] = {
    "decision-unit-unknown": Kind(
        _E, _("“{value}” is no unit of the roster."), _("Write the unit's code as it stands in the roster. {suggestion}")
    ),
    "decision-indicator-unknown": Kind(
        _E,
        _("“{value}” is no line that this unit is asked for."),
        _("Write the line's code as it stands in the template's sheet “Chỉ tiêu”. {suggestion}"),
    ),
    "decision-file-unknown": Kind(
        _W,
        _("No file “{value}” is among those that came back."),
        _("Write its name as in the sheet “Nhật ký”, or remove the decision if the file was taken away."),
    ),
    "decision-value-in-doubt": Kind(
        _E, _("“{value}” is not a plain value of this line."), _("Write the figure or text itself, as the unit should have written it.")
    ),
    "decision-conflict": Kind(
        _E, _("This contradicts the decision in {first}; neither was applied."), _("Keep the one that is meant and remove the other.")
    ),
    "decision-needless": Kind(_W, _("The decision no longer fits anything: {reason}."), _("Remove the row, or correct what it names.")),
}

RETURN_PROBLEMS: dict[str, Kind] = {
    "file-excluded": Kind(
        _N, _("The officer left this file out: {value}."), _("Nothing need be done; the decision is listed in the sheet “Quyết định”.")
    ),
    "value-decided": Kind(
        _N,
        _("The officer set this value to {value}; the return says “{read}”. {other}"),
        _("Nothing need be done; the decision is listed in the sheet “Quyết định”."),
    ),
    "not-a-form": Kind(
        _E,
        _("The workbook is none of the forms sent out: {reason}."),
        _("Ask the unit to fill in the form it was sent and to return that file."),
    ),
    "format-unsupported": Kind(
        _E, _("The file is {format}, not an Excel form."), _("Ask the unit to fill in the Excel form it was sent and to return that file.")
    ),
    "download-unfinished": Kind(
        _E,
        _("The file is a download that did not finish."),
        _("Wait until the browser is done, or download the attachment again into the folder; nothing need be asked of the unit."),
    ),
    "link-only": Kind(
        _E,
        _("The file is only a link to a document that is elsewhere; no figure is in it."),
        _("Ask the unit to open the document, save it as an Excel Workbook (.xlsx; in Google Sheets: File, Download) and send that file."),
    ),
    "return-unreadable": Kind(
        _E, _("The file cannot be read: {reason}."), _("Ask the unit to send it again, saved as an Excel Workbook (.xlsx).")
    ),
    "return-damaged": Kind(
        _E,
        _("The file is damaged: {reason}."),
        _("Ask the unit to open its own copy in Excel, save it as an Excel Workbook (.xlsx) and send it again."),
    ),
    "return-too-large": Kind(
        _E,
        _("The file is too large to be read safely: it has more than {limit} {what}."),
        _("Ask the unit to fill in the form it was sent, without pictures, pasted data or other sheets."),
    ),
    "return-hostile": Kind(
        _E,
        _("The file is built in a way that no spreadsheet program uses: {reason}. It was not read."),
        _("Do not open it; ask the unit which program it was made with, and for the form it was sent."),
    ),
    "return-encrypted": Kind(
        _E, _("The file opens with a password only."), _("Ask the unit to send it again without a password to open it.")
    ),
    "archive-encrypted": Kind(
        _E, _("The archive opens with a password only."), _("Ask the unit to send the form itself, or the archive without a password.")
    ),
    "archive-empty": Kind(_E, _("The archive holds no file."), _("Ask the unit to send the form again.")),
    "mail-empty": Kind(_E, _("The mail has no attachment."), _("Read the mail; ask the sender for the form, attached as an Excel file.")),
    "attachment-absent": Kind(
        _E,
        _("The attachment is not in the saved mail: it is a mail or link of its own."),
        _("Open the mail, save the attachment and put it into the folder."),
    ),
    "nested-too-deep": Kind(
        _E,
        _("Archives or mails are packed in one another too deep to be opened safely."),
        _("Unpack it by hand and put the forms into the folder, or ask for them one by one."),
    ),
    "reading-failed": Kind(
        _E,
        _("The file was given up: {reason}."),
        _("Open it in Excel, save it as an Excel Workbook (.xlsx) and try again; if that fails, ask the unit to send its form again."),
    ),
    "unit-by-name": Kind(
        _N,
        _("The name of the file suggests that it is from “{value}”; the file itself does not say."),
        _("Ask that unit; nothing was counted."),
    ),
    "unit-by-sender": Kind(
        _N,
        _("The address it was sent from suggests that it is from “{value}”; the file itself does not say."),
        _("Ask that unit; nothing was counted."),
    ),
    "file-empty": Kind(_E, _("The file is empty (0 bytes)."), _("Ask the unit to send it again.")),
    "other-campaign": Kind(
        _E, _("The form belongs to the campaign “{value}”, not to “{expected}”."), _("Ask the unit to fill in this campaign's form.")
    ),
    "unit-unknown": Kind(_E, _("The form's unit “{value}” is not in the roster."), _("Add the unit to the roster, or remove the file.")),
    "signature-wrong": Kind(
        _E,
        _("The form's signature does not fit its unit “{value}”: it was relabelled or does not come from this office."),
        _("Send the unit its own form again and ask it to fill in that one."),
    ),
    "identity-conflict": Kind(
        _E,
        _("The file says in one place that it is of {first} and in another that it is of {second}."),
        _("Ask which unit it is from; send that unit its own form again."),
    ),
    "identity-weak": Kind(
        _E,
        _("Only one of the form's marks of identity is left ({value}); two have to agree."),
        _("Ask the unit to fill in the form it was sent without copying it to another workbook."),
    ),
    "identity-by-name": Kind(
        _W,
        _("Only one of the form's marks of identity is left ({value}); it was taken because the file's name or sender bears it out."),
        _("Look whether the figures are those of this unit."),
    ),
    "sender-differs": Kind(
        _N,
        _("The mail came from {value}; the unit's address in the roster is {expected}."),
        _("If the unit has another address now, write it into the roster."),
    ),
    "saved-in-doubt": Kind(
        _W,
        _(
            "The file says that it was saved on {value}, more than a year from the deadline; perhaps a clock is wrong. The date was not used."
        ),
        _("Ask the unit when it sent the form, if that matters."),
    ),
    "key-absent": Kind(
        _W,
        _("There is no signature key, so it was not checked that the forms come from this office."),
        _("Keep the file “{value}” that was made with the forms beside the roster."),
    ),
    "form-version-old": Kind(
        _N, _("The form is of an earlier version, {value}."), _("It was read by its own layout; what this version does not ask is missing.")
    ),
    "input-missing": Kind(
        _E, _("The line of “{value}” is gone from the form."), _("Ask the unit to send it again without deleting lines.")
    ),
    "input-moved-apart": Kind(
        _E,
        _("The line of “{value}” no longer stands beside its label, so its figure was not read."),
        _("Ask the unit to enter this figure again in the form it was sent."),
    ),
    "input-duplicated": Kind(
        _E,
        _("The line of “{value}” stands more than once on the form, so its figure was not read."),
        _("Ask the unit to send it again without copying lines."),
    ),
    "label-changed": Kind(
        _N, _("The printed text “{expected}” was changed to “{value}”."), _("Look whether the unit answered what was asked.")
    ),
    "text-changed": Kind(
        _N,
        _("The printed text “{expected}” is no longer on the form; “{value}” stands in its place."),
        _("Look whether the unit answered what was asked."),
    ),
    "texts-changed": Kind(
        _N,
        _("{count} printed texts of the form were changed or removed; the first of them are listed."),
        _("Look whether the unit answered what was asked."),
    ),
    "answer-missing": Kind(
        _E, _("No answer, although one is required."), _("Ask the unit; 0 means none, KCSL means there are no figures.")
    ),
    "answer-wanted": Kind(_W, _("No answer."), _("Ask the unit if it is needed; 0 means none, KCSL means there are no figures.")),
    "answer-unexpected": Kind(
        _W, _("“{value}” stands in a line that does not apply to this unit; it was not counted."), _("Ask the unit what it meant.")
    ),
    "value-repaired": Kind(_N, _("“{value}” was read as {read}."), _("Look whether that is what the unit meant.")),
    "number-in-doubt": Kind(
        _E,
        _("“{value}” is not a plain number here: {reason}. It was not counted."),
        _("Ask the unit for the figure; only digits belong in this cell."),
    ),
    "number-not-whole": Kind(
        _E,
        _("“{value}” is not a whole number. It was not counted."),
        _("Ask the unit for the figure: perhaps a dot or comma was taken for a decimal sign."),
    ),
    "number-out-of-range": Kind(_E, _("{value} is not between {minimum} and {maximum}."), _("Ask the unit to look at this figure.")),
    "number-too-small": Kind(_E, _("{value} is below the least value, {minimum}."), _("Ask the unit to look at this figure.")),
    "number-too-large": Kind(_E, _("{value} is above the greatest value, {maximum}."), _("Ask the unit to look at this figure.")),
    "cell-error": Kind(_E, _("The cell shows the error {value}."), _("Ask the unit to type the figure itself.")),
    "formula-not-calculated": Kind(
        _E,
        _("The cell holds a formula without a result."),
        _("Ask the unit to type the figure itself, or to save the file again in Excel."),
    ),
    "formula-answer": Kind(_N, _("The answer is the result of a formula, {value}."), _("Nothing need be done; the result was taken.")),
    "date-in-doubt": Kind(_E, _("“{value}” is not a date."), _("Ask the unit for the date, typed as day/month/year.")),
    "date-too-early": Kind(_E, _("{value} is before the earliest date, {minimum}."), _("Ask the unit to look at this date.")),
    "date-too-late": Kind(_E, _("{value} is after the latest date, {maximum}."), _("Ask the unit to look at this date.")),
    "choice-unknown": Kind(_E, _("“{value}” is not one of the choices."), _("Choose one of: {accepted}. {suggestion}")),
    "text-too-long": Kind(
        _W,
        _("The text has {length} characters; Excel holds 32,767 in a cell."),
        _("The file has the whole text; only its beginning is shown."),
    ),
    "rule-broken": Kind(_E, _("{message}"), _("Ask the unit to look at these figures: {values}.")),
    "rule-not-computable": Kind(
        _W, _("The rule “{rule}” gives the error {value} with these figures."), _("Look at the rule in the template's sheet “Quy tắc”.")
    ),
    "inclusion-unanswered": Kind(
        _W,
        _("It is not said whether the figures include the units below; they were taken to include them, so that nothing counts twice."),
        _("Ask the unit; until then the figures of the units below are not added to it."),
    ),
    "below-children": Kind(
        _W,
        _("{value} is below the sum of the units below it, {sum}, although it is said to include them."),
        _("Ask which of the figures is right; none was changed."),
    ),
    "same-as-other": Kind(
        _W, _("All figures are the same as those of {other}."), _("Ask whether the unit filled in its neighbour's file.")
    ),
    "outlier": Kind(_W, _("{value} is far from what like units report (median {median})."), _("Ask the unit to look at this figure.")),
    "jump": Kind(_W, _("{value} now, {last} last time: a jump."), _("Ask the unit whether both figures are right.")),
    "duplicate-return": Kind(_N, _("The same answers were returned in {other}, too."), _("Nothing need be done: they count once.")),
    "superseded-return": Kind(_N, _("A newer return of the same unit counts: {other}."), _("Look whether the newer one is the one meant.")),
    "return-not-chosen": Kind(
        _N,
        _("The officer chose another return of the same unit: {other}."),
        _("Nothing need be done; the decision is listed in the sheet “Quyết định”."),
    ),
    "differs-from-other": Kind(
        _N,
        _("“{value}” stands here, “{read}” in {other}."),
        _("Ask the unit which is right if the newer one is not the one meant."),
    ),
    "return-tie": Kind(
        _E,
        _("{other} is a different return of the same unit, and neither is newer; none was counted."),
        _("Ask the unit which one is right and remove the other from the folder."),
    ),
    "late": Kind(_W, _("Received on {value}, after the deadline."), _("Nothing need be done if the delay was agreed.")),
}

CATALOGUE: dict[str, Kind] = {**TEMPLATE_PROBLEMS, **ROSTER_PROBLEMS, **DECISION_PROBLEMS, **RETURN_PROBLEMS}
"""Every problem there is, by its kebab-case code."""
