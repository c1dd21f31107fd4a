"""Calculated lines: recalculated here for each unit; the results in a return are only compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook_tools.formula import parse_computed
from workbook_tools.formula.calculate import Values, alike, evaluate_formulas, number_of
from workbook_tools.formula.list_functions import is_measure
from workbook_tools.frames import as_states
from workbook_tools.model import Combined, Kind, State
from workbook_tools.problems import BLANK, Place, Problem, problem
from workbook_tools.spec.markers import LAST_SUFFIX, is_fact
from workbook_tools.text.figures import drop_zero_decimals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Set

    from workbook_tools.answers.list_measures import ListMeasures
    from workbook_tools.model import Computed, ReportTemplate, Roster

_UNKNOWN = (State.IN_DOUBT,)
Flags = npt.NDArray[np.bool_]


def find_calculable(template: ReportTemplate, is_known: Callable[[str], bool]) -> list[Computed]:
    """The cells to calculate from sums, whose inputs are all known or such cells, each after its inputs."""
    found: list[Computed] = []
    names: set[str] = set()
    # The template lists them each after its inputs, so one pass is enough.
    for computed in template.computed:
        if computed.combined is not Combined.CALCULATED or not computed.formula:
            continue
        if all(name in names or is_known(name) for name in parse_computed(computed.formula).names):
            found.append(computed)
            names.add(computed.name)
    return found


def calculate_lines(
    answers: pd.DataFrame,
    template: ReportTemplate,
    roster: Roster,
    measures: ListMeasures,
    repaired: Set[tuple[str, str]],
) -> list[Problem]:
    """Fill in the rows of calculated lines, in place; warn wherever a return shows another result.

    On entry, ``value`` of such a row is what the return shows. A line is in doubt if any of its inputs is.
    ``repaired`` are units and lines typed as text, which the form's formulas count as 0: a result without
    them is no difference.
    """
    if all(i.kind is not Kind.FORMULA for i in template.indicators.values()):
        return []
    rows = UnitRows(answers, template, roster)

    def calculate(omitted: Set[tuple[str, str]]) -> dict[str, Values]:
        def look_up(name: str) -> Values | None:
            if is_measure(name):
                return measures.of_units(name, rows.units)
            return rows.values(name, omitted)

        return evaluate_formulas(template.computed, look_up, len(rows.units))

    found = calculate(frozenset())
    expected = calculate(repaired) if repaired else found
    doubtful = _in_doubt(template, rows, measures)
    problems: list[Problem] = []
    columns = ResultColumns(answers)
    for code in [c.name for c in template.computed if c.name in template.indicators]:
        place = rows.places.get(code)
        if place is None:
            continue
        of_unit = place >= 0
        at = place[of_unit]
        shown, results, open_ = columns.value[at], found[code][of_unit], doubtful[code][of_unit]
        columns.fill_in(at, results, open_)
        # A difference only if the form would show another figure for the same entries.
        theirs = [
            None if alike(one, also) else one
            for one, also in zip(shown, expected[code][of_unit], strict=True)
        ]
        problems += differences(answers.iloc[at], theirs, results, open_)
    answers["state"] = as_states(columns.state)
    answers["value"], answers["number"] = columns.value, columns.number
    return problems


class ResultColumns:
    """The columns ``state``, ``value`` and ``number`` of a frame, to be filled in with results."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.state, self.value, self.number = (
            frame[name].to_numpy(copy=True) for name in ("state", "value", "number")
        )

    def fill_in(self, at: npt.NDArray[np.intp], results: Values, doubtful: Values) -> None:
        """Fill in the rows at these positions; a result in doubt is no value."""
        pairs = [*zip(results, doubtful, strict=True)]
        self.value[at] = [None if doubt else result for result, doubt in pairs]
        self.number[at] = [number_of(result) for result in self.value[at]]
        self.state[at] = [_state(result, doubt) for result, doubt in pairs]


def count_calculated(
    answers: pd.DataFrame, template: ReportTemplate, roster: Roster, measures: ListMeasures
) -> pd.DataFrame:
    """Fill in ``counted`` of the calculated lines that add up, in place: the formula over what its inputs
    add. Return what each unit adds to the cells whose results are added, a row for each unit.

    Such a result is no sum, so nothing of it counts if an input is in doubt.
    """
    codes = [i.code for i in template.indicators.values() if i.kind is Kind.FORMULA and i.additive]
    added = [computed.name for computed in template.computed if computed.combined is Combined.ADDED]
    if not codes and not added:
        return pd.DataFrame()
    rows = UnitRows(answers, template, roster)
    column = answers["counted"].to_numpy(copy=True)

    def look_up(name: str) -> Values | None:
        if is_measure(name):
            return measures.of_units(name, rows.units, counted=True)
        if rows.adds_up(name):
            return rows.counted(name)
        return rows.values(name)

    def counts(name: str) -> Flags:
        values = look_up(name) if is_measure(name) or rows.adds_up(name) else None
        if values is None:
            return np.zeros(len(rows.units), dtype=bool)
        return pd.notna(values)

    found = evaluate_formulas(template.computed, look_up, len(rows.units))
    if added:
        counting, doubtful = (
            any_input(template, len(rows.units), counts),
            _in_doubt(template, rows, measures),
        )
        for name in added:
            numbers = np.array([*map(number_of, found[name])], dtype="float64")
            found[name] = np.where(counting[name] & ~doubtful[name], numbers, math.nan)
    for code in rows.places.keys() & set(codes):
        place = rows.places[code]
        column[place[place >= 0]] = [number_of(value) for value in found[code][place >= 0]]
    answers["counted"] = column
    return pd.DataFrame({name: found[name] for name in added}, index=rows.units)


