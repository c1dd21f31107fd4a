"""Seeded, plausible answers to any template that obey its rules, for the demonstration and the tests."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from workbook_tools.excel import from_serial
from workbook_tools.formula import parse_formula
from workbook_tools.model import Indicator, Kind, Need, ReportTemplate, Roster, Rule, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = str | int | date
_ROUNDS = 200
_SPANS = {
    "lớp": (1, 4),
    "lượt": (20, 240),
    "người": (20, 260),
    "cuộc": (1, 3),
    "buổi": (1, 3),
    "lần": (1, 3),
    "cơ sở": (1, 4),
}
_SPANS |= {"trung tâm": (0, 1), "đơn vị": (1, 4), "cá nhân": (1, 12), "tờ": (10, 400), "cuốn": (5, 120)}
_TEXTS = (
    "Đã ban hành kế hoạch và triển khai đến toàn thể cán bộ, giáo viên, học sinh; tổ chức lễ khai mạc đúng "
    "ngày. (Nội dung giả định.)",
    "Thuận lợi: được cấp ủy, chính quyền quan tâm. Khó khăn: kinh phí còn hạn chế, máy tính chưa đủ. (Nội "
    "dung giả định.)",
    "Tiếp tục duy trì góc đọc sách, phối hợp với Trung tâm HTCĐ mở lớp kỹ năng số cho người dân. (Nội dung "
    "giả định.)",
    "Đề nghị cấp trên hỗ trợ tài liệu tuyên truyền và đường truyền internet. (Nội dung giả định.)",
)


def invent_answers(template: ReportTemplate, roster: Roster, seed: int) -> dict[str, dict[str, Answer]]:
    """Unit → indicator → answer for every unit and line asked, such that all rules hold.

    Optional lines are omitted. Figures that break rules are drawn again, in random subsets, so that rules
    which share a figure converge; RuntimeError if they do not.
    """
    generator = random.Random(seed)
    answers = {
        unit.code: {
            i.code: _draw(i, template, generator)
            for i in template.indicators_for(unit.type)
            if i.need is not Need.OPTIONAL
        }
        for unit in roster
    }
    drawn = {unit: set(given) for unit, given in answers.items()}
    for _ in range(_ROUNDS):
        # Only figures of broken rules are drawn again: all of them would seldom satisfy every rule at once.
        broken = _find_broken(template, roster, answers, drawn)
        if not broken:
            _include_below(template, roster, answers)
            return answers
        drawn = defaultdict(set)
        for code, rule in broken:
            for name in parse_formula(rule.formula).names:
                # Facts of the roster are given and cannot be drawn again.
                if name in answers[code]:
                    answers[code][name] = _draw(template.indicators[name], template, generator)
                    drawn[code].add(name)
    raise RuntimeError(f"no answers found that obey all rules of {template.path}")


def _include_below(template: ReportTemplate, roster: Roster, answers: dict[str, dict[str, Answer]]) -> None:
    """Add the figures of the units below to those of a unit that says it includes them."""
    inclusion = template.campaign.inclusion
    if inclusion is None:
        return
    # A unit's figures must be complete before they are added to those of the unit above.
    deepest_first = sorted(roster, key=lambda unit: -len(roster.ancestors(unit.code)))
    for unit in deepest_first:
        own = answers[unit.code]
        if own.get(inclusion) != template.indicators[inclusion].options[0]:
            continue
        for child in roster.children.get(unit.code, ()):
            for code, value in answers[child.code].items():
                figure = own.get(code)
                if template.indicators[code].additive and isinstance(value, int) and isinstance(figure, int):
                    own[code] = figure + value


def _draw(indicator: Indicator, template: ReportTemplate, generator: random.Random) -> Answer:
    if indicator.kind is Kind.COUNT:
        least, most = _SPANS.get(indicator.measure, (1, 40))
        # Some zeros, as in real reports; never where the template demands more.
        if generator.random() < 0.08 and not (indicator.minimum or 0):
            return 0
        return generator.randint(
            int(max(least, indicator.minimum or 0)), int(min(most, indicator.maximum or most))
        )
    if indicator.kind is Kind.MONEY:
        return generator.randint(2, 60) * 100_000
    if indicator.kind is Kind.CHOICE:
        return generator.choice(indicator.options)
    if indicator.kind is Kind.DATE:
        first = from_serial(indicator.minimum) if indicator.minimum else None
        last = from_serial(indicator.maximum) if indicator.maximum else template.campaign.deadline
        # Without an earliest date, some days before the deadline are plausible.
        span = (last - first).days if first else 10
        return last - timedelta(days=generator.randint(0, max(span, 0)))
    if indicator.measure:
        return f"Số {generator.randint(5, 95)}/KH ngày {generator.randint(20, 28)}/9/2023"
    return generator.choice(_TEXTS)


def _find_broken(
    template: ReportTemplate,
    roster: Roster,
    answers: dict[str, dict[str, Answer]],
    drawn: Mapping[str, set[str]],
) -> list[tuple[str, Rule]]:
    """Unit and rule wherever one does not hold, of those that name a figure just ``drawn``."""
    broken = []
    for rule in template.rules:
        formula = parse_formula(rule.formula)
        sources = {template.source(name) for name in formula.names}
        units = [
            unit
            for unit in roster
            if rule.applies_to(unit.type)
            and _is_asked(rule, answers[unit.code])
            and not sources.isdisjoint(drawn.get(unit.code, ()))
        ]
        if not units:
            continue
        frame = pd.DataFrame(
            {
                name: [_value(name, unit, template, answers[unit.code]) for unit in units]
                for name in formula.names
            },
            index=[unit.code for unit in units],
            dtype=object,
        )
        holds = formula.evaluate(frame)
        broken += [(str(code), rule) for code, value in holds.items() if value is not True]
    return broken


def _is_asked(rule: Rule, answers: dict[str, Answer]) -> bool:
    return any(name in answers for name in parse_formula(rule.formula).names)


def _value(name: str, unit: Unit, template: ReportTemplate, answers: dict[str, Answer]) -> object:
    source = template.source(name)
    if source in template.indicators:
        return answers.get(source)
    return unit.facts.get(name)
