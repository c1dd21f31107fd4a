"""Summarize many problems: worst first, grouped, repeats counted, each remedy once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.cli.encoding import harmless
from workbook_tools.locale import mark as _
from workbook_tools.locale import translate
from workbook_tools.problems import Action, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HEADINGS = {Severity.ERROR: _("ERRORS"), Severity.WARNING: _("WARNINGS"), Severity.NOTICE: _("NOTICES")}
COMMANDS = {
    Action.MAKE_FORMS: "workbook-tools generate",
    Action.REPLACE_FORMS: "workbook-tools generate --force",
    Action.NEW_KEY: "workbook-tools generate --new-key",
    Action.LAY_OUT: "workbook-tools init",
}
"""The command that does what a remedy says."""
PLACES = 3
"""Places shown per message."""


def fold_problems(problems: Sequence[Problem], language: str, *, limit: int = 20) -> list[str]:
    """Render problems as lines of text, at most ``limit`` per code, safe for a terminal."""
    lines = []
    for severity, heading in HEADINGS.items():
        kinds = _grouped((p.code, p) for p in problems if p.severity is severity)
        if kinds:
            lines.append(translate(heading, language))
        for kind in kinds.values():
            lines += _fold_kind(kind, language, limit)
    return lines


def name_place(place: Place) -> str:
    """Render a place, as ``template.xlsx, Chỉ tiêu!E4``; without a cell, the unit or indicator."""
    cell = "!".join(filter(None, (place.sheet, place.cell)))
    named = (place.file or place.unit, cell or place.indicator)
    return harmless(", ".join(filter(None, named)))


def _fold_kind(kind: list[Problem], language: str, limit: int) -> Iterator[str]:
    """Lines of one code: title, messages with places, shared remedy."""
    yield f"  {kind[0].title(language)} ({len(kind)})"
    room = limit
    for remedy, sharing in _grouped((p.remedy(language), p) for p in kind).items():
        # By remedy and then by message, so that each is printed once for all its cells.
        messages = _grouped((p.message(language), p) for p in sharing)
        for message, same in list(messages.items())[:room]:
            places = _name_places(same, language)
            line = f"{places}: {message}" if places else message
            yield "    " + harmless(line)
        if room > 0:
            yield "      → " + harmless(remedy)
            if sharing[0].action is not None:
                yield "        " + COMMANDS[sharing[0].action]
        room -= len(messages)
    if room < 0:
        yield "    " + translate(_("… and {count} more lines of this kind"), language).format(count=-room)


def _name_places(same: list[Problem], language: str) -> str:
    places = list(dict.fromkeys(filter(None, (name_place(p.place) for p in same))))
    more = len(places) - PLACES
    named = "; ".join(places[:PLACES])
    if more > 0:
        return named + translate(_(" and {count} more places"), language).format(count=more)
    return named


def _grouped(pairs: Iterable[tuple[str, Problem]]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for key, problem in pairs:
        found.setdefault(key, []).append(problem)
    return found
