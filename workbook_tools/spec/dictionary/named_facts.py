"""The facts of units, columns of the roster, that a template names, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook_tools.formula import parse_computed, parse_formula
from workbook_tools.formula.places import live_names
from workbook_tools.problems import Place
from workbook_tools.spec import vocabulary as words
from workbook_tools.spec.markers import FACT_PREFIX, MARKER

if TYPE_CHECKING:
    from workbook_tools.model import ReportTemplate


def facts_named(template: ReportTemplate) -> dict[str, list[Place]]:
    """Return each fact of the template with all places that use it, form cells first."""
    named = [(text, cell.sheet, cell.ref) for cell, text in template.texts.items()]
    named += [
        (text, words.UNIT_TYPES, "")
        for known in template.unit_types.values()
        for text in known.texts.values()
    ]
    named += [(f"{one.subject} {one.body}", words.LETTERS, "") for one in template.letters.values()]
    found = [(name, place) for text, *place in named for name in MARKER.findall(text)]
    for one in (*template.computed, *template.row_formulas):
        found += [(name, [one.cell.sheet, one.cell.ref]) for name in live_names(one.live)]
    found += [
        (name, [words.RULES, ""])
        for rule in template.rules
        for name in sorted(parse_formula(rule.formula).names)
    ]
    found += [
        (i.rate.fact, [words.INDICATORS, ""]) for i in template.indicators.values() if i.rate is not None
    ]
    places: dict[str, list[Place]] = {}
    for name, (sheet, ref) in found:
        place = Place(file=template.path.name, sheet=sheet, cell=ref)
        if name.startswith(FACT_PREFIX) and place not in places.setdefault(name, []):
            places[name].append(place)
    return places


def facts_calculated(template: ReportTemplate) -> frozenset[str]:
    """Return the facts used as figures in rules and in the form's own formulas, and the bases of rates."""
    names = {name for rule in template.rules for name in parse_formula(rule.formula).names_of_figures}
    for computed in template.computed:
        if computed.formula:
            names |= parse_computed(computed.formula).names_of_figures
        else:
            names.update(live_names(computed.live))
    names |= {i.rate.fact for i in template.indicators.values() if i.rate is not None}
    return frozenset(name for name in names if name.startswith(FACT_PREFIX))


def facts_used(unit_type: str, template: ReportTemplate) -> list[str]:
    """Return the facts in the rules of a unit type, in order."""
    asked = {i.code for i in template.indicators_for(unit_type)}
    rules = [parse_formula(rule.formula).names for rule in template.rules_for(unit_type)]
    return [
        name
        for names in rules
        # If the unit is asked none of a rule's lines, neither the rule nor its facts concern it.
        if not asked.isdisjoint(names)
        for name in names
        if name.startswith(FACT_PREFIX)
    ]