def _state(result: object, doubt: bool) -> str:
    if doubt:
        return str(State.IN_DOUBT)
    state = State.UNANSWERED if result is None else State.ANSWERED
    return str(state)


def differences(
    rows: pd.DataFrame, shown: Iterable[object], results: Values, doubtful: Values
) -> Iterator[Problem]:
    """Yield a problem wherever a return shows another result than the calculated one."""
    columns = ["file", "sheet", "cell", "unit", "indicator"]
    places = rows[columns].itertuples(index=False, name=None)
    for place, theirs, ours, doubt in zip(places, shown, results, doubtful, strict=True):
        if not doubt and isinstance(theirs, float | str) and not alike(theirs, ours):
            read = BLANK if ours is None else _shown(ours)
            yield problem("computed-differs", Place(*place), value=_shown(theirs), read=read)


def _shown(value: object) -> object:
    return drop_zero_decimals(value) if isinstance(value, float) else value


class UnitRows:
    """Row of each unit's answer to each line in the frame."""

    def __init__(self, answers: pd.DataFrame, template: ReportTemplate, roster: Roster) -> None:
        self._answers, self._template, self._roster = answers, template, roster
        of_unit, self.units = pd.factorize(answers["unit"])
        of_line, lines = pd.factorize(answers["indicator"])
        # −1 picks the blank that is appended to each column below.
        grid = np.full((len(lines), len(self.units)), -1, dtype=np.intp)
        grid[of_line, of_unit] = np.arange(len(answers))
        self.places: Mapping[str, npt.NDArray[np.intp]] = dict(zip(lines, grid, strict=True))
        # Of all answers at once: a form of a thousand lines asks a thousand times.
        self._counted = np.append(answers["counted"].to_numpy(), math.nan)
        self._known: dict[tuple[State, ...], npt.NDArray[np.bool_]] = {}

    def is_in(self, name: str, states: tuple[State, ...]) -> npt.NDArray[np.bool_]:
        """For each unit, whether its answer is in one of these states."""
        place = self.places.get(name)
        if place is None:
            return np.zeros(len(self.units), dtype=bool)
        if states not in self._known:
            known = self._answers["state"].isin(states).to_numpy(dtype=bool)
            self._known[states] = np.append(known, False)
        return np.asarray(self._known[states][place])

    def adds_up(self, name: str) -> bool:
        """Whether a line, or what it was last period, is added up over units."""
        line = self._template.indicators.get(name.removesuffix(LAST_SUFFIX))
        return line is not None and line.additive

    def counted(self, name: str) -> Values | None:
        """What each unit's answer, or last period's figure, adds to the totals."""
        if name in self._roster.counted_facts:
            facts = self._roster.counted_facts[name]
            return np.array([facts.get(unit, math.nan) for unit in self.units], dtype=np.float64)
        place = self.places.get(name)
        if place is None:
            return None
        return np.asarray(self._counted[place])

    def values(self, name: str, omitted: Set[tuple[str, str]] = frozenset()) -> Values | None:
        """Each unit's answer, or its fact of that name; answers ``omitted`` are blank."""
        if is_fact(name):
            return np.fromiter((self._roster[unit].facts.get(name) for unit in self.units), dtype=object)
        place = self.places.get(name)
        if place is None:
            return None
        column = "number" if self._template.indicators[name].kind.numeric else "value"
        answered = np.where(self.is_in(name, (State.ANSWERED,)), place, -1)
        if omitted:
            answered[[(unit, name) in omitted for unit in self.units]] = -1
        taken = pd.api.extensions.take(self._answers[column].to_numpy(), answered, allow_fill=True)
        return np.asarray(taken)


def _in_doubt(template: ReportTemplate, rows: UnitRows, listed: ListMeasures) -> dict[str, Flags]:
    """For each calculated cell and unit, whether any of its inputs is in doubt."""

    def is_open(name: str) -> Flags:
        if is_measure(name):
            return listed.in_doubt(name, rows.units)
        return rows.is_in(name, _UNKNOWN)

    return any_input(template, len(rows.units), is_open)


def any_input(template: ReportTemplate, length: int, holds: Callable[[str], Flags]) -> dict[str, Flags]:
    """For each calculated cell and unit, whether something holds for any of its inputs."""
    found: dict[str, Flags] = {}
    for computed in template.computed:
        of_cell = np.zeros(length, dtype=bool)
        names = parse_computed(computed.formula).names if computed.formula else ()
        for name in names:
            of_cell |= found[name] if name in found else holds(name)
        found[computed.name] = of_cell
    return found
