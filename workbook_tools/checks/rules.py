"""The template's rules, each evaluated over all units at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from workbook_tools.checks.lines import Line, lines, plain
from workbook_tools.formula import ExcelError, parse_formula
from workbook_tools.model import Indicator, ReportTemplate, Roster, Rule, State
from workbook_tools.problems import Problem, Severity


def check_rules(answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> list[Problem]:
    """Every rule that is not TRUE for a unit's answers, and every one that cannot be computed with them.

    A rule is evaluated for the units of its types that have answered at least one of its indicators, provided that
    none of them is KCSL or in doubt. A blank, an indicator that the unit is not asked and a missing fact are what
    a blank cell is in Excel; mirrors are what they mirror. ``values`` in the parameters is in the workbook's language.
    """
    sheet = _Sheet.lay_out(answers, template, roster)
    return [found for rule in template.rules for found in _check_rule(rule, sheet)]


def _check_rule(rule: Rule, sheet: _Sheet) -> Iterator[Problem]:
    formula = parse_formula(rule.formula)
    units = sheet.units_for(rule, formula.names)
    if units.empty:
        return
    frame = pd.DataFrame({name: sheet.values(name, units) for name in formula.names}, index=units)
    results = formula.evaluate(frame)
    wrong = results[[not _holds(result) for result in results]]
    if wrong.empty:
        return
    found = zip(wrong, sheet.lines_for(rule, formula.names, wrong.index), frame.loc[wrong.index].to_dict("records"), strict=True)
    for result, line, values in found:
        if isinstance(result, ExcelError | str):
            shown = f"“{result}”" if isinstance(result, str) else str(result)
            yield line.problem("rule-not-computable", rule=rule.code, value=shown)
        else:
            severity = Severity.ERROR if rule.is_error else Severity.WARNING
            shown = "; ".join(f"{name} = {sheet.shown(str(name), line.place.unit, value)}" for name, value in values.items())
            yield line.problem("rule-broken", severity=severity, message=rule.message, rule=rule.code, values=shown)


def _holds(result: object) -> bool:
    """TRUE, or as in Excel any number but 0."""
    return isinstance(result, bool | float) and bool(result)


@dataclass(frozen=True)
class _Sheet:
    """The answers by indicator and unit, as if each unit had its row and each name its column."""

    template: ReportTemplate
    roster: Roster
    types: pd.Series
    """Type of each unit that has returned, by its code."""
    by_code: Mapping[str, pd.DataFrame]
    """Indicator → its rows of the answers frame, by unit."""

    @classmethod
    def lay_out(cls, answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> _Sheet:
        units = answers["unit"].unique()
        types = pd.Series([roster[unit].type for unit in units], index=pd.Index(units), dtype=object)
        by_code = {str(code): rows.set_index("unit", drop=False) for code, rows in answers.groupby("indicator")}
        return cls(template, roster, types, by_code)

    def units_for(self, rule: Rule, names: Sequence[str]) -> pd.Index:
        """The units for which the rule is evaluated."""
        held = [code for code in self.template.unit_types if rule.applies_to(code)]
        units = self.types.index[self.types.isin(held)]
        answered = pd.Series(False, index=units)
        unknown = pd.Series(False, index=units)
        for source in self._sources(names):
            if source.code in self.by_code:
                state = self.by_code[source.code]["state"].reindex(units)
                answered |= state == State.ANSWERED
                unknown |= state.isin([State.NO_FIGURE, State.IN_DOUBT])
        return units[answered & ~unknown]

    def values(self, name: str, units: pd.Index) -> pd.Series:
        """What stands under a name for each of the units; NaN or None is blank."""
        source = self._source(name)
        if source is None:
            facts = [self.roster[unit].facts.get(name) for unit in units]
            return pd.Series([None if fact == "" else fact for fact in facts], index=units).infer_objects()
        if source.code not in self.by_code:
            return pd.Series(float("nan"), index=units)
        rows = self.by_code[source.code]
        return rows["number" if source.kind.numeric else "value"].where(rows["state"] == State.ANSWERED).reindex(units)

    def lines_for(self, rule: Rule, names: Sequence[str], units: pd.Index) -> Iterator[Line]:
        """For each of the units, the line beside which the rule is shown: the rule's own, or its first that applies."""
        candidates = list(self._sources([rule.shown_at, *names] if rule.shown_at else names))
        types = self.types[units]
        home = {code: next(i.code for i in candidates if i.applies_to(code)) for code in types.unique()}
        shown_at = types.map(home)
        found = [self.by_code[code].loc[units[shown_at == code]] for code in shown_at.unique()]
        return lines(pd.concat(found).loc[units])

    def shown(self, name: str, unit: str, value: object) -> str:
        """A value as the officer reads it."""
        source = self._source(name)
        if source is not None and not source.applies_to(self.types[unit]):
            return "(không áp dụng)"
        if isinstance(value, str):
            return f"“{value}”"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if not isinstance(value, int | float) or value != value:
            return "(trống)"
        return str(plain(value))

    def _sources(self, names: Sequence[str]) -> Iterator[Indicator]:
        for name in names:
            source = self._source(name)
            if source is not None:
                yield source

    def _source(self, name: str) -> Indicator | None:
        """The indicator that is asked under this name: for a mirror, the mirrored one; for a fact, none."""
        indicator = self.template.indicators.get(name)
        return self.template.indicators[indicator.mirrors] if indicator is not None and indicator.mirrors else indicator
