"""Everything that can be wrong with a user's file: one translatable catalogue, with a remedy for each.

A problem is data: a code, a place, parameters. Its text is made last, in the reader's language. Exceptions
are in :mod:`workbook_tools.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from workbook_tools.locale import mark as _
from workbook_tools.locale import show_number, translate
from workbook_tools.problems.answer_problems import ANSWER_PROBLEMS
from workbook_tools.problems.changed_form_problems import CHANGED_FORM_PROBLEMS
from workbook_tools.problems.check_problems import CHECK_PROBLEMS
from workbook_tools.problems.file_problems import FILE_PROBLEMS
from workbook_tools.problems.formula_problems import FORMULA_PROBLEMS
from workbook_tools.problems.identity_problems import IDENTITY_PROBLEMS
from workbook_tools.problems.kinds import Action as Action
from workbook_tools.problems.kinds import ProblemKind as ProblemKind
from workbook_tools.problems.kinds import Severity as Severity
from workbook_tools.problems.list_problems import LIST_RETURN_PROBLEMS, LIST_TEMPLATE_PROBLEMS
from workbook_tools.problems.mail_problems import MAIL_PROBLEMS
from workbook_tools.problems.marker_problems import MARKER_PROBLEMS
from workbook_tools.problems.office_problems import DECISION_PROBLEMS, ROSTER_PROBLEMS
from workbook_tools.problems.office_problems import WORD_TEMPLATE_PROBLEMS as WORD_TEMPLATE_PROBLEMS
from workbook_tools.problems.selection_problems import SELECTION_PROBLEMS
from workbook_tools.problems.template_problems import TEMPLATE_PROBLEMS

CHAPTERS: dict[str, dict[str, ProblemKind]] = {
    "In the template": TEMPLATE_PROBLEMS | MARKER_PROBLEMS | FORMULA_PROBLEMS | LIST_TEMPLATE_PROBLEMS,
    "In the roster": ROSTER_PROBLEMS,
    "In the decisions": DECISION_PROBLEMS,
    "In the Word template": WORD_TEMPLATE_PROBLEMS,
    "In a file that came back, as a whole": FILE_PROBLEMS,
    "In whose form it is": IDENTITY_PROBLEMS,
    "In a form that was changed": CHANGED_FORM_PROBLEMS,
    "In an answer": ANSWER_PROBLEMS,
    "In a list": LIST_RETURN_PROBLEMS,
    "Between answers": CHECK_PROBLEMS,
    "Between the returns of a unit": SELECTION_PROBLEMS,
    "In letters to the units": MAIL_PROBLEMS,
}
"""The catalogue as the reference page lists it."""
# Chapters first: the catalogue follows from them, so no code can be missing on the reference page.
CATALOGUE: dict[str, ProblemKind] = {
    code: kind for kinds in CHAPTERS.values() for code, kind in kinds.items()
}
"""Every kind of problem, by its kebab-case code."""


class Place(Struct, frozen=True):
    """Where a problem is; parts that do not apply are empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    unit: str = ""
    indicator: str = ""


_NOWHERE = Place()
BLANK = "–"
"""Quoted in a message for a cell that holds or displays nothing."""


class Problem(Struct, frozen=True):
    """One problem. ``code`` is a key of :data:`CATALOGUE`; ``severity`` may differ from the usual one."""

    code: str
    place: Place = _NOWHERE
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    reason: str = ""
    """The unit's own note beside the line."""
    accepted: str = ""
    """Reason, person and date if the officer accepted it."""
    under: str = ""
    """Code of the problem of the same file and unit that caused this one, which is then only a detail of it.
    """

    def title(self, language: str = "vi") -> str:
        """The name of this kind of problem, in a few words."""
        return translate(CATALOGUE[self.code].title, language)

    def message(self, language: str = "vi") -> str:
        """The fact, in words."""
        return _fill(CATALOGUE[self.code].message, self.params, language)

    def remedy(self, language: str = "vi") -> str:
        """What to do about it."""
        return _fill(CATALOGUE[self.code].remedy, self.params, language)

    @property
    def acceptable(self) -> bool:
        """Whether the officer may accept it: a warning, or an error about which nothing is unknown."""
        is_known = self.severity is Severity.WARNING or CATALOGUE[self.code].acceptable
        return is_known and self.severity is not Severity.NOTICE

    @property
    def action(self) -> Action | None:
        """What the program can do about it, if anything."""
        return CATALOGUE[self.code].action

    def at(self, **place: str) -> Problem:
        """A copy with parts of its place filled in."""
        return replace(self, place=replace(self.place, **place))


def problem(
    code: str, place: Place = _NOWHERE, *, severity: Severity | None = None, **params: object
) -> Problem:
    """Make a problem of the catalogue, with its usual severity by default."""
    return Problem(code, place, params, severity or CATALOGUE[code].severity)


def root_key(found: Problem) -> tuple[str, str, str]:
    """The key that a problem shares with its details: file, unit and code of the cause."""
    return found.place.file, found.place.unit, found.under or found.code


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them is an error."""
    return any(p.severity is Severity.ERROR for p in problems)


def count_problems(problems: Iterable[Problem]) -> tuple[int, int, int]:
    """Return the number of errors, warnings and notices."""
    found = [p.severity for p in problems]
    return found.count(Severity.ERROR), found.count(Severity.WARNING), found.count(Severity.NOTICE)


WORDED_PARAMETERS = frozenset({"reason", "what", "part", "format", "basis"})
"""Parameters that are texts of the program: marked English, single or lists, translated with the message."""


def _fill(text: str, params: Mapping[str, object], language: str) -> str:
    # A suggestion exists only for near misses, but messages may name it in any case.
    params = {"suggestion": "", **params}
    if params["suggestion"]:
        params["suggestion"] = translate(_("Did you mean “{value}”?"), language).format(
            value=params["suggestion"]
        )
    worded = {name: _translate(params[name], language) for name in WORDED_PARAMETERS & params.keys()}
    shown = {
        # Numbers are formatted last, because the grouping depends on the reader's language.
        name: show_number(value, language) if isinstance(value, int | float) else value
        for name, value in params.items()
    }
    return translate(text, language).format_map(_Parameters({**shown, **worded})).strip()


def _translate(words: object, language: str) -> str:
    """Translate one text of the program, or join several."""
    parts = words if isinstance(words, list | tuple) else [words]
    return ", ".join(translate(str(part), language) for part in parts)


class _Parameters(dict[str, object]):
    # A forgotten parameter must not hide the rest of the message.
    def __missing__(self, key: str) -> str:
        return "…"
