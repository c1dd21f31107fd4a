"""Last period's figures as facts of the units: printed on the forms, and the start of running totals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from workbook_tools.formula import parse_formula
from workbook_tools.formula.places import live_names
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.spec.markers import LAST_SUFFIX, MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    import pandas as pd

    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.storage.location import Location
    from workbook_tools.tally.previous import Previous

ANEW = "luy_ke_tu_dau"
"""The campaign's row that restarts running totals, as in the first period of a year."""


def read_last_period(
    path: Location | None, template: ReportTemplate
) -> tuple[Previous | None, Sequence[Problem]]:
    """Last period's workbook, if there is one, without the lines that are asked in another measure now."""
    if path is None:
        return None, ()
    # Imported here: pandas takes long to open, and nothing else may need it.
    from workbook_tools.tally.copied_workbook import find_newer
    from workbook_tools.tally.previous import match_lines, read_previous

    previous, problems = match_lines(read_previous(path), template)
    return previous, [*problems, *find_newer(path, previous)]


def running_totals(template: ReportTemplate) -> frozenset[str]:
    """Codes of the lines that continue from their own figures of last period."""
    lines = (one for one in template.computed if one.name in template.indicators)
    return frozenset(one.name for one in lines if one.name + LAST_SUFFIX in live_names(one.live))


def begin_anew(template: ReportTemplate) -> bool:
    """Whether running totals restart, as in the first period of a year."""
    return str(template.campaign.values.get(ANEW, "")).strip().lower() in ("có", "x", "1")


def add_last_figures(
    roster: Roster, template: ReportTemplate, previous: Previous | None
) -> tuple[Roster, list[Problem]]:
    """Add last period's figures to the roster as facts (``ct_1.ky_truoc``) if the template names them.

    Warns of units without them and of units that are no longer in the roster, because running totals are
    then incomplete, and of a template that names them without a previous workbook.
    """
    names = _named(template)
    anew: list[Problem] = []
    if previous is not None and begin_anew(template) and running_totals(template):
        anew = [problem("running-totals-anew", Place(file=template.path.name), value=ANEW)]
    # Only a template that names last period's figures needs them.
    if not names:
        return roster, anew
    if previous is None:
        return roster, [problem("previous-absent", Place(file=template.path.name), count=len(names))]
    frame = previous.figures[previous.figures["indicator"].isin(list(names))]
    units, counted = dict(roster.units), dict[str, dict[str, float]]()
    for unit, code, last, counts in frame[["unit", "indicator", "last", "counted"]].itertuples(
        index=False, name=None
    ):
        if unit in units:
            facts = {**units[unit].facts, code + LAST_SUFFIX: float(last)}
            units[unit] = replace(units[unit], facts=facts)
            # NaN if the figure was contained in that of a unit above.
            if not math.isnan(counts):
                counted.setdefault(code + LAST_SUFFIX, {})[unit] = float(counts)
    known = {code: set(rows["unit"]) for code, rows in frame.groupby("indicator")}
    problems = anew + [
        problem(
            "previous-missing", Place(unit=unit.code, indicator=code), value=template.indicators[code].label
        )
        for unit in roster
        for code in names
        if template.indicators[code].applies_to(unit.type) and unit.code not in known.get(code, ())
    ]
    problems += _find_gone(frame, previous.file, running_totals(template), roster)
    return replace(roster, units=units, counted_facts=counted), problems


def _find_gone(frame: pd.DataFrame, file: str, running: Set[str], roster: Roster) -> Iterator[Problem]:
    """Yield a warning for each unit of last period whose running totals nobody continues."""
    left = frame[frame["indicator"].isin(running) & frame["counted"].notna()]
    for unit, name in dict(zip(left["unit"], left["name"], strict=True)).items():
        if unit not in roster:
            yield problem("previous-unit-gone", Place(file=file), value=name, unit=unit)


def _named(template: ReportTemplate) -> list[str]:
    """Codes of the lines whose last figures the template names, except running totals that restart."""
    names = [name for text in template.texts.values() for name in MARKER.findall(text)]
    names += [name for rule in template.rules for name in parse_formula(rule.formula).names]
    names += [name for computed in template.computed for name in live_names(computed.live)]
    codes = dict.fromkeys(name.removesuffix(LAST_SUFFIX) for name in names if name.endswith(LAST_SUFFIX))
    # In the first period of a year the running total starts from 0, not from December's.
    anew = running_totals(template) if begin_anew(template) else frozenset()
    return [code for code in codes if code in template.indicators and code not in anew]
