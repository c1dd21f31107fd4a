"""One cause, one problem: what is wrong only because something else in the workbook is wrong is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.problems import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbook_tools.problems import Problem

_MISSED_MARKERS = frozenset({"marker-unknown", "marker-braces", "marker-calculated"})
"""Markers that are there but not written as one."""


def without_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """The same problems without those that name what another one has put out of reach.

    A name that is looked for in a sheet that could not be read, or that stands in a row whose code was refused, may well
    be right; a column that is not there is empty in every row; and the line of a marker that is misspelt is not missing from the form besides.
    """
    unread = {p.place.sheet.casefold() for p in problems if CATALOGUE[p.code].hides_sheet}
    refused = {str(p.params.get("value", "")).casefold() for p in problems if CATALOGUE[p.code].hides_code}
    columns = {(p.place.sheet, p.params["column"]) for p in problems if p.code == "column-missing"}
    meant = {p.params.get("suggestion") for p in problems if p.code in _MISSED_MARKERS}
    blank = {(p.place.sheet, p.place.cell) for p in problems if p.code == "result-missing"}

    def is_consequence(found: Problem) -> bool:
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
