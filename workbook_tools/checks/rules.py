"""Evaluate the template's rules, each over all units at once."""

from __future__ import annotations

import math
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from workbook_tools.answers.list_measures import ListMeasures
from workbook_tools.checks.answer_line import AnswerLine, lines, plain_number
from workbook_tools.formula import parse_formula
from workbook_tools.formula.list_functions import is_column, is_measure, list_of, measure_parts, name_parts
from workbook_tools.locale import show_number
from workbook_tools.model import Indicator, ReportTemplate, Roster, Rule, State, Unit
from workbook_tools.problems import Place, Problem
from workbook_tools.spec.markers import LAST_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
_LONGEST_LABEL = 80
_OF_LAST_PERIOD = " (kỳ trước)"
_MEASURES = {
    "COUNT": "Số dòng có “{}”",
    "COUNTA": "Số dòng có “{}”",
    "COUNTIF": "Số dòng đạt điều kiện ở “{}”",
    "SUM": "Tổng “{}”",
    "SUMIF": "Tổng “{}” của các dòng đạt điều kiện",
    "MIN": "“{}” nhỏ nhất",
    "MAX": "“{}” lớn nhất",
}
"""What a unit calls the counts and sums of its list."""


def check_rules(table: AnswerTable) -> list[Problem]:
    """Return a problem for every rule that a unit's answers break, and for every rule not computable.

    A rule is evaluated for units of its types that answered at least one of its indicators and for which none
    of these is KCSL, in doubt, or missing from the unit's form, which then is of an earlier version. Blank
    answers, indicators not asked and missing facts are blank cells, as in Excel; mirrors take the value they
    mirror. ``values`` in the parameters is in the workbook's language.
    """
    # Rules over columns of a list are evaluated row by row, in row_checks.
    rules = [r for r in table.template.rules if not any(map(is_column, parse_formula(r.formula).names))]
    return [found for rule in rules for found in _check_rule(rule, table)]


def _check_rule(rule: Rule, table: AnswerTable) -> Iterator[Problem]:
    formula = parse_formula(rule.formula)
    units = table.units_for(rule, formula.names)
    if not units.size:
        return
    frame = pd.DataFrame({name: table.values(name, units) for name in formula.names}, index=units)
    wrong = formula.evaluate_broken(frame)
    if wrong.empty:
        return
    found = zip(
        wrong,
        table.lines_for(rule, formula.names, wrong.index.to_numpy()),
        frame.loc[wrong.index].to_dict("records"),
        strict=True,
    )
    for result, line, values in found:
        shown_values = (
            f"{table.label(str(name))} = {table.shown(str(name), line.place.unit, value)}"
            for name, value in values.items()
        )
        yield line.rule_problem(rule, result, shown_values)


