"""Group many problems of one kind in one file under their common cause."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.problems import CATALOGUE, Place, Problem, Severity, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXPLAINED = {"answer-missing": "picture-answer", "answer-wanted": "picture-answer"}
"""Problem → the one at the same line that is its cause."""
MANY = 3
"""From this number on, problems of one kind in one file have a common cause."""


def fold_causes(problems: Sequence[Problem]) -> list[Problem]:
    """Replace groups of like problems in a file by one problem with the others as details.

    Details become notices; the problem that stands for them has the worst of their severities. A blank line
    that another problem at the line explains is a detail of that problem. The order of the result is not
    significant.
    """
    problems = _explain(problems)
    kinds: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for found in problems:
        root = CATALOGUE[found.code].many
        # What the officer has accepted is settled, and a detail already has its cause.
        if root and not found.under and not found.accepted:
            kinds[found.place.file, found.place.unit, root].append(found)
    reported = {(p.place.file, p.place.unit, p.code) for p in problems}
    folded: dict[int, Problem] = {}
    roots: list[Problem] = []
    for (file, unit, code), details in kinds.items():
        there = (file, unit, code) in reported
        if len(details) < MANY and not there:
            continue
        if not there:
            # Severities are listed from the worst.
            severity = min((p.severity for p in details), key=list(Severity).index)
            roots.append(problem(code, Place(file, unit=unit), severity=severity, count=len(details)))
        folded |= {id(p): replace(p, severity=Severity.NOTICE, under=code) for p in details}
    return [*(folded.get(id(p), p) for p in problems), *roots]


def _explain(problems: Sequence[Problem]) -> Sequence[Problem]:
    """Fold a problem under its cause at the same line, which takes over its severity."""
    causes = {(p.code, p.place.unit, p.place.indicator): id(p) for p in problems}
    roots: dict[int, Problem] = {}
    details: dict[int, Problem] = {}
    for found in problems:
        root = causes.get((_EXPLAINED.get(found.code, ""), found.place.unit, found.place.indicator))
        if root is not None and not found.accepted:
            roots[root] = found
            details[id(found)] = replace(found, severity=Severity.NOTICE, under=_EXPLAINED[found.code])
    explained = {id(p): replace(p, severity=roots[id(p)].severity) for p in problems if id(p) in roots}
    settled = details | explained
    return [settled.get(id(p), p) for p in problems]
