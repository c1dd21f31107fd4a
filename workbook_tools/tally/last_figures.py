"""What the units reported last period as facts of this one: printed on the forms, and what a running total begins with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbook_tools.formula import parse_formula
from workbook_tools.formula.places import live_names
from workbook_tools.problems import Place, Problem, problem
from workbook_tools.spec.markers import LAST_SUFFIX, MARKER

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate, Roster
    from workbook_tools.tally.previous import Previous

ANEW = "luy_ke_tu_dau"
"""The campaign's row by which running totals begin anew, as in the first period of a year."""


def add_last_figures(
    roster: Roster, template: ReportTemplate, previous: Previous | None
) -> tuple[Roster, list[Problem]]:
    """The roster with last period's figures as facts (``ct_1.ky_truoc``), as far as the template names them.

    A unit that has none is a warning, for its running total lacks something; so is a template that names them where
    there is no previous workbook.
    """
    names = _named(template)
    if not names:
        return roster, []
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
            if counts == counts:
                counted.setdefault(code + LAST_SUFFIX, {})[unit] = float(counts)
    known = {code: set(rows["unit"]) for code, rows in frame.groupby("indicator")}
    problems = [
        problem(
            "previous-missing", Place(unit=unit.code, indicator=code), value=template.indicators[code].label
        )
        for unit in roster
        for code in names
        if template.indicators[code].applies_to(unit.type) and unit.code not in known.get(code, ())
    ]
    return replace(roster, units=units, counted_facts=counted), problems


def _named(template: ReportTemplate) -> list[str]:
    """The codes of the lines whose figures of last period the template names, but for running totals that begin anew."""
    names = [name for text in template.texts.values() for name in MARKER.findall(text)]
    names += [name for rule in template.rules for name in parse_formula(rule.formula).names]
    names += [name for computed in template.computed for name in live_names(computed.live)]
    codes = dict.fromkeys(name.removesuffix(LAST_SUFFIX) for name in names if name.endswith(LAST_SUFFIX))
    begins_anew = str(template.campaign.values.get(ANEW, "")).strip().lower() in ("có", "x", "1")
    running = {c.name for c in template.computed if c.name + LAST_SUFFIX in live_names(c.live)}
    return [code for code in codes if code in template.indicators and not (begins_anew and code in running)]
