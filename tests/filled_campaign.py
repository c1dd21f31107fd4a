"""A sample campaign filled in with invented answers and planted faults, and what has to come of it, worked out without the collector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbook_tools.demo.invented_answers import Answer
from workbook_tools.formula import parse_formula
from workbook_tools.model import Indicator, Kind, Need, State

if TYPE_CHECKING:
    from campaigns import Campaign

    from workbook_tools.excel import Cell
    from workbook_tools.frames import Collection

Typed = dict[str, dict[str, Answer | float]]
Fault = tuple[Callable[[Indicator], bool], Callable[[Indicator, Answer], Answer | float], str]


def _is_count(indicator: Indicator) -> bool:
    return indicator.kind is Kind.COUNT


FAULTS: dict[str, Fault] = {
    "estimate": (_is_count, lambda i, v: "khoảng 20", "number-in-doubt"),
    "half": (_is_count, lambda i, v: 2.5, "number-not-whole"),
    "below 0": (_is_count, lambda i, v: -4, "number-in-doubt"),
    "with its unit": (_is_count, lambda i, v: f"{v} {i.measure}", "value-repaired"),
    "no figures": (_is_count, lambda i, v: "KCSL", ""),
    "no choice": (lambda i: i.kind is Kind.CHOICE, lambda i, v: "Qua đài truyền thanh", "choice-unknown"),
    "no date": (
        lambda i: i.kind is Kind.DATE and i.need is Need.REQUIRED,
        lambda i, v: "giữa tháng",
        "date-in-doubt",
    ),
    "left blank": (lambda i: i.need is Need.REQUIRED, lambda i, v: "", "answer-missing"),
}
"""Name → which indicators it can befall, what is typed in place of the answer, and the problem that must be found."""


@dataclass
class Filled:
    """What is typed, and what must be read: ``problems`` as (code, unit, indicator, sheet, cell)."""

    typed: Typed
    answers: Typed
    no_figure: set[tuple[str, str]] = field(default_factory=set)
    problems: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)

    def only(self, units: Iterable[str]) -> Filled:
        """The same of some units."""
        chosen = set(units)
        return Filled(
            {unit: typed for unit, typed in self.typed.items() if unit in chosen},
            {unit: answers for unit, answers in self.answers.items() if unit in chosen},
            {pair for pair in self.no_figure if pair[0] in chosen},
            {found for found in self.problems if found[1] in chosen},
        )


def plant_faults(campaign: Campaign, seed: int) -> Filled:
    """Most units with one fault each, each kind of fault many times; every ninth unit sends nothing."""
    invented = campaign.invent_answers(seed)
    sent = {unit: answers for position, (unit, answers) in enumerate(invented.items()) if position % 9 != 7}
    filled = Filled({u: dict(a) for u, a in sent.items()}, {u: dict(a) for u, a in sent.items()})
    names = list(FAULTS)
    for position, unit in enumerate(sent):
        for name in [*names[position % len(names) :], *names][: len(names)]:
            if _plant(campaign, filled, unit, name, position):
                break
    return filled


def _plant(campaign: Campaign, filled: Filled, unit: str, name: str, position: int) -> bool:
    """Plant a fault in one of the unit's lines, if it has one that will do."""
    template = campaign.template
    fits, spoil, code = FAULTS[name]
    # Whether units say what they include is another test's matter, and so is what a blank does to a rule.
    barred = {template.campaign.inclusion}
    if name == "left blank":
        barred |= {name for rule in template.rules for name in parse_formula(rule.formula).names}
    asked = template.indicators_for(campaign.roster[unit].type)
    able = [i for i in asked if fits(i) and i.code not in barred and i.code in filled.typed[unit]]
    if not able:
        return False
    chosen = able[position % len(able)]
    answer = filled.answers[unit].pop(chosen.code)
    filled.typed[unit][chosen.code] = spoil(chosen, answer)
    filled.faults.add(name)
    if code == "value-repaired":
        filled.answers[unit][chosen.code] = answer
    if code:
        place = template.inputs[chosen.code]
        filled.problems.add((code, unit, chosen.code, place.sheet, place.ref))
    else:
        filled.no_figure.add((unit, chosen.code))
    return True


def to_cells(campaign: Campaign, typed: Mapping[str, Answer | float]) -> dict[Cell, Answer | float]:
    """Where each answer is typed; a line left blank is not typed into."""
    return {campaign.template.inputs[code]: value for code, value in typed.items() if value != ""}


def read_answers(collection: Collection) -> Typed:
    """Unit → indicator → value, of everything that was read plainly."""
    frame = collection.answers[collection.answers["state"] == State.ANSWERED]
    found: Typed = defaultdict(dict)
    for unit, indicator, value in zip(frame["unit"], frame["indicator"], frame["value"], strict=True):
        found[unit][indicator] = value
    return dict(found)


def read_no_figure(collection: Collection) -> set[tuple[str, str]]:
    """Unit and indicator of every line that says KCSL."""
    frame = collection.answers[collection.answers["state"] == State.NO_FIGURE]
    return set(zip(frame["unit"], frame["indicator"], strict=True))


def read_problems(collection: Collection) -> set[tuple[str, str, str, str, str]]:
    """The problems of single answers; how units compare with each other is left out, for chance makes that up."""
    compared = {"outlier", "same-as-other", "below-children", "blank-above-children", "inclusion-doubtful"}
    places = ((p.code, p.place) for p in collection.problems if p.code not in compared)
    return {(code, place.unit, place.indicator, place.sheet, place.cell) for code, place in places}


def read_totals(collection: Collection) -> dict[str, float]:
    """Indicator → total; 0 where nobody answered."""
    return {str(code): 0 if total != total else total for code, total in collection.totals["total"].items()}


def expect_totals(campaign: Campaign, answers: Typed) -> dict[str, float]:
    """Adding up once as the rule book words it, by recursion from the top, slowly."""
    template, roster = campaign.template, campaign.roster
    inclusion = template.campaign.inclusion

    def area(code: str, unit: str) -> float:
        asked = template.indicators[code].applies_to(roster[unit].type)
        own = float(answers.get(unit, {}).get(code) or 0) if asked else 0.0  # type: ignore[arg-type]
        says = inclusion is not None and template.indicators[inclusion].applies_to(roster[unit].type)
        if unit in answers and asked and says and inclusion is not None:
            separate = template.indicators[inclusion].options[1]
            if answers[unit].get(inclusion) != separate:
                return own
        return own + sum(area(code, child.code) for child in roster.children.get(unit, ()))

    codes = [i.code for i in template.indicators.values() if i.additive]
    return {code: sum(area(code, unit.code) for unit in roster.children[None]) for code in codes}