class AnswerTable(Struct, frozen=True, dict=True):
    """A view of the answers as a table: a row for each unit by index, a column for each name."""

    answers: pd.DataFrame
    template: ReportTemplate
    roster: Roster
    measures: ListMeasures
    units: Sequence[Unit]
    """The units that have returned."""
    types: pd.Categorical[str]
    """The type of each unit."""
    places: Mapping[str, Positions]
    """Indicator → row of each unit's answer in the frame, -1 if missing."""

    @classmethod
    def lay_out(
        cls,
        answers: pd.DataFrame,
        template: ReportTemplate,
        roster: Roster,
        measures: ListMeasures | None = None,
    ) -> AnswerTable:
        """Lay out the answers frame."""
        column, names = pd.factorize(answers["unit"])
        units = [roster[name] for name in names]
        codes = pd.Index(list(template.indicators), dtype=object)
        places = np.full((len(codes), len(units)), -1, dtype=np.intp)
        places[codes.get_indexer(pd.Index(answers["indicator"])), column] = np.arange(len(answers))
        types = pd.Categorical([unit.type for unit in units])
        of_code = dict(zip(codes, places, strict=True))
        return cls(answers, template, roster, measures or ListMeasures(template), units, types, of_code)

    @cached_property
    def _answered(self) -> Flags:
        return self._in_state(State.ANSWERED)

    @cached_property
    def _unknown(self) -> Flags:
        """Lines about which a rule can say nothing: KCSL, in doubt, or not on the form that was sent."""
        return self._in_state(State.NO_FIGURE, State.IN_DOUBT, State.NOT_ASKED)

    def _in_state(self, *states: State) -> Flags:
        """For each row of the frame, and for index -1."""
        return np.append(self.answers["state"].isin(states).to_numpy(dtype=bool), False)

    def units_for(self, rule: Rule, names: Sequence[str]) -> Positions:
        """The units for which the rule is evaluated."""
        held = self.types.isin([code for code in self.template.unit_types if rule.applies_to(code)])
        # As on the form: while all lines of a rule are blank, it says nothing.
        answered = np.zeros_like(held)
        for source in self._sources(names):
            answered |= self._answered[self.places[source.code]]
        for name in filter(is_measure, names):
            answered |= ~np.isnan(self.measures.of_units(name, [unit.code for unit in self.units]))
        return np.flatnonzero(held & answered & ~self.unknown_to(names))

    def unknown_to(self, names: Sequence[str]) -> Flags:
        """The units for which a rule's lines are KCSL or in doubt."""
        found = np.zeros(len(self.units), dtype=bool)
        for source in self._sources(names):
            found |= self._unknown[self.places[source.code]]
        for name in filter(is_measure, names):
            found |= self.measures.in_doubt(name, [unit.code for unit in self.units])
        return found

    def values(self, name: str, units: Positions) -> npt.NDArray[Any]:
        """The values of a name for the units; NaN or None is blank."""
        source = self._source(name)
        if is_measure(name):
            return self.measures.of_units(name, [self.units[position].code for position in units])
        if source is None:
            facts = [self.units[position].facts.get(name) for position in units]
            return pd.Series([None if fact == "" else fact for fact in facts]).infer_objects().to_numpy()
        place = self.places[source.code][units]
        # Position -1 is taken as blank: pandas' take fills it in, numpy's would take the last row.
        answered = np.where(self._answered[place], place, -1)
        kind = "number" if source.kind.numeric else "value"
        column = self.answers[kind].to_numpy()
        return np.asarray(pd.api.extensions.take(column, answered, allow_fill=True))

    def lines_for(self, rule: Rule, names: Sequence[str], units: Positions) -> Iterator[AnswerLine]:
        """For each unit, the line where the rule's problem is shown: the rule's own, or its first that
        applies; for a rule over lists alone, the list.
        """
        preferred = [rule.shown_at, *names] if rule.shown_at else names
        candidates = list(self._sources(preferred))
        home = {
            code: next((i.code for i in candidates if i.applies_to(code)), None)
            for code in self.types[units].unique()
        }
        codes = [home[self.types[unit]] for unit in units]
        places = [
            -1 if code is None else self.places[code][unit] for code, unit in zip(codes, units, strict=True)
        ]
        found = lines(self.answers.iloc[[place for place in places if place >= 0]])
        for place, unit in zip(places, units, strict=True):
            line = next(found) if place >= 0 else self._line_of_list(unit, names)
            yield line

    def _line_of_list(self, unit: int, names: Sequence[str]) -> AnswerLine:
        """The list that a rule counts, as the place of its problem."""
        code = next(list_of(part) for name in names if is_measure(name) for part in name_parts(name))
        unit_code = self.units[unit].code
        one = self.template.lists[code]
        file = self._list_files.get(unit_code, "")
        return AnswerLine(Place(file, one.sheet, "", unit_code, code), math.nan, "")

    @cached_property
    def _list_files(self) -> Mapping[str, str]:
        """Unit → the file that its lists came from."""
        cells = self.measures.cells.drop_duplicates("unit")
        return dict(zip(cells["unit"], cells["file"], strict=True))

    def label(self, name: str) -> str:
        """The name of a rule's operand in the words of the form, shortened; for a fact, where it is from."""
        source = self._source(name)
        if source is not None:
            text = source.label
        elif is_measure(name):
            function, codes = measure_parts(name)
            columns = [self.template.columns[code].label for code in codes]
            over = columns[-1] if function == "SUMIF" else ", ".join(columns)
            text = _MEASURES[function].format(over)
        elif name.endswith(LAST_SUFFIX):
            text = self.template.label(name.removesuffix(LAST_SUFFIX)) + _OF_LAST_PERIOD
        else:
            # The unit has no roster in which it could look the figure up.
            called = self.roster.fact_labels.get(name) or f"cột “{name}”"
            text = f"{called} trong danh sách đơn vị"
        if len(text) <= _LONGEST_LABEL:
            return text
        return text[: _LONGEST_LABEL - 1].rstrip() + "…"

    def shown(self, name: str, unit: str, value: object) -> str:
        """A value as displayed to the officer."""
        source = self._source(name)
        if source is not None and not source.applies_to(self.roster[unit].type):
            return "(không áp dụng)"
        if isinstance(value, str):
            return f"“{value}”"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if not isinstance(value, int | float) or math.isnan(value):
            return "(trống)"
        # Beside the message of the rule, which is in the language of the template.
        return show_number(plain_number(value, source), "vi")

    def _sources(self, names: Sequence[str]) -> Iterator[Indicator]:
        for name in names:
            source = self._source(name)
            if source is not None:
                yield source

    def _source(self, name: str) -> Indicator | None:
        """The indicator behind a name: the mirrored one for a mirror, None for a fact."""
        return self.template.indicators.get(self.template.source(name))
