"""One cause, one problem: suppress problems that only follow from another one in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.problems import CATALOGUE
from workbook_tools.spec.unsupported.formula_faults import TEXT, UNREAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.problems import Problem

_MISSED_MARKERS = frozenset({"marker-unknown", "marker-braces", "marker-calculated"})
"""Markers that are present but misspelt."""
_OF_FORMULAS = frozenset({"formula-not-sum", "formula-unreadable", "formula-not-calculated-here"})
"""Problems of a formula whose referenced cell is not the line it should be."""

_OF_LINES = frozenset(
    {"code-invalid", "code-like-cell", "code-duplicate", "marker-missing", "lines-missing", "formula-wrong"}
)
_INHERITED = frozenset({"", TEXT, UNREAD})
"""The reasons in such problems."""


def without_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """Drop the problems that only follow from others.

    A name may well be right if its sheet could not be read or its row's code was refused; a missing column is
    empty in every row; the line of a misspelt marker is not also missing from the form; and a formula over a
    cell whose line or marker is wrong is not wrong itself.
    """
    unread = {p.place.sheet.casefold() for p in problems if CATALOGUE[p.code].hides_sheet}
    refused = {str(p.params.get("value", "")).casefold() for p in problems if CATALOGUE[p.code].hides_code}
    columns = {(p.place.sheet, p.params["column"]) for p in problems if p.code == "column-missing"}
    meant = {p.params.get("suggestion") for p in problems if p.code in _MISSED_MARKERS}
    blank = {(p.place.sheet, p.place.cell) for p in problems if p.code == "result-missing"}

    lines_lost = bool(meant or unread or any(p.code in _OF_LINES for p in problems))

    def is_consequence(found: Problem) -> bool:
        if found.code in _OF_FORMULAS and lines_lost and found.params.get("reason", "") in _INHERITED:
            return True
        if found.code == "marker-missing":
            return found.params["value"] in meant
        if found.code == "value-missing" and (found.place.sheet, found.place.cell) in blank:
            return True
        if found.code != "column-missing" and (found.place.sheet, found.params.get("column")) in columns:
            return True
        sheets = CATALOGUE[found.code].looks_in
        name = str(found.params.get("marker") or found.params.get("value", "")).strip("{} ").casefold()
        return bool(sheets) and (name in refused or not unread.isdisjoint(s.casefold() for s in sheets))

    return [found for found in problems if not is_consequence(found)]
